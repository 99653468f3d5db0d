"""When a question waits for staff: after the chosen time without an answer, and until somebody helped."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction

from klankbord import clock
from klankbord.community.counting import pages_of
from klankbord.community.events import StaffAsked, StaffNoLongerAsked
from klankbord.community.models import Question, Rules
from klankbord.conversations.models import Conversation, ConversationState, hold
from klankbord.conversations.promise import record_promise, resume_waiting, start_waiting, stop_waiting
from klankbord.events.publish import publish
from klankbord.people.models import Membership, Organisation

AT_ONCE = 200
_OLDEST = timedelta(days=60)
"""Who switches the rule on does not want a flood of questions that nobody waits for any more."""


def ask_staff_for_unanswered() -> None:
    """The job: bring every question that nobody answered in its organisation's chosen time to the inbox, once."""
    chosen = {each.pk: each.staff_after_hours for each in Rules.objects.across_organisations("the job is for all")}
    for organisation in Organisation.objects.order_by("pk"):
        hours = chosen.get(organisation.pk, Rules.STAFF_AFTER_HOURS)
        if hours is None:
            continue
        now = clock.now()
        rows = Question.objects.of(organisation).shown().unanswered()
        waiting = rows.filter(
            staff_asked_at__isnull=True,
            locked_at__isnull=True,
            asked_at__lte=now - timedelta(hours=hours),
            asked_at__gt=now - _OLDEST - timedelta(hours=hours),
            conversation__state=ConversationState.PUBLIC,
        )
        for question in waiting.select_related("conversation").order_by("asked_at")[:AT_ONCE]:
            ask_staff(question=question)


@transaction.atomic
def ask_staff(*, question: Question, by: Membership | None = None) -> bool:
    """Let the question wait for staff from now on, in the inbox and with its promise. False: it did, or was answered.

    `by` is a member who took it there before its time; without one it is only done while nobody has answered.
    """
    conversation = question.conversation
    hold(conversation)
    question.refresh_from_db(from_queryset=Question.objects.of(question.organisation_id).select_for_update())
    if conversation.state != ConversationState.PUBLIC or not question.takes_answers or question.joined_into_id:
        return False
    if by is None and (question.answers or question.staff_asked_at is not None):
        return False
    moment = clock.now()
    conversation.state = ConversationState.OPEN
    start_waiting(conversation, conversation.organisation, moment)
    record_promise(conversation)
    if by is not None:
        conversation.assignee = conversation.assignee or by
    conversation.save()
    Question.objects.of(question.organisation_id).filter(pk=question.pk).update(staff_asked_at=moment)
    question.staff_asked_at = moment
    publish(StaffAsked(organisation_id=question.organisation_id, conversation_id=question.pk))
    return True


def hold_conversations(question: Question) -> None:
    """Hold those of this question and of the pages on which it is shown: first of all that an action is going to."""
    for conversation in _family(question):
        hold(conversation)


def staff_answered(*, question: Question, by: Membership, moment: datetime) -> None:
    """A member of staff answered: whoever waited has an answer."""
    for conversation in _waiting(question):
        _stop(conversation, moment, by)
        conversation.assignee = conversation.assignee or by
        conversation.save()


def peer_answered(*, question: Question, moment: datetime) -> None:
    """The asker accepted somebody else's answer: they have what they waited for."""
    for conversation in _waiting(question):
        _stop(conversation, moment, None)
        conversation.save()


def peer_did_not_answer(*, question: Question, answered_at: datetime) -> None:
    """The asker takes back that an answer helped: a promise that it had stopped runs on from where it began."""
    for conversation in _family(question):
        hold(conversation)
        if conversation.state == ConversationState.PUBLIC and resume_waiting(
            conversation, answered_at=answered_at, by=None
        ):
            conversation.state = ConversationState.OPEN
            conversation.save()
            publish(StaffAsked(organisation_id=conversation.organisation_id, conversation_id=conversation.pk))


def wait_no_longer(*, conversation: Conversation, by: Membership | None) -> None:
    """It turned out that nobody has to answer here (it went private, it is shown elsewhere, it is closed)."""
    hold(conversation)
    if conversation.is_waiting:
        stop_waiting(conversation, moment=clock.now(), by=by, answered=False)
        conversation.state = ConversationState.PUBLIC
        conversation.save()
        publish(StaffNoLongerAsked(organisation_id=conversation.organisation_id, conversation_id=conversation.pk))


def _stop(conversation: Conversation, moment: datetime, by: Membership | None) -> None:
    stop_waiting(conversation, moment=moment, by=by, answered=True)
    conversation.state = ConversationState.PUBLIC
    publish(StaffNoLongerAsked(organisation_id=conversation.organisation_id, conversation_id=conversation.pk))


def _waiting(question: Question) -> list[Conversation]:
    """The conversations of this question and of those on whose pages it is shown in which somebody waits, held."""
    found = []
    for conversation in _family(question):
        hold(conversation)
        if conversation.is_waiting:
            found.append(conversation)
    return found


def _family(question: Question) -> list[Conversation]:
    above = pages_of(question.organisation_id, question.pk)[1:]
    rows = Conversation.objects.of(question.organisation_id).in_bulk(above) if above else {}
    return [question.conversation, *(rows[pk] for pk in above)]
