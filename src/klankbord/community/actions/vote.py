"""Saying that an answer is useful, or that a question helped oneself too. One person, one vote."""

from __future__ import annotations

from django.db import transaction
from django.db.models import F

from klankbord.community.counting import add_to_helped, family_of
from klankbord.community.models import Answer, Question
from klankbord.participation.actions import cast_vote, refuse_own, voted_for, withdraw_vote
from klankbord.people.models import Person


@transaction.atomic
def find_useful(*, answer: Answer, person: Person, place: str = "") -> bool:
    """Count `person` for the answer, once however often and from wherever at the same moment. False: they counted.

    Raises:
        OwnWords: they wrote it.
    """
    refuse_own(answer.message, person)
    if not cast_vote(message=answer.message, person=person, place=place):
        return False
    Answer.objects.of(answer.organisation_id).filter(pk=answer.pk).update(score=F("score") + 1)
    add_to_helped(organisation_id=answer.organisation_id, question_id=answer.question_id, number=1)
    return True


@transaction.atomic
def find_no_longer_useful(*, answer: Answer, person: Person) -> bool:
    """Take that back. False: they did not count."""
    if not withdraw_vote(message=answer.message, person=person):
        return False
    Answer.objects.of(answer.organisation_id).filter(pk=answer.pk).update(score=F("score") - 1)
    add_to_helped(organisation_id=answer.organisation_id, question_id=answer.question_id, number=-1)
    return True


@transaction.atomic
def was_helped_too(*, question: Question, person: Person, place: str = "") -> bool:
    """Count `person` among those whom the question helped too, once for it and all its duplicates. False: they counted.

    Raises:
        OwnWords: they asked it.
    """
    refuse_own(question.opening, person)
    if _counts_for_family(question, person):
        return False
    if not cast_vote(message=question.opening, person=person, place=place):
        return False
    add_to_helped(organisation_id=question.organisation_id, question_id=question.pk, number=1, me_too=1)
    return True


@transaction.atomic
def was_not_helped_too(*, question: Question, person: Person) -> bool:
    """Take that back, wherever in the family of duplicates it stood. False: they did not count."""
    changed = False
    rows = Question.objects.of(question.organisation_id).filter(pk__in=family_of(question))
    for each in rows.select_related("opening"):
        if withdraw_vote(message=each.opening, person=person):
            add_to_helped(organisation_id=each.organisation_id, question_id=each.pk, number=-1, me_too=-1)
            changed = True
    return changed


def _counts_for_family(question: Question, person: Person) -> bool:
    rows = Question.objects.of(question.organisation_id).filter(pk__in=family_of(question))
    openings = rows.values_list("opening_id", flat=True)
    return bool(voted_for(person=person, organisation_id=question.organisation_id, message_ids=openings))
