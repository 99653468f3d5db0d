"""Waking sleepers after a commit: threads of this process at once, other processes by PostgreSQL or Redis.

A wake-up is only a hint. The truth is in the rows, and every sleeper also wakes by itself after its own patience.
"""

from __future__ import annotations

import threading
from collections.abc import Callable

_conditions: dict[str, threading.Event] = {}
_guard = threading.Lock()
_listeners: list[Callable[[str], None]] = []
_transports: list[Callable[[str], None]] = []


def signal_for(name: str) -> threading.Event:
    """The flag on which the sleepers of `name` wait; they clear it before they look for work."""
    with _guard:
        return _conditions.setdefault(name, threading.Event())


def here(name: str) -> None:
    """Wake the sleepers of `name` in this process, and call who listens."""
    signal_for(name).set()
    for listener in tuple(_listeners):
        listener(name)


def everyone() -> None:
    """Wake all sleepers of this process: wake-ups may have been missed."""
    with _guard:
        names = tuple(_conditions)
    for name in names or ("outbox",):
        here(name)


def everywhere(name: str) -> None:
    """Wake the sleepers of `name` in this process now, and tell other processes."""
    here(name)
    for tell in tuple(_transports):
        tell(name)


def outbox() -> None:
    """Something was published."""
    everywhere("outbox")


def attach(tell: Callable[[str], None]) -> Callable[[], None]:
    """Let `tell` carry wake-ups to other processes; it must return at once. Returns how to detach it."""
    _transports.append(tell)
    return lambda: _transports.remove(tell)


def listen(listener: Callable[[str], None]) -> Callable[[], None]:
    """Call `listener` with the name at each wake-up, in the waking thread; returns how to stop it."""
    _listeners.append(listener)
    return lambda: _listeners.remove(listener)
