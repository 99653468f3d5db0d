"""Receiving: who speaks, in which thread, and does someone now wait for us."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from django.db import IntegrityError, transaction

from klankbord.channels.contract import InboundMessage
from klankbord.channels.models import Arrival
from klankbord.conversations.actions.attach_bounce import attach_bounce
from klankbord.conversations.events import ConversationStateChanged, MessageReceived, PublicMailReceived
from klankbord.conversations.known import (
    Incoming,
    Known,
    StoredAttachment,
    addresses_asked_for,
    clean,
    clean_line,
    external_id_of,
    is_by_own_group,
    is_form,
    other_id_of,
    speakers_of,
    without_tag,
)
from klankbord.conversations.models import (
    NEEDS_NO_ANSWER,
    Attachment,
    Conversation,
    ConversationKind,
    ConversationState,
    Direction,
    Message,
    MessageHtml,
    Promise,
)
from klankbord.conversations.promise import running_promise, start_waiting
from klankbord.events.base import Event
from klankbord.events.publish import publish_all
from klankbord.people.models import Address, Organisation, Person

__all__ = [
    "AlreadyReceived",
    "Incoming",
    "Outcome",
    "Received",
    "StoredAttachment",
    "receive_message",
    "receive_messages",
]


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


def receive_message(
    *,
    arrival: Arrival,
    inbound: InboundMessage,
    organisation: Organisation,
    attachments: Sequence[StoredAttachment] = (),
    spam: bool = False,
) -> Received:
    """Turn a stored arrival into a message in its conversation, in one transaction; see `receive_messages`."""
    return receive_messages(batch=[Incoming(arrival, inbound, attachments, spam)], organisation=organisation)[0]


@transaction.atomic
def receive_messages(*, batch: Sequence[Incoming], organisation: Organisation) -> list[Received]:
    """Turn stored arrivals of one organisation into messages in their conversations, in order, in one transaction.

    A second copy of a known contribution adds nothing, however often and from however many processes it is received.
    The same external id with other content is kept beside the first and marked `same_id`. Imported mail (`quiet` in the
    envelope) starts no clock, nor does what the door held off (`spam` in the envelope). The attachments were stored
    before.

    Raises:
        AlreadyReceived: another process was first with one of them; nothing of the batch is received.
    """
    known = Known.about(batch, organisation)
    writing = Writing(organisation)
    fresh = [each for each in batch if _first_copy(each, known) is None]
    speakers = dict(zip(map(id, fresh), speakers_of(fresh, known), strict=True))
    writing.asked = addresses_asked_for(fresh, known)
    results = [_receive(each, speakers.get(id(each)), known, writing) for each in batch]
    writing.write()
    return results


def _first_copy(each: Incoming, known: Known) -> Message | None:
    """The message that this contribution became when it came before."""
    channel, digest = each.arrival.channel_id, each.arrival.digest
    first = known.messages.get((channel, external_id_of(each)))
    return first if first is None or first.digest == digest else known.messages.get((channel, other_id_of(each)))


def _receive(each: Incoming, person: Person | None, known: Known, writing: Writing) -> Received:
    copy = _first_copy(each, known)
    if copy is not None or person is None:
        return Received(Outcome.DUPLICATE, copy)
    arrival, inbound, organisation = each.arrival, each.inbound, known.organisation
    if inbound.bounce is not None and attach_bounce(organisation=organisation, bounce=inbound.bounce):
        return Received(Outcome.BOUNCE, None)
    automatic = _why_automatic(each, known)
    quiet = bool(arrival.envelope.get("quiet"))
    spam = each.spam or bool(arrival.envelope.get("spam"))
    moment = (inbound.sent_at if quiet and inbound.sent_at else None) or arrival.received_at
    waits = automatic not in NEEDS_NO_ANSWER and not quiet and not spam
    conversation = known.conversation_of(each, person)
    opened = conversation is None
    if conversation is None:
        state = ConversationState.SPAM if spam else ConversationState.OPEN if waits else ConversationState.DONE
        conversation = _open(each, person, known, moment, state)
        writing.opened.append(conversation)
    elif conversation.is_public:  # only kept, out of sight: the package of its kind looks at it and shows it
        waits = False
    else:
        if early := known.early_reply_to(each, conversation):  # staff answered it elsewhere: nobody waits for us
            moment, waits = min(moment, early.said_at - timedelta(seconds=1)), False
        conversation.last_message_at = max(conversation.last_message_at, moment)
        writing.changed[id(conversation)] = conversation
        if waits and conversation.code is None:  # set free while nobody spoke here
            conversation.code = known.take_code()
    if waits:
        _wait(conversation, organisation, moment, writing)
    is_first = (arrival.channel_id, external_id_of(each)) not in known.messages
    message = _message(each, person, conversation, moment, automatic, is_first=is_first)
    message.answer_to = writing.asked.get(id(each))
    known.messages[arrival.channel_id, message.external_id or ""] = message
    writing.said.append(Said(each, message, opened=opened, quiet=quiet))
    return Received(Outcome.RECEIVED, message)


class AlreadyReceived(Exception):
    """Another process was first with the same contribution; everything of this attempt is rolled back."""


def _why_automatic(each: Incoming, known: Known) -> str | None:
    arrival, inbound = each.arrival, each.inbound
    channel = arrival.channel
    if inbound.bounce is not None:
        return "bounce"
    by_own = inbound.sender is not None and without_tag(inbound.sender.address) == channel.address
    if is_by_own_group(each) and (id(each) in known.asked or not by_own):
        return "group"  # not answered automatically, as no list is; but somebody waits
    if by_own and channel.address:
        # Nobody writes to us from our own address but a form on our website, which names the person behind it.
        return "auto-generated" if is_form(each) and id(each) in known.asked else "own"
    if inbound.automatic is None and arrival.envelope.get("sender") == "":
        return "empty-return-path"
    return inbound.automatic


def _open(each: Incoming, person: Person, known: Known, moment: datetime, state: ConversationState) -> Conversation:
    kind = each.inbound.details.get("kind", "")
    return Conversation(
        organisation=known.organisation,
        code=known.take_code(),
        person=person,
        channel=each.arrival.channel,
        kind=kind if kind in ConversationKind.values else "",
        subject=clean_line(each.inbound.subject)[:300],
        state=state,
        created_at=moment,
        last_message_at=moment,
    )


def _wait(conversation: Conversation, organisation: Organisation, moment: datetime, writing: Writing) -> None:
    """Set the conversation's state and clock; a promise begins unless one runs."""
    if conversation.state == ConversationState.SPAM:
        return
    if conversation.state == ConversationState.DONE:
        writing.events.append(
            ConversationStateChanged(
                organisation_id=organisation.pk, conversation_id=conversation.pk, state=ConversationState.OPEN.value
            )
        )
    conversation.state = ConversationState.OPEN
    if not conversation.is_waiting:
        start_waiting(conversation, organisation, moment)
        writing.promised.append(conversation)


