"""Writing ideas out as another product's CSV. What was brought in and not changed since goes out as it came."""

from __future__ import annotations

import csv
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from itertools import batched
from pathlib import Path
from typing import Any

from klankbord.ideas.interchange.beside import Beside
from klankbord.ideas.interchange.formats import Format
from klankbord.ideas.models import Idea, ImportedIdea, ImportedVote, Status
from klankbord.people.models import Organisation

_TOGETHER = 200


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


def columns_of(idea: Idea, beside: Beside) -> dict[str, str]:
    """What an idea says now, by field."""
    form, person = beside.form, idea.conversation.person.canonical
    imported, step = beside.imported.get(idea.pk), beside.steps.get(idea.pk)
    original = idea.root if idea.is_merged else None
    status = form.duplicate if original is not None and form.name == "fider" else form.statuses[Status(idea.status)]
    return {
        "number": beside.number(idea),
        "title": idea.conversation.subject,
        "text": idea.opening.text,
        "created_at": form.write_moment(idea.created_at),
        "author": person.pseudonym or (imported.author if imported else ""),
        "author_email": beside.mails.get(person.pk, ""),
        "votes": str(idea.score),
        "comments": str(idea.comments),
        "status": status,
        "answer_by": (step.by.user.name if step.by else step.by_name) if step else "",
        "answered_at": form.write_moment(step.at) if step else "",
        "answer": step.sentence if step else "",
        "original": beside.number(original) if original else "",
        "original_title": original.conversation.subject if original else "",
        "tags": ", ".join(sorted(beside.tags.get(idea.conversation_id, ()))),
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
        beside = Beside.of(organisation, form, list(ideas.values()))
        voters = _voters(organisation, some) if "voter_email" in form.columns else {}
        yield [row for pk in some for row in _rows_of(ideas[pk], beside, voters.get(pk, ()), header)]


def _rows_of(idea: Idea, beside: Beside, voters: Sequence[dict[str, str]], header: list[str]) -> Iterator[list[str]]:
    """One row, or one for each voter who was named in the file."""
    form, imported, now = beside.form, beside.imported.get(idea.pk), columns_of(idea, beside)
    row = _as_it_came(now, imported, form) if imported else _named(now, form)
    if imported is None or "voter_email" not in form.columns:
        yield [row.get(name, "") for name in header]
        return
    about_voters = {name for name in header if (form.field_of(name) or "").startswith("vote")} - {
        name for name in header if form.field_of(name) == "votes"
    }
    for voter in voters or [row]:
        # Columns that we make nothing of differ from voter to voter as well: each row keeps its own.
        yield [
            voter.get(name, "") if name in about_voters or form.field_of(name) is None else row.get(name, "")
            for name in header
        ]


def _voters(organisation: Organisation, ids: Sequence[int]) -> dict[int, list[dict[str, str]]]:
    """The columns about each voter who was named in the file, by the idea's id."""
    found: dict[int, list[dict[str, str]]] = defaultdict(list)
    rows = ImportedVote.objects.of(organisation).filter(idea_id__in=ids).order_by("pk")
    for idea, row in rows.values_list("idea_id", "row"):
        found[idea].append(row)
    return found


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
