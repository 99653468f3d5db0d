"""Changing and taking back what stands in public."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import transaction

from klankbord.community.actions.waiting import hold_conversations, peer_did_not_answer
from klankbord.community.counting import recount
from klankbord.community.models import Answer, Question
from klankbord.community.refusals import MayNotRetag, TakesNoAnswers
from klankbord.conversations.actions.speak_publicly import withdraw_publicly
from klankbord.conversations.models import Message
from klankbord.participation.actions import is_own, revise, tag
from klankbord.participation.contract import NotYoursToChange
from klankbord.participation.models import Topic
from klankbord.people.models import Membership, Person, Role
from klankbord.reputation.actions import may
from klankbord.reputation.rules import Right


def may_edit(*, message: Message, person: Person, membership: Membership | None) -> bool:
    """Whether this person may change it: their own, what is open to all, anything for a moderator; and what others than
    staff wrote for who earned it (`Right.EDIT_OTHERS`).
    """
    if membership is not None and membership.may(Role.MODERATOR):
        return True
    if is_own(message, person) or is_open_to_all(message):
        return True
    return not _speaks_for_us(message) and may(person, Right.EDIT_OTHERS)


def may_retag(*, question: Question, person: Person, membership: Membership | None) -> bool:
    """Whether this person may say what it is about: who asked, who works here, and who earned it (`Right.RETAG`)."""
    return may(person, Right.RETAG, membership=membership) or is_own(question.opening, person)


@transaction.atomic
def edit(
    *,
    message: Message,
    by: Person,
    text: str,
    membership: Membership | None = None,
    title: str | None = None,
    topics: Sequence[Topic] | None = None,
    reason: str = "",
) -> bool:
    """Change what a public message says, and for a question its title and topics; what stood there stays to be seen.

    False when nothing changed.

    Raises:
        NotYoursToChange: see `may_edit`.
        TakesNoAnswers: the question is locked, and `by` is no moderator.
        NothingWritten, TooLong: the text.
    """
    if not may_edit(message=message, person=by, membership=membership):
        raise NotYoursToChange
    question = Question.objects.of(message.organisation_id).get(pk=message.conversation_id)
    is_moderator = membership is not None and membership.may(Role.MODERATOR)
    if not is_moderator and (question.locked_at is not None or question.moved_at is not None):
        raise TakesNoAnswers
    is_opening = message.pk == question.opening_id
    changed = revise(message=message, by=by, text=text, subject=title if is_opening else None, reason=reason)
    if is_opening and topics is not None:
        return tag(conversation=message.conversation, topics=topics) or changed is not None
    return changed is not None


@transaction.atomic
def retag(*, question: Question, by: Person, topics: Sequence[Topic], membership: Membership | None = None) -> bool:
    """Let the question be about exactly these topics. False when it was.

    Raises:
        MayNotRetag: see `may_retag`.
        TakesNoAnswers: the question is locked or private now, and `by` does not work here.
    """
    if not may_retag(question=question, person=by, membership=membership):
        raise MayNotRetag
    if membership is None and (question.locked_at is not None or question.moved_at is not None):
        raise TakesNoAnswers
    return tag(conversation=question.conversation, topics=topics)


@transaction.atomic
def withdraw(*, message: Message, by: Person) -> bool:
    """The author takes it back. A question stays for the answers that others gave. False: it was taken back.

    If it was the only answer that had helped, a promise that it had stopped runs on.

    Raises:
        NotYoursToChange: somebody else wrote it.
    """
    if not is_own(message, by):
        raise NotYoursToChange
    question = Question.objects.of(message.organisation_id).get(pk=message.conversation_id)
    hold_conversations(question)
    if not withdraw_publicly(message=message):
        return False
    recount(question)
    question.refresh_from_db(from_queryset=Question.objects.of(message.organisation_id))
    gone = Answer.objects.of(message.organisation_id).filter(pk=message.pk, accepted_at__isnull=False).first()
    if gone is not None and gone.accepted_at is not None and not question.accepted:
        peer_did_not_answer(question=question, answered_at=gone.accepted_at)
    return True


def _speaks_for_us(message: Message) -> bool:
    """Staff wrote it, or the organisation made it its own: nobody else changes what we stand for."""
    official = Answer.objects.of(message.organisation_id).filter(pk=message.pk, official_at__isnull=False)
    return message.membership_id is not None or official.exists()


def is_open_to_all(message: Message) -> bool:
    """Whether everybody may improve it."""
    rows = Question.objects.of(message.organisation_id)
    if rows.filter(opening=message, wiki_at__isnull=False).exists():
        return True
    return Answer.objects.of(message.organisation_id).filter(pk=message.pk, wiki_at__isnull=False).exists()
