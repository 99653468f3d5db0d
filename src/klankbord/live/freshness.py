"""Whether what this process heard is recent enough to show a page from memory.

SQLite says with `PRAGMA data_version` whether any other connection committed since; it is asked at each hit. PostgreSQL
cannot be asked so cheaply: there a wake-up or a changing request of this process makes the next hit wait until the
outbox was read; what other machines did is known because the outbox is read each second, or nothing comes from memory.
"""

from __future__ import annotations

import asyncio
import sqlite3
import time
from collections.abc import Callable
from pathlib import Path
from typing import Protocol

from klankbord.live.tail import Tail

LONGEST_SILENCE = 1.0
"""Seconds after which the outbox must have been read again on PostgreSQL."""


class Freshness(Protocol):
    """Guards the pages in memory. All calls are made on the event loop's thread, except `touch`."""

    def is_settled(self) -> bool:
        """Whether everything that must be known has been heard. Called at each hit: must be cheap."""
        ...

    async def settle(self) -> bool:
        """Hear what there is; False when that failed, and then nothing may be shown from memory."""
        ...

    def touch(self) -> None:
        """Something may have been changed by this process just now."""
        ...

    def close(self) -> None:
        """Let go of what it holds."""
        ...


class SqliteFreshness:
    """Asks SQLite itself, on a connection of its own that never writes."""

    def __init__(self, database: Path, tail: Tail) -> None:
        self._tail = tail
        self._link = sqlite3.connect(f"{database.resolve().as_uri()}?mode=ro", uri=True, isolation_level=None)
        self._ask = self._link.cursor().execute
        self._settled: int | None = None
        self._loop = asyncio.get_running_loop()
        self._is_sure = False

    def is_settled(self) -> bool:
        """Whether nobody committed since the outbox was read last.

        SQLite is asked once in each turn of the event loop: whoever was answered after a commit can only ask again in a
        later turn.
        """
        if self._is_sure:
            return True
        try:
            settled = self._version() == self._settled
        except sqlite3.Error:
            return False
        if settled:
            self._is_sure = True
            self._loop.call_soon(self._doubt)
        return settled

    def _doubt(self) -> None:
        self._is_sure = False

    async def settle(self) -> bool:
        """Read the outbox; the version is taken first, so that a commit in between makes the next hit look again."""
        try:
            version = self._version()
        except sqlite3.Error:
            return False
        complete = await self._tail.caught_up()
        self._settled = version if complete else None
        return complete

    def touch(self) -> None:
        """Nothing to do: the database says it by itself."""

    def close(self) -> None:
        """Close the connection."""
        self._link.close()

    def _version(self) -> int:
        version: int = self._ask("PRAGMA data_version").fetchone()[0]
        return version


class ServerFreshness:
    """For a database server: what this process did is heard at once, what others did within a second."""

    def __init__(self, tail: Tail, *, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._tail = tail
        self._monotonic = monotonic
        self._touched = 1
        self._settled = 0

    def is_settled(self) -> bool:
        """Whether nothing was changed here and the outbox was read within the last second."""
        return self._touched == self._settled and self._monotonic() - self._tail.read_at <= LONGEST_SILENCE

    async def settle(self) -> bool:
        """Read the outbox."""
        touched = self._touched
        complete = await self._tail.caught_up()
        if complete:
            self._settled = touched
        return complete

    def touch(self) -> None:
        """Make the next hit read the outbox first. May be called from any thread."""
        self._touched += 1

    def close(self) -> None:
        """Nothing is held."""
