"""Receiving: who speaks, in which thread, and does someone now wait for us."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from django.db import IntegrityError, transaction

from klankbord.channels.contract import InboundAttachment, InboundMessage
from klankbord.channels.models import Arrival, Channel
from klankbord.conversations.actions.attach_bounce import attach_bounce
from klankbord.conversations.codes import new_code
from klankbord.conversations.events import ConversationStateChanged, MessageReceived
from klankbord.conversations.models import (
    Attachment,
    Conversation,
    ConversationKind,
    ConversationState,
    Direction,
    Message,
    MessageHtml,
)
from klankbord.conversations.promise import record_promise, start_waiting
from klankbord.conversations.signing import read_token
from klankbord.events.publish import publish
from klankbord.files.models import StoredFile
from klankbord.people.actions import identify_person, learn_address
from klankbord.people.models import AddressKind, Organisation, Person

NEEDS_NO_ANSWER = frozenset(
    {
        *("auto-replied", "bounce", "bulk", "empty-return-path", "junk", "list"),
        *("mailer-daemon", "out-of-office", "own", "receipt", "report"),
    }
)
"""Automatic mail for which nobody waits. Mail that a machine made for a person (a web form) does wait for us."""

StoredAttachment = tuple[InboundAttachment, StoredFile]


class Outcome(StrEnum):
    """What became of an arrival."""

    RECEIVED = "received"
    DUPLICATE = "duplicate"
    BOUNCE = "bounce"


@dataclass(frozen=True, slots=True)
class Received:
    """The result of receiving: the message, the earlier one of which this is a second copy, or None for a bounce."""

    outcome: Outcome
    message: Message | None


@transaction.atomic
def receive_message(
    *,
    arrival: Arrival,
    inbound: InboundMessage,
    organisation: Organisation,
    attachments: Sequence[StoredAttachment] = (),
    spam: bool = False,
) -> Received:
    """Turn a stored arrival into a message in its conversation, in one transaction.

    A second copy of a known contribution adds nothing, however often and from however many processes it is received.
    The same external id with other content is kept beside the first and marked `same_id`. Imported mail (`quiet` in the
    envelope) starts no clock, nor does what the door held off (`spam` in the envelope). The attachments were stored
    before.
    """
    channel = arrival.channel
    external_id, marks = _identity(channel, inbound.external_id, arrival.digest)
    known = Message.objects.of(organisation).filter(channel=channel, external_id=external_id).first()
    if known is not None:
        return Received(Outcome.DUPLICATE, known)
    if inbound.bounce is not None and attach_bounce(organisation=organisation, bounce=inbound.bounce):
        return Received(Outcome.BOUNCE, None)
    automatic = _why_automatic(arrival, inbound)
    quiet = bool(arrival.envelope.get("quiet"))
    spam = spam or bool(arrival.envelope.get("spam"))
    moment = (inbound.sent_at if quiet and inbound.sent_at else None) or arrival.received_at
    person = _speaker(organisation, inbound, arrival)
    conversation = _thread(organisation, inbound, arrival)
    opened = conversation is None
    waits = automatic not in NEEDS_NO_ANSWER and not quiet and not spam
    if conversation is None:
        state = ConversationState.SPAM if spam else ConversationState.OPEN if waits else ConversationState.DONE
        conversation = _open(organisation, channel, person, inbound, moment, state)
    else:
        conversation.last_message_at = max(conversation.last_message_at, moment)
    begins_to_wait = waits and _wait(conversation, organisation, moment)
    conversation.save()
    if begins_to_wait:
        record_promise(conversation)
    message = Message(
        organisation=organisation,
        conversation=conversation,
        direction=Direction.INBOUND,
        channel=channel,
        external_id=external_id,
        digest=arrival.digest,
        person=person,
        text=_clean(inbound.reply or inbound.text),
        quoted=_clean(inbound.quoted),
        signature=_clean(inbound.signature),
        has_html=inbound.html is not None,
        automatic=automatic or "",
        marks=[*marks, *inbound.marks],
        arrival=arrival,
        said_at=moment,
    )
    try:
        with transaction.atomic():
            message.save()
    except IntegrityError:  # another process received the same contribution in this very moment
        raise AlreadyReceived(external_id) from None
    _attach(message, inbound, attachments)
    publish(
        MessageReceived(
            organisation_id=organisation.pk,
            conversation_id=conversation.pk,
            message_id=message.pk,
            opened=opened,
            quiet=quiet,
        )
    )
    return Received(Outcome.RECEIVED, message)


class AlreadyReceived(Exception):
    """Another process was first with the same contribution; everything of this attempt is rolled back."""


def _clean(text: str) -> str:
    """PostgreSQL's text cannot hold a null character."""
    return text.replace("\x00", "\N{REPLACEMENT CHARACTER}")


def _identity(channel: Channel, external_id: str, digest: str) -> tuple[str, list[str]]:
    external_id = _clean(external_id)[:380]
    first = Message.objects.of(channel.organisation_id).filter(channel=channel, external_id=external_id)
    known_digest = first.values_list("digest", flat=True).first()
    if known_digest is None or known_digest == digest:
        return external_id, []
    return f"{external_id}#{digest[:16]}", ["same_id"]


