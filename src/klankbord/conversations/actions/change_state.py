"""Done, reopened, spam."""

from __future__ import annotations

from django.db import transaction
from django.db.models import Q

from klankbord import clock
from klankbord.conversations.events import ConversationStateChanged
from klankbord.conversations.models import NEEDS_NO_ANSWER, Conversation, ConversationState, Direction, Message, hold
from klankbord.conversations.promise import record_promise, start_waiting, stop_waiting
from klankbord.conversations.refusals import NotYours
from klankbord.events.publish import publish
from klankbord.people.models import Membership


@transaction.atomic
def finish(*, conversation: Conversation, by: Membership) -> None:
    """Nothing more is to be done; whoever still waited turned out to need no answer. Twice is once."""
    _move(conversation, ConversationState.DONE, by)


@transaction.atomic
def mark_spam(*, conversation: Conversation, by: Membership) -> None:
    """It is spam: out of sight, no clock, and kept. Twice is once."""
    _move(conversation, ConversationState.SPAM, by)


@transaction.atomic
def reopen(*, conversation: Conversation, by: Membership) -> None:
    """Take it up again. If the customer had the last word, they wait again, from now on. Twice is once.

    What a machine said, here or there, is no word: an acknowledgement answers nobody, an out-of-office asks nothing.
    """
    _check(conversation, by)
    if conversation.state in (ConversationState.OPEN, ConversationState.ANSWERED):
        return
    last = (
        Message.objects.of(conversation.organisation_id)
        .filter(conversation=conversation, withdrawn_at__isnull=True)
        .exclude(direction=Direction.NOTE)
        .exclude(Q(automatic__in=NEEDS_NO_ANSWER) | Q(direction=Direction.OUTBOUND) & ~Q(automatic=""))
        .order_by("-said_at", "-id")
        .first()
    )
    if last is not None and last.direction == Direction.INBOUND:
        conversation.state = ConversationState.OPEN
        start_waiting(conversation, conversation.organisation, clock.now())
        record_promise(conversation)
    else:
        conversation.state = ConversationState.ANSWERED
    conversation.save()
    _tell(conversation, by)


def _move(conversation: Conversation, state: ConversationState, by: Membership) -> None:
    _check(conversation, by)
    if conversation.state == state:
        return
    stop_waiting(conversation, moment=clock.now(), by=by, answered=False)
    conversation.state = state
    conversation.save()
    _tell(conversation, by)


def _check(conversation: Conversation, by: Membership) -> None:
    if by.organisation_id != conversation.organisation_id or not by.is_active:
        raise NotYours
    hold(conversation)


def _tell(conversation: Conversation, by: Membership) -> None:
    publish(
        ConversationStateChanged(
            organisation_id=conversation.organisation_id,
            conversation_id=conversation.pk,
            state=str(conversation.state),
            by_id=by.pk,
        )
    )
