"""Closing a question for further answers, locking it altogether, and opening it again."""

from __future__ import annotations

from django.db import transaction

from klankbord import clock
from klankbord.audit.actions import record
from klankbord.community.actions.waiting import hold_conversations, wait_no_longer
from klankbord.community.events import QuestionChanged
from klankbord.community.models import Question
from klankbord.community.refusals import OnlyStaff
from klankbord.events.publish import publish
from klankbord.people.models import Membership, Role

LONGEST_REASON = 200


@transaction.atomic
def close(*, question: Question, by: Membership, why: str = "", lock: bool = False) -> bool:
    """No further answers; with `lock` nothing can be added, changed or voted on either. False: it was so.

    Everybody reads `why`. Nobody waits for staff here any more.

    Raises:
        OnlyStaff: `by` is no moderator here.
    """
    _may(question, by)
    hold_conversations(question)
    rows = Question.objects.of(question.organisation_id).filter(pk=question.pk)
    moment, column = clock.now(), "locked_at" if lock else "closed_at"
    why = " ".join(why.split())[:LONGEST_REASON]
    if not rows.filter(**{f"{column}__isnull": True}).update(**{column: moment, "closed_for": why}):
        return False
    setattr(question, column, moment)
    question.closed_for = why
    wait_no_longer(conversation=question.conversation, by=by)
    _tell(question, by, "locked" if lock else "closed")
    return True


@transaction.atomic
def open_again(*, question: Question, by: Membership) -> bool:
    """It takes answers and changes again. False: it did.

    Raises:
        OnlyStaff: `by` is no moderator here.
    """
    _may(question, by)
    if question.closed_at is None and question.locked_at is None:
        return False
    rows = Question.objects.of(question.organisation_id).filter(pk=question.pk)
    rows.update(closed_at=None, locked_at=None, closed_for="")
    question.closed_at = question.locked_at = None
    question.closed_for = ""
    _tell(question, by, "opened_again")
    return True


def _may(question: Question, by: Membership) -> None:
    if by.organisation_id != question.organisation_id or not by.may(Role.MODERATOR):
        raise OnlyStaff


def _tell(question: Question, by: Membership, verb: str) -> None:
    record(organisation_id=by.organisation_id, membership_id=by.pk, verb=verb, subject=question)
    publish(QuestionChanged(organisation_id=question.organisation_id, conversation_id=question.pk))
