"""While somebody writes, in a real browser."""

from __future__ import annotations

import pytest

from tests import cast
from tests.browser import TOO_WIDE, OpenPage


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_a_look_at_the_text_comes_in_place_and_nothing_typed_is_lost(open_page: OpenPage) -> None:
    house = cast.de_klank()
    page = open_page(house.organisation)
    page.goto("/questions/ask/")
    page.fill("[name=title]", "Hoe verleng ik een boek?")
    page.fill("[name=text]", "De knop is **grijs** <b>raar</b>.")
    page.click("[data-preview-button]")
    page.wait_for_selector("#preview:not([hidden]) strong")
    assert page.inner_text("#preview .post") == "De knop is grijs <b>raar</b>."
    assert page.inner_text("#preview .lead") == "Hoe verleng ik een boek?"
    assert page.input_value("[name=text]") == "De knop is **grijs** <b>raar</b>."


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_how_much_still_fits_is_told_once_little_does(open_page: OpenPage) -> None:
    page = open_page(cast.de_klank().organisation)
    page.goto("/questions/ask/")
    page.fill("[name=text]", "x" * 8000)
    assert page.locator(".limit").count() == 0
    page.fill("[name=text]", "x" * 9001)
    assert page.inner_text(".limit") == "nog 999 tekens"
    page.fill("[name=text]", "x" * 11200)
    assert page.inner_text(".limit") == "1.200 tekens te veel"
    page.fill("[name=text]", "x")
    assert page.locator(".limit").count() == 0


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(("width", "letters"), [(320, 62), (1280, 5_000)])
def test_one_endless_word_that_was_searched_for_fits_the_page(open_page: OpenPage, width: int, letters: int) -> None:
    page = open_page(cast.de_klank().organisation)
    page.set_viewport_size({"width": width, "height": 800})
    page.goto(f"/questions/?q={'w' * letters}")
    page.locator(".empty").wait_for()
    assert page.evaluate(TOO_WIDE) == []
    assert len(page.inner_text("h1")) < 100
    assert page.locator(".empty .button").evaluate("(one) => one.getBoundingClientRect().height") < 200
