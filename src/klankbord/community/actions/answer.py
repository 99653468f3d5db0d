"""Answering and commenting in public."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from klankbord.community.actions.official import make_official
from klankbord.community.actions.waiting import hold_conversations, staff_answered
from klankbord.community.counting import add_answer
from klankbord.community.models import Answer, Question
from klankbord.community.refusals import TakesNoAnswers
from klankbord.conversations.actions.speak_publicly import say_publicly
from klankbord.conversations.models import Message
from klankbord.participation.actions import follow
from klankbord.participation.pictures import Shown, as_files, hang
from klankbord.people.models import Membership, Person


@transaction.atomic
def answer(
    *,
    question: Question,
    person: Person,
    text: str,
    pictures: Sequence[Shown] = (),
    membership: Membership | None = None,
    official: bool = False,
    held: bool = False,
    said_at: datetime | None = None,
    quiet: bool = False,
) -> Answer:
    """Answer a question. Who answers follows it from then on.

    An answer by a member of staff stops the promise clock, if one runs. With `official` the organisation stands for it.

    Raises:
        TakesNoAnswers: it is closed, locked or private now.
        NothingWritten, TooLong: the text.
    """
    if not question.takes_answers and not quiet:
        raise TakesNoAnswers
    if not quiet:
        hold_conversations(question)
    message = say_publicly(
        conversation=question.conversation,
        person=person,
        text=text,
        pictures=as_files(pictures),
        membership=membership,
        held=held,
        said_at=said_at,
        quiet=quiet,
    )
    made = Answer.objects.create(organisation_id=question.organisation_id, message=message, question=question)
    hang(pictures, message)
    if not held:
        add_answer(question, message.said_at)
    if not quiet:
        follow(person=person, conversation=question.conversation)
        if membership is not None and not held:
            staff_answered(question=question, by=membership, moment=message.said_at)
        if membership is not None and official:
            make_official(answer=made, by=membership)
    return made


@transaction.atomic
def comment(
    *,
    message: Message,
    person: Person,
    text: str,
    membership: Membership | None = None,
    held: bool = False,
    said_at: datetime | None = None,
    quiet: bool = False,
) -> Message:
    """Say something about a question or an answer. Under a comment it becomes one beside it.

    Raises:
        TakesNoAnswers: the question is locked or private now; one that is only closed can be talked about.
        NothingWritten, TooLong: the text.
    """
    question = question_of(message)
    if not quiet and (question.locked_at is not None or question.moved_at is not None):
        raise TakesNoAnswers
    under = message.reply_to or message
    said = say_publicly(
        conversation=message.conversation,
        person=person,
        text=text,
        membership=membership,
        reply_to=under,
        held=held,
        said_at=said_at,
        quiet=quiet,
    )
    if not held:
        rows = Question.objects.of(question.organisation_id).filter(pk=question.pk)
        rows.filter(active_at__lt=said.said_at).update(active_at=said.said_at)
    if not quiet:
        follow(person=person, conversation=message.conversation)
    return said


def question_of(message: Message) -> Question:
    """The question in whose thread this was said."""
    return Question.objects.of(message.organisation_id).get(pk=message.conversation_id)
