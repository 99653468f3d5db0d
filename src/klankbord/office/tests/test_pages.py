"""The pages of the back office, seen from a browser."""

from __future__ import annotations

import pytest

from tests import cast

pytestmark = pytest.mark.django_db

PAGES = [
    "me/",
    "organisation/",
    "hours/",
    "members/",
    "members/invite/",
    "teams/",
    "teams/new/",
    "mailboxes/",
    "mailboxes/new/",
]


@pytest.mark.parametrize("page", PAGES)
def test_every_page_of_the_office_opens_for_an_administrator(page):
    house = cast.de_klank()
    browser = cast.browser(house.organisation, house.marlies)
    answer = browser.get(f"/office/{page}")
    assert answer.status_code == 200
    assert answer.content.count(b"<h1") == 1
