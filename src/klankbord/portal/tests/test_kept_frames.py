"""What stands around a page is made once for all who see the same: never older than it may be, never somebody's own."""

from __future__ import annotations

import re
from datetime import time

import pytest
from django.contrib.messages import constants
from django.contrib.messages.storage.base import Message as Notice
from django.contrib.messages.storage.cookie import CookieStorage
from django.http import HttpRequest

from klankbord.community.actions.ask import ask
from klankbord.people.models import OpeningSpan
from klankbord.people.surroundings import FRAMES
from tests import cast

pytestmark = pytest.mark.django_db


@pytest.fixture(params=["list", "question"])
def path(request, house) -> str:
    """A page whose surroundings are kept."""
    FRAMES.clear()
    asked = ask(person=cast.helper(house.organisation, "Piet", "piet@example.org"), title="Hoe leen ik?", text="Graag.")
    return {"list": "/ideas/", "question": f"/questions/{asked.pk}/"}[request.param]


def read(browser, path: str) -> str:
    answer = browser.get(path)
    assert answer.status_code == 200
    return answer.content.decode()


def test_a_message_for_one_visitor_is_shown_to_nobody_else(house, path):
    told, other = cast.browser(house.organisation), cast.browser(house.organisation)
    storage = CookieStorage(HttpRequest())
    told.cookies["messages"] = storage._encode([Notice(constants.SUCCESS, "Only for you")])
    assert "Only for you" in read(told, path)
    assert "Only for you" not in read(other, path)


def test_the_way_to_work_is_shown_to_staff_alone(house, path):
    staff, visitor = cast.browser(house.organisation, house.jamal.user), cast.browser(house.organisation)
    assert "to-work" in read(staff, path)
    assert "to-work" not in read(visitor, path)
    assert "to-work" in read(staff, path)


def test_what_changes_of_the_house_shows_at_once(house, path):
    here, visitor = house.organisation, cast.browser(house.organisation)
    before = read(visitor, path)
    assert read(visitor, path) == before
    here.phone = "010 765 43 21"
    here.save()
    assert "010 765 43 21" in read(visitor, path)
    OpeningSpan.objects.of(here).delete()
    OpeningSpan.objects.create(organisation=here, weekday=2, opens=time(13, 7), closes=time(16))
    assert re.search("13.07", read(visitor, path))


def test_each_language_and_each_page_has_its_own(house, path):
    dutch, english = cast.browser(house.organisation), cast.browser(house.organisation)
    english.cookies["language"] = "en"
    assert 'lang="nl"' in read(dutch, path)
    assert '<html lang="en"' in read(english, path)
    assert f"about=%2F{path[1:-1].replace('/', '%2F')}%2F" in read(dutch, path).replace("about=/", "about=%2F")
