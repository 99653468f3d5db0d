"""Moments read as a person would say them, in both languages."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone, translation

from klankbord import clock
from klankbord.design import moments
from klankbord.design.catalogues import compile_catalogues

# A Wednesday, 10.30 in Amsterdam (summer time).
NOW = datetime(2026, 5, 20, 8, 30, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _wednesday_morning_in_amsterdam() -> Iterator[None]:
    compile_catalogues()
    with clock.reading(NOW), timezone.override("Europe/Amsterdam"), translation.override("nl"):
        yield


def minutes(count: float) -> timedelta:
    return timedelta(minutes=count)


@pytest.mark.parametrize(
    ("left", "words"),
    [
        (25, "nog 25 min"),
        (0.5, "nog 1 min"),
        (185, "nog 3 uur"),
        (-125, "2 uur te laat"),
        (-3 * 1440, "3 dagen te laat"),
        (-1440, "1 dag te laat"),
        (1440, "morgen"),
        (2 * 1440, "vrijdag"),
        (14 * 1440, "3 juni"),
        (300 * 1440, "16 maart 2027"),
    ],
)
def test_duration_says_how_long_still(left: float, words: str) -> None:
    assert moments.duration(NOW + minutes(left)) == words


@pytest.mark.parametrize(
    ("past", "words"),
    [
        (0, "zojuist"),
        (-5, "zojuist"),
        (5, "5 min geleden"),
        (130, "2 uur geleden"),
        (1000, "gisteren 17.50"),
        (3000, "maandag"),
        (30000, "29 april"),
        (300000, "24 oktober 2025"),
    ],
)
def test_ago_says_how_long_since(past: float, words: str) -> None:
    assert moments.ago(NOW - minutes(past)) == words


def test_just_before_midnight_tomorrow_is_still_counted_in_minutes() -> None:
    with clock.reading(datetime(2026, 5, 20, 21, 50, tzinfo=UTC)):
        assert moments.duration(datetime(2026, 5, 20, 22, 15, tzinfo=UTC)) == "nog 25 min"


def test_time_of_day_is_dutch_in_dutch_and_english_in_english() -> None:
    assert moments.clock_time(NOW) == "10.30 uur"
    assert moments.moment_in_words(NOW) == "vandaag 10.30 uur"
    assert moments.ago(NOW - minutes(1000), in_sentence=True) == "gisteren 17.50 uur"
    with translation.override("en"):
        assert moments.clock_time(NOW) == "10:30"
        assert moments.moment_in_words(NOW) == "today 10:30"
        assert moments.duration(NOW + minutes(61)) == "1 hour left"


def test_day_follows_the_zone_and_not_utc() -> None:
    late = datetime(2026, 5, 20, 22, 30, tzinfo=UTC)
    assert moments.day(late) == "morgen"
    with timezone.override("UTC"):
        assert moments.day(late) == "vandaag"


@pytest.mark.parametrize(("left", "colour"), [(-1, "late"), (59, "soon"), (61, "")])
def test_colour_of_the_clock_follows_the_time_left(left: float, colour: str) -> None:
    assert moments.urgency(NOW + minutes(left)) == colour


@pytest.mark.parametrize(("since", "due", "share"), [(-30, 30, 0.5), (-30, -10, 1), (0, 0, 1), (10, 20, 0)])
def test_share_of_the_time_is_between_nothing_and_all(since: float, due: float, share: float) -> None:
    assert moments.share_used(NOW + minutes(since), NOW + minutes(due)) == pytest.approx(share)


def test_formal_catalogue_speaks_formally_and_falls_back_to_dutch() -> None:
    with translation.override("nl-formal"):
        assert translation.gettext("Would you rather call?") == "Belt u liever?"
        assert moments.duration(NOW + minutes(25)) == "nog 25 min"
