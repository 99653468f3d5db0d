"""Storing what comes in, before anyone says "accepted".

A thread collects what several connections bring at the same time and commits it at once: one fsync for all of them.
"""

from __future__ import annotations

import asyncio
import contextlib
import queue
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import close_old_connections, connection, transaction
from django.db.models import Count, F, Max, Q

from klankbord import clock
from klankbord.channels.models import Arrival, Channel, Tombstone
from klankbord.channels.registry import adapter_for
from klankbord.channels.secrets import keyed_hash
from klankbord.database.trouble import may_pass
from klankbord.events import wake
from klankbord.events.work import WorkState, has_ended

MOST_TOGETHER = 256
MOST_BYTES_TOGETHER = 64 * 1024 * 1024
GATHER = 0.001
"""Seconds to wait for others once several came at the same time: they will do so again, and then share one commit."""


@dataclass(frozen=True, slots=True)
class NewArrival:
    """Raw bytes that came through a channel, not stored yet. `envelope` as in `Arrival.envelope`.

    `received_at` is when they reached us or the server that kept them for us; None for now.
    """

    channel: Channel
    source: Arrival.Source
    raw: bytes
    envelope: dict[str, Any] = field(default_factory=dict)
    received_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Claim:
    """Who works on an arrival from the moment it is stored, and until when nobody else may."""

    owner: str
    until: datetime


def store_arrivals(fresh: Sequence[NewArrival], *, claim: Claim | None = None) -> list[Arrival]:
    """Store them all in one transaction; they are on disk when this returns. Gives all rows, also those left out.

    A second copy (same channel, external id and content) is left out without an error, and so is what was deleted here
    before. The same id with other content is stored beside the first.
    """
    rows = [_row(arrival) for arrival in fresh]
    if claim is not None:
        for row in rows:
            row.leased_by, row.due_at, row.attempts = claim.owner, claim.until, 1
    with transaction.atomic():
        marks = {tombstone_mark(row): row for row in rows}
        buried = set(
            Tombstone.objects.across_organisations("marks are keyed by channel")
            .filter(organisation_id__in={row.organisation_id for row in rows}, mark__in=marks)
            .values_list("mark", flat=True)
        )
        alive = [row for mark, row in marks.items() if mark not in buried]
        Arrival.objects.bulk_create(alive, ignore_conflicts=True)
        if claim is None:
            transaction.on_commit(lambda: wake.everywhere("arrivals"))
    return rows


@dataclass(frozen=True, slots=True)
class Held:
    """How many imported mails another import has in hand, and until when at the latest; None for none."""

    count: int
    until: datetime | None


def take_over_imports(channel: Channel, claim: Claim) -> Held:
    """Claim what imports that were broken off had stored in this channel and not read; gives what others still hold."""
    now = clock.now()
    begun = Arrival.objects.of(channel.organisation_id).filter(
        channel=channel, source=Arrival.Source.IMPORT, state=WorkState.READY
    )
    others = begun.filter(due_at__gt=now).exclude(leased_by="")
    ended = [owner for owner in others.values_list("leased_by", flat=True).distinct() if has_ended(owner)]
    abandoned = begun.filter(Q(due_at__lte=now) | Q(leased_by__in=ended))
    abandoned.update(leased_by=claim.owner, due_at=claim.until, attempts=F("attempts") + 1)
    held = others.exclude(leased_by=claim.owner).aggregate(count=Count("pk"), until=Max("due_at"))
    return Held(**held)


def tombstone_mark(arrival: Arrival) -> str:
    """The keyed hash under which a deleted contribution is remembered."""
    return keyed_hash("tombstone", arrival.channel_id, arrival.external_id, arrival.digest)


def _row(fresh: NewArrival) -> Arrival:
    external_id, digest = adapter_for(fresh.channel.kind).identify(fresh.raw)
    return Arrival(
        organisation_id=fresh.channel.organisation_id,
        channel=fresh.channel,
        source=fresh.source,
        external_id=external_id[:400],
        digest=digest,
        raw=fresh.raw,
        size=len(fresh.raw),
        envelope=fresh.envelope,
        received_at=fresh.received_at or clock.now(),
    )


@dataclass(frozen=True, slots=True)
class _Waiting:
    """An arrival to be stored, and who waits for that in which loop."""

    fresh: NewArrival
    loop: asyncio.AbstractEventLoop
    stored: asyncio.Future[None]


class ArrivalWriter(threading.Thread):
    """Stores arrivals of many connections with one commit for all that wait (group commit)."""

    def __init__(self) -> None:
        super().__init__(name="arrival-writer", daemon=True)
        self._queue: queue.SimpleQueue[_Waiting | None] = queue.SimpleQueue()

    async def store(self, fresh: NewArrival) -> None:
        """Have it stored; returns when it is on disk, or raises why it is not."""
        loop = asyncio.get_running_loop()
        stored: asyncio.Future[None] = loop.create_future()
        self._queue.put(_Waiting(fresh, loop, stored))
        await stored

    def stop(self) -> None:
        """Store what was submitted and stop."""
        self._queue.put(None)
        if self.is_alive():
            self.join(timeout=10)

    def run(self) -> None:
        """Take what waits, store it together, tell each.

        When the database itself is away or full the whole group fails (its senders try again); when one of the group
        is not acceptable, each is tried by itself.
        """
        going, together = True, 0
        while going:
            first = self._queue.get()
            if first is None:
                break
            if together > 1:
                time.sleep(GATHER)
            group, size = [first], len(first.fresh.raw)
            while len(group) < MOST_TOGETHER and size < MOST_BYTES_TOGETHER and not self._queue.empty():
                item = self._queue.get()
                if item is None:
                    going = False
                    break
                group.append(item)
                size += len(item.fresh.raw)
            together = len(group)
            self._store(group)
        connection.close()

    @staticmethod
    def _store(group: list[_Waiting]) -> None:
        try:
            store_arrivals([each.fresh for each in group])
        except Exception as error:
            close_old_connections()
            if len(group) == 1 or may_pass(error):
                _tell(group, error)
                return
            for each in group:
                ArrivalWriter._store([each])
        else:
            _tell(group, None)


def _tell(group: Sequence[_Waiting], error: Exception | None) -> None:
    """Tell all who wait how it went; each loop is woken once."""
    for loop in {each.loop for each in group}:
        stored = [each.stored for each in group if each.loop is loop]
        with contextlib.suppress(RuntimeError):  # the loop has ended: nobody waits any more
            loop.call_soon_threadsafe(_settle, stored, error)


def _settle(stored: Sequence[asyncio.Future[None]], error: Exception | None) -> None:
    for each in stored:
        if each.done():  # cancelled: the connection is gone
            continue
        if error is None:
            each.set_result(None)
        else:
            each.set_exception(error)
