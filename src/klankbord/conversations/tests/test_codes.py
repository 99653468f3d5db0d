"""Reference codes: easy to say, safe against slips, worth nothing alone, and enough of them for ever."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from klankbord.conversations import releasing
from klankbord.conversations.codes import _check_digit, is_code, new_code, read_code, spoken
from klankbord.conversations.models import Conversation
from klankbord.conversations.releasing import KEPT, KEPT_AT_LEAST, release_codes
from tests import cast

SOME = [f"{number:05d}{_check_digit(f'{number:05d}')}" for number in range(0, 100_000, 251)]


def test_every_single_slip_is_noticed() -> None:
    for code in SOME:
        for place in range(6):
            for digit in set("0123456789") - {code[place]}:
                assert not is_code(code[:place] + digit + code[place + 1 :])


def test_every_swap_of_two_neighbours_is_noticed() -> None:
    for code in SOME:
        for place in range(5):
            swapped = code[:place] + code[place + 1] + code[place] + code[place + 2 :]
            assert swapped == code or not is_code(swapped)


def test_a_new_code_is_well_formed_and_read_as_people_write_it() -> None:
    code = new_code()
    assert is_code(code)
    assert read_code(f"Het is {spoken(code)}.") == code
    assert read_code("204 51") is None
    assert not is_code("٢٠٤٥١٨")


def silent(house: cast.DeKlank, since: timedelta, moment: Any, **fields: Any) -> Conversation:
    person = cast.customer(house.organisation, email=f"{since.days}-{len(fields)}-{fields.get('code')}@example.org")
    fields.setdefault("state", "done")
    return cast.conversation(person, house.mailbox, since=moment - since, **fields)


def codes(house: cast.DeKlank) -> set[int]:
    rows = Conversation.objects.of(house.organisation).filter(code__isnull=False)
    return set(rows.values_list("pk", flat=True))


@pytest.mark.parametrize("state", ["done", "answered", "spam"])
def test_a_code_is_free_again_a_year_after_the_last_word(house: cast.DeKlank, still_clock: Any, state: str) -> None:
    old = silent(house, KEPT + timedelta(days=1), still_clock.moment, state=state)
    young = silent(house, KEPT - timedelta(days=1), still_clock.moment, state=state)
    release_codes()
    assert codes(house) == {young.pk}
    again = silent(house, timedelta(), still_clock.moment, code=old.code)
    assert again.code == old.code


def test_who_still_waits_keeps_their_code(house: cast.DeKlank, still_clock: Any) -> None:
    waiting = silent(house, 2 * KEPT, still_clock.moment, state="open")
    release_codes()
    assert codes(house) == {waiting.pk}


def test_where_codes_run_short_the_oldest_go_first_and_the_young_stay(
    house: cast.DeKlank, still_clock: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(releasing, "MOST_IN_USE", 2)
    silent(house, KEPT_AT_LEAST + timedelta(days=9), still_clock.moment)
    second = silent(house, KEPT_AT_LEAST + timedelta(days=8), still_clock.moment)
    young = silent(house, KEPT_AT_LEAST - timedelta(days=1), still_clock.moment)
    release_codes()
    assert codes(house) == {second.pk, young.pk}
    monkeypatch.setattr(releasing, "MOST_IN_USE", 0)
    release_codes()
    assert codes(house) == {young.pk}


def test_more_than_one_slice_is_released(
    house: cast.DeKlank, still_clock: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(releasing, "AT_ONCE", 2)
    for day in range(5):
        silent(house, KEPT + timedelta(days=1 + day), still_clock.moment)
    release_codes()
    assert codes(house) == set()
