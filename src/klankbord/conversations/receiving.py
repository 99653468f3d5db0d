"""The work source that turns arrivals into messages."""

from __future__ import annotations

import logging
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

from django.db import DatabaseError, connection, models, transaction

from klankbord.channels.contract import CannotParse, InboundMessage
from klankbord.channels.events import ArrivalQuarantined
from klankbord.channels.models import Arrival
from klankbord.channels.registry import UnknownKind, adapter_for
from klankbord.conversations.actions.receive_message import AlreadyReceived, StoredAttachment, receive_message
from klankbord.conversations.actions.record_staff_reply import record_staff_reply
from klankbord.events.publish import publish
from klankbord.events.work import WorkState
from klankbord.files.actions import keep_file
from klankbord.people.models import Organisation

logger = logging.getLogger(__name__)

LEASE = timedelta(minutes=3)
BATCH = 32
PARSERS = 2

Parsed = InboundMessage | CannotParse


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
        claimed = everywhere.select_related("channel").claim(owner=owner, limit=BATCH, lease=LEASE)
        self.receive(claimed)
        return len(claimed)

    def receive(self, claimed: list[Arrival]) -> None:
        """Receive these arrivals, in this order. The caller has claimed them, and their channels are loaded."""
        if not claimed:
            return
        parsed = list(self._parsers.map(_parse, claimed))
        readable = [(arrival, inbound) for arrival, inbound in zip(claimed, parsed, strict=True)]
        stored = {arrival.pk: _keep_attachments(arrival, inbound) for arrival, inbound in readable}
        organisations = Organisation.objects.in_bulk({arrival.organisation_id for arrival in claimed})
        with transaction.atomic():
            for arrival, inbound in readable:
                self._settle(arrival, inbound, organisations[arrival.organisation_id], stored[arrival.pk])

    @staticmethod
    def _settle(arrival: Arrival, inbound: Parsed, organisation: Organisation, stored: list[StoredAttachment]) -> None:
        if isinstance(inbound, CannotParse):
            if arrival.fail(str(inbound)[:2000], final=True):
                publish(ArrivalQuarantined(organisation_id=organisation.pk, arrival_id=arrival.pk))
            return
        receive = record_staff_reply if arrival.envelope.get("by_staff") else receive_message
        try:
            with transaction.atomic():
                if arrival.finish():
                    receive(arrival=arrival, inbound=inbound, organisation=organisation, attachments=stored)
        except AlreadyReceived:
            arrival.finish()
        except DatabaseError:
            raise
        except Exception as error:
            logger.exception("arrival %s could not be received", arrival.pk)
            arrival.state = WorkState.READY
            arrival.fail(f"{type(error).__name__}: {error}"[:2000])
            if arrival.state == WorkState.GIVEN_UP:
                publish(ArrivalQuarantined(organisation_id=organisation.pk, arrival_id=arrival.pk))

    def next_due(self) -> datetime | None:
        """When the next one is due."""
        rows = Arrival.objects.across_organisations("the runner receives for all").filter(state=WorkState.READY)
        moment: datetime | None = rows.aggregate(at=models.Min("due_at"))["at"]
        return moment

    def release_all(self) -> int:
        """Take over what a dead process had claimed."""
        return Arrival.objects.across_organisations("embedded start").release_all()


def _parse(arrival: Arrival) -> Parsed:
    try:
        return adapter_for(arrival.channel.kind).parse(bytes(arrival.raw))
    except CannotParse as refusal:
        return refusal
    except UnknownKind:
        return CannotParse("This kind of channel is no longer installed.")
    finally:
        connection.close()


def _keep_attachments(arrival: Arrival, inbound: Parsed) -> list[StoredAttachment]:
    if isinstance(inbound, CannotParse):
        return []
    keep = keep_file
    return [
        (each, keep(organisation_id=arrival.organisation_id, content=each.content, type=each.type))
        for each in inbound.attachments
    ]


def receive_now(arrival: Arrival) -> None:
    """Receive this arrival at once, in the caller's thread, if no runner has claimed it yet (a form shows its code)."""
    everywhere = Arrival.objects.of(arrival.organisation_id).filter(pk=arrival.pk)
    for claimed in everywhere.select_related("channel").claim(owner="at-once", limit=1, lease=LEASE):
        inbound = _parse(claimed)
        stored = _keep_attachments(claimed, inbound)
        organisation = Organisation.objects.get(pk=claimed.organisation_id)
        with transaction.atomic():
            Receiving._settle(claimed, inbound, organisation, stored)
