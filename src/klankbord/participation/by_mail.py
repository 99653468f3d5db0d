"""An answer to a mail about something public: what the packages above share in taking it in.

It came to the signed address of a public thread, and was kept there out of sight, without quoted history and
signature. It starts no promise clock. It is screened as on the page before anybody else reads it.
"""

from __future__ import annotations

from collections.abc import Callable, Collection

from klankbord.conversations.actions.speak_publicly import show_publicly
from klankbord.conversations.events import MessageReceived, PublicMessagePosted
from klankbord.conversations.models import NEEDS_NO_ANSWER, Conversation, Direction, Message
from klankbord.events.publish import publish
from klankbord.moderation.rules import WhyHeld
from klankbord.moderation.screening import Outcome, Verdict, Why, screen
from klankbord.participation.actions import follow
from klankbord.participation.models import Follow
from klankbord.participation.privacy import kinds_in
from klankbord.people.models import Person

TAKEN = "by_mail"
"""The mark of a message that was looked at here."""


def first_look[Facet](
    event: MessageReceived, facet_of: Callable[[Message], Facet | None]
) -> tuple[Message, Person, Facet] | None:
    """The message, who sent it and what it is about (`facet_of`), for the first who asks; None afterwards.

    None as well for what stays out of sight: what a machine sent, history that was brought in, a thread of others.
    """
    rows = Message.objects.of(event.organisation_id).filter(pk=event.message_id, direction=Direction.INBOUND)
    message = rows.select_for_update(of=("self",)).select_related("conversation__organisation", "person").first()
    if message is None or event.quiet or TAKEN in message.marks or not message.conversation.is_public:
        return None
    facet = facet_of(message)
    if facet is None:
        return None
    message.marks = [*message.marks, TAKEN]
    message.save(update_fields=["marks"])
    if message.person is None or message.automatic in NEEDS_NO_ANSWER or not message.text.strip():
        return None
    return message, message.person, facet


def judge(message: Message, person: Person, *, expected: bool) -> Verdict:
    """As on the page; and a moderator looks first at what a page would ask about, and at who was not expected."""
    organisation = message.conversation.organisation
    verdict = screen(organisation=organisation, person=person, membership=None, text=message.text)
    if verdict.outcome is Outcome.REFUSE:
        return Verdict(Outcome.HOLD, (Why(WhyHeld.ASKED),))
    doubts = list(verdict.reasons)
    if kinds_in(organisation, message.text):
        doubts.append(Why(WhyHeld.PERSONAL_DATA))
    if not expected:
        doubts.append(Why(WhyHeld.ASKED))
    return Verdict(Outcome.HOLD, tuple(doubts), spam=verdict.spam) if doubts else verdict


def was_told(person: Person, conversation: Conversation, pages: Collection[int]) -> bool:
    """Whether mail about this thread, or one of `pages`, goes to this person: a sender can be forged, but only who
    follows it was ever sent this address.
    """
    everyone = Person.objects.of(person.organisation_id).same_as(person)
    rows = Follow.objects.of(person.organisation_id).filter(person_id__in=everyone)
    return (
        rows.filter(conversation_id__in=pages).exists()
        or rows.filter(topic_id__in=conversation.taggings.values("topic_id")).exists()
        or rows.exclude(area="").exists()
        or rows.filter(whom_id=conversation.person_id).exists()
    )


def post(message: Message, person: Person, *, page: Conversation) -> None:
    """Let everybody read it, and its author hear what follows on that page."""
    show_publicly(message=message)
    rows = Conversation.objects.of(message.organisation_id).filter(pk=message.conversation_id)
    rows.filter(last_message_at__lt=message.said_at).update(last_message_at=message.said_at)
    follow(person=person, conversation=page)
    publish(
        PublicMessagePosted(
            organisation_id=message.organisation_id,
            conversation_id=message.conversation_id,
            message_id=message.pk,
            opened=False,
        )
    )
