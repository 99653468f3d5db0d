"""Whenever the demo starts, its clocks stand as they were meant to."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from klankbord.cli.demo.corpus import DueIn, Ending, load
from klankbord.cli.demo.timeline import before, moments

HOUSES = load().houses
ZONE = ZoneInfo("Europe/Amsterdam")
STARTS = [
    datetime(2026, 5, 20, 17, 22, tzinfo=ZONE),
    datetime(2026, 5, 24, 3, 0, tzinfo=ZONE),  # a Sunday night
    datetime(2026, 11, 23, 9, 1, tzinfo=ZONE),  # a Monday, one minute open
    datetime(2026, 12, 28, 9, 0, tzinfo=ZONE),  # after both days of Christmas and a Sunday
    datetime(2027, 3, 28, 3, 30, tzinfo=ZONE),  # Easter Sunday, at the change to summer time
    datetime(2027, 3, 6, 20, 5, tzinfo=ZONE),  # just closed
]
starts = pytest.mark.parametrize("now", STARTS, ids=lambda now: f"{now:%a-%d-%b-%H%M}")


@starts
def test_nothing_lies_ahead_and_everything_follows_what_came_before(now: datetime) -> None:
    for house in HOUSES:
        for each in house.conversations:
            said = moments(each, house.organisation, now)
            assert len(said) == len(each.messages)
            assert list(said) == sorted(said), each.key
            assert said[-1] <= now, each.key


@starts
def test_staff_only_write_while_the_house_is_open(now: datetime) -> None:
    for house in HOUSES:
        hours = house.organisation.hours.reckoning(now.date())
        for each in house.conversations:
            for message, moment in zip(each.messages, moments(each, house.organisation, now), strict=True):
                if message.author:
                    begin, end = next(iter(hours.spans(moment.astimezone(ZONE).date())))
                    assert begin <= moment <= end, each.key


@starts
def test_answers_are_due_when_the_drawing_says(now: datetime) -> None:
    house = HOUSES[0]
    hours = house.organisation.hours.reckoning(now.date())
    promise = timedelta(minutes=house.organisation.promise_minutes)
    for each in house.conversations:
        if isinstance(each.arrived, DueIn):
            worked = hours.between(moments(each, house.organisation, now)[0], now)
            assert promise - worked == timedelta(minutes=each.arrived.minutes), each.key


def test_only_three_customers_wait_longer_than_was_promised() -> None:
    house, now = HOUSES[0], STARTS[0]
    hours = house.organisation.hours.reckoning(now.date())
    waiting = [each for each in house.conversations if each.ending is Ending.WAITS_FOR_US]
    waits = [hours.between(moments(each, house.organisation, now)[0], now) for each in waiting]
    assert len([wait for wait in waits if wait > timedelta(minutes=house.organisation.promise_minutes)]) == 3


def test_counting_back_skips_the_hours_that_the_house_is_closed() -> None:
    hours = HOUSES[0].organisation.hours.reckoning(STARTS[0].date())
    monday = datetime(2026, 5, 18, 9, 30, tzinfo=ZONE)
    saturday = before(monday, timedelta(minutes=90), hours)
    assert saturday == datetime(2026, 5, 16, 19, 0, tzinfo=ZONE)
    assert saturday.tzinfo is UTC
