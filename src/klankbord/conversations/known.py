"""What has to be known about several contributions before they are received, looked up for all of them at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from klankbord.channels.contract import InboundAttachment, InboundMessage, Party
from klankbord.channels.models import Arrival, Channel
from klankbord.conversations.codes import new_code
from klankbord.conversations.models import Conversation, EarlyReply, Message
from klankbord.conversations.shadowing import early_replies, is_with, was_said_elsewhere
from klankbord.conversations.signing import read_token
from klankbord.files.models import StoredFile
from klankbord.people.actions import Speaker, identify_persons, learn_address
from klankbord.people.models import Address, AddressKind, Organisation, Person, normalise_address

StoredAttachment = tuple[InboundAttachment, StoredFile]

_GUESSES = 12

MADE_FOR_A_PERSON = frozenset({"auto-generated", "auto-notified", "no-reply"})
"""A machine sent it, such as a web form elsewhere; if it says to whom an answer goes, that is who speaks."""


@dataclass(frozen=True, slots=True)
class Incoming:
    """One contribution to be received: as it arrived, what it says, and its attachments as they were stored."""

    arrival: Arrival
    inbound: InboundMessage
    attachments: Sequence[StoredAttachment] = ()
    spam: bool = False


def clean(text: str) -> str:
    """PostgreSQL's text cannot hold a null character."""
    return text.replace("\x00", "\N{REPLACEMENT CHARACTER}")


_TURNING = dict.fromkeys([0x061C, 0x200E, 0x200F, *range(0x202A, 0x202F), *range(0x2066, 0x206A)])


def clean_line(text: str) -> str:
    """A subject or name: without the marks that turn the direction of reading, so that no word poses as another."""
    return clean(text).translate(_TURNING)


def external_id_of(each: Incoming) -> str:
    """The contribution's own id, as it is stored."""
    return clean(each.inbound.external_id)[:380]


def other_id_of(each: Incoming) -> str:
    """Its id when another contribution came first under the same one."""
    return f"{external_id_of(each)}#{each.arrival.digest[:16]}"


