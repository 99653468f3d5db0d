"""Threads in shadow mode, when staff still answer from another mail program whose mails carry no mark of ours.

Staff's own mails are known by how they came (the Sent folder, the secret copy address), and so are their Message-IDs. A
customer's mail joins by one of those only when it comes from the person that the conversation is with: an id alone,
which somebody else may have seen, joins nothing.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from klankbord.channels.contract import InboundMessage
from klankbord.channels.models import Arrival
from klankbord.conversations.models import Conversation, Direction, EarlyReply, Message
from klankbord.people.models import Address, AddressKind, Organisation, Person, normalise_address


def expect_question(
    *, conversation: Conversation, arrival: Arrival, inbound: InboundMessage, said_at: datetime
) -> None:
    """Remember what this reply, which found nothing that it answers, does answer."""
    if inbound.in_reply_to:
        EarlyReply.objects.get_or_create(
            organisation_id=conversation.organisation_id,
            channel=arrival.channel,
            answers=inbound.in_reply_to[:380],
            defaults={"conversation": conversation, "said_at": said_at},
        )


def early_replies(organisation: Organisation, names: Iterable[tuple[int, str]]) -> dict[tuple[int, str], EarlyReply]:
    """Replies that were there before these questions, each named by its channel and external id."""
    wanted = list(names)
    rows = EarlyReply.objects.sifted(organisation).filter(
        channel_id__in={channel for channel, _ in wanted}, answers__in={name for _, name in wanted}
    )
    return {(row.channel_id, row.answers): row for row in rows}


def was_said_elsewhere(message: Message) -> bool:
    """Whether staff sent this from another mail program."""
    return message.direction == Direction.OUTBOUND and "elsewhere" in message.marks


def is_with(conversation: Conversation, person: Person, inbound: InboundMessage) -> bool:
    """Whether the conversation is with who speaks here, or with whom they ask to answer to."""
    partner = conversation.person.canonical
    if partner == person.canonical:
        return True
    asked = {normalise_address(AddressKind.EMAIL, party.address) for party in inbound.reply_to[:5]}
    rows = Address.objects.of(conversation.organisation_id).filter(kind=AddressKind.EMAIL, value__in=asked)
    return bool(asked) and any(address.person.canonical == partner for address in rows.select_related("person"))
