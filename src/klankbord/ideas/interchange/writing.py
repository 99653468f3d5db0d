"""Writing ideas out as another product's CSV. What was brought in and not changed since goes out as it came."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterator
from itertools import batched
from pathlib import Path
from typing import Any

from klankbord.ideas.interchange.formats import Format
from klankbord.ideas.models import Idea, ImportedIdea, ImportedVote, Status, StatusChange
from klankbord.participation.models import Tagging
from klankbord.people.models import Address, AddressKind, Organisation

_TOGETHER = 200
_OWN_NUMBERS_FROM = 1_000_000_000
"""Added to our own numbers where one of them is taken by an idea that was brought in."""


def write_sheet(
    *, organisation: Organisation, form: Format, path: Path, tell: Callable[[int], None] = lambda _count: None
) -> int:
    """Write all ideas that everybody may read to a file; how many rows."""
    header, count = header_of(organisation, form), 0
    with path.open("w", encoding="utf-8", newline="") as out:
        # As RFC 4180 ends a line. With a bare line feed, Python 3.12 leaves a cell with a bare return without quotes.
        writer = csv.writer(out, lineterminator="\r\n")
        writer.writerow(header)
        for rows in _all_rows(organisation, form, header):
            writer.writerows(rows)
            count += len(rows)
            tell(len(rows))
    return count


def header_of(organisation: Organisation, form: Format) -> list[str]:
    """The columns: as they were brought in, and those of the format that were not among them."""
    brought = ImportedIdea.objects.of(organisation).filter(source=form.name).order_by("pk")
    header: dict[str, None] = {}
    for names, row in brought.values_list("header", "row").iterator(chunk_size=500):
        header.update(dict.fromkeys(names or row))
    there = {form.field_of(name) for name in header}
    header.update({name: None for field, name in form.columns.items() if field not in there})
    return list(header)


def columns_of(idea: Idea, form: Format, imported: ImportedIdea | None) -> dict[str, str]:
    """What an idea says now, by field."""
    house = idea.organisation_id
    step = StatusChange.objects.of(house).filter(idea=idea).select_related("by__user").order_by("-at", "-pk").first()
    tags = Tagging.objects.of(house).filter(conversation_id=idea.conversation_id).select_related("topic")
    person = idea.conversation.person.canonical
    mail = Address.objects.of(house).filter(person=person, kind=AddressKind.EMAIL).order_by("pk").first()
    original = idea.root if idea.is_merged else None
    status = form.duplicate if original is not None and form.name == "fider" else form.statuses[Status(idea.status)]
    return {
        "number": imported.number if imported else _own_number(idea, form),
        "title": idea.conversation.subject,
        "text": idea.opening.text,
        "created_at": form.write_moment(idea.created_at),
        "author": person.pseudonym or (imported.author if imported else ""),
        "author_email": mail.shown if mail else "",
        "votes": str(idea.score),
        "comments": str(idea.comments),
        "status": status,
        "answer_by": (step.by.user.name if step.by else step.by_name) if step else "",
        "answered_at": form.write_moment(step.at) if step else "",
        "answer": step.sentence if step else "",
        "original": _number(original, form) if original else "",
        "original_title": original.conversation.subject if original else "",
        "tags": ", ".join(sorted(each.topic.name for each in tags)),
    }


def _all_rows(organisation: Organisation, form: Format, header: list[str]) -> Iterator[list[list[str]]]:
    """The rows of some ideas at a time, in the order in which the ideas were posted."""
    everything = Idea.objects.of(organisation).filter(
        conversation__hidden_at__isnull=True, conversation__in_circle=False, opening__withdrawn_at__isnull=True
    )
    ids = everything.order_by("imported__pk", "created_at", "pk").values_list("pk", flat=True)
    for some in batched(list(ids), _TOGETHER):
        rows = (
            Idea.objects.of(organisation)
            .filter(pk__in=some)
            .select_related("conversation__person__merged_into", "opening", "merged_into__conversation")
        )
        ideas = {idea.pk: idea for idea in rows}
        brought = {
            row.idea_id: row for row in ImportedIdea.objects.of(organisation).filter(idea_id__in=some, source=form.name)
        }
        yield [row for pk in some for row in _rows_of(ideas[pk], form, brought.get(pk), header)]


def _rows_of(idea: Idea, form: Format, imported: ImportedIdea | None, header: list[str]) -> Iterator[list[str]]:
    """One row, or one for each voter who was named in the file."""
    now = columns_of(idea, form, imported)
    row = _as_it_came(now, imported, form) if imported else _named(now, form)
    if imported is None or "voter_email" not in form.columns:
        yield [row.get(name, "") for name in header]
        return
    about_voters = {name for name in header if (form.field_of(name) or "").startswith("vote")} - {
        name for name in header if form.field_of(name) == "votes"
    }
    voters = ImportedVote.objects.of(idea.organisation_id).filter(idea=idea).order_by("pk")
    rows = [each.row for each in voters]
    for voter in rows or [row]:
        # Columns that we make nothing of differ from voter to voter as well: each row keeps its own.
        yield [
            voter.get(name, "") if name in about_voters or form.field_of(name) is None else row.get(name, "")
            for name in header
        ]


def _as_it_came(now: dict[str, str], imported: ImportedIdea, form: Format) -> dict[str, str]:
    """The row as it was brought in, with what changed here since."""
    before: dict[str, Any] = imported.before
    row = dict(imported.row)
    for name in imported.row:
        field = form.field_of(name)
        if field in now and now[field] != before.get(field, now[field]):
            row[name] = now[field]
    there = {form.field_of(name) for name in imported.row}
    return row | {name: now.get(field, "") for field, name in form.columns.items() if field not in there}


def _named(now: dict[str, str], form: Format) -> dict[str, str]:
    return {name: now.get(field, "") for field, name in form.columns.items()}


def _number(idea: Idea, form: Format) -> str:
    known = ImportedIdea.objects.of(idea.organisation_id).filter(idea=idea, source=form.name).first()
    return known.number if known else _own_number(idea, form)


def _own_number(idea: Idea, form: Format) -> str:
    taken = ImportedIdea.objects.of(idea.organisation_id).filter(source=form.name, number=str(idea.conversation_id))
    return str(idea.conversation_id + (_OWN_NUMBERS_FROM if taken.exists() else 0))