@dataclass(slots=True)
class Known:
    """What is there already; kept up to date while the contributions of one batch are received.

    Attributes:
        messages: By channel and external id.
        conversations: Those to which a contribution refers by a genuine mark, locked; by their id.
        codes: Reference codes that are free.
        early: What staff answered elsewhere before it came in here, by channel and external id.
        asked: Whom each of them asks to answer to, where that is somebody else than it comes from; by its `id()`.
    """

    organisation: Organisation
    messages: dict[tuple[int, str], Message] = field(default_factory=dict)
    conversations: dict[int, Conversation] = field(default_factory=dict)
    codes: list[str] = field(default_factory=list)
    early: dict[tuple[int, str], EarlyReply] = field(default_factory=dict)
    asked: dict[int, Party] = field(default_factory=dict)

    @classmethod
    def about(cls, batch: Sequence[Incoming], organisation: Organisation) -> Known:
        """Look up what these contributions need."""
        known = cls(organisation)
        known._look_up_messages(batch)
        marked = [mark for each in batch if (mark := _marked(organisation, each)) is not None]
        history = [message.conversation_id for each in batch for message in known.answered_in_history(each)]
        elsewhere = [message.conversation_id for each in batch for message in known.answered_elsewhere(each)]
        known.early = early_replies(organisation, ((each.arrival.channel_id, external_id_of(each)) for each in batch))
        early = [reply.conversation_id for reply in known.early.values()]
        wanted = sorted({*marked, *history, *elsewhere, *early})
        if wanted:
            rows = Conversation.objects.of(organisation).filter(pk__in=wanted).order_by("pk").select_related("assignee")
            known.conversations = {row.pk: row for row in rows.select_for_update(of=("self",))}
        known.codes = free_codes(organisation, len(batch))
        known.asked = _asked(batch, organisation)
        return known

    def _look_up_messages(self, batch: Sequence[Incoming]) -> None:
        ids = {name for each in batch for name in (external_id_of(each), other_id_of(each))}
        ids.update(name for each in batch for name in referred(each.inbound))
        channels = {each.arrival.channel_id for each in batch}
        rows = Message.objects.sifted(self.organisation).filter(channel_id__in=channels, external_id__in=ids)
        self.messages = {(row.channel_id or 0, row.external_id or ""): row for row in rows}

    def conversation_of(self, each: Incoming, person: Person) -> Conversation | None:
        """The conversation to which it belongs, or None when it opens one.

        By our signed reply address, then by our signed Message-IDs, then nothing: a subject never joins a thread.
        History that the operator brings in (`import` in the envelope) was written before there were signed marks; it is
        trusted as far as to join by the Message-IDs of what was said before in the same channel. In shadow mode staff's
        own mails from elsewhere have no mark either: the person to whom they went joins by their Message-IDs.
        """
        marked = _marked(self.organisation, each)
        if marked is not None and marked in self.conversations:
            return self.conversations[marked]
        for message in self.answered_in_history(each):
            return self.conversations.get(message.conversation_id, message.conversation)
        early = self.early.get((each.arrival.channel_id, external_id_of(each)))
        unmarked = [
            *([early.conversation_id] if early else []),
            *(m.conversation_id for m in self.answered_elsewhere(each)),
        ]
        places = (self.conversations[key] for key in unmarked if key in self.conversations)
        return next((place for place in places if is_with(place, person, each.inbound)), None)

    def early_reply_to(self, each: Incoming, conversation: Conversation) -> EarlyReply | None:
        """The reply in this conversation that was there before what it answers."""
        early = self.early.get((each.arrival.channel_id, external_id_of(each)))
        return early if early is not None and early.conversation_id == conversation.pk else None

    def answered_in_history(self, each: Incoming) -> list[Message]:
        """The messages to which imported mail refers, nearest first."""
        if not each.arrival.envelope.get("import"):
            return []
        keys = [(each.arrival.channel_id, name) for name in referred(each.inbound)]
        return [self.messages[key] for key in keys if key in self.messages]

    def answered_elsewhere(self, each: Incoming) -> list[Message]:
        """The mails of staff from another mail program to which it refers, nearest first."""
        keys = [(each.arrival.channel_id, name) for name in referred(each.inbound)]
        return [self.messages[key] for key in keys if key in self.messages and was_said_elsewhere(self.messages[key])]

    def take_code(self) -> str | None:
        """A free reference code; None in the rare case that all guesses were taken."""
        return self.codes.pop() if self.codes else None


def referred(inbound: InboundMessage) -> list[str]:
    """The Message-IDs that it answers, nearest first."""
    return [*([inbound.in_reply_to] if inbound.in_reply_to else []), *reversed(inbound.references)][:50]


def _marked(organisation: Organisation, each: Incoming) -> int | None:
    """The id in the first genuine mark among the addresses that it was sent to and the ids that it answers."""
    inbound = each.inbound
    envelope = [str(one) for one in each.arrival.envelope.get("recipients", ())]
    addressed = [*envelope[:50], *inbound.delivered_to, *(party.address for party in (*inbound.to, *inbound.cc))]
    tokens = (read_token(organisation.pk, text) for text in (*addressed[:100], *referred(inbound)))
    return next((token for token in tokens if token is not None), None)


def free_codes(organisation: Organisation, count: int) -> list[str]:
    """Codes that no conversation here has, `count` of them or (when hardly any is free) fewer."""
    guesses = list({new_code() for _ in range(max(_GUESSES, 2 * count))})
    taken = set(Conversation.objects.of(organisation).filter(code__in=guesses).values_list("code", flat=True))
    return [code for code in guesses if code not in taken][:count]


def without_tag(address: str) -> str:
    """`Vraag+k7c-…@deklank.example` is `vraag@deklank.example`."""
    local, at, domain = address.strip().lower().rpartition("@")
    return f"{local.partition('+')[0]}{at}{domain}"


def _asked(batch: Sequence[Incoming], organisation: Organisation) -> dict[int, Party]:
    """To whom an answer is to go (Reply-To), where that is one other address than it comes from and none of ours."""
    found = {
        id(each): each.inbound.reply_to[0]
        for each in batch
        if each.inbound.sender is not None
        and len(each.inbound.reply_to) == 1
        and _is_another(each.inbound.reply_to[0].address, than=each.inbound.sender.address)
    }
    if found:
        mailboxes = Channel.objects.of(organisation).filter(kind="email").values_list("address", flat=True)
        ours = {without_tag(address) for address in mailboxes}
        found = {key: party for key, party in found.items() if without_tag(party.address) not in ours}
    return found


