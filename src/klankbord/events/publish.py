"""Telling what happened, in the same transaction that made it true."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import connection, transaction

from klankbord.events import wake
from klankbord.events.base import Event
from klankbord.events.models import OutboxEvent


class NotInTransaction(RuntimeError):
    """An event was published outside a transaction: it could be told without ever becoming true."""


def publish(event: Event) -> None:
    """Write `event` to the outbox; after commit a runner runs the reactions that `wiring/` lists.

    Raises:
        NotInTransaction: there is no transaction to be part of.
    """
    publish_all([event])


def publish_all(events: Sequence[Event]) -> None:
    """Write several events to the outbox at once, in their order; else as `publish`."""
    if not connection.in_atomic_block:
        raise NotInTransaction(", ".join(event.name for event in events))
    if events:
        OutboxEvent.objects.bulk_create(
            OutboxEvent(
                name=event.name, version=event.version, organisation_id=event.organisation_id, fields=event.as_json()
            )
            for event in events
        )
        transaction.on_commit(wake.outbox)
