"""What the public pages do: take in what a form brought, and send somebody the way back to their conversation."""

from __future__ import annotations

import logging
import secrets
import time
from collections.abc import Mapping, Sequence
from typing import Any

from django.db import DatabaseError, transaction

from klankbord.channels.adapters.form.adapter import form_bytes
from klankbord.channels.arrivals import NewArrival, store_arrivals
from klankbord.channels.models import Arrival, Channel
from klankbord.channels.registry import adapter_for
from klankbord.conversations.models import Conversation, Message
from klankbord.conversations.receiving import receive_now
from klankbord.events.publish import publish
from klankbord.people.models import Address, AddressKind, Organisation, Person
from klankbord.portal.events import WayBackAskedFor

logger = logging.getLogger(__name__)

type SentFile = tuple[str, str, bytes]
"""Name, type as the browser claims, content."""

_LOOKS = 20
_PAUSE = 0.05
_SAME_ENDING = 4
"""Digits of a phone number that somebody must know at least."""


def form_channel(organisation: Organisation) -> Channel | None:
    """The organisation's open form, or None when it has closed it."""
    return Channel.objects.of(organisation).active().filter(kind="form").order_by("pk").first()


def take_in_form(
    *,
    channel: Channel,
    fields: Mapping[str, str],
    files: Sequence[SentFile] = (),
    envelope: dict[str, Any] | None = None,
) -> Message | None:
    """Store what a form brought as an Arrival, on disk, and only then receive it; the message that it became.

    None when it cannot be received just now: it is kept all the same, and the runner tries again. A second call with
    the same content (a double click) stores nothing more and gives the same message, also while the first is at it.
    """
    raw = form_bytes(fields, files)
    external_id, digest = adapter_for(channel.kind).identify(raw)
    store_arrivals([NewArrival(channel, Arrival.Source.FORM, raw, envelope or {})])
    arrivals = Arrival.objects.of(channel.organisation_id)
    arrival = arrivals.filter(channel=channel, external_id=external_id, digest=digest).first()
    if arrival is None:  # it was deleted here before, and stays so
        return None
    try:
        receive_now(arrival)
    except DatabaseError:
        logger.exception("arrival %s is stored and will be received later", arrival.pk)
        return None
    messages = Message.objects.of(channel.organisation_id).filter(arrival=arrival).select_related("conversation")
    for look in range(_LOOKS):
        if look:  # another request has claimed it in this very moment
            time.sleep(_PAUSE)
        message = messages.first()
        if message is not None or arrivals.filter(pk=arrival.pk).exclude(last_error="").exists():
            return message
    return None


def ask_way_back(*, organisation: Organisation, code: str, contact: str) -> None:
    """Have the private link mailed to the person of the conversation `code`, for who knows that person.

    `contact` is an e-mail address of theirs, or the last digits of a phone number. Nothing tells the caller whether it
    was right: the same is done and written in both cases, and the mail is made later by a reaction.
    """
    conversation_id, address_id = _found(organisation, code, contact)
    with transaction.atomic():
        publish(
            WayBackAskedFor(
                organisation_id=organisation.pk,
                conversation_id=conversation_id,
                address_id=address_id,
                request=secrets.token_hex(8),
            )
        )


def _found(organisation: Organisation, code: str, contact: str) -> tuple[int | None, int | None]:
    conversation = Conversation.objects.of(organisation).filter(code=code).select_related("person").first()
    if conversation is None:
        return None, None
    everyone = Person.objects.of(organisation).same_as(conversation.person)
    addresses = list(Address.objects.of(organisation).filter(person_id__in=everyone).order_by("bounced_at", "pk"))
    mails = [address for address in addresses if address.kind == AddressKind.EMAIL]
    if "@" in contact:
        named = (
            Address.objects.of(organisation).known(AddressKind.EMAIL, [contact]).values_list("pk", flat=True).first()
        )
        mails = [address for address in mails if address.pk == named]
    else:
        ending = "".join(character for character in contact if character.isdigit())[-9:]
        phones = [address.value for address in addresses if address.kind == AddressKind.PHONE]
        if len(ending) < _SAME_ENDING or not any(value.endswith(ending) for value in phones):
            mails = []
    return (conversation.pk, mails[0].pk) if mails else (None, None)
