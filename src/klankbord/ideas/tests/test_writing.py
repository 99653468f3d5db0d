"""Writing an idea: what is like it and what is personal in it are pointed out, however the words change on the way."""

from __future__ import annotations

import re

from klankbord.channels.models import Dispatch
from klankbord.ideas.models import Idea
from klankbord.ideas.views import suggest as page
from tests import cast
from tests.cast import DeKlank, helper

WISH = {"title": "Een bankje bij de ingang", "text": "Dan kan ik even zitten."}


def ideas(klank: DeKlank) -> int:
    return Idea.objects.of(klank.organisation).count()


def test_a_number_typed_after_looking_at_similar_ideas_is_pointed_out_all_the_same(klank, idea, monkeypatch):
    monkeypatch.setattr(page, "similar_ideas", lambda **_what: [idea])
    visitor = cast.known_browser(helper(klank.organisation, "Piet"))
    looked = visitor.post("/ideas/new/", WISH).content.decode()
    assert 'name="looked"' in looked
    assert looked.index("Nog niet geplaatst") < looked.index('form="writing">Plaats') < looked.index('class="alike"')
    before = ideas(klank)
    changed = {**WISH, "text": "Bel mij: 06 12 34 56 78.", "looked": "1"}
    pointed_out = visitor.post("/ideas/new/", changed)
    assert pointed_out.status_code == 422
    assert "<mark>06 12 34 56 78</mark>" in pointed_out.content.decode()
    assert ideas(klank) == before
    visitor.post("/ideas/new/", {**changed, "anyway": "on"})
    assert ideas(klank) == before + 1


def test_of_two_personal_things_it_is_said_which_can_never_be_posted(klank, fatima):
    text = "Bel 06 12 34 56 78, mijn BSN is 111222333."
    refused = cast.known_browser(fatima).post("/ideas/new/", {**WISH, "text": text, "looked": "1"}).content.decode()
    assert "Dit kun je nooit plaatsen: een burgerservicenummer (BSN)." in refused
    assert "Dit mag er wel staan, als je dat wilt: een telefoonnummer." in refused


def test_a_citizen_number_cannot_be_posted_whatever_is_ticked(klank, fatima):
    refused = cast.known_browser(fatima).post(
        "/ideas/new/", {**WISH, "text": "BSN 111222333", "looked": "1", "anyway": "on"}
    )
    assert refused.status_code == 422
    assert 'name="anyway"' not in refused.content.decode()
    assert not ideas(klank)


def test_a_stranger_keeps_the_address_that_they_typed_when_something_is_asked_first(klank):
    stranger = cast.browser(klank.organisation)
    who = {"email": "nieuw@example.org", "name": "Noor"}
    asked = stranger.post("/ideas/new/", {**WISH, **who, "text": "Bel mij: 06 12 34 56 78."}).content.decode()
    assert re.search(r'name="email"[^>]*value="nieuw@example.org"', asked)
    stranger.post("/ideas/new/", {**WISH, **who})
    assert Dispatch.objects.of(klank.organisation).filter(recipient="nieuw@example.org").exists()


def test_a_text_or_title_that_is_too_long_is_said_at_its_field_with_what_fits(klank, fatima):
    told = cast.known_browser(fatima).post("/ideas/new/", {"title": "x" * 301, "text": "a" * 10_001})
    page = told.content.decode()
    assert told.status_code == 422
    assert "Deze tekst heeft 10.001 tekens. Er passen er 10.000. Maak hem korter." in page
    assert "maxlength" not in page
    assert not ideas(klank)
