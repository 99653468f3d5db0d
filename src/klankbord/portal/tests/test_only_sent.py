"""Addresses to which forms are sent, opened as a page, and the languages on what a form is answered with."""

from __future__ import annotations

import pytest

from klankbord.community.actions.ask import ask
from tests import cast

A_BROWSER = {"accept": "text/html,application/xhtml+xml,*/*;q=0.8"}


@pytest.mark.parametrize(
    ("address", "page"),
    [
        ("/ideas/5/vote/", "/ideas/5/"),
        ("/ideas/5/follow/", "/ideas/5/"),
        ("/questions/5/me-too/", "/questions/5/"),
        ("/questions/answers/5/useful/", "/questions/"),
        ("/posts/5/react/", "/posts/5/"),
        ("/moderation/5/judge/", "/moderation/5/"),
        ("/inbox/5/reply/", "/inbox/5/"),
    ],
)
def test_who_reloads_where_a_form_was_sent_comes_to_the_page_it_belongs_to(
    house: cast.DeKlank, address: str, page: str
) -> None:
    visitor = cast.browser(house.organisation)
    visitor.force_login(house.marlies.user)
    came = visitor.get(address, headers=A_BROWSER)
    assert (came.status_code, came.headers["Location"]) == (302, page)
    assert "no-store" in came.headers["Cache-Control"]


@pytest.mark.parametrize("address", ["/follow/", "/take-part/"])
def test_where_no_page_belongs_to_a_form_a_kind_page_says_so_with_a_way_on(house: cast.DeKlank, address: str) -> None:
    told = cast.browser(house.organisation).get(address, headers=A_BROWSER)
    assert (told.status_code, told.headers["Allow"]) == (405, "POST")
    assert "Hier is niets te lezen" in told.content.decode()
    assert 'href="/"' in told.content.decode()


def test_what_asks_for_no_page_hears_405_as_http_has_it(house: cast.DeKlank) -> None:
    script = cast.browser(house.organisation)
    for headers in ({"accept": "application/json"}, {**A_BROWSER, "hx-request": "true"}):
        told = script.get("/ideas/5/vote/", headers=headers)
        assert (told.status_code, told.content) == (405, b"")


def test_what_a_form_is_answered_with_offers_no_language_that_would_lose_the_words(house: cast.DeKlank) -> None:
    ans = cast.helper(house.organisation, "Ans")
    question = ask(person=ans, title="Hoe verleng ik een boek?", text="Ik zie geen knop.")
    address, reader = f"/questions/{question.pk}/answer/", cast.known_browser(cast.helper(house.organisation, "Piet"))
    assert "/language/en/" in reader.get(address).content.decode()
    looked = reader.post(address, {"text": "Onder Mijn boeken.", "preview": "1"}).content.decode()
    assert "Onder Mijn boeken." in looked
    assert "/language/" not in looked
    step = cast.browser(house.organisation).post(address, {"text": "Onder Mijn boeken."}).content.decode()
    assert "Nog één ding: je e-mailadres" in step
    assert "/language/" not in step
