"""Events and their journey to JSON and back."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pytest

from klankbord.events.base import Event, UnknownEvent, known_events, load
from klankbord.events.tests.happenings import Colour, Rang


def test_an_event_comes_back_as_it_was_written():
    event = Rang(organisation_id=3, bell_id=4, colour=Colour.RED)
    assert event.as_json() == {"organisation_id": 3, "bell_id": 4, "colour": "red"}
    assert load(Rang.name, event.as_json()) == event
    assert known_events()[Rang.name] is Rang


def test_fields_that_are_new_have_their_default_and_fields_that_are_gone_are_left_out():
    assert load(Rang.name, {"organisation_id": 3, "pitch": 440}) == Rang(organisation_id=3)


def test_words_of_people_have_no_place_in_an_event():
    @dataclass(frozen=True, slots=True, kw_only=True)
    class Shouted(Event):
        said: Any = None

    with pytest.raises(TypeError, match="ids and enums only"):
        Shouted(organisation_id=1, said=["help"]).as_json()


def test_an_event_that_nobody_knows_is_named():
    with pytest.raises(UnknownEvent, match=r"bells\.Never"):
        load("bells.Never", {})
