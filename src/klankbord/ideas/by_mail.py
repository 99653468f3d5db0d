"""An answer to a mail about an idea: it becomes a reaction, after the same screening as on the page.

It came to the signed address of a public thread, and was kept there out of sight, without quoted history and
signature. It starts no promise clock.
"""

from __future__ import annotations

from django.db import transaction

from klankbord.conversations.actions.receive_message import NEEDS_NO_ANSWER
from klankbord.conversations.actions.speak_publicly import show_publicly
from klankbord.conversations.events import MessageReceived, PublicMessagePosted
from klankbord.conversations.models import Conversation, Direction, Message
from klankbord.events.publish import publish
from klankbord.ideas.access import PanelGate
from klankbord.ideas.counting import family
from klankbord.ideas.models import Idea
from klankbord.ideas.suggesting import found_in
from klankbord.moderation.actions.hold import hold_for_judgement
from klankbord.moderation.rules import WhyHeld
from klankbord.moderation.screening import Outcome, Verdict, Why, screen
from klankbord.participation.actions import follow
from klankbord.participation.models import Follow
from klankbord.people.models import Person

TAKEN = "by_mail"
"""The mark of a message that was looked at here."""


@transaction.atomic
def take_in_by_mail(event: MessageReceived) -> None:
    """Make a reaction of what came by mail; a moderator looks first when there is any doubt. Twice is once.

    What a machine sent, and history that was brought in, stays out of sight; so does what somebody sends to a panel
    that they are not in.
    """
    rows = Message.objects.of(event.organisation_id).filter(pk=event.message_id, direction=Direction.INBOUND)
    message = rows.select_for_update(of=("self",)).select_related("conversation__organisation", "person").first()
    idea = _idea(message)
    if message is None or idea is None or TAKEN in message.marks or event.quiet:
        return
    message.marks = [*message.marks, TAKEN]
    message.save(update_fields=["marks"])
    person = message.person
    if person is None or message.automatic in NEEDS_NO_ANSWER or not message.text.strip():
        return
    canonical = person.canonical.pk
    if canonical not in PanelGate().may_see(conversation=message.conversation, person_ids=[canonical]):
        return
    verdict = _judge(message, person, idea)
    if verdict.outcome is not Outcome.PUBLISH:
        hold_for_judgement(message=message, verdict=verdict)
        return
    show_publicly(message=message)
    conversations = Conversation.objects.of(message.organisation_id).filter(pk=message.conversation_id)
    conversations.filter(last_message_at__lt=message.said_at).update(last_message_at=message.said_at)
    follow(person=person, conversation=idea.root.conversation)
    publish(
        PublicMessagePosted(
            organisation_id=message.organisation_id,
            conversation_id=message.conversation_id,
            message_id=message.pk,
            opened=False,
        )
    )


def _idea(message: Message | None) -> Idea | None:
    if message is None or not message.conversation.is_public:
        return None
    rows = Idea.objects.of(message.organisation_id).filter(conversation_id=message.conversation_id)
    return rows.select_related("conversation__organisation", "board", "merged_into").first()


def _judge(message: Message, person: Person, idea: Idea) -> Verdict:
    """As on the page; and a moderator looks first at what a page would have asked about."""
    organisation = idea.conversation.organisation
    verdict = screen(organisation=organisation, person=person, membership=None, text=message.text, kind="mail")
    if verdict.outcome is Outcome.REFUSE:
        return Verdict(Outcome.HOLD, (Why(WhyHeld.ASKED),))
    doubts = list(verdict.reasons)
    if found_in(message.text, organisation):
        doubts.append(Why(WhyHeld.PERSONAL_DATA))
    # A sender can be forged, but only who follows the idea was ever sent this address.
    if not _was_told(person, idea) or not idea.root.board.is_open():
        doubts.append(Why(WhyHeld.ASKED))
    return Verdict(Outcome.HOLD, tuple(doubts), spam=verdict.spam) if doubts else verdict


def _was_told(person: Person, idea: Idea) -> bool:
    everyone = Person.objects.of(person.organisation_id).same_as(person)
    pages = [each.conversation_id for each in family(idea.root)]
    rows = Follow.objects.of(person.organisation_id).filter(person_id__in=everyone)
    topics = idea.conversation.taggings.values("topic_id")
    return (
        rows.filter(conversation_id__in=pages).exists()
        or rows.filter(topic_id__in=topics).exists()
        or rows.exclude(area="").exists()
        or rows.filter(whom_id=idea.conversation.person_id).exists()
    )
