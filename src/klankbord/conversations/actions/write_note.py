"""A note that only colleagues read."""

from __future__ import annotations

from django.db import transaction

from klankbord import clock
from klankbord.conversations.actions.save_draft import forget_draft
from klankbord.conversations.actions.send_reply import check_text
from klankbord.conversations.events import NoteWritten
from klankbord.conversations.models import Conversation, Direction, DraftKind, Message
from klankbord.events.publish import publish
from klankbord.people.models import Membership


@transaction.atomic
def write_note(*, conversation: Conversation, by: Membership, text: str) -> Message:
    """Put a note in the thread. It answers nobody: the promise clock runs on.

    Raises:
        NotYours, NothingWritten, TooLong.
    """
    check_text(text, by, conversation)
    message = Message.objects.create(
        organisation_id=conversation.organisation_id,
        conversation=conversation,
        direction=Direction.NOTE,
        membership=by,
        text=text.strip(),
        said_at=clock.now(),
    )
    forget_draft(conversation=conversation, by=by, kind=DraftKind.NOTE)
    publish(
        NoteWritten(
            organisation_id=conversation.organisation_id, conversation_id=conversation.pk, message_id=message.pk
        )
    )
    return message
