"""An answer to a mail about a question: it becomes an answer or a comment. See `participation/by_mail.py`."""

from __future__ import annotations

from django.db import transaction

from klankbord.community.counting import add_answer, family_of
from klankbord.community.models import Answer, Question
from klankbord.conversations.events import MessageReceived
from klankbord.conversations.models import Message
from klankbord.moderation.actions.hold import hold_for_judgement
from klankbord.moderation.screening import Outcome
from klankbord.participation.by_mail import first_look, judge, post, was_told
from klankbord.participation.models import Notice
from klankbord.people.models import Person


@transaction.atomic
def take_in_by_mail(event: MessageReceived) -> None:
    """Make an answer or comment of what came by mail; a moderator looks first when there is any doubt. Twice is once.

    What a machine sent, and history that was brought in, stays out of sight.
    """
    found = first_look(event, _question)
    if found is None:
        return
    message, person, question = found
    _give_it_a_place(message, person, question)
    is_open = question.locked_at is None and question.moved_at is None
    verdict = judge(message, person, expected=is_open and _follows(person, question))
    if verdict.outcome is not Outcome.PUBLISH:
        hold_for_judgement(message=message, verdict=verdict)
        return
    post(message, person, page=question.conversation)
    _count(message, question)


def _question(message: Message) -> Question | None:
    rows = Question.objects.of(message.organisation_id).select_related("conversation", "opening", "joined_into")
    return rows.filter(pk=message.conversation_id).first()


def _give_it_a_place(message: Message, person: Person, question: Question) -> None:
    """As an answer when somebody else than the asker answers the question itself, else as a comment."""
    about = _told_last(person, question)
    if about is None or about.pk == question.opening_id:
        if not _is_asker(person, question) and question.takes_answers:
            Answer.objects.create(organisation_id=question.organisation_id, message=message, question=question)
            return
        about = question.opening
    under = about.reply_to or about
    if under.conversation_id == message.conversation_id:
        message.reply_to = under
    else:  # said on the page of a question into which this one was joined
        message.reply_to = question.opening
    message.save(update_fields=["reply_to"])


def _told_last(person: Person, question: Question) -> Message | None:
    """What the last mail to this person about this question was about."""
    everyone = Person.objects.of(person.organisation_id).same_as(person)
    rows = Notice.objects.of(person.organisation_id).filter(
        person_id__in=everyone, conversation_id=question.pk, told_at__isnull=False, message__isnull=False
    )
    notice = rows.order_by("-told_at", "-pk").select_related("message__reply_to").first()
    return notice.message if notice is not None else None


def _count(message: Message, question: Question) -> None:
    if Answer.objects.of(message.organisation_id).filter(pk=message.pk).exists():
        add_answer(question, message.said_at)
    else:
        pages = Question.objects.of(message.organisation_id).filter(pk=question.pk)
        pages.filter(active_at__lt=message.said_at).update(active_at=message.said_at)


def _follows(person: Person, question: Question) -> bool:
    return was_told(person, question.conversation, {question.pk, question.root.pk, *family_of(question)})


def _is_asker(person: Person, question: Question) -> bool:
    return question.conversation.person_id in Person.objects.of(person.organisation_id).same_as(person)
