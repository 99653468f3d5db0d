"""Useful: what somebody said about an idea helped others. One person counts once, however they come."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest

from klankbord import clock
from klankbord.channels.models import Dispatch
from klankbord.conversations.actions.speak_publicly import hide_publicly
from klankbord.events.reacting import react_to_everything
from klankbord.ideas.actions.boards import main_board, make_board
from klankbord.ideas.actions.merge import merge
from klankbord.ideas.actions.panels import join_panel
from klankbord.ideas.actions.suggest import react, suggest
from klankbord.ideas.actions.useful import find_no_longer_useful, find_useful
from klankbord.people.actions import merge_persons
from klankbord.reputation.actions import points_of
from tests import cast
from tests.cast import helper
from tests.crowd import at_once

from .conftest import anew


@pytest.fixture
def ans(klank):
    return helper(klank.organisation, "Ans", "ans@example.org")


@pytest.fixture
def said(idea, ans):
    return react(idea=idea, person=ans, text="Filter op “direct beschikbaar”.")


def shown(browser, idea) -> str:
    """What stands on the button, and whether it is pressed."""
    page = browser.get(f"/ideas/{idea.conversation_id}/").content.decode()
    found = re.search(r'class="as-link" aria-pressed="(\w+)">(.*?)</button>', page)
    assert found is not None
    number = re.search(r"<b>(\d+)</b>", found[2])
    assert number is not None
    return f"{found[1]} {number[1]}"


def test_who_is_known_finds_a_reaction_useful_with_one_click_and_takes_it_back(klank, idea, said, fatima, ans):
    browser, path = cast.known_browser(fatima), f"/ideas/reactions/{said.pk}/useful/"
    assert shown(browser, idea) == "false 0"
    for _ in range(2):
        assert browser.post(path).headers["Location"] == f"/ideas/{idea.conversation_id}/#m{said.pk}"
    assert shown(browser, idea) == "true 1"
    assert shown(cast.browser(klank.organisation), idea) == "false 1"
    react_to_everything()
    assert points_of(ans) == 2
    assert (anew(idea).votes, points_of(fatima)) == (1, 0), "the idea itself has no vote more"
    browser.post(path, {"stop": "1"})
    react_to_everything()
    assert (shown(browser, idea), points_of(ans)) == ("false 0", 0)


def test_a_stranger_finds_it_useful_after_one_click_in_a_mail(klank, idea, said):
    stranger = cast.browser(klank.organisation)
    asked = stranger.post(f"/ideas/reactions/{said.pk}/useful/").content.decode()
    what = re.search(r'name="what" value="([^"]+)"', asked)
    assert what is not None
    stranger.post("/take-part/", {"what": what[1], "email": "nieuw@example.org", "name": ""})
    mail = str(Dispatch.objects.of(klank.organisation).get(recipient="nieuw@example.org").message["text"])
    link = re.search(r"/confirm/\S+/", mail)
    assert link is not None
    assert shown(cast.browser(klank.organisation), idea) == "false 0"
    stranger.post(link[0])
    assert shown(stranger, idea) == "true 1"


def test_nobody_finds_their_own_words_useful(idea, said, ans):
    browser = cast.known_browser(ans)
    assert browser.post(f"/ideas/reactions/{said.pk}/useful/").status_code == 422
    assert "/useful/" not in browser.get(f"/ideas/{idea.conversation_id}/").content.decode()


def test_two_who_are_one_count_once(klank, idea, said, fatima):
    twin = helper(klank.organisation, "Fatima", "fatima@work.example")
    for person in (fatima, twin):
        find_useful(idea=idea, reaction=said, person=person)
    assert shown(cast.browser(klank.organisation), idea) == "false 2"
    merge_persons(duplicate=twin, into=fatima, by=klank.marlies)
    react_to_everything()
    assert shown(cast.known_browser(fatima), idea) == "true 1"


def test_a_merge_keeps_what_was_found_useful(klank, idea, said, fatima):
    find_useful(idea=idea, reaction=said, person=fatima)
    other = suggest(board=idea.board, person=helper(klank.organisation, "Piet"), title="Toon wat er is", text="")
    merge(idea=idea, into=other, by=klank.marlies)
    assert shown(cast.known_browser(fatima), other) == "true 1"
    assert cast.known_browser(fatima).post(f"/ideas/reactions/{said.pk}/useful/", {"stop": "1"}).status_code == 302
    assert shown(cast.known_browser(fatima), other) == "false 0"


def test_only_reactions_that_everybody_may_read_can_be_useful(klank, idea, said, fatima):
    browser = cast.known_browser(fatima)
    assert browser.post(f"/ideas/reactions/{idea.opening_id}/useful/").status_code == 404, "an idea has votes"
    hide_publicly(message=said)
    assert browser.post(f"/ideas/reactions/{said.pk}/useful/").status_code == 404
    assert browser.post("/ideas/reactions/999999999999/useful/").status_code == 404


def test_within_a_panel_it_is_the_panels_own_and_earns_nothing(klank, fatima, ans):
    panel = make_board(by=klank.marlies, name="Proeflezers", is_private=True)
    for person in (fatima, ans):
        join_panel(board=panel, person=person)
    inside = suggest(board=panel, person=fatima, title="Stillere hoek", text="")
    said = react(idea=inside, person=ans, text="Ja, boven.")
    path = f"/ideas/reactions/{said.pk}/useful/"
    outside = cast.known_browser(helper(klank.organisation, "Piet"))
    assert outside.post(path).status_code == 404
    assert cast.browser(klank.organisation).post(path).status_code == 404
    assert cast.known_browser(fatima).post(path).status_code == 302
    react_to_everything()
    assert (shown(cast.known_browser(fatima), inside), points_of(ans)) == ("true 1", 0)


def test_when_the_round_is_over_it_can_only_be_read(klank, fatima, ans):
    now = clock.now()
    summer = make_board(by=klank.marlies, name="Zomer", closes_at=now + timedelta(days=1))
    idea = suggest(board=summer, person=fatima, title="IJs bij de balie", text="")
    said = react(idea=idea, person=ans, text="Ook voor honden.")
    find_useful(idea=idea, reaction=said, person=fatima)
    browser = cast.known_browser(fatima)
    with clock.reading(now + timedelta(days=2)):
        assert browser.post(f"/ideas/reactions/{said.pk}/useful/").status_code == 422
        page = browser.get(f"/ideas/{idea.conversation_id}/").content.decode()
    assert re.search(r"(Useful|Nuttig) · 1", page)
    assert "/useful/" not in page


@pytest.mark.slow
def test_many_clicks_at_once_of_one_person_count_once(real_database):
    house = cast.de_klank()
    idea = suggest(board=main_board(house.organisation), person=helper(house.organisation), title="Langer", text="")
    said = react(idea=idea, person=helper(house.organisation, "Ans"), text="Ook zondag.")
    piet = helper(house.organisation, "Piet")
    won = at_once([lambda: find_useful(idea=idea, reaction=said, person=piet)] * 20, threads=8)
    assert (len(won), won.count(True)) == (20, 1)
    assert find_no_longer_useful(reaction=said, person=piet)