def _is_another(address: str, *, than: str) -> bool:
    return "@" in address and address.strip().lower() != than.strip().lower()


def is_by_own_group(each: Incoming) -> bool:
    """Whether the list that brought it is our own address: a group that hands each mail for us to several people."""
    address = each.arrival.channel.address
    return each.inbound.automatic == "list" and bool(address) and each.inbound.details.get("list") == address


def is_form(each: Incoming) -> bool:
    """Whether a machine made it for the person whom it says to answer to: a form elsewhere, or what sends in the name
    of the own domain, as a form on the own website and a group do.
    """
    sender, domain = each.inbound.sender, each.arrival.channel.address.rpartition("@")[2].lower()
    own = sender is not None and bool(domain) and sender.address.strip().lower().endswith(f"@{domain}")
    return each.inbound.automatic in MADE_FOR_A_PERSON or (
        own and (each.inbound.automatic is None or is_by_own_group(each))
    )


def addresses_asked_for(batch: Sequence[Incoming], known: Known) -> dict[int, Address]:
    """The address to which an answer is to go, where the person who speaks asks for another than they write from.

    It is nobody's but its own: that somebody names it says not that it is theirs.
    """
    parties = {
        id(each): party
        for each in batch
        if each.inbound.automatic is None and not is_form(each) and (party := known.asked.get(id(each))) is not None
    }
    if not parties:
        return {}
    speakers = [
        Speaker(AddressKind.EMAIL, clean(party.address), clean_line(party.name), "") for party in parties.values()
    ]
    identify_persons(organisation_id=known.organisation.pk, speakers=speakers)
    values = {key: normalise_address(AddressKind.EMAIL, clean(party.address)) for key, party in parties.items()}
    rows = Address.objects.of(known.organisation).filter(kind=AddressKind.EMAIL, value__in=set(values.values()))
    by_value = {row.value: row for row in rows}
    return {key: by_value[value] for key, value in values.items() if value in by_value}


def speakers_of(batch: Sequence[Incoming], known: Known) -> list[Person]:
    """The person behind each contribution. A header never speaks as staff: whoever it names is a customer here.

    `person` in the envelope is somebody whom the door itself knows: who writes on under their private link.
    """
    by_door = {key for each in batch if (key := each.arrival.envelope.get("person"))}
    organisation = known.organisation
    persons = Person.objects.of(organisation).filter(pk__in=by_door) if by_door else ()
    certain = {person.pk: person for person in persons}
    found = {
        index: certain[each.arrival.envelope["person"]]
        for index, each in enumerate(batch)
        if each.arrival.envelope.get("person") in certain
    }
    named = {
        index: speaker for index, each in enumerate(batch) if index not in found and (speaker := _speaker(each, known))
    }
    identified = identify_persons(organisation_id=organisation.pk, speakers=list(named.values()))
    found |= dict(zip(named, identified, strict=True))
    for index, each in enumerate(batch):
        if index not in found:
            found[index] = _nameless(each, organisation)
        elif index in named and (phone := clean(each.inbound.details.get("phone", ""))):
            learn_address(person=found[index], kind=AddressKind.PHONE, address=phone)
    return [found[index] for index in range(len(batch))]


def _speaker(each: Incoming, known: Known) -> Speaker | None:
    sender = known.asked.get(id(each)) if is_form(each) else None
    sender = sender or each.inbound.sender
    address = clean((sender.address if sender else "") or str(each.arrival.envelope.get("sender") or ""))
    if not address:
        return None
    kind = AddressKind.EMAIL if "@" in address else AddressKind.PHONE if address[-1].isdigit() else AddressKind.HANDLE
    return Speaker(kind, address, clean_line(sender.name if sender else ""), _language(each))


def _nameless(each: Incoming, organisation: Organisation) -> Person:
    name = clean(each.inbound.sender.name if each.inbound.sender else "")[:200]
    return Person.objects.create(organisation=organisation, name=name, language=_language(each))


def _language(each: Incoming) -> str:
    return each.inbound.details.get("language", "")[:5]
