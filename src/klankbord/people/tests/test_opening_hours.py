"""The arithmetic of opening hours: summer time, midnight, closed days."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given, settings
from hypothesis import strategies as st

from klankbord.people.opening_hours import OpeningHours

AMSTERDAM = ZoneInfo("Europe/Amsterdam")
NINE_TO_FIVE = OpeningHours(AMSTERDAM, {day: [(time(9), time(17))] for day in range(5)})
NEVER = OpeningHours(AMSTERDAM)
BEGIN = datetime(2026, 1, 1, tzinfo=UTC)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=AMSTERDAM)


def test_what_comes_in_on_friday_evening_is_due_on_monday():
    assert NINE_TO_FIVE.add(at("2026-03-06T18:00"), timedelta(hours=2)) == at("2026-03-09T11:00")


def test_a_promise_that_ends_at_closing_time_is_due_then_and_not_the_next_morning():
    assert NINE_TO_FIVE.add(at("2026-03-06T15:00"), timedelta(hours=2)) == at("2026-03-06T17:00")


def test_the_clock_stands_still_on_a_closed_day():
    hours = OpeningHours(AMSTERDAM, NINE_TO_FIVE.week, frozenset({date(2026, 4, 27)}))
    assert hours.add(at("2026-04-24T16:00"), timedelta(hours=2)) == at("2026-04-28T10:00")
    assert not hours.is_open(at("2026-04-27T12:00"))


def test_in_the_night_that_summer_time_begins_an_hour_is_missing():
    hours = OpeningHours(AMSTERDAM, {6: [(time(0), time(12))]})
    assert hours.between(at("2026-03-29T00:00"), at("2026-03-29T12:00")) == timedelta(hours=11)
    assert hours.add(at("2026-03-29T00:00"), timedelta(hours=4)) == at("2026-03-29T05:00")


def test_in_the_night_that_summer_time_ends_there_is_one_hour_more():
    hours = OpeningHours(AMSTERDAM, {6: [(time(0), time(12))]})
    assert hours.between(at("2026-10-25T00:00"), at("2026-10-25T12:00")) == timedelta(hours=13)


def test_midnight_as_closing_time_is_the_end_of_the_day():
    hours = OpeningHours(AMSTERDAM, {4: [(time(18), time(0))]})
    assert hours.is_open(at("2026-03-06T23:59"))
    assert not hours.is_open(at("2026-03-07T00:00"))
    assert hours.closes_at(at("2026-03-06T20:00")) == at("2026-03-07T00:00")


def test_a_day_may_have_a_break():
    hours = OpeningHours(AMSTERDAM, {0: [(time(9), time(12)), (time(13), time(17))]})
    assert hours.add(at("2026-03-02T11:00"), timedelta(hours=2)) == at("2026-03-02T14:00")
    assert hours.opens_after(at("2026-03-02T12:30")) == at("2026-03-02T13:00")


def test_who_never_opens_promises_nothing():
    assert NEVER.add(at("2026-03-02T11:00"), timedelta(hours=1)) is None
    assert NEVER.opens_after(at("2026-03-02T11:00")) is None


moments = st.integers(0, 2 * 365 * 24 * 60).map(lambda minute: BEGIN + timedelta(minutes=minute))
amounts = st.integers(1, 60 * 60).map(lambda minutes: timedelta(minutes=minutes))
spans = st.tuples(st.integers(0, 22), st.integers(1, 23)).filter(lambda pair: pair[0] < pair[1])
weeks = st.dictionaries(
    st.integers(0, 6), spans.map(lambda pair: [(time(pair[0]), time(pair[1]))]), min_size=1
)  # one time a day, any days
closings = st.frozensets(st.dates(date(2026, 1, 1), date(2027, 12, 31)), max_size=20)


@settings(max_examples=60, deadline=None)
@given(moments, amounts, weeks, closings)
def test_adding_opening_time_and_measuring_it_agree(start, amount, week, closed):
    hours = OpeningHours(AMSTERDAM, week, closed)
    due = hours.add(start, amount)
    if due is not None:
        assert hours.between(start, due) == amount
        assert due >= start + amount


@settings(max_examples=60, deadline=None)
@given(moments, weeks, closings)
def test_it_is_open_exactly_between_opening_and_closing(moment, week, closed):
    hours = OpeningHours(AMSTERDAM, week, closed)
    closes = hours.closes_at(moment)
    assert (closes is not None) == hours.is_open(moment)
    if closes is not None:
        assert moment < closes
        assert not hours.is_open(closes)
    following = hours.opens_after(moment)
    if following is not None:
        assert following > moment
        assert hours.is_open(following)
        assert not hours.is_open(following - timedelta(microseconds=1))
