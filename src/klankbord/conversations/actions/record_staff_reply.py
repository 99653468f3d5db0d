"""Shadow mode: a reply that staff sent from another mail program counts as their answer."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import transaction

from klankbord.channels.contract import InboundMessage
from klankbord.channels.models import Arrival, Dispatch
from klankbord.conversations.actions.receive_message import (
    Outcome,
    Received,
    StoredAttachment,
)
from klankbord.conversations.events import ReplySent
from klankbord.conversations.known import Incoming, external_id_of, free_codes, other_id_of
from klankbord.conversations.models import (
    Attachment,
    Conversation,
    ConversationState,
    Direction,
    Message,
)
from klankbord.conversations.promise import stop_waiting
from klankbord.conversations.shadowing import expect_question
from klankbord.conversations.signing import read_token
from klankbord.events.publish import publish
from klankbord.people.actions import Speaker, identify_persons
from klankbord.people.models import AddressKind, Membership, Organisation


@transaction.atomic
def record_staff_reply(
    *,
    arrival: Arrival,
    inbound: InboundMessage,
    organisation: Organisation,
    attachments: Sequence[StoredAttachment] = (),
) -> Received:
    """Record a mail that staff sent elsewhere. Only for arrivals whose transport proves it (`by_staff`: the mailbox's
    own Sent folder, or the secret copy address), never by what a header says. What we sent is not recorded twice.
    The same external id with other content is kept beside the first and marked `same_id`.

    It joins the conversation that it answers, by our own marks or by the customer's Message-ID in this channel; else it
    opens one with its recipient, as answered, which the question joins when it comes. Nothing is sent.
    """
    channel, each = arrival.channel, Incoming(arrival, inbound, attachments)
    said = Message.objects.of(organisation).filter(channel=channel)
    first = said.filter(external_id=external_id_of(each)).first()
    known = (
        first if first is None or first.digest == arrival.digest else said.filter(external_id=other_id_of(each)).first()
    )
    ours = Dispatch.objects.of(organisation).filter(message_id=inbound.external_id)  # an acknowledgement is no message
    if known is not None or ours.exists():
        return Received(Outcome.DUPLICATE, known or first)
    moment = inbound.sent_at or arrival.received_at
    member = _member(organisation, inbound)
    conversation = _answered(organisation, arrival, inbound)
    if conversation is None:
        conversation = _open(organisation, arrival, inbound)
        if conversation is None:
            return Received(Outcome.DUPLICATE, None)
        expect_question(conversation=conversation, arrival=arrival, inbound=inbound, said_at=moment)
    message = Message.objects.create(
        organisation=organisation,
        conversation=conversation,
        direction=Direction.OUTBOUND,
        channel=channel,
        external_id=external_id_of(each) if first is None else other_id_of(each),
        digest=arrival.digest,
        membership=member,
        text=(inbound.reply or inbound.text).replace("\x00", ""),
        quoted=inbound.quoted.replace("\x00", ""),
        signature=inbound.signature.replace("\x00", ""),
        marks=["elsewhere"] if first is None else ["same_id", "elsewhere"],
        arrival=arrival,
        said_at=moment,
        hidden_at=moment if conversation.is_public else None,  # a mail to one person is not said to everybody
    )
    Attachment.objects.bulk_create(
        Attachment(organisation=organisation, message=message, file=stored, name=attachment.name[:255])
        for attachment, stored in attachments
    )
    if not inbound.automatic and (conversation.waiting_since is None or conversation.waiting_since <= moment):
        stop_waiting(conversation, moment=moment, by=member, answered=True)
        if conversation.state == ConversationState.OPEN:
            conversation.state = ConversationState.ANSWERED
    conversation.assignee = conversation.assignee or member
    conversation.last_message_at = max(conversation.last_message_at, moment)
    conversation.save()
    publish(ReplySent(organisation_id=organisation.pk, conversation_id=conversation.pk, message_id=message.pk))
    return Received(Outcome.RECEIVED, message)


def _member(organisation: Organisation, inbound: InboundMessage) -> Membership | None:
    """The member of staff by sender address, else by the display name; None when it is only the shared mailbox."""
    if inbound.sender is None:
        return None
    members = Membership.objects.of(organisation).active().select_related("user")
    by_address = members.filter(user__email=inbound.sender.address.lower()).first()
    name = inbound.sender.name.strip()
    return by_address or (members.filter(user__name__iexact=name).first() if name else None)


def _answered(organisation: Organisation, arrival: Arrival, inbound: InboundMessage) -> Conversation | None:
    referred = [*([inbound.in_reply_to] if inbound.in_reply_to else []), *reversed(inbound.references)][:50]
    for text in referred:
        conversation_id = read_token(organisation.pk, text)
        if conversation_id is not None:
            found: Conversation | None = Conversation.objects.of(organisation).filter(pk=conversation_id).first()
            if found is not None:
                return found
    messages = Message.objects.of(organisation).filter(channel=arrival.channel, external_id__in=referred)
    answered = messages.select_related("conversation").order_by("-said_at").first()
    return answered.conversation if answered else None


def _open(organisation: Organisation, arrival: Arrival, inbound: InboundMessage) -> Conversation | None:
    recipient = next((party for party in inbound.to if party.address), None)
    if recipient is None:
        return None
    moment = inbound.sent_at or arrival.received_at
    speaker = Speaker(AddressKind.EMAIL, recipient.address, recipient.name)
    (person,) = identify_persons(organisation_id=organisation.pk, speakers=[speaker])
    return Conversation.objects.create(
        organisation=organisation,
        code=next(iter(free_codes(organisation, 1)), None),
        person=person,
        channel=arrival.channel,
        subject=inbound.subject[:300],
        state=ConversationState.ANSWERED,
        created_at=moment,
        last_message_at=moment,
    )
