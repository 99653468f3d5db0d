"""Keeping what someone is writing."""

from __future__ import annotations

from klankbord import clock
from klankbord.conversations.models import Conversation, Draft, DraftKind
from klankbord.conversations.refusals import NotYours, TooLong
from klankbord.people.models import Membership

LONGEST_DRAFT = 100_000


def save_draft(*, conversation: Conversation, by: Membership, kind: DraftKind, text: str) -> None:
    """Keep `text` as what `by` is writing here; an empty text forgets it.

    Raises:
        NotYours: `by` does not work for this organisation.
        TooLong: the text.
    """
    if by.organisation_id != conversation.organisation_id or not by.is_active:
        raise NotYours
    if len(text) > LONGEST_DRAFT:
        raise TooLong
    if not text.strip():
        forget_draft(conversation=conversation, by=by, kind=kind)
        return
    Draft.objects.update_or_create(
        organisation_id=conversation.organisation_id,
        conversation=conversation,
        membership=by,
        kind=kind,
        defaults={"text": text, "updated_at": clock.now()},
    )


def forget_draft(*, conversation: Conversation, by: Membership, kind: DraftKind) -> None:
    """Forget what was being written, if anything."""
    Draft.objects.of(conversation.organisation_id).filter(conversation=conversation, membership=by, kind=kind).delete()
