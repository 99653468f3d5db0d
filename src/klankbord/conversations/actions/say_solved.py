"""The customer says that it is solved, and thanks."""

from __future__ import annotations

from django.db import transaction

from klankbord import clock
from klankbord.conversations.events import ConversationStateChanged, MessageReceived
from klankbord.conversations.models import Conversation, ConversationState, Direction, Message
from klankbord.conversations.promise import stop_waiting
from klankbord.events.publish import publish

THANKS = "thanks"
"""The mark of such a message."""


@transaction.atomic
def say_solved(*, conversation: Conversation, text: str) -> bool:
    """Finish the conversation at the customer's own word and put their thanks (`text`) in the thread for who answered.

    Nobody waits any more; a running promise is dropped, not kept. False, and nothing happens, when it was finished
    already. What was held off as spam stays so.
    """
    locked = Conversation.objects.of(conversation.organisation_id).select_for_update().get(pk=conversation.pk)
    if locked.state not in (ConversationState.OPEN, ConversationState.ANSWERED):
        return False
    moment = clock.now()
    stop_waiting(locked, moment=moment, by=None, answered=False)
    locked.state = ConversationState.DONE
    locked.last_message_at = moment
    locked.save()
    message = Message.objects.create(
        organisation_id=locked.organisation_id,
        conversation=locked,
        direction=Direction.INBOUND,
        channel=None,
        person_id=locked.person_id,
        text=text,
        marks=[THANKS],
        said_at=moment,
    )
    publish(
        MessageReceived(
            organisation_id=locked.organisation_id, conversation_id=locked.pk, message_id=message.pk, opened=False
        )
    )
    publish(
        ConversationStateChanged(
            organisation_id=locked.organisation_id, conversation_id=locked.pk, state=ConversationState.DONE.value
        )
    )
    return True
