"""The runner: a thread for each kind of work, that claims batches until it is told to stop."""

from __future__ import annotations

import logging
import threading
import time

from django.db import DatabaseError, InterfaceError, close_old_connections, connection

from klankbord import clock
from klankbord.events import wake
from klankbord.events.contract import WorkSource, sources
from klankbord.events.work import new_owner

logger = logging.getLogger(__name__)

MANY = 48
GATHER = 0.06
"""Seconds to wait after a batch of fewer than `MANY`, so that the next one is worth its queries: nobody notices them,
and under load several pieces of work share what one would have cost."""


class SourceThread(threading.Thread):
    """Performs one source's work; sleeps until woken, until something is due, or for the source's patience."""

    def __init__(self, source: WorkSource, owner: str, stopping: threading.Event) -> None:
        super().__init__(name=f"runner-{source.name}", daemon=True)
        self._source = source
        self._owner = owner
        self._stopping = stopping
        self._signal = wake.signal_for(source.name)

    def run(self) -> None:
        """Work until stopped. A database that is away is waited for; nothing claimed is lost by it."""
        trouble = 0
        while not self._stopping.is_set():
            self._signal.clear()
            try:
                if trouble:
                    # What we had claimed when it went wrong is not being worked on; without this it would wait for
                    # the end of its lease.
                    self._source.release(self._owner)
                done = self._source.perform_batch(owner=self._owner)
                pause = (0.0 if done >= MANY else GATHER) if done else self._pause()
                trouble = 0
            except (DatabaseError, InterfaceError) as error:
                trouble += 1
                logger.warning("runner-%s: the database does not answer (%s)", self._source.name, error)
                close_old_connections()
                pause = min(0.2 * 2**trouble, 10.0)
            except Exception:
                trouble += 1
                logger.exception("runner-%s: a batch failed", self._source.name)
                pause = min(0.2 * 2**trouble, 30.0)
            if pause == GATHER:
                self._stopping.wait(pause)
            elif pause:
                self._signal.wait(pause)
        connection.close()

    def _pause(self) -> float:
        due = self._source.next_due()
        if due is None:
            return self._source.patience
        return min(max((due - clock.now()).total_seconds(), 0.01), self._source.patience)


class Runner:
    """All background work of one process. `start` and `stop` may be called from any thread."""

    name = "runner"

    def __init__(self, *, alone: bool = False) -> None:
        """`alone`: no other process works on this database, so that what the dead had claimed is free at once."""
        self._alone = alone
        self._stopping = threading.Event()
        self._threads: list[SourceThread] = []

    def start(self) -> None:
        """Start a thread for each source of work."""
        owner = new_owner()
        if self._alone:
            for source in sources():
                source.release("")
        self._threads = [SourceThread(source, owner, self._stopping) for source in sources()]
        for thread in self._threads:
            thread.start()

    def stop(self, timeout: float = 5.0) -> None:
        """Finish the batches that were begun and stop."""
        self._stopping.set()
        for thread in self._threads:
            wake.signal_for(thread.name.removeprefix("runner-")).set()
        end = time.monotonic() + timeout
        for thread in self._threads:
            thread.join(max(end - time.monotonic(), 0.0))

    def is_alive(self) -> bool:
        """Whether all threads run."""
        return bool(self._threads) and all(thread.is_alive() for thread in self._threads)
