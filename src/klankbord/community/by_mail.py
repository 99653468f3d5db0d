"""An answer to a mail about a question: it becomes an answer or a comment, after the same screening as on the page.

It came to the signed address of a public thread, and was kept there out of sight, without quoted history and
signature. It starts no promise clock.
"""

from __future__ import annotations

from django.db import transaction

from klankbord.community.counting import add_answer, family_of
from klankbord.community.models import Answer, Question
from klankbord.conversations.actions.receive_message import NEEDS_NO_ANSWER
from klankbord.conversations.actions.speak_publicly import show_publicly
from klankbord.conversations.events import MessageReceived, PublicMessagePosted
from klankbord.conversations.models import Conversation, Direction, Message
from klankbord.events.publish import publish
from klankbord.moderation.actions.hold import hold_for_judgement
from klankbord.moderation.house import own_ways
from klankbord.moderation.rules import WhyHeld
from klankbord.moderation.screening import Outcome, Verdict, Why, screen
from klankbord.participation.actions import follow
from klankbord.participation.models import Follow, Notice
from klankbord.people.models import Person
from klankbord.understanding.personal_data import find

TAKEN = "by_mail"
"""The mark of a message that was looked at here."""


@transaction.atomic
def take_in_by_mail(event: MessageReceived) -> None:
    """Make an answer or comment of what came by mail; a moderator looks first when there is any doubt. Twice is once.

    What a machine sent, and history that was brought in, stays out of sight.
    """
    rows = Message.objects.of(event.organisation_id).filter(pk=event.message_id, direction=Direction.INBOUND)
    message = rows.select_for_update(of=("self",)).select_related("conversation__organisation", "person").first()
    question = _question(message)
    if message is None or question is None or TAKEN in message.marks or event.quiet:
        return
    message.marks = [*message.marks, TAKEN]
    message.save(update_fields=["marks"])
    if message.person is None or message.automatic in NEEDS_NO_ANSWER or not message.text.strip():
        return
    _give_it_a_place(message, message.person, question)
    verdict = _judge(message, message.person, question)
    if verdict.outcome is Outcome.PUBLISH:
        _post(message, message.person, question)
    else:
        hold_for_judgement(message=message, verdict=verdict)


def _question(message: Message | None) -> Question | None:
    if message is None or not message.conversation.is_public:
        return None
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


def _judge(message: Message, person: Person, question: Question) -> Verdict:
    """As on the page; and a moderator looks first at what a page would have asked about."""
    organisation = question.conversation.organisation
    verdict = screen(organisation=organisation, person=person, membership=None, text=message.text, kind="mail")
    if verdict.outcome is Outcome.REFUSE:
        return Verdict(Outcome.HOLD, (Why(WhyHeld.ASKED),))
    doubts = list(verdict.reasons)
    if find(message.text, allowed=own_ways(organisation)):
        doubts.append(Why(WhyHeld.PERSONAL_DATA))
    # A sender can be forged, but only who follows the question was ever sent this address.
    if not _follows(person, question) or question.locked_at is not None or question.moved_at is not None:
        doubts.append(Why(WhyHeld.ASKED))
    return Verdict(Outcome.HOLD, tuple(doubts), spam=verdict.spam) if doubts else verdict


def _post(message: Message, person: Person, question: Question) -> None:
    show_publicly(message=message)
    rows = Conversation.objects.of(message.organisation_id).filter(pk=message.conversation_id)
    rows.filter(last_message_at__lt=message.said_at).update(last_message_at=message.said_at)
    if Answer.objects.of(message.organisation_id).filter(pk=message.pk).exists():
        add_answer(question, message.said_at)
    else:
        pages = Question.objects.of(message.organisation_id).filter(pk=question.pk)
        pages.filter(active_at__lt=message.said_at).update(active_at=message.said_at)
    follow(person=person, conversation=question.conversation)
    publish(
        PublicMessagePosted(
            organisation_id=message.organisation_id,
            conversation_id=message.conversation_id,
            message_id=message.pk,
            opened=False,
        )
    )


def _follows(person: Person, question: Question) -> bool:
    everyone = Person.objects.of(person.organisation_id).same_as(person)
    pages = {question.pk, question.root.pk, *family_of(question)}
    rows = Follow.objects.of(person.organisation_id).filter(person_id__in=everyone)
    topics = question.conversation.taggings.values("topic_id")
    return (
        rows.filter(conversation_id__in=pages).exists()
        or rows.filter(topic_id__in=topics).exists()
        or rows.exclude(area="").exists()
        or rows.filter(whom_id=question.conversation.person_id).exists()
    )


def _is_asker(person: Person, question: Question) -> bool:
    return question.conversation.person_id in Person.objects.of(person.organisation_id).same_as(person)
