"""Search engines are told of every page that everybody may read, once, under the address where it stands."""

from __future__ import annotations

import re
from datetime import date

import pytest

from klankbord import clock
from klankbord.community.actions.ask import ask
from klankbord.community.actions.join import join
from klankbord.ideas.models import Board, Change
from klankbord.participation.models import Topic
from klankbord.people.models import Organisation
from klankbord.posts.actions import give_tip, save_log, save_theme, take_post_back, withdraw_tip, write_post
from tests import cast

pytestmark = pytest.mark.django_db


def _told(house: Organisation) -> list[str]:
    shown = cast.browser(house).get("/sitemap-0.xml").content.decode()
    return [re.sub(r"^http://[^/]+", "", each) for each in re.findall("<loc>(.*?)</loc>", shown)]


@pytest.fixture
def arranged() -> cast.DeKlank:
    """A house with one of everything that is listed."""
    house = cast.de_klank()
    here = house.organisation
    Topic.objects.create(organisation=here, name="E-books", slug="e-books")
    Board.objects.create(organisation=here, name="De nieuwe hal", slug="hal")
    Board.objects.create(organisation=here, name="Panel", slug="panel", is_private=True)
    Change.objects.create(
        organisation=here, title="Koffie", text="Er is koffie.", changed_on=date(2026, 3, 4), published_at=clock.now()
    )
    Change.objects.create(organisation=here, title="Later", text="Nog niet.", changed_on=date(2026, 3, 4))
    save_log(organisation=here, by=house.tom, name="Voor ouders", about="")
    save_theme(organisation=here, by=house.tom, name="Winter", invitation="", opens_on=None, closes_on=None)
    return house


def test_every_page_that_is_told_is_there_at_that_address(arranged: cast.DeKlank):
    asker = cast.helper(arranged.organisation)
    first = ask(person=asker, title="Hoe verleng ik een boek?", text="")
    again = ask(person=asker, title="Boek verlengen?", text="")
    join(question=again, into=first, by=arranged.tom)
    post = write_post(by=arranged.jamal, title="De kasten", text="Ze staan er.")
    gone = write_post(by=arranged.jamal, title="Vergissing", text="Dit niet.")
    take_post_back(post=gone, by=arranged.jamal)
    tip = give_tip(person=asker, title="Ronja", text="Over moed.")
    withdraw_tip(tip=tip, by=asker)
    told, visitor = _told(arranged.organisation), cast.browser(arranged.organisation)
    assert {f"/questions/{first.pk}/", f"/posts/{post.pk}/"} <= set(told)
    assert {each: visitor.get(each).status_code for each in told} == dict.fromkeys(told, 200)
    assert len(told) == len(set(told))


def test_lists_and_changes_are_told_too_and_what_is_not_for_everybody_is_not(arranged: cast.DeKlank):
    told = _told(arranged.organisation)
    published, later = Change.objects.of(arranged.organisation).order_by("pk")
    expected = {
        "/questions/",
        "/questions/topics/e-books/",
        "/ideas/",
        "/ideas/boards/hal/",
        "/changes/",
        f"/changes/{published.pk}/",
        "/posts/log/voor-ouders/",
        "/tips/theme/winter/",
        "/question-of-the-month/all/",
    }
    assert expected <= set(told)
    assert not {"/ideas/boards/panel/", f"/changes/{later.pk}/"} & set(told)