def _message(
    each: Incoming,
    person: Person,
    conversation: Conversation,
    moment: datetime,
    automatic: str | None,
    *,
    is_first: bool,
) -> Message:
    inbound = each.inbound
    return Message(
        organisation_id=conversation.organisation_id,
        conversation=conversation,
        direction=Direction.INBOUND,
        channel=each.arrival.channel,
        external_id=external_id_of(each) if is_first else other_id_of(each),
        digest=each.arrival.digest,
        person=person,
        text=clean(inbound.reply or inbound.text),
        quoted=clean(inbound.quoted),
        signature=clean(inbound.signature),
        has_html=inbound.html is not None,
        automatic=automatic or "",
        marks=[*([] if is_first else ["same_id"]), *inbound.marks],
        arrival=each.arrival,
        said_at=moment,
        hidden_at=moment if conversation.is_public else None,
    )


@dataclass(frozen=True, slots=True)
class Said:
    """A new message and what it came from."""

    incoming: Incoming
    message: Message
    opened: bool
    quiet: bool


@dataclass(slots=True)
class Writing:
    """The rows of a batch, gathered so that each table is written once."""

    organisation: Organisation
    opened: list[Conversation] = field(default_factory=list)
    changed: dict[int, Conversation] = field(default_factory=dict)
    promised: list[Conversation] = field(default_factory=list)
    said: list[Said] = field(default_factory=list)
    events: list[Event] = field(default_factory=list)
    asked: dict[int, Address] = field(default_factory=dict)

    def write(self) -> None:
        """Write them all, and tell what happened."""
        Conversation.objects.bulk_create(self.opened)
        for conversation in self.changed.values():
            if conversation not in self.opened:
                conversation.save()
        Promise.objects.bulk_create(running_promise(conversation) for conversation in self.promised)
        try:
            with transaction.atomic():
                Message.objects.bulk_create(each.message for each in self.said)
        except IntegrityError as error:  # another process received the same contribution in this very moment
            raise AlreadyReceived from error
        MessageHtml.objects.bulk_create(self._html())
        Attachment.objects.bulk_create(self._attachments())
        publish_all([*self.events, *(self._received(each) for each in self.said)])

    def _html(self) -> list[MessageHtml]:
        return [
            MessageHtml(
                organisation=self.organisation,
                message=each.message,
                html=clean(each.incoming.inbound.html),
                remote_images=each.incoming.inbound.remote_images,
            )
            for each in self.said
            if each.incoming.inbound.html is not None
        ]

    def _attachments(self) -> list[Attachment]:
        return [
            Attachment(
                organisation=self.organisation,
                message=each.message,
                file=stored,
                name=clean(attachment.name)[:255],
                is_inline=attachment.inline,
                content_id=clean(attachment.content_id or "")[:250],
            )
            for each in self.said
            for attachment, stored in each.incoming.attachments
        ]

    def _received(self, each: Said) -> MessageReceived:
        kind = PublicMailReceived if each.message.conversation.is_public else MessageReceived
        return kind(
            organisation_id=self.organisation.pk,
            conversation_id=each.message.conversation_id,
            message_id=each.message.pk,
            opened=each.opened,
            quiet=each.quiet,
        )
