"""The promise clock: it starts when someone waits for us, and stops when a human being answers."""

from __future__ import annotations

from datetime import datetime, timedelta

from klankbord.conversations.models import Conversation, Direction, Message, Promise
from klankbord.people.models import Membership, Organisation


def start_waiting(conversation: Conversation, organisation: Organisation, moment: datetime) -> None:
    """Begin a promise unless one runs; sets the conversation's clock without saving it.

    The due moment is `organisation.promise_minutes` of opening time after `moment`. Who waits for a colleague who has
    left since waits for anyone.
    """
    if conversation.waiting_since is not None:
        return
    if conversation.assignee is not None and not conversation.assignee.is_active:
        conversation.assignee = None
    due = organisation.opening_hours.add(moment, timedelta(minutes=organisation.promise_minutes))
    conversation.waiting_since = moment
    conversation.due_at = due
    conversation.promise_minutes = organisation.promise_minutes


def running_promise(conversation: Conversation) -> Promise:
    """The promise that runs now, as a row to be saved."""
    return Promise(
        organisation_id=conversation.organisation_id,
        conversation=conversation,
        began_at=conversation.waiting_since or conversation.last_message_at,
        due_at=conversation.due_at,
    )


def record_promise(conversation: Conversation) -> None:
    """Keep the running promise, if any; the conversation must have been saved."""
    if conversation.waiting_since is not None:
        running_promise(conversation).save()


def stop_waiting(conversation: Conversation, *, moment: datetime, by: Membership | None, answered: bool) -> None:
    """End the running promise, as answered or as needing no answer; clears the clock, saves no conversation."""
    if conversation.waiting_since is None:
        return
    running = Promise.objects.of(conversation.organisation_id).filter(
        conversation=conversation, answered_at__isnull=True, dropped_at__isnull=True
    )
    if answered:
        running.update(answered_at=moment, answered_by=by)
    else:
        running.update(dropped_at=moment)
    conversation.waiting_since = conversation.due_at = None


def resume_waiting(conversation: Conversation, *, answered_at: datetime, by: Membership | None) -> bool:
    """Undo `stop_waiting` of that moment (a reply was taken back); False when none was stopped then.

    If somebody else answered meanwhile, the wait ended with that. If the customer wrote again meanwhile, the first
    wait runs on and the second was never one.
    """
    promises = Promise.objects.of(conversation.organisation_id).filter(conversation=conversation)
    stopped = promises.filter(answered_at=answered_at, answered_by=by).first()
    if stopped is None:
        return False
    other = _answer_since(conversation, answered_at)
    if other is not None:
        stopped.answered_at, stopped.answered_by = other.said_at, other.membership
        stopped.save(update_fields=["answered_at", "answered_by"])
        return False
    promises.filter(answered_at__isnull=True, dropped_at__isnull=True).delete()
    stopped.answered_at = stopped.answered_by = None
    stopped.save(update_fields=["answered_at", "answered_by"])
    conversation.waiting_since, conversation.due_at = stopped.began_at, stopped.due_at
    return True


def _answer_since(conversation: Conversation, moment: datetime) -> Message | None:
    """The first answer by a human being from `moment` on that still stands."""
    said = Message.objects.of(conversation.organisation_id).filter(
        conversation=conversation, direction=Direction.OUTBOUND, said_at__gte=moment
    )
    return said.filter(withdrawn_at__isnull=True, membership__isnull=False, automatic="").in_order().first()
