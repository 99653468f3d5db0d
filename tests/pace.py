"""How long tests wait, and how quick something has to be, on a machine that may have other work to do.

What only waits does so patiently: that costs nothing as long as it happens. What promises to be quick is measured
against what this machine gives just now.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import time
from collections.abc import AsyncIterator, Callable, Iterator

import pytest

PATIENCE = 60.0
"""Seconds after which something hangs that should happen at once."""


def wait_until(truth: Callable[[], bool], what: str, seconds: float = 15.0) -> None:
    """Wait until `truth()`; fails the test with `what` when that takes too long, even at the pace of this machine."""
    began = time.monotonic()
    while not truth():
        waited = time.monotonic() - began
        if waited > seconds and waited > at_this_pace(seconds):
            pytest.fail(f"waited {waited:.0f} s in vain until {what}")
        time.sleep(0.02)


def at_this_pace(seconds: float) -> float:
    """How long something may take here that takes less than `seconds` on a machine with nothing else to do.

    The load of the last minute knows nothing of what has just begun, and some containers do not tell it; so it is tried
    as well how long this process gets for what it does.
    """
    return seconds * max(1.0, os.getloadavg()[0] / len(os.sched_getaffinity(0)), _slowed_down())


def _slowed_down() -> float:
    """How many seconds it takes to get one second of a processor: 1 on a quiet machine."""
    began, own = time.monotonic(), time.thread_time()
    while time.thread_time() - own < 0.02:
        pass
    return (time.monotonic() - began) / 0.02


@contextlib.contextmanager
def in_time(seconds: float) -> Iterator[None]:
    """The block takes less than so many seconds, at the pace of this machine."""
    began = time.monotonic()
    yield
    took = time.monotonic() - began
    assert took < seconds or took < at_this_pace(seconds), f"it took {took:.1f} s instead of {seconds:g}"


@contextlib.asynccontextmanager
async def ends_in_time(seconds: float) -> AsyncIterator[None]:
    """As `in_time`, for what might hang within a loop."""
    async with asyncio.timeout(PATIENCE):
        with in_time(seconds):
            yield
