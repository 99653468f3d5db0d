"""The numbers that questions and answers carry.

What is cast or said adds to them in the same transaction; whatever else changes who counts (a merge of persons or
questions, hiding, withdrawing) has them counted anew here.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from django.db import transaction
from django.db.models import Count, F, Q, Sum
from django.db.models.functions import Greatest

from klankbord.community.models import AnonymousVotes, Answer, Question
from klankbord.participation.actions import distinct_votes, vote_counts


def family_of(question: Question) -> list[int]:
    """Ids of the question and of everything that was joined into it, however deep."""
    return _family(question.organisation_id, question.pk)


def _family(organisation_id: int, question_id: int) -> list[int]:
    found, layer = [question_id], [question_id]
    rows = Question.objects.of(organisation_id)
    while layer:
        layer = [pk for pk in rows.filter(joined_into_id__in=layer).values_list("pk", flat=True) if pk not in found]
        found += layer
    return found


def add_to_helped(*, organisation_id: int, question_id: int, number: int, me_too: int = 0) -> None:
    """Add to the question and to all on whose pages it is shown."""
    rows = Question.objects.of(organisation_id).filter(pk__in=pages_of(organisation_id, question_id))
    rows.update(helped=F("helped") + number, me_too=F("me_too") + me_too)


def add_accepted(question: Question, number: int = 1) -> None:
    """Count one more accepted answer, for the question and for those on whose pages it is shown."""
    rows = Question.objects.of(question.organisation_id)
    rows.filter(pk__in=pages_of(question.organisation_id, question.pk)).update(accepted=F("accepted") + number)


def add_answer(question: Question, moment: datetime) -> None:
    """Count one more answer that everybody may read, for the question and for those on whose pages it is shown."""
    rows = Question.objects.of(question.organisation_id)
    pages = rows.filter(pk__in=pages_of(question.organisation_id, question.pk))
    pages.update(answers=F("answers") + 1, active_at=Greatest("active_at", moment))


def pages_of(organisation_id: int, question_id: int) -> list[int]:
    """The question and all on whose pages it is shown."""
    found: list[int] = []
    pk: int | None = question_id
    rows = Question.objects.of(organisation_id)
    while pk is not None and pk not in found:
        found.append(pk)
        pk = rows.filter(pk=pk).values_list("joined_into_id", flat=True).first()
    return found


def hold_pages(*questions: Question) -> None:
    """Hold all that stands on the pages of these questions for the rest of the transaction, as it is now.

    Answers before questions, as a vote takes them, and each by number: whoever comes waits, and nobody for each other.
    What is to be held of their conversations comes before (`waiting.hold_conversations`).
    """
    organisation_id = questions[0].organisation_id
    held: set[int] = set()
    while True:
        pages = {pages_of(organisation_id, each.pk)[-1] for each in questions}
        shown = {pk for page in pages for pk in _family(organisation_id, page)}
        if shown <= held:
            return
        answers = Answer.objects.of(organisation_id).filter(question_id__in=shown).order_by("pk")
        list(answers.select_for_update().values_list("pk", flat=True))
        rows = Question.objects.of(organisation_id).filter(pk__in=shown).order_by("pk")
        list(rows.select_for_update().values_list("pk", flat=True))
        held |= shown


@transaction.atomic
def recount(question: Question) -> None:
    """Count everything of this question anew, and of those on whose pages it is shown. Twice is once."""
    hold_pages(question)  # before counting: a vote of this very moment is counted or waits
    for page in pages_of(question.organisation_id, question.pk):
        _recount_one(question.organisation_id, page)


def _recount_one(organisation_id: int, question_id: int) -> None:
    family = _family(organisation_id, question_id)
    answers = Answer.objects.of(organisation_id).filter(question_id__in=family)
    _recount_scores(organisation_id, list(answers.values_list("pk", flat=True)))
    shown = answers.shown().aggregate(
        number=Count("pk"), accepted=Count("pk", filter=Q(accepted_at__isnull=False)), score=Sum("score")
    )
    openings = list(Question.objects.of(organisation_id).filter(pk__in=family).values_list("opening_id", flat=True))
    voters = distinct_votes(organisation_id=organisation_id, message_ids=openings)
    anonymous = sum(_anonymous(organisation_id, openings).values())
    Question.objects.of(organisation_id).filter(pk=question_id).update(
        answers=shown["number"],
        accepted=shown["accepted"],
        me_too=len(voters) + anonymous,
        helped=len(voters) + anonymous + (shown["score"] or 0),
    )


def _recount_scores(organisation_id: int, answer_ids: Collection[int]) -> None:
    anonymous = _anonymous(organisation_id, answer_ids)
    persons = vote_counts(organisation_id=organisation_id, message_ids=answer_ids)
    for answer in Answer.objects.of(organisation_id).filter(pk__in=answer_ids):
        score = persons.get(answer.pk, 0) + anonymous.get(answer.pk, 0)
        if score != answer.score:
            Answer.objects.of(organisation_id).filter(pk=answer.pk).update(score=score)


def _anonymous(organisation_id: int, message_ids: Collection[int]) -> dict[int, int]:
    rows = AnonymousVotes.objects.of(organisation_id).filter(message_id__in=message_ids)
    summed = rows.values("message_id").annotate(number=Sum("ups") - Sum("downs")).values_list("message_id", "number")
    return dict(summed)
