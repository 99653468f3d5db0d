"""What no browser sends is refused in plain words: it breaks nothing and leads nowhere else."""

from __future__ import annotations

import re

import pytest
from django.test import Client

from klankbord.community.actions.ask import ask
from klankbord.conversations.models import Conversation, Message
from klankbord.participation.models import Pending
from klankbord.participation.names import tidy_name
from tests.cast import DeKlank, browser, helper, known_browser, thread

ENDLESS = "9" * 5_000
"""More digits than Python makes a number of."""


@pytest.mark.parametrize("header", ["origin", "referer"])
def test_a_form_from_what_is_no_address_is_refused(klank: DeKlank, header: str) -> None:
    page = browser(klank.organisation).post("/follow/", {"area": "changes"}, headers={header: "http://["})
    assert page.status_code == 403


def test_a_number_without_end_is_nothings_number(klank: DeKlank) -> None:
    fatima = helper(klank.organisation)
    visitor = known_browser(fatima)
    opening = thread(helper(klank.organisation, "Piet"), "Hoe verleng ik?")
    assert visitor.post("/follow/", {"topic": ENDLESS}).status_code == 404
    said = {"words": "Dank je wel!", "about": ENDLESS}
    assert visitor.post(f"/people/{opening.person_id}/thank/", said).status_code == 302


def test_what_was_signed_for_one_page_is_worth_nothing_on_another(klank: DeKlank) -> None:
    visitor = browser(klank.organisation)
    sent = visitor.post("/follow/", {"area": "changes", "email": "fatima@example.org"})["Location"]
    signed = sent.rstrip("/").rpartition("/")[2]
    page = visitor.post("/take-part/", {"what": signed, "email": "fatima@example.org"})
    assert page.status_code == 422
    assert Pending.objects.of(klank.organisation).count() == 1
    asked = visitor.post("/follow/", {"area": "changes"}).content.decode()
    what = re.search(r'name="what" value="([^"]+)"', asked)
    assert what
    assert visitor.get(f"/take-part/sent/{what[1]}/").status_code == 404


@pytest.mark.parametrize("target", ["//evil.example/", "/\\evil.example/", "https://evil.example/", "javascript:x"])
def test_one_is_never_sent_on_to_another_site(klank: DeKlank, target: str) -> None:
    visitor = known_browser(helper(klank.organisation))
    assert visitor.post("/follow/", {"area": "changes", "next": target})["Location"] == "/"
    assert visitor.get("/language/en/", {"next": target})["Location"] == "/"


def test_a_form_in_an_unknown_character_set_is_refused_with_a_page(klank: DeKlank) -> None:
    visitor = Client(headers={"host": klank.organisation.host}, enforce_csrf_checks=True)
    visitor.cookies["csrftoken"] = token = "a" * 32
    page = visitor.post(
        "/contact/",
        b"text=Hallo",
        content_type="application/x-www-form-urlencoded; charset=utf-7",
        headers={"x-csrftoken": token},
    )
    assert page.status_code == 400
    assert b"<h1" in page.content


@pytest.mark.parametrize("path", ["/ideas/new/", "/questions/ask/", "/tips/give/"])
@pytest.mark.parametrize("unseen", ["\u200b", "\u2060\u200d", "\u3164"])
def test_a_title_in_which_nobody_sees_a_thing_is_no_title(klank: DeKlank, path: str, unseen: str) -> None:
    visitor = known_browser(helper(klank.organisation, "Piet"))
    refused = visitor.post(path, {"title": unseen, "text": "Graag een bankje.", "looked": "1"})
    assert refused.status_code == 422
    assert not Conversation.objects.of(klank.organisation).filter(is_public=True).exists()


def test_a_name_in_which_nobody_sees_a_thing_is_no_name(klank: DeKlank) -> None:
    assert tidy_name("\u3164\u200b") == ""


@pytest.mark.parametrize("words", [".", "???"])
def test_what_says_nothing_is_words_at_no_door(klank: DeKlank, words: str) -> None:
    question = ask(person=helper(klank.organisation), title="Hoe verleng ik een boek?", text="")
    visitor, staff = known_browser(helper(klank.organisation, "Piet")), browser(klank.organisation, klank.jamal)
    before = Message.objects.of(klank.organisation).count()
    for who, path, sent in (
        (visitor, "/questions/ask/", {"title": words, "text": words, "looked": "1"}),
        (visitor, f"/questions/{question.pk}/answer/", {"text": words}),
        (visitor, "/ideas/new/", {"title": words, "text": "", "looked": "1"}),
        (visitor, "/ideas/new/", {"title": "\N{PARTY POPPER}", "text": "", "looked": "1"}),
        (visitor, f"/people/{question.conversation.person_id}/thank/", {"words": words}),
        (visitor, "/tips/give/", {"title": words, "text": words}),
        (staff, "/posts/write/", {"title": words, "text": words}),
    ):
        assert who.post(path, sent).status_code == 422, path
    assert Message.objects.of(klank.organisation).count() == before