def _why_automatic(arrival: Arrival, inbound: InboundMessage) -> str | None:
    channel = arrival.channel
    if inbound.bounce is not None:
        return "bounce"
    if inbound.sender is not None and inbound.sender.address.lower() == channel.address and channel.address:
        return "own"
    if inbound.automatic is None and arrival.envelope.get("sender") == "":
        return "empty-return-path"
    return inbound.automatic


def _speaker(organisation: Organisation, inbound: InboundMessage, arrival: Arrival) -> Person:
    """The person behind the sender's address. A header never speaks as staff: whoever it names is a customer here.

    `person` in the envelope is somebody whom the door itself knows: who writes on under their private link.
    """
    known = Person.objects.of(organisation).filter(pk=arrival.envelope.get("person")).first()
    if known is not None:
        return known.canonical
    name, address = (inbound.sender.name, inbound.sender.address) if inbound.sender else ("", "")
    address = _clean(address or str(arrival.envelope.get("sender") or ""))
    language = inbound.details.get("language", "")[:5]
    if not address:
        return Person.objects.create(organisation=organisation, name=_clean(name)[:200], language=language)
    kind = AddressKind.EMAIL if "@" in address else AddressKind.PHONE if address[-1].isdigit() else AddressKind.HANDLE
    person = identify_person(
        organisation_id=organisation.pk, kind=kind, address=address, name=_clean(name), language=language
    )
    if phone := _clean(inbound.details.get("phone", "")):
        learn_address(person=person, kind=AddressKind.PHONE, address=phone)
    return person


def _thread(organisation: Organisation, inbound: InboundMessage, arrival: Arrival) -> Conversation | None:
    """By our signed reply address, then by our signed Message-IDs, then nothing: a subject never joins a thread.

    History that the operator brings in (`import` in the envelope) was written before there were signed marks; it is
    trusted as far as to join by the Message-IDs of what was said before in the same channel.
    """
    envelope = [str(each) for each in arrival.envelope.get("recipients", ())]
    addressed = [*envelope[:50], *inbound.delivered_to, *(party.address for party in (*inbound.to, *inbound.cc))]
    referred = [*([inbound.in_reply_to] if inbound.in_reply_to else []), *reversed(inbound.references)][:50]
    for text in (*addressed[:100], *referred):
        conversation_id = read_token(organisation.pk, text)
        if conversation_id is not None:
            found = _locked(organisation, conversation_id)
            if found is not None:
                return found
    return _answered_in_history(organisation, arrival.channel, referred) if arrival.envelope.get("import") else None


def _locked(organisation: Organisation, conversation_id: int) -> Conversation | None:
    rows = Conversation.objects.of(organisation).select_for_update()
    found: Conversation | None = rows.filter(pk=conversation_id).first()
    return found


def _answered_in_history(organisation: Organisation, channel: Channel, referred: Sequence[str]) -> Conversation | None:
    """The conversation of the nearest message that this one refers to."""
    said = Message.objects.of(organisation).filter(channel=channel, external_id__in=referred)
    places = dict(said.values_list("external_id", "conversation_id"))
    nearest = next((places[each] for each in referred if each in places), None)
    return _locked(organisation, nearest) if nearest is not None else None


def _open(
    organisation: Organisation,
    channel: Channel,
    person: Person,
    inbound: InboundMessage,
    moment: datetime,
    state: ConversationState,
) -> Conversation:
    kind = inbound.details.get("kind", "")
    return Conversation(
        organisation=organisation,
        code=free_code(organisation),
        person=person,
        channel=channel,
        kind=kind if kind in ConversationKind.values else "",
        subject=_clean(inbound.subject)[:300],
        state=state,
        created_at=moment,
        last_message_at=moment,
    )


def free_code(organisation: Organisation) -> str | None:
    """A code that no conversation here has; None in the rare case that a dozen guesses were all taken."""
    guesses = [new_code() for _ in range(12)]
    taken = set(Conversation.objects.of(organisation).filter(code__in=guesses).values_list("code", flat=True))
    return next((code for code in guesses if code not in taken), None)


def _wait(conversation: Conversation, organisation: Organisation, moment: datetime) -> bool:
    """Set the conversation's state and clock without saving; whether a new promise begins."""
    if conversation.state == ConversationState.SPAM:
        return False
    if conversation.state == ConversationState.DONE:
        publish(
            ConversationStateChanged(
                organisation_id=organisation.pk, conversation_id=conversation.pk, state=ConversationState.OPEN.value
            )
        )
    conversation.state = ConversationState.OPEN
    if conversation.is_waiting:
        return False
    start_waiting(conversation, organisation, moment)
    return True


def _attach(message: Message, inbound: InboundMessage, attachments: Sequence[StoredAttachment]) -> None:
    if inbound.html is not None:
        MessageHtml.objects.create(
            organisation_id=message.organisation_id,
            message=message,
            html=_clean(inbound.html),
            remote_images=inbound.remote_images,
        )
    if attachments:
        Attachment.objects.bulk_create(
            Attachment(
                organisation_id=message.organisation_id,
                message=message,
                file=stored,
                name=_clean(attachment.name)[:255],
                is_inline=attachment.inline,
                content_id=_clean(attachment.content_id or "")[:250],
            )
            for attachment, stored in attachments
        )
