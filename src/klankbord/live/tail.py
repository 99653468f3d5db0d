"""The thread with which each process follows the outbox for its screens and its pages in memory.

No broker is needed: two server processes on one database both read what happened. A wake-up only makes it sooner.
"""

from __future__ import annotations

import asyncio
import logging
import threading
import time
from collections.abc import Callable, Iterable, Sequence
from functools import partial
from typing import Protocol

from django.db import close_old_connections, connection, models

from klankbord.events import wake
from klankbord.events.base import Event
from klankbord.events.follower import Follower, Position
from klankbord.events.models import OutboxEvent
from klankbord.live.contract import Announcement, Announces, checked_topic
from klankbord.live.hub import Hub

logger = logging.getLogger(__name__)
_BATCH = 500


class Follows(Protocol):
    """What the tail needs of `events.follower.Follower`."""

    position: Position

    def read(self, limit: int = ..., /) -> list[tuple[Position, Event]]:
        """The next events, oldest first."""
        ...


def announcements_of(event: Event, announcers: Iterable[Announces]) -> list[Announcement]:
    """What all announcers say of `event`, each thing once."""
    found: dict[Announcement, None] = {}
    for announcer in announcers:
        for topic, kind, id_ in announcer.topics(event):
            found[Announcement(checked_topic(topic), kind, id_)] = None
    return list(found)


def holds_back(follower: Follows) -> bool:
    """Whether there are committed events that the follower may not read yet.

    On PostgreSQL it waits for the oldest transaction that still runs. What that keeps from view has happened already,
    so no page may be called fresh meanwhile.
    """
    if connection.vendor != "postgresql":
        return False
    at = follower.position
    behind = models.Q(transaction=at.transaction, id__gt=at.id) | models.Q(transaction__gt=at.transaction)
    return OutboxEvent.objects.filter(behind).exists()


class Tail(threading.Thread):
    """Reads the outbox and lets the hub hear it, on the event loop's thread.

    Attributes:
        read_at: `time.monotonic()` of the last moment at which all events were known to have been read; 0 before that.
    """

    def __init__(
        self,
        *,
        loop: asyncio.AbstractEventLoop,
        hub: Hub,
        announcers: Sequence[Announces],
        open_follower: Callable[[Position | None], Follows] = Follower,
        is_held_back: Callable[[Follows], bool] = holds_back,
        patience: float = 0.25,
    ) -> None:
        """`patience` is the number of seconds between two looks when nothing wakes it."""
        super().__init__(name="live-tail", daemon=True)
        self.read_at = 0.0
        self._loop = loop
        self._hub = hub
        self._announcers = tuple(announcers)
        self._open = open_follower
        self._is_held_back = is_held_back
        self._patience = patience
        self._flag = threading.Event()
        self._guard = threading.Lock()
        self._waiting: list[asyncio.Future[bool]] = []
        self._stopping = False
        self._follower: Follows | None = None
        self._position: Position | None = None
        self._unlisten: Callable[[], None] = lambda: None

    def start(self) -> None:
        """Begin to follow, from what is the end of the outbox now."""
        self._unlisten = wake.listen(lambda _name: self._flag.set())
        super().start()

    def stop(self) -> None:
        """Stop following; returns without waiting."""
        unlisten, self._unlisten = self._unlisten, lambda: None
        unlisten()
        self._stopping = True
        self._flag.set()

    async def caught_up(self) -> bool:
        """Wait until everything that was committed before this call was heard; False when that cannot be promised.

        Must be called on the event loop's thread.
        """
        waiting: asyncio.Future[bool] = self._loop.create_future()
        with self._guard:
            if self._stopping:
                return False
            self._waiting.append(waiting)
        self._flag.set()
        return await waiting

    def run(self) -> None:
        """Follow until stopped. A database that is away is waited for, and nothing is skipped meanwhile."""
        pause = 0.0
        while not self._stopping:
            self._flag.wait(pause)
            self._flag.clear()
            with self._guard:
                waiting, self._waiting = self._waiting, []
            complete = self._look()
            pause = self._patience if complete else min(max(pause * 2, 0.05), 2.0)
            self._post(_answer, waiting, complete=complete)
        connection.close()
        with self._guard:
            waiting, self._waiting = self._waiting, []
        self._post(_answer, waiting, complete=False)

    def _look(self) -> bool:
        began = time.monotonic()
        try:
            if self._follower is None:
                self._follower = self._open(self._position)
                if self._position is None:
                    self._position = self._follower.position
                    self._post(self._hub.start_at, _as_text(self._position))
            while batch := self._follower.read(_BATCH):
                self._tell(batch)
                if len(batch) < _BATCH:
                    break
            complete = not self._is_held_back(self._follower)
        except Exception as error:  # a database that is away, locked or restarted: all of it means "not now"
            logger.warning("live-tail: cannot read the outbox (%s), trying again", type(error).__name__)
            self._follower = None
            close_old_connections()
            return False
        if complete:
            self.read_at = began
        return complete

    def _tell(self, batch: Sequence[tuple[Position, Event]]) -> None:
        """Let the hub hear these at once: each by itself would have the event loop woken for it."""
        told: list[tuple[str, list[Announcement]]] = []
        for position, event in batch:
            self._position = position
            try:
                told.append((_as_text(position), announcements_of(event, self._announcers)))
            except Exception:
                # What it touches is unknown, so nothing that is shown can be trusted to be still true.
                logger.exception("live-tail: no announcer may fail, but one did at %s", event.name)
                self._post(self._hub.hear_all, told)
                self._post(self._hub.forget)
                told = []
        self._post(self._hub.hear_all, told)

    def _post(self, call: Callable[..., object], *arguments: object, **named: object) -> None:
        try:
            self._loop.call_soon_threadsafe(partial(call, *arguments, **named))
        except RuntimeError:  # the loop was closed under us: the process is ending
            self._stopping = True


def _answer(waiting: list[asyncio.Future[bool]], *, complete: bool) -> None:
    for future in waiting:
        if not future.done():
            future.set_result(complete)


def _as_text(position: Position) -> str:
    return f"{position.transaction}-{position.id}"
