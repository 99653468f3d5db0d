"""The form's stamp, and what is held off as spam."""

from __future__ import annotations

import pytest

from klankbord.portal.spam import MOST_LINKS, signs_of_spam
from klankbord.portal.stamp import new_stamp, read_stamp
from klankbord.portal.tests.conftest import StillClock


def signs(**said: str) -> list[str]:
    plain = {
        "trap": "",
        "name": "Ans",
        "subject": "",
        "text": "Wanneer zijn jullie open?",
        "own_host": "deklank.example",
    }
    return signs_of_spam(**{**plain, **said}, organisation_id=1)  # type: ignore[arg-type]


def test_stamp_is_genuine_and_each_has_its_own_number() -> None:
    first, second = read_stamp(new_stamp()), read_stamp(new_stamp())
    assert first is not None
    assert second is not None
    assert first.number != second.number


@pytest.mark.parametrize("forged", ["", "form-1.0", "form-1.99999999999:abc", "x" * 5000, "é:é"])
def test_forged_stamp_is_none(forged: str) -> None:
    assert read_stamp(forged) is None


def test_stamp_knows_too_fast_and_too_old(still_clock: StillClock) -> None:
    stamp = read_stamp(new_stamp())
    again = read_stamp(new_stamp(again=True))
    assert stamp is not None
    assert again is not None
    assert stamp.is_too_fast
    assert not again.is_too_fast
    still_clock.forward(seconds=3)
    assert not stamp.is_too_fast
    still_clock.forward(hours=25)
    assert stamp.is_too_old


def test_ordinary_message_has_no_sign() -> None:
    assert signs() == []
    assert signs(text="Zie https://deklank.example/a en https://nos.nl, dan snap je het.") == []


def test_each_sign_is_seen() -> None:
    assert signs(trap="http://x") == ["trap"]
    assert signs(text="https://a.example " * (MOST_LINKS + 1))[0] == "links"
    assert signs(text="https://deklank.example/boek " * (MOST_LINKS + 1)) == []
    assert signs(text="[url=http://a.example]pills[/url]") == ["markup"]
    assert signs(name="www.pills.example") == ["name"]


def test_same_long_text_is_held_off_from_the_third_time() -> None:
    text = "Wij plaatsen uw website op de eerste plek van iedere zoekmachine, vraag nu aan!"
    assert [signs(text=each) for each in (text, text.upper(), text)] == [[], [], ["repeated"]]
    assert [signs(text="Dank je wel!") for _ in range(5)] == [[]] * 5
