"""What conversations themselves do when something has happened."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import cached_property
from itertools import groupby

from django.utils import timezone, translation

from klankbord.channels.contract import OutboundMessage
from klankbord.channels.dispatch import queue_dispatches
from klankbord.channels.models import Channel, Dispatch
from klankbord.conversations.codes import spoken
from klankbord.conversations.composing import addressed, mail_channel, private_url, reply_recipient, reply_subject
from klankbord.conversations.events import MessageReceived
from klankbord.conversations.models import Direction, Message, PrivateLink
from klankbord.conversations.preprinted import Preprinted, gap
from klankbord.conversations.signing import new_link_token
from klankbord.notifications.acknowledgement import acknowledgement_text, answer_line, greeting
from klankbord.notifications.etiquette import may_answer_automatically
from klankbord.people.models import Address, AddressKind, Membership, Organisation

ACKNOWLEDGED = "acknowledgement"


def acknowledge(event: MessageReceived) -> None:
    """Tell the customer that their message arrived and when an answer is due: at most once, and never to a machine."""
    acknowledge_all([event])


def acknowledge_all(events: Sequence[MessageReceived]) -> None:
    """As `acknowledge` for each of them, with the queries of one."""
    opening = [event for event in events if event.opened and not event.quiet]
    for organisation in Organisation.objects.filter(pk__in={event.organisation_id for event in opening}):
        ids = [event.message_id for event in opening if event.organisation_id == organisation.pk]
        _Acknowledging(organisation).acknowledge(ids)


class _Acknowledging:
    """The acknowledging of several messages of one organisation."""

    def __init__(self, organisation: Organisation) -> None:
        self._organisation = organisation
        self._links: list[PrivateLink] = []
        self._letters: dict[tuple[str, bool, bool], Preprinted] = {}

    def acknowledge(self, message_ids: Sequence[int]) -> None:
        """Queue an acknowledgement to each of these that is to have one."""
        waiting = self._unacknowledged(message_ids)
        recipients = self._recipients(waiting)
        composed: list[tuple[Message, Channel, str, OutboundMessage]] = []
        for language, together in groupby(waiting, key=self._language):
            with translation.override(language), timezone.override(self._organisation.zone):
                for message in together:
                    channel, recipient = self._channel(message), recipients[message.pk]
                    if channel is not None and recipient is not None and self._is_polite(message, recipient):
                        composed.append((message, channel, *self._compose(message, channel, recipient, language)))
        dispatches = queue_dispatches(
            purpose=Dispatch.Purpose.ACKNOWLEDGEMENT, mails=[(channel, mail) for _, channel, _, mail in composed]
        )
        PrivateLink.objects.bulk_create(self._links)
        Message.objects.bulk_create(self._said(composed, dispatches))

    def _unacknowledged(self, message_ids: Sequence[int]) -> list[Message]:
        messages = Message.objects.of(self._organisation).filter(
            pk__in=message_ids, conversation__waiting_since__isnull=False
        )
        found = list(messages.select_related("conversation", "answer_to__person").order_by("pk"))
        conversations = [message.conversation_id for message in found]
        sent = Message.objects.sifted(self._organisation).filter(
            conversation_id__in=conversations, automatic=ACKNOWLEDGED
        )
        done = set(sent.values_list("conversation_id", flat=True))
        for message in found:
            message.conversation.channel = self._channels[message.conversation.channel_id]
        return self._each_once([message for message in found if message.conversation_id not in done])

    def _each_once(self, messages: Sequence[Message]) -> list[Message]:
        """Without what was acknowledged when it came through another of our mailboxes: they wrote one mail."""
        names = {message.external_id for message in messages if message.external_id}
        twins = Message.objects.sifted(self._organisation).filter(channel_id__in=self._channels, external_id__in=names)
        acknowledged = twins.filter(conversation__messages__automatic=ACKNOWLEDGED)
        seen = set(acknowledged.values_list("external_id", "digest"))
        once: list[Message] = []
        for message in messages:
            key = message.external_id, message.digest
            if key not in seen:
                once.append(message)
            if message.external_id:
                seen.add(key)
        return once

    def _recipients(self, messages: Sequence[Message]) -> dict[int, Address | None]:
        """Where each asked to answer to, or came from; where the person has several or none, as for any reply."""
        addresses: dict[int | None, list[Address]] = {}
        persons = {message.person_id for message in messages if message.person_id is not None}
        rows = Address.objects.sifted(self._organisation).filter(kind=AddressKind.EMAIL, person_id__in=persons)
        for row in rows.select_related("person"):
            addresses.setdefault(row.person_id, []).append(row)
        for message in messages:  # who opened a conversation is whom it is with: no need to read them once more
            if known := addresses.get(message.conversation.person_id):
                message.conversation.person = known[0].person
        return {
            message.pk: message.answer_to or found[0]
            if len(found := addresses.get(message.person_id, [])) == 1
            else reply_recipient(message.conversation)
            for message in messages
        }

    def _language(self, message: Message) -> str:
        return self._organisation.speaks(message.conversation.person.language)

    def _channel(self, message: Message) -> Channel | None:
        own = message.conversation.channel
        return own if own.kind == "email" and own.is_active else mail_channel(message.conversation)

    def _is_polite(self, message: Message, recipient: Address) -> bool:
        return may_answer_automatically(
            automatic=message.automatic,
            sender=recipient.value,
            own_addresses=self._own_addresses,
            bounced=recipient.bounced_at is not None,
        )

    @cached_property
    def _channels(self) -> dict[int, Channel]:
        return {channel.pk: channel for channel in Channel.objects.of(self._organisation)}

    @cached_property
    def _own_addresses(self) -> frozenset[str]:
        mailboxes = (channel.address for channel in self._channels.values() if channel.kind == "email")
        return frozenset(re.sub(r"\+[^@]*@", "@", each.lower()) for each in mailboxes)

    @cached_property
    def _first_names(self) -> list[str]:
        public = Membership.objects.of(self._organisation).public().order_by("pk")
        return [name.split()[0] for name in public.values_list("user__name", flat=True)[:3]]

    def _compose(
        self, message: Message, channel: Channel, recipient: Address, language: str
    ) -> tuple[str, OutboundMessage]:
        conversation, organisation = message.conversation, self._organisation
        token, hashed = new_link_token()
        self._links.append(PrivateLink(organisation=organisation, conversation=conversation, token_hash=hashed))
        values = {
            "greeting": greeting(recipient.person.name),
            "answer": answer_line(conversation.due_at, self._first_names) if conversation.due_at else "",
            "code": spoken(conversation.code) if conversation.code else "",
        }
        letter = self._letter(language, promised=bool(values["answer"]), coded=bool(values["code"]))
        text, written = letter.filled(
            values, subject=reply_subject(conversation), link=private_url(organisation, token)
        )
        return text, addressed(
            written,
            conversation=conversation,
            channel=channel,
            recipient=recipient,
            by=None,
            organisation=organisation,
            automatic=True,
            said_before=[message.external_id] if message.external_id else [],
        )

    def _letter(self, language: str, *, promised: bool, coded: bool) -> Preprinted:
        """The letter in this language, printed at the first that needs it."""
        key = language, promised, coded
        if key not in self._letters:
            text = acknowledgement_text(
                greeting=gap("greeting"),
                answer=gap("answer") if promised else "",
                organisation=self._organisation.name,
                phone=self._organisation.phone,
                code=gap("code") if coded else "",
            )
            self._letters[key] = Preprinted.of(text, self._organisation)
        return self._letters[key]

    def _said(
        self, composed: Sequence[tuple[Message, Channel, str, OutboundMessage]], dispatches: Sequence[Dispatch | None]
    ) -> Iterator[Message]:
        for (message, channel, text, _), dispatch in zip(composed, dispatches, strict=True):
            if dispatch is not None:
                yield Message(
                    organisation=self._organisation,
                    conversation=message.conversation,
                    direction=Direction.OUTBOUND,
                    channel=channel,
                    external_id=dispatch.message_id,
                    text=text,
                    automatic=ACKNOWLEDGED,
                    dispatch=dispatch,
                    said_at=dispatch.created_at,
                )
