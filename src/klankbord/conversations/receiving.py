"""The work source that turns arrivals into messages."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import groupby

from django.db import models, transaction

from klankbord.channels.contract import CannotParse, InboundMessage
from klankbord.channels.events import ArrivalQuarantined
from klankbord.channels.models import Arrival
from klankbord.channels.registry import UnknownKind, adapter_for
from klankbord.conversations.actions.receive_message import (
    AlreadyReceived,
    Incoming,
    StoredAttachment,
    receive_message,
    receive_messages,
)
from klankbord.conversations.actions.record_staff_reply import record_staff_reply
from klankbord.database.trouble import may_pass
from klankbord.events.publish import publish
from klankbord.events.work import WorkState
from klankbord.files.actions import keep_file
from klankbord.people.models import Organisation

logger = logging.getLogger(__name__)

LEASE = timedelta(minutes=3)
BATCH = 64
MOST_BYTES = 16 * 1024 * 1024
"""Of raw mails held in memory at once, unless one is larger."""
PARSERS = 2

Parsed = InboundMessage | Exception


@dataclass(frozen=True, slots=True)
class Read:
    """An arrival, the message in it or why there is none, and its attachments as they were kept."""

    arrival: Arrival
    inbound: Parsed
    attachments: list[StoredAttachment] = field(default_factory=list)

    @property
    def is_plain(self) -> bool:
        """Whether it can be received together with others: it could be read, and a customer said it."""
        return not isinstance(self.inbound, Exception) and not self.arrival.envelope.get("by_staff")


class LostClaim(Exception):
    """Another worker has taken over some of the arrivals."""


@transaction.atomic
def _receive_together(read: list[Read], organisation: Organisation) -> None:
    rows = Arrival.objects.of(organisation)
    if rows.finish_all([each.arrival for each in read]) < len(read):
        raise LostClaim
    batch = [
        Incoming(each.arrival, each.inbound, each.attachments)
        for each in read
        if not isinstance(each.inbound, Exception)
    ]
    receive_messages(batch=batch, organisation=organisation)


@transaction.atomic
def _receive(read: Read, organisation: Organisation) -> None:
    if isinstance(read.inbound, Exception):
        raise read.inbound
    receive = record_staff_reply if read.arrival.envelope.get("by_staff") else receive_message
    if read.arrival.finish():
        receive(arrival=read.arrival, inbound=read.inbound, organisation=organisation, attachments=read.attachments)


class Receiving:
    """Parses a batch of arrivals outside any transaction, then receives them together, each in its own savepoint.

    What cannot be parsed goes into quarantine with its bytes; what fails otherwise is tried again by itself and never
    takes its neighbours with it.
    """

    name = "arrivals"
    patience = 1.0

    def __init__(self) -> None:
        self._parsers = ThreadPoolExecutor(PARSERS, thread_name_prefix="parse")

    def perform_batch(self, *, owner: str) -> int:
        """Claim a batch of arrivals and receive it."""
        everywhere = Arrival.objects.across_organisations("the runner receives for all")
        claimed = everywhere.select_related("channel").defer("raw").claim(owner=owner, limit=BATCH, lease=LEASE)
        for together in _small_enough(claimed):
            raws = dict(everywhere.filter(pk__in=[each.pk for each in together]).values_list("pk", "raw"))
            for arrival in together:
                arrival.raw = raws[arrival.pk]
            self.receive(together)
            for arrival in together:
                arrival.raw = b""
        return len(claimed)

    def receive(self, claimed: list[Arrival]) -> None:
        """Receive these arrivals, in this order. The caller has claimed them, and their channels are loaded."""
        if not claimed:
            return
        read = [
            _with_attachments_kept(arrival, found)
            for arrival, found in zip(claimed, self._parsers.map(_parse, claimed), strict=True)
        ]
        organisations = Organisation.objects.in_bulk({arrival.organisation_id for arrival in claimed})
        for key, together in groupby(read, key=lambda each: (each.arrival.organisation_id, each.is_plain)):
            self._settle_all(list(together), organisations[key[0]])

    def _settle_all(self, read: list[Read], organisation: Organisation) -> None:
        """Receive what can be received together in one go, and each by itself when that does not work out."""
        if len(read) > 1 and read[0].is_plain:
            try:
                _receive_together(read, organisation)
            except Exception as error:
                if may_pass(error):  # no fault of any of them: the whole batch is tried again
                    raise
                logger.info("a batch could not be received together (%s); one by one", type(error).__name__)
            else:
                return
        with transaction.atomic():
            for each in read:
                self._settle(each, organisation)

    @staticmethod
    def _settle(read: Read, organisation: Organisation) -> None:
        try:
            try:
                _receive(read, organisation)
            except AlreadyReceived:  # it is known by now, and whether this is a copy of it or says something else
                _receive(read, organisation)
        except Exception as error:
            if may_pass(error):
                raise
            _set_aside(read.arrival, error)

    def next_due(self) -> datetime | None:
        """When the next one is due."""
        rows = Arrival.objects.across_organisations("the runner receives for all").filter(state=WorkState.READY)
        moment: datetime | None = rows.aggregate(at=models.Min("due_at"))["at"]
        return moment

    def release(self, owner: str) -> int:
        """Make due what `owner` had claimed; what anyone had when it is empty."""
        return Arrival.objects.across_organisations("the runner receives for all").release(owner)


def _small_enough(claimed: list[Arrival]) -> Iterator[list[Arrival]]:
    """In parts whose bytes fit in memory together; a large one is a part by itself."""
    part: list[Arrival] = []
    for arrival in claimed:
        if part and sum(each.size for each in part) + arrival.size > MOST_BYTES:
            yield part
            part = []
        part.append(arrival)
    if part:
        yield part


def _parse(arrival: Arrival) -> Parsed:
    try:
        return adapter_for(arrival.channel.kind).parse(bytes(arrival.raw))
    except UnknownKind:
        return CannotParse("This kind of channel is no longer installed.")
    except Exception as error:
        return error


def _with_attachments_kept(arrival: Arrival, inbound: Parsed) -> Read:
    """Keep the attachments' contents, before and outside any transaction. `OSError`: the storage is full or away."""
    if isinstance(inbound, Exception):
        return Read(arrival, inbound)
    try:
        return Read(
            arrival,
            inbound,
            [
                (each, keep_file(organisation_id=arrival.organisation_id, content=each.content, type=each.type))
                for each in inbound.attachments
            ],
        )
    except OSError:
        raise
    except Exception as error:
        if may_pass(error):
            raise
        return Read(arrival, error)


def _set_aside(arrival: Arrival, error: Exception) -> None:
    """Into quarantine what cannot be read; whatever else went wrong is tried again a few times before that."""
    unreadable = isinstance(error, CannotParse)
    if not unreadable:
        logger.error("arrival %s could not be received", arrival.pk, exc_info=error)
    arrival.state = WorkState.READY
    explanation = str(error) if unreadable else f"{type(error).__name__}: {error}"
    if arrival.fail(explanation.replace("\x00", "")[:2000], final=unreadable) and arrival.state == WorkState.GIVEN_UP:
        publish(ArrivalQuarantined(organisation_id=arrival.organisation_id, arrival_id=arrival.pk))


def receive_now(arrival: Arrival) -> None:
    """Receive this arrival at once, in the caller's thread, if no runner has claimed it yet (a form shows its code)."""
    everywhere = Arrival.objects.of(arrival.organisation_id).filter(pk=arrival.pk)
    for claimed in everywhere.select_related("channel").claim(owner="at-once", limit=1, lease=LEASE):
        read = _with_attachments_kept(claimed, _parse(claimed))
        organisation = Organisation.objects.get(pk=claimed.organisation_id)
        with transaction.atomic():
            Receiving._settle(read, organisation)
