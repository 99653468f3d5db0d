"""Telling what happened, in the same transaction that made it true."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db import connection, transaction

from klankbord import clock
from klankbord.events import wake
from klankbord.events.base import Event
from klankbord.events.contract import reactions_to
from klankbord.events.models import OutboxEvent
from klankbord.events.work import WorkState


class NotInTransaction(RuntimeError):
    """An event was published outside a transaction: it could be told without ever becoming true."""


def publish(event: Event) -> None:
    """Write `event` to the outbox; after commit a runner runs the reactions that `wiring/` lists.

    Raises:
        NotInTransaction: there is no transaction to be part of.
    """
    publish_all([event])


def publish_all(events: Sequence[Event]) -> None:
    """Write several events to the outbox at once, in their order; else as `publish`.

    What nothing follows from is done as soon as it is written: it stands there for those who read along.
    """
    if not connection.in_atomic_block:
        raise NotInTransaction(", ".join(event.name for event in events))
    if events:
        moment = clock.now()
        OutboxEvent.objects.bulk_create(_row(event, moment) for event in events)
        transaction.on_commit(wake.outbox)


def _row(event: Event, moment: datetime) -> OutboxEvent:
    row = OutboxEvent(
        name=event.name,
        version=event.version,
        organisation_id=event.organisation_id,
        fields=event.as_json(),
        occurred_at=moment,
        due_at=moment,
    )
    if not reactions_to(event):
        row.state, row.finished_at = WorkState.DONE, moment
    return row
