"""What posts said before (PostHistory.xml, which not every dump has)."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from klankbord.community.models import Imported, Question
from klankbord.community.stackexchange.posts import Authors
from klankbord.community.stackexchange.rows import Row
from klankbord.community.stackexchange.source import Source, moment_of, number_of
from klankbord.conversations.actions.send_reply import LONGEST_TEXT
from klankbord.conversations.actions.speak_publicly import LONGEST_SUBJECT
from klankbord.conversations.models import Message
from klankbord.participation.models import Revision
from klankbord.people.models import Person

TITLES, BODIES = frozenset({"1", "4", "7"}), frozenset({"2", "5", "8"})
CLOSED, LOCKED, UNLOCKED = "10", "14", "15"
TOLD = "told"
"""The kind of the row that says that the history of a message was told."""


def bring_in_history(source: Source) -> None:
    """Each edition as it stood, and why a question was closed or locked.

    The rows are kept first and looked at afterwards, a post at a time: an edition is only what came before the next.
    """

    def bring_in(batch: list[Row]) -> None:
        became = source.messages(number_of(row, "PostId") for row in batch)
        source.keep("PostHistory", ((row, {"message_id": became.get(number_of(row, "PostId"))}) for row in batch))

    source.each("PostHistory", bring_in)
    _tell(source)


def _tell(source: Source) -> None:
    """Tell the history of every post of which it was not told before; which were is kept in rows of their own."""
    everything = Imported.objects.of(source.organisation)
    rows = everything.rows(source.name, "PostHistory").filter(message__isnull=False)
    told = everything.rows(source.name, TOLD).values("message_id")
    waiting = rows.exclude(message_id__in=told).order_by("message_id").values_list("message_id", flat=True).distinct()
    for message_id in list(waiting):
        message = Message.objects.of(source.organisation).get(pk=message_id)
        editions = [row.fields for row in rows.filter(message_id=message_id).order_by("number")]
        with transaction.atomic():
            _write(source, message, editions)
            _close(source, message, editions)
            Imported.objects.create(
                organisation=source.organisation,
                source=source.name,
                kind=TOLD,
                number=message_id,
                fields={},
                message=message,
            )


@dataclass(slots=True)
class _Edition:
    at: datetime
    by: Person
    title: str | None = None
    text: str | None = None
    why: str = ""


def _write(source: Source, message: Message, rows: list[Row]) -> None:
    """Revisions of one post: each holds what stood there until somebody changed it."""
    people = Authors(source, rows, "UserId", "UserDisplayName")
    editions: dict[str, _Edition] = {}
    for row in rows:
        kind, moment = row.get("PostHistoryTypeId", ""), moment_of(row, "CreationDate")
        if moment is None or kind not in TITLES | BODIES:
            continue
        key = row.get("RevisionGUID") or row["Id"]
        edition = editions.setdefault(key, _Edition(moment, people.of(row)))
        if kind in TITLES:
            edition.title = row.get("Text", "")[:LONGEST_SUBJECT]
        else:
            edition.text = row.get("Text", "").replace("\r\n", "\n").replace("\x00", "")[:LONGEST_TEXT]
        edition.why = row.get("Comment", "")[:200] or edition.why
    title, text = "", ""
    found: list[Revision] = []
    for number, edition in enumerate(editions.values()):
        if number:
            found.append(
                Revision(
                    organisation=source.organisation,
                    message=message,
                    subject=title,
                    text=text,
                    by=edition.by,
                    reason=edition.why,
                    at=edition.at,
                )
            )
        title = edition.title if edition.title is not None else title
        text = edition.text if edition.text is not None else text
    Revision.objects.bulk_create(found)


def _close(source: Source, message: Message, rows: list[Row]) -> None:
    """Why it was closed, in words; whether it is locked."""
    questions = Question.objects.of(source.organisation).filter(opening=message)
    for row in rows:
        kind, moment = row.get("PostHistoryTypeId"), moment_of(row, "CreationDate")
        if kind == CLOSED:
            questions.filter(closed_at__isnull=False, closed_for="").update(closed_for=_why(row))
        elif kind == LOCKED:
            questions.update(locked_at=moment)
        elif kind == UNLOCKED:
            questions.update(locked_at=None)


_REASONS = {
    "1": "Exact duplicate", "2": "Off topic", "3": "Subjective", "4": "Not a real question", "7": "Too localized",
    "10": "General reference", "101": "Duplicate", "102": "Off topic", "103": "Unclear", "104": "Too broad",
    "105": "Opinion based",
}  # fmt: skip


def _why(row: Row) -> str:
    comment = row.get("Comment", "")
    try:
        told = json.loads(row.get("Text") or "{}")
    except ValueError:
        told = {}
    name = told.get("CloseReason") if isinstance(told, dict) else None
    return str(name or _REASONS.get(comment, ""))[:200]
