"""Rounds open and close by themselves, also on pages that are kept; of a shared board one's own can be chosen."""

from __future__ import annotations

import html
import re
from concurrent.futures import Future
from datetime import timedelta

import pytest
from django.core.cache import cache
from django.utils import translation

from klankbord import clock
from klankbord.ideas.actions.boards import accept_board, invite_house, main_board, make_board
from klankbord.ideas.actions.panels import join_panel
from klankbord.ideas.actions.suggest import suggest
from klankbord.ideas.refusals import BoardClosed, NoSuchHouse
from klankbord.live.later import KEY, Later
from klankbord.live.shows import HEADER, parse
from klankbord.people.models import Role
from tests import cast
from tests.cast import browser, helper, known_browser

from .conftest import anew


@pytest.fixture
def summer(klank, fatima):
    """A round until tomorrow, with an idea of Fatima's."""
    board = make_board(by=klank.marlies, name="Zomer", closes_at=clock.now() + timedelta(days=1))
    return suggest(board=board, person=fatima, title="IJs bij de balie", text="")


def may_vote_for(idea, path: str) -> bool:
    page = browser(idea.organisation).get(path).content.decode()
    assert "IJs bij de balie" in page
    return f'action="/ideas/{idea.conversation_id}/vote/"' in page


def test_when_a_round_closes_nobody_is_offered_a_vote_any_more_on_any_page(klank, summer):
    paths = ("/ideas/", "/ideas/boards/zomer/", f"/ideas/{summer.conversation_id}/")
    assert [may_vote_for(summer, path) for path in paths] == [True, True, True]
    with clock.reading(clock.now() + timedelta(days=2)):
        assert [may_vote_for(summer, path) for path in paths] == [False, False, False]


def test_a_kept_list_stays_true_no_longer_than_until_a_round_opens_or_closes(klank, summer):
    soon = clock.now() + timedelta(minutes=5)
    make_board(by=klank.marlies, name="Herfst", opens_at=soon)
    for path in ("/ideas/", "/ideas/boards/zomer/", "/ideas/boards/"):
        kept = parse(browser(klank.organisation).get(path).headers.get(HEADER, ""))
        assert kept is not None, path
        assert (kept.until or 0) <= soon.timestamp(), path
        assert kept.until, path
    with clock.reading(soon + timedelta(seconds=1)):
        assert "Herfst" in browser(klank.organisation).get("/ideas/").content.decode()


def test_who_comes_before_a_round_begins_reads_when_it_does_and_not_that_it_is_over(klank):
    make_board(by=klank.marlies, name="Herfst", opens_at=clock.now() + timedelta(days=5))
    early = browser(klank.organisation).get("/ideas/new/?board=herfst").content.decode()
    assert "Deze ronde is nog niet begonnen" in early
    assert "Deze ronde is gesloten" not in early


def test_of_what_is_held_in_a_panel_nobody_is_told_that_everybody_will_see_it(klank, fatima):
    board = make_board(by=klank.marlies, name="Meedenkers", is_private=True)
    join_panel(board=board, person=fatima)
    made = suggest(board=board, person=fatima, title="Geheim", text="Nog even niet.", held=True)
    told = known_browser(fatima).get(f"/held/{made.opening_id}/").content.decode()
    assert "Daarna ziet het panel het, en verder niemand." in told


def test_of_a_shared_board_ones_own_ideas_can_be_chosen(klank, fatima):
    next_door = cast.klankerveen()
    head = cast.member(next_door.organisation, "Hoofd", Role.ADMINISTRATOR, email="hoofd@klankerveen.example")
    board = make_board(by=klank.marlies, name="Samen groen")
    accept_board(grant=invite_house(board=board, host=next_door.organisation.host, by=klank.marlies), by=head)
    suggest(board=board, person=fatima, title="Bijen op het dak", text="")
    suggest(board=board, person=helper(next_door.organisation, "Bo"), title="Bomen in de straat", text="")
    cache.clear()
    for house, own, other in (
        (klank, "Bijen op het dak", "Bomen in de straat"),
        (next_door, "Bomen in de straat", "Bijen op het dak"),
    ):
        shown = browser(house.organisation).get("/ideas/boards/samen-groen/").content.decode()
        assert own in shown
        assert other in shown
        link = re.search(r'href="(/ideas/boards/samen-groen/\?[^"]*whose=ours)"', shown)
        assert link is not None
        only = browser(house.organisation).get(link[1]).content.decode()
        assert own in only
        assert other not in only
    assert main_board(klank.organisation).pk != board.pk
    assert "whose=ours" not in browser(klank.organisation).get("/ideas/").content.decode()


def test_a_round_that_closed_while_a_vote_waited_is_told_when_the_view_is_asked_again(idea):
    later = Later()
    later.awaited = Future()
    later.awaited.set_exception(BoardClosed())
    voter = known_browser(helper(idea.organisation, "Piet"))
    answer = voter.post(f"/ideas/{idea.conversation_id}/vote/", **{KEY: later})
    assert answer.status_code != 302
    with translation.override("nl"):
        assert str(BoardClosed.sentence) in html.unescape(answer.text)
    assert anew(idea).votes == 1


def test_a_round_is_open_up_to_and_including_the_day_that_staff_chose(klank):
    staff, visitor = browser(klank.organisation, klank.marlies), browser(klank.organisation)
    year = clock.now().year + 1
    staff.post("/ideas/boards/new/", {"name": "Kerst", "closes_on": f"{year}-12-24"})
    for path in ("/ideas/", "/ideas/boards/", "/ideas/boards/kerst/"):
        page = visitor.get(path).content.decode()
        assert f"tot en met 24 december {year}" in page, path
        assert "25 december" not in page, path


@pytest.mark.parametrize(
    "typed", ["https://{host}/", "{host}/", "{host}:8900", "http://{host}:8900/ideas/?x", " {host} "]
)
def test_who_is_invited_is_named_by_any_address_of_theirs(klank, typed):
    board, next_door = make_board(by=klank.marlies, name="Samen"), cast.klankerveen().organisation
    grant = invite_house(board=board, host=typed.format(host=next_door.host.upper()), by=klank.marlies)
    assert grant.guest == next_door


@pytest.mark.parametrize("typed", ["", "http://[", "//", "niemand.example", "<b>"])
def test_what_is_nobodys_address_is_refused(klank, typed):
    with pytest.raises(NoSuchHouse):
        invite_house(board=make_board(by=klank.marlies, name="Samen"), host=typed, by=klank.marlies)
