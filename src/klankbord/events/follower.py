"""Following the outbox: every process can read what happened, in the order of commits, and miss nothing."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import connection
from django.db.models import Q
from django.db.models.expressions import RawSQL

from klankbord.events.base import Event, UnknownEvent, load
from klankbord.events.models import OutboxEvent
from klankbord.events.work import WorkQuerySet

_OLDEST_RUNNING = """
    SELECT coalesce(min(running::text::bigint), pg_snapshot_xmax(pg_current_snapshot())::text::bigint)
    FROM pg_snapshot_xip(pg_current_snapshot()) AS running
    WHERE NOT EXISTS (
        SELECT FROM pg_locks JOIN pg_stat_activity USING (pid)
        WHERE locktype = 'transactionid' AND mode = 'ExclusiveLock' AND granted
        AND transactionid::text::bigint = mod(running::text::bigint, 4294967296)
        AND datid <> (SELECT oid FROM pg_database WHERE datname = current_database())
    )
"""
"""The oldest transaction that may still publish something here. PostgreSQL numbers the transactions of all databases of
a server together; one that is known to run in another database, for however long, cannot. Each running transaction
holds a lock on its own number, of which `pg_locks` shows the lower 32 bits."""


@dataclass(frozen=True, slots=True, order=True)
class Position:
    """A place in the outbox: everything up to and including it was read."""

    transaction: int = 0
    id: int = 0


class Follower:
    """Reads the outbox from a position on. Not shared between threads, and it does not see what
    its own connection wrote: a follower has a thread of its own.

    On PostgreSQL only transactions older than the oldest one still running in this database are read, so that one that
    commits late is not skipped. On SQLite `PRAGMA data_version` says cheaply whether another connection wrote anything.
    """

    def __init__(self, position: Position | None = None) -> None:
        """Start behind `position`, or at the end of what there is now."""
        self.position = position or self.end()
        self._seen_version: int | None = None

    @staticmethod
    def end() -> Position:
        """The position behind everything that is certain to have been committed now."""
        last = _settled().order_by("-transaction", "-id").values_list("transaction", "id").first()
        return Position(*last) if last else Position()

    def read(self, limit: int = 500) -> list[tuple[Position, Event]]:
        """The next events, oldest first, at most `limit`; unknown ones are passed over. Moves the position."""
        if not self._may_have_changed():
            return []
        behind = Q(transaction=self.position.transaction, id__gt=self.position.id) | Q(
            transaction__gt=self.position.transaction
        )
        rows = _settled().filter(behind).order_by("transaction", "id")[:limit]
        found: list[tuple[Position, Event]] = []
        count = 0
        for row in rows:
            count += 1
            self.position = Position(row.transaction, row.pk)
            try:
                found.append((self.position, load(row.name, row.fields)))
            except UnknownEvent:
                continue
        if count == limit:
            self._seen_version = None
        return found

    def _may_have_changed(self) -> bool:
        if connection.vendor != "sqlite" or connection.in_atomic_block:
            return True
        with connection.cursor() as cursor:
            version: int = cursor.execute("PRAGMA data_version").fetchone()[0]
        if version == self._seen_version:
            return False
        self._seen_version = version
        return True


def _settled() -> WorkQuerySet[OutboxEvent]:
    if connection.vendor == "postgresql":
        return OutboxEvent.objects.filter(transaction__lt=RawSQL(_OLDEST_RUNNING, []))  # noqa: S611 - a constant
    return OutboxEvent.objects.all()
