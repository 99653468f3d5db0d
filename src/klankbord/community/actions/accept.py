"""The asker says which answers helped."""

from __future__ import annotations

from django.db import transaction

from klankbord import clock
from klankbord.community.actions.waiting import hold_conversations, peer_answered, peer_did_not_answer
from klankbord.community.counting import hold_pages, recount
from klankbord.community.events import AnswerAccepted, AnswerNoLongerAccepted
from klankbord.community.models import Answer
from klankbord.community.refusals import NotTheAsker, TakesNoAnswers
from klankbord.events.publish import publish
from klankbord.people.models import Person


@transaction.atomic
def accept(*, answer: Answer, by: Person, place: str = "") -> bool:
    """This answer helped; the promise clock stops, if one runs. More than one may be accepted. False: it was, or its
    author took it back in this very moment.

    `place` is a keyed hash of the network from which it is said.

    Raises:
        NotTheAsker: somebody else asked.
        TakesNoAnswers: the question is locked or private now.
    """
    _may(answer, by)
    hold_conversations(answer.question)
    hold_pages(answer.question)
    moment = clock.now()
    rows = Answer.objects.of(answer.organisation_id).filter(pk=answer.pk, accepted_at__isnull=True)
    rows = rows.filter(message__withdrawn_at__isnull=True)
    if not rows.update(accepted_at=moment, accepted_place=place[:16]):
        return False
    answer.accepted_at = moment
    recount(answer.question)
    peer_answered(question=answer.question, moment=moment)
    publish(
        AnswerAccepted(
            organisation_id=answer.organisation_id,
            conversation_id=answer.question_id,
            message_id=answer.pk,
            author_id=answer.message.person_id,
            by_id=by.pk,
        )
    )
    return True


@transaction.atomic
def accept_no_longer(*, answer: Answer, by: Person) -> bool:
    """It did not help after all; a promise that it had stopped runs on. False: it was not accepted.

    Raises:
        NotTheAsker, TakesNoAnswers: as `accept`.
    """
    _may(answer, by)
    hold_conversations(answer.question)
    hold_pages(answer.question)
    was = answer.accepted_at
    rows = Answer.objects.of(answer.organisation_id).filter(pk=answer.pk, accepted_at__isnull=False)
    if not rows.update(accepted_at=None, accepted_place="") or was is None:
        return False
    answer.accepted_at = None
    recount(answer.question)
    peer_did_not_answer(question=answer.question, answered_at=was)
    publish(
        AnswerNoLongerAccepted(
            organisation_id=answer.organisation_id, conversation_id=answer.question_id, message_id=answer.pk
        )
    )
    return True


def _may(answer: Answer, by: Person) -> None:
    question = answer.question
    everyone = Person.objects.of(answer.organisation_id).same_as(by)
    # On the page of joined questions, each asker says it of the answers there: the question that it was given to, or
    # the one on whose page it is shown.
    askers = {question.conversation.person_id, question.root.conversation.person_id}
    if not askers & set(everyone):
        raise NotTheAsker
    if question.locked_at is not None or question.moved_at is not None:
        raise TakesNoAnswers
