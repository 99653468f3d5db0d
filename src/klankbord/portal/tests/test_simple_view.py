"""The simple view: a choice for everybody, and what it changes."""

from __future__ import annotations

import pytest
from django.test import Client

from klankbord.community.actions.ask import ask
from klankbord.front.options import FrontOptions
from klankbord.ideas.actions.boards import main_board
from klankbord.ideas.actions.suggest import suggest
from klankbord.live.shows import HEADER, parse
from klankbord.people.simple_view import SIMPLE_COOKIE
from tests import cast
from tests.browser import OpenPage, assert_fit_for_all

SHEET = "design/simple"


@pytest.fixture
def beginner(house: cast.DeKlank) -> Client:
    browser = cast.browser(house.organisation)
    browser.cookies[SIMPLE_COOKIE] = "1"
    return browser


def test_every_public_page_offers_it_and_leads_back_there(house: cast.DeKlank) -> None:
    browser = cast.browser(house.organisation)
    page = browser.get("/search/?q=boek").content.decode()
    assert 'href="/view/simple/?next=%2Fsearch%2F">Eenvoudige weergave</a>' in page
    answer = browser.get("/view/simple/?next=%2Fsearch%2F")
    assert answer.headers["Location"] == "/search/"
    assert "no-store" in answer.headers["Cache-Control"]
    page = browser.get("/search/?q=boek").content.decode()
    assert SHEET in page
    assert ">Gewone weergave</a>" in page
    browser.get("/view/full/")
    assert SHEET not in browser.get("/search/?q=boek").content.decode()


@pytest.mark.parametrize("target", ["//evil.example/", "https://evil.example/", "/\\evil.example", ""])
def test_the_choice_never_leads_elsewhere(house: cast.DeKlank, target: str) -> None:
    for name in ("simple", "full"):
        answer = cast.browser(house.organisation).get(f"/view/{name}/", {"next": target})
        assert answer.headers["Location"] == "/"


def test_what_one_visitor_searched_stands_on_no_other_visitors_page(house: cast.DeKlank) -> None:
    cast.browser(house.organisation).get("/search/?q=zonnebloem")
    assert "zonnebloem" not in cast.browser(house.organisation).get("/search/?q=boek").content.decode()


def test_there_are_two_views(house: cast.DeKlank) -> None:
    assert cast.browser(house.organisation).get("/view/other/").status_code == 404


@pytest.mark.parametrize("path", ["/", "/questions/", "/ideas/", "/privacy/"])
def test_a_page_is_kept_for_everybody_in_either_view(beginner: Client, house: cast.DeKlank, path: str) -> None:
    assert SIMPLE_COOKIE in FrontOptions().preference_cookies
    for browser in (beginner, cast.browser(house.organisation)):
        answer = browser.get(path)
        shown = parse(answer.headers[HEADER])
        assert shown is not None
        assert shown.topics
        assert "Cookie" not in answer.headers.get("Vary", "")


def test_home_begins_with_a_human_and_there_is_one_way_back_to_it(beginner: Client) -> None:
    page = beginner.get("/").content.decode()
    assert page.index("Bel of kom langs") < page.index("Stuur ons een bericht") < page.index("Stel je vraag")
    page = beginner.get("/ideas/").content.decode()
    menu = page[page.index("<nav") : page.index("</nav>")]
    assert [each in menu for each in (">Naar het begin</a>", ">Gewone weergave</a>", ">Ideeën</a>")] == [
        True,
        True,
        False,
    ]


def test_writing_to_us_is_one_question_at_a_time(beginner: Client) -> None:
    page = beginner.get("/contact/?about=/ideas/").content.decode()
    assert "<form" not in page
    assert 'href="?kind=complaint&amp;about=%2Fideas%2F"' in page
    step = beginner.get("/contact/?kind=complaint&about=/ideas/").content.decode()
    assert '<input type="hidden" name="kind" value="complaint">' in step
    assert "Over de pagina /ideas/" in step
    again = beginner.post("/contact/", {"kind": "complaint", "text": ""})
    assert again.status_code == 422
    assert 'name="kind" value="complaint"' in again.content.decode()
    without = beginner.post("/contact/", {"text": "Het is koud."}).content.decode()
    assert "Kies waar je bericht over gaat." in without
    assert "Het is koud." in without


def test_reacting_to_an_idea_is_a_page_of_its_own(beginner: Client, house: cast.DeKlank) -> None:
    author = cast.helper(house.organisation)
    idea = suggest(board=main_board(house.organisation), person=author, title="Langer open", text="Op zondag.")
    path = f"/ideas/{idea.conversation_id}/"
    page = beginner.get(path).content.decode()
    assert "<textarea" not in page
    assert 'href="?react=1">Je reactie</a>' in page
    for address in (f"{path}?react=1", f"{path}?answer=0"):
        step = beginner.get(address).content.decode()
        assert [each in step for each in ("<textarea", "idea-top")] == [True, False]
        assert step.count("<h1>") == 1
    again = beginner.post(f"{path}comment/", {"text": ""})
    assert (again.status_code, "<textarea" in again.content.decode()) == (422, True)
    assert "<textarea" in cast.browser(house.organisation).get(path).content.decode()


def test_what_is_wrong_in_a_field_that_it_leaves_out_is_seen(beginner: Client) -> None:
    page = beginner.post("/contact/", {"kind": "problem", "text": "x", "subject": "y" * 200}).content.decode()
    assert 'class="stack wide full"' in page


def test_what_a_form_is_answered_with_offers_no_view_that_would_lose_the_words(beginner: Client) -> None:
    assert "/view/" not in beginner.post("/contact/", {"kind": "problem", "text": ""}).content.decode()


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_the_simple_view_is_fit_for_everybody(transactional_db: None, open_page: OpenPage) -> None:
    house = cast.de_klank()
    question = ask(person=cast.helper(house.organisation), title="Hoe verleng ik een boek?", text="Ik zie geen knop.")
    page = open_page(house.organisation, reduced_motion="reduce")
    page.goto("/")
    usual = page.evaluate("getComputedStyle(document.body).fontSize")
    page.get_by_role("link", name="Eenvoudige weergave").click()
    page.get_by_role("link", name="Gewone weergave").wait_for()
    assert float(page.evaluate("getComputedStyle(document.body).fontSize")[:-2]) > 1.1 * float(usual[:-2])
    asked = f"/questions/{question.pk}/"
    assert_fit_for_all(page, ["/contact/?kind=problem", asked])
    page.goto(asked)
    assert page.locator("textarea").is_hidden()
    page.get_by_role("link", name="Jouw antwoord").click()
    page.locator("textarea").wait_for()
