"""Lists that are made once for everybody show what is so now, whatever changes."""

from __future__ import annotations

import pytest
from django.core.cache import cache

from klankbord.ideas.actions.boards import main_board
from klankbord.ideas.actions.suggest import suggest
from klankbord.ideas.actions.vote import vote
from klankbord.people.actions import merge_persons
from klankbord.people.models import Person
from tests.cast import browser, helper, known_browser

ORDERS = ("rising", "most", "newest")


def list_of(house, order: str = "rising") -> str:
    """The list as Django makes it, with nothing of the front's memory."""
    return browser(house.organisation).get("/ideas/", {"sort": order}).content.decode()


@pytest.mark.parametrize("order", ORDERS)
def test_a_list_that_was_made_before_shows_the_vote_of_just_now(klank, idea, order):
    assert list_of(klank, order) == list_of(klank, order)
    before = list_of(klank, order)
    vote(idea=idea, person=helper(klank.organisation, "Piet"))
    assert list_of(klank, order) != before


@pytest.mark.parametrize("order", ORDERS)
def test_every_idea_stands_on_one_page_of_a_list_whatever_its_order(klank, fatima, order):
    cache.clear()
    made = {
        suggest(board=main_board(klank.organisation), person=fatima, title=f"Idee {number}", text="").conversation_id
        for number in range(45)
    }
    page: str | None = f"/ideas/?sort={order}"
    seen: list[int] = []
    while page:
        answer = browser(klank.organisation).get(page)
        seen += [int(each.split('"')[0]) for each in answer.content.decode().split('id="i')[1:]]
        ahead = [each for each in answer.content.decode().split('href="') if "after=" in each.split('"')[0]]
        page = ahead[-1].split('"')[0].replace("&amp;", "&") if ahead else None
    assert sorted(seen) == sorted(made)


def test_a_new_name_and_a_merged_person_are_seen_in_a_list_that_was_made_before(klank, fatima, idea):
    assert "Fatima" in list_of(klank)
    Person.objects.of(klank.organisation).filter(pk=fatima.pk).update(pseudonym="Fatima uit Zuid")
    assert "Fatima uit Zuid" in list_of(klank)
    samira = helper(klank.organisation, "Samira")
    merge_persons(duplicate=fatima, into=samira, by=klank.marlies)
    assert "Samira" in list_of(klank)
    Person.objects.of(klank.organisation).filter(pk=samira.pk).update(pseudonym="Samira B.")
    assert "Samira B." in list_of(klank)


def test_who_is_known_sees_their_own_vote_and_nobody_else_does(klank, idea):
    piet = helper(klank.organisation, "Piet")
    vote(idea=idea, person=piet)
    stranger = list_of(klank)
    own = known_browser(piet).get("/ideas/").content.decode()
    assert own != stranger
    assert list_of(klank) == stranger
