"""Following the outbox: every process can read what happened, in the order of commits, and miss nothing."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import connection
from django.db.models import Q
from django.db.models.expressions import RawSQL

from klankbord.events.base import Event, UnknownEvent, load
from klankbord.events.models import OutboxEvent
from klankbord.events.work import WorkQuerySet


@dataclass(frozen=True, slots=True, order=True)
class Position:
    """A place in the outbox: everything up to and including it was read."""

    transaction: int = 0
    id: int = 0


class Follower:
    """Reads the outbox from a position on. Not shared between threads, and it does not see what
    its own connection wrote: a follower has a thread of its own.

    On PostgreSQL only transactions older than the oldest one still running are read, so that one that commits late is
    not skipped. On SQLite `PRAGMA data_version` says cheaply whether another connection wrote anything at all.
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
        oldest_running = RawSQL("pg_snapshot_xmin(pg_current_snapshot())::text::bigint", [])
        return OutboxEvent.objects.filter(transaction__lt=oldest_running)
    return OutboxEvent.objects.all()
