"""The promise's arithmetic."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from klankbord.conversations.score import Length, OpenTime, Score, Wait, score, wilson
from klankbord.people.opening_hours import OpeningHours

ALWAYS = OpeningHours(zone=ZoneInfo("UTC"), week={day: [(time(0), time(0))] for day in range(7)})
OFFICE = OpeningHours(zone=ZoneInfo("Europe/Amsterdam"), week={day: [(time(9), time(17))] for day in range(5)})
NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)


def waited(hours: float, *, promised: float = 10, ago: float = 100) -> Wait:
    began = NOW - timedelta(hours=ago)
    return Wait(began, began + timedelta(hours=promised), began + timedelta(hours=hours))


def test_interval_is_wilsons() -> None:
    # Values by R: prop.test(8, 10, correct=FALSE), prop.test(0, 20, correct=FALSE)
    assert wilson(8, 10) == pytest.approx((0.4901625, 0.9433178), abs=1e-6)
    assert wilson(0, 20) == pytest.approx((0.0, 0.1611251), abs=1e-6)
    assert wilson(0, 0) == (0.0, 1.0)


def test_share_median_and_slowest_tenth_are_of_all_waits() -> None:
    found = score([waited(hours) for hours in range(1, 21)], ALWAYS, NOW)
    assert (found.n, found.in_time, found.percent) == (20, 10, 50)
    assert found.median == Length(timedelta(hours=10))
    assert found.slowest_tenth == Length(timedelta(hours=18))


def test_who_still_waits_counts_as_late_and_as_long_as_until_now() -> None:
    began = NOW - timedelta(hours=40)
    waiting = Wait(began, began + timedelta(hours=10), None)
    found = score([waited(1)] * 9 + [waiting] * 2, ALWAYS, NOW)
    assert (found.in_time, found.unanswered) == (9, 2)
    assert found.median == Length(timedelta(hours=1))
    assert found.slowest_tenth == Length(timedelta(hours=40), at_least=True)


def test_almost_all_in_time_is_never_called_all() -> None:
    assert Score(1000, 999, 0, None, None).percent == 99
    assert Score(1000, 1000, 0, None, None).percent == 100
    assert Score(1000, 1, 0, None, None).percent == 0
    assert Score(0, 0, 0, None, None).percent == 0


@pytest.mark.parametrize(
    ("n", "shown", "indicative"), [(9, False, True), (10, True, True), (29, True, True), (30, True, False)]
)
def test_few_messages_are_not_shown_and_some_more_are_an_indication(n: int, shown: bool, indicative: bool) -> None:
    found = Score(n, n, 0, None, None)
    assert (found.is_shown, found.is_indicative) == (shown, indicative)


def test_open_time_is_the_same_as_the_opening_hours_say() -> None:
    first, last = datetime(2026, 10, 20, tzinfo=UTC), datetime(2026, 11, 24, tzinfo=UTC)
    counted = OpenTime(OFFICE, first, last)
    for start, hours in ((3, 5), (30, 70), (100, 400), (5.5, 6.25), (120, 130)):
        begin = first + timedelta(hours=start)
        end = begin + timedelta(hours=hours)
        assert counted.between(begin, end) == OFFICE.between(begin, end)
