"""Telling what happened, in the same transaction that made it true."""

from __future__ import annotations

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
    if not connection.in_atomic_block:
        raise NotInTransaction(event.name)
    OutboxEvent.objects.create(
        name=event.name, version=event.version, organisation_id=event.organisation_id, fields=event.as_json()
    )
    transaction.on_commit(wake.outbox)
