"""Opening hours in words."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.utils import translation

from klankbord.people.opening_hours import OpeningHours
from klankbord.people.opening_words import next_change, now_line, open_length, week_line, week_rows

ZONE = ZoneInfo("Europe/Amsterdam")
LIBRARY = OpeningHours(zone=ZONE, week={day: [(time(9), time(20))] for day in range(6)}, closed={date(2026, 11, 25)})
SHOP = OpeningHours(
    zone=ZONE,
    week={0: [(time(9), time(12, 30)), (time(13, 15), time(17))], 4: [(time(12), time(0))], 5: [(time(12), time(0))]},
)
NEVER = OpeningHours(zone=ZONE)


def at(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 11, day, hour, minute, tzinfo=ZONE).astimezone(UTC)


@pytest.mark.parametrize(
    ("moment", "line"),
    [
        (at(24, 10), "Vandaag open tot 20.00 uur"),
        (at(24, 8, 59), "Vandaag open vanaf 9.00 uur"),
        (at(23, 20), "Nu gesloten. Morgen open vanaf 9.00 uur"),
        (at(24, 20), "Nu gesloten. Weer open op donderdag 26 november vanaf 9.00 uur"),
    ],
)
def test_now_is_said_in_one_line(moment: datetime, line: str) -> None:
    with translation.override("nl"):
        assert now_line(LIBRARY, moment) == line


def test_house_that_never_opens_says_nothing() -> None:
    assert now_line(NEVER, at(24, 10)) == ""
    assert week_line(NEVER) == ""


def test_line_holds_until_closing_opening_or_midnight() -> None:
    assert next_change(LIBRARY, at(24, 10)) == at(24, 20)
    assert next_change(LIBRARY, at(24, 8)) == at(24, 9)
    assert next_change(LIBRARY, at(24, 21)) == at(25, 0)
    assert next_change(NEVER, at(24, 21)) == at(25, 0)


def test_week_is_said_short_and_in_full_in_both_languages() -> None:
    with translation.override("nl"):
        assert week_line(LIBRARY) == "ma–za 9–20 uur"
        assert week_line(SHOP) == "ma 9–12.30, 13.15–17, vr–za 12–24.00 uur"
        assert week_rows(LIBRARY) == [("maandag t/m zaterdag", "9.00 tot 20.00 uur"), ("zondag", "gesloten")]
        assert week_rows(SHOP)[0] == ("maandag", "9.00 tot 12.30 uur en 13.15 tot 17.00 uur")
        assert week_rows(SHOP)[2] == ("vrijdag en zaterdag", "12.00 tot 24.00 uur")
    with translation.override("en"):
        assert week_line(LIBRARY) == "Mon–Sat 9:00–20:00"


@pytest.mark.parametrize(
    ("span", "words"),
    [
        (timedelta(minutes=25), "25 min"),
        (timedelta(hours=10, minutes=59), "10 uur"),
        (timedelta(hours=11), "1 dag"),
        (timedelta(hours=32), "2 dagen"),
    ],
)
def test_opening_time_is_told_in_days_of_opening(span: timedelta, words: str) -> None:
    with translation.override("nl"):
        assert open_length(LIBRARY, span) == words
        assert open_length(NEVER, timedelta(hours=30)) == "1 dag"
