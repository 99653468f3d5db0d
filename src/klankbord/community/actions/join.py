"""The same question twice: shown on one page, with the votes, answers and followers of both. No row moves."""

from __future__ import annotations

from django.db import transaction

from klankbord.audit.actions import record
from klankbord.community.actions.waiting import hold_conversations, wait_no_longer
from klankbord.community.counting import hold_pages, recount
from klankbord.community.events import QuestionsJoined, QuestionsParted
from klankbord.community.models import Question
from klankbord.community.refusals import OnlyStaff, SameQuestion
from klankbord.events.publish import publish
from klankbord.people.models import Membership, Role


@transaction.atomic
def join(*, question: Question, into: Question, by: Membership | None, quiet: bool = False) -> None:
    """Show `question`, and all that was joined into it, on the page of `into`. Twice is once.

    Who waits for staff in the duplicate waits on the page of the other, if nobody has answered there. `by` is None for
    history that is brought in.

    Raises:
        OnlyStaff: `by` is no moderator here.
        SameQuestion: they stand on one page already, or it is the same question.
    """
    _may(question, by)
    if into.organisation_id != question.organisation_id:
        raise SameQuestion
    hold_conversations(question)
    hold_pages(question, into)
    rows = Question.objects.of(question.organisation_id)
    for each in (question, into):
        each.refresh_from_db(from_queryset=rows)
    root, was = into.root, question.joined_into
    if question.joined_into_id in (into.pk, root.pk):
        return
    if root.pk == question.root.pk:
        raise SameQuestion
    rows.filter(pk=question.pk).update(joined_into=root)
    question.joined_into = root
    recount(question)
    if was is not None:
        recount(was)
    if not quiet:
        wait_no_longer(conversation=question.conversation, by=by)
    if by is not None:
        record(organisation_id=by.organisation_id, membership_id=by.pk, verb="joined", subject=question, into=root.pk)
    publish(
        QuestionsJoined(
            organisation_id=question.organisation_id,
            conversation_id=question.pk,
            into_id=root.pk,
            membership_id=by.pk if by is not None else None,
        )
    )


@transaction.atomic
def part(*, question: Question, by: Membership) -> bool:
    """Make it a question of its own again, with everything that was its own. False: it was one.

    Raises:
        OnlyStaff: as `join`.
    """
    _may(question, by)
    hold_pages(question)
    question.refresh_from_db(from_queryset=Question.objects.of(question.organisation_id))
    was = question.joined_into
    if was is None:
        return False
    Question.objects.of(question.organisation_id).filter(pk=question.pk).update(joined_into=None)
    question.joined_into = None
    recount(question)
    recount(was)
    record(organisation_id=by.organisation_id, membership_id=by.pk, verb="parted", subject=question, was=was.pk)
    publish(
        QuestionsParted(
            organisation_id=question.organisation_id, conversation_id=question.pk, into_id=was.pk, membership_id=by.pk
        )
    )
    return True


def _may(question: Question, by: Membership | None) -> None:
    if by is not None and (by.organisation_id != question.organisation_id or not by.may(Role.MODERATOR)):
        raise OnlyStaff
