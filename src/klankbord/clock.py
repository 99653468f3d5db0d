"""The one clock. All code asks it for the time, so that a test or a demo can hold time still or move it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

_read: Callable[[], datetime] = lambda: datetime.now(UTC)  # noqa: E731 - replaced as a whole by `reading`


def now() -> datetime:
    """The current moment, aware, in UTC."""
    return _read()


@contextmanager
def reading(moment: datetime | Callable[[], datetime]) -> Iterator[None]:
    """Make the clock show `moment` (or what the callable returns) within the block, for all threads."""
    global _read
    before = _read
    _read = moment if callable(moment) else lambda: moment
    try:
        yield
    finally:
        _read = before
