"""Staff say that the organisation stands for an answer, whoever wrote it."""

from __future__ import annotations

from django.db import transaction

from klankbord import clock
from klankbord.audit.actions import record
from klankbord.community.actions.waiting import hold_conversations, staff_answered
from klankbord.community.events import AnswerMadeOfficial, AnswerNoLongerOfficial
from klankbord.community.models import Answer
from klankbord.community.refusals import OnlyStaff
from klankbord.events.publish import publish
from klankbord.people.models import Membership


@transaction.atomic
def make_official(*, answer: Answer, by: Membership) -> bool:
    """The organisation stands for this answer; the promise clock stops, if one runs. False: it did already.

    Raises:
        OnlyStaff: `by` does not work here (any more).
    """
    _may(answer, by)
    hold_conversations(answer.question)
    moment = clock.now()
    rows = Answer.objects.of(answer.organisation_id).filter(pk=answer.pk, official_at__isnull=True)
    if not rows.update(official_at=moment, official_by=by):
        return False
    answer.official_at, answer.official_by = moment, by
    staff_answered(question=answer.question, by=by, moment=moment)
    record(organisation_id=by.organisation_id, membership_id=by.pk, verb="made_official", subject=answer)
    publish(
        AnswerMadeOfficial(
            organisation_id=answer.organisation_id,
            conversation_id=answer.question_id,
            message_id=answer.pk,
            author_id=answer.message.person_id,
            membership_id=by.pk,
        )
    )
    return True


@transaction.atomic
def make_unofficial(*, answer: Answer, by: Membership) -> bool:
    """The organisation no longer stands for it. A clock that it stopped stays stopped. False: it did not.

    Raises:
        OnlyStaff: as `make_official`.
    """
    _may(answer, by)
    rows = Answer.objects.of(answer.organisation_id).filter(pk=answer.pk, official_at__isnull=False)
    if not rows.update(official_at=None, official_by=None):
        return False
    answer.official_at = answer.official_by = None
    record(organisation_id=by.organisation_id, membership_id=by.pk, verb="made_unofficial", subject=answer)
    publish(
        AnswerNoLongerOfficial(
            organisation_id=answer.organisation_id, conversation_id=answer.question_id, message_id=answer.pk
        )
    )
    return True


def _may(answer: Answer, by: Membership) -> None:
    if by.organisation_id != answer.organisation_id or not by.is_active:
        raise OnlyStaff
