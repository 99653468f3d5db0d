"""Pages on a narrow screen, in a real browser."""

from __future__ import annotations

import pytest

from klankbord.portal.tests.test_public_pages import promises
from tests import cast
from tests.browser import OpenPage

CUT = """[...document.querySelectorAll("td, tbody th")].filter((one) => {
  const {left, right} = one.getBoundingClientRect();
  return left < 0 || right > innerWidth || one.scrollWidth > one.clientWidth + 1;
}).map((one) => one.outerHTML.slice(0, 120))"""
"""The cells of tables that are not wholly to be seen."""


@pytest.mark.django_db(transaction=True)
@pytest.mark.slow
def test_every_figure_of_the_promise_is_to_be_seen_on_a_narrow_screen(open_page: OpenPage) -> None:
    house = cast.de_klank()
    promises(house, 40)
    page = open_page(house.organisation, viewport={"width": 320, "height": 700})
    for language in ("nl", "en"):
        page.goto(f"/language/{language}/?next=/promise/")
        assert page.locator("td").count() > 4
        assert page.evaluate(CUT) == [], language
        assert page.evaluate("document.documentElement.scrollWidth") == 320
