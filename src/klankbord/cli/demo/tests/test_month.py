"""The demo's question of the month is of this month, on whichever day the demo is made."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from klankbord.cli.demo.public import within_month


@pytest.mark.parametrize(("day", "asked"), [(1, (12, 1, 0)), (14, (12, 1, 0)), (16, (12, 2, 10))])
def test_what_the_script_puts_in_an_earlier_month_is_asked_when_this_one_begins(
    day: int, asked: tuple[int, int, int]
) -> None:
    here = ZoneInfo("Europe/Amsterdam")
    now = datetime(2026, 12, day, 9, tzinfo=UTC)
    found = within_month(now - timedelta(days=14), now, here).astimezone(here)
    assert (found.month, found.day, found.hour) == asked
