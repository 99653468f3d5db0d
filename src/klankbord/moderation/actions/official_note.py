"""Correcting what somebody wrote, beside it and not instead of it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from klankbord import clock
from klankbord.audit.actions import record
from klankbord.conversations.models import Message
from klankbord.conversations.refusals import NothingWritten, TooLong
from klankbord.design.writing import is_blank
from klankbord.events.publish import publish
from klankbord.moderation.actions.decide import corrected
from klankbord.moderation.events import OfficialNoteChanged
from klankbord.moderation.models import OfficialNote
from klankbord.moderation.refusals import NotAModerator
from klankbord.people.models import Membership, Role

LONGEST_NOTE = 1000


@dataclass(frozen=True, slots=True)
class ShownNote:
    """A correction as everybody reads it. A colleague who left is no longer named."""

    id: int
    text: str
    name: str
    face: str
    at: datetime


@transaction.atomic
def official_note(*, message: Message, membership: Membership, text: str) -> OfficialNote:
    """Put a correction by the organisation beside a public message.

    Raises:
        NotAModerator: the member may not.
        NothingWritten, TooLong: the text.
        ValueError: the message is not in public.
    """
    _check(membership)
    text = text.strip()
    if is_blank(text):
        raise NothingWritten
    if len(text) > LONGEST_NOTE:
        raise TooLong
    if not message.conversation.is_public:
        raise ValueError("a correction beside something that is not public")
    made = OfficialNote.objects.create(
        organisation_id=message.organisation_id, message=message, membership=membership, text=text
    )
    corrected(message)
    _changed(made, membership, "wrote_official_note")
    return made


@transaction.atomic
def remove_note(*, note: OfficialNote, by: Membership) -> bool:
    """Take a correction away. False: it was."""
    _check(by)
    rows = OfficialNote.objects.of(note.organisation_id).standing().filter(pk=note.pk)
    if not rows.update(removed_at=clock.now()):
        return False
    corrected(note.message)
    _changed(note, by, "removed_official_note")
    return True


def notes_on(*, organisation_id: int, message_ids: Iterable[int]) -> dict[int, list[ShownNote]]:
    """The corrections beside these messages, in one query; messages without any are left out."""
    rows = OfficialNote.objects.of(organisation_id).beside(message_ids).select_related("membership__user")
    found: dict[int, list[ShownNote]] = {}
    for row in rows:
        member = row.membership if row.membership and row.membership.is_active else None
        name, face = (member.user.name, member.user.face) if member else ("", "")
        found.setdefault(row.message_id, []).append(ShownNote(row.pk, row.text, name, face, row.at))
    return found


def _check(membership: Membership) -> None:
    if not membership.may(Role.MODERATOR):
        raise NotAModerator


def _changed(note: OfficialNote, by: Membership, verb: str) -> None:
    record(organisation_id=note.organisation_id, membership_id=by.pk, verb=verb, subject=note.message, note=note.pk)
    publish(
        OfficialNoteChanged(
            organisation_id=note.organisation_id,
            note_id=note.pk,
            conversation_id=note.message.conversation_id,
            message_id=note.message_id,
        )
    )
