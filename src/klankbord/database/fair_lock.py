"""A first-come-first-served lock.

SQLite lets one writer in at a time and makes the others poll; under load a poller can starve. Within one process all
writers therefore queue here first, in order of arrival.
"""

from __future__ import annotations

import threading
from collections import deque


class FairLock:
    """A lock that is handed to whoever waited longest. It may be released by another thread than took it."""

    def __init__(self) -> None:
        self._guard = threading.Lock()
        self._held = False
        self._queue: deque[threading.Event] = deque()

    @property
    def is_wanted(self) -> bool:
        """Whether somebody waits for it."""
        return bool(self._queue)

    def acquire(self, timeout: float) -> bool:
        """Wait for at most `timeout` seconds; True when the lock is ours."""
        with self._guard:
            if not self._held:
                self._held = True
                return True
            turn = threading.Event()
            self._queue.append(turn)
        if turn.wait(timeout):
            return True
        with self._guard:
            if turn.is_set():  # handed over in the very moment that we gave up
                return True
            self._queue.remove(turn)
        return False

    def release(self) -> None:
        """Hand the lock to the next in the queue, or open it."""
        with self._guard:
            if self._queue:
                self._queue.popleft().set()
            else:
                self._held = False
