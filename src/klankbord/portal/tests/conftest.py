"""What the tests of the public pages share: a still clock."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from klankbord import clock
from tests import cast

TUESDAY_MORNING = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)  # 10 o'clock in the house


class StillClock:
    """A clock that moves only when the test says so."""

    def __init__(self) -> None:
        self.moment = TUESDAY_MORNING

    def read(self) -> datetime:
        return self.moment

    def forward(self, **span: float) -> None:
        self.moment += timedelta(**span)


@pytest.fixture(autouse=True)
def still_clock() -> Iterator[StillClock]:
    still = StillClock()
    with clock.reading(still.read):
        yield still


@pytest.fixture
def house(db: None) -> cast.DeKlank:
    return cast.de_klank()
