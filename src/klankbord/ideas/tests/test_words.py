"""Changing and taking back what one said about ideas; what stood there stays to be seen."""

from __future__ import annotations

import re

import pytest

from klankbord.events.reacting import react_to_everything
from klankbord.ideas.actions.boards import make_board
from klankbord.ideas.actions.panels import join_panel
from klankbord.ideas.actions.suggest import react, suggest
from klankbord.ideas.actions.vote import vote
from klankbord.moderation.actions.decide import decide
from klankbord.moderation.house import reasons
from klankbord.moderation.models import Case
from klankbord.moderation.rules import Judgement
from klankbord.people.models import Role
from klankbord.reputation.actions import award
from klankbord.reputation.rules import Rule
from tests import cast
from tests.cast import browser, helper

from .conftest import anew


@pytest.fixture
def known(fatima):
    """Fatima's browser; what she writes is shown at once."""
    giver = helper(fatima.organisation, "Gever")
    award(person=fatima, rule=Rule.ANSWER_ACCEPTED, cause="earlier", giver=giver)
    return cast.known_browser(fatima)


def page(idea) -> str:
    return browser(idea.organisation).get(f"/ideas/{idea.conversation_id}/").content.decode()


def test_the_author_changes_an_idea_and_what_stood_there_can_be_read(idea, known):
    path = f"/ideas/words/{idea.opening_id}/"
    assert path in known.get(f"/ideas/{idea.conversation_id}/").content.decode()
    assert "Ik zie pas na drie keer klikken" in known.get(path).content.decode()
    only_theirs = "Alleen wie dit schreef, kan het veranderen."
    assert only_theirs in browser(idea.organisation).get(path).content.decode(), "said before they write"
    assert only_theirs not in known.get(path).content.decode()
    words = {"title": "Toon of een e-book te leen is", "text": "Meteen in de lijst.", "reason": "Korter"}
    assert known.post(path, words).status_code == 302
    shown = page(idea)
    assert "Toon of een e-book te leen is" in shown
    assert "drie keer klikken" not in shown
    history = browser(idea.organisation).get(f"/history/{idea.opening_id}/").content.decode()
    assert "drie" in history
    assert "Korter" in history
    assert f"/history/{idea.opening_id}/" in shown
    assert known.post(path, {**words, "title": " "}).status_code == 422


def test_of_an_idea_only_the_edit_is_not_shown_that_a_moderator_did_not_keep(idea, fatima):
    was = page(idea)
    words = {"title": "Korting", "text": "Zie https://winkel.example/ voor korting."}
    assert cast.known_browser(fatima).post(f"/ideas/words/{idea.opening_id}/", words).url == f"/held/{idea.opening_id}/"
    own = cast.known_browser(fatima).get(f"/ideas/{idea.conversation_id}/", follow=True)
    assert "Korting" in own.content.decode(), "their own idea is not gone for them"
    assert browser(idea.organisation).get(f"/ideas/{idea.conversation_id}/").status_code == 404
    house = idea.organisation
    tom = cast.member(house, "Toon Bakker", Role.MODERATOR)
    decide(case=Case.objects.of(house).waiting().get(), judgement=Judgement.HIDE, by=tom, reason=reasons(house)[0])
    assert "drie keer klikken" in was
    assert "drie keer klikken" in page(idea)
    assert "winkel.example" not in page(idea)
    assert anew(idea).conversation.subject == idea.conversation.subject
    assert f"/history/{idea.opening_id}/" not in page(idea), "nothing that anybody saw was changed"
    history = browser(house).get(f"/history/{idea.opening_id}/").content.decode()
    assert "<ins>" not in history


def test_what_is_personal_in_a_change_is_pointed_out_first(idea, known):
    path, words = f"/ideas/words/{idea.opening_id}/", {"title": "Bel mij", "text": "Op 06 12345678."}
    asked = known.post(path, words)
    assert asked.status_code == 422
    assert re.search(r"<mark>.*12345678.*</mark>", asked.content.decode())
    assert known.post(path, {**words, "anyway": "on"}).status_code == 302
    assert known.post(path, {**words, "text": "Mijn BSN is 111222333.", "anyway": "on"}).status_code == 422


def test_nobody_changes_or_takes_back_the_words_of_another_but_a_moderator_may_change_them(klank, idea):
    path = f"/ideas/words/{idea.opening_id}/"
    other = cast.known_browser(helper(klank.organisation, "Piet"))
    for sent in (other.get(path), other.post(path, {"title": "Nee", "text": "Nee"}), other.post(f"{path}take-back/")):
        assert sent.status_code == 422
    agent, moderator = browser(klank.organisation, klank.jamal), browser(klank.organisation, klank.tom)
    assert agent.post(path, {"title": "Nee", "text": "Nee"}).status_code == 422
    assert moderator.post(path, {"title": "Laat zien wat te leen is", "text": "Ja"}).status_code == 302
    assert "Laat zien wat te leen is" in page(idea)


def test_a_reaction_is_taken_back_by_who_said_it_and_counts_no_longer(klank, idea, known, fatima):
    said = react(idea=idea, person=fatima, text="Ook in de app, graag.")
    react_to_everything()
    assert anew(idea).comments == 1
    assert known.post(f"/ideas/words/{said.pk}/take-back/").status_code == 302
    react_to_everything()
    assert anew(idea).comments == 0
    assert "Ook in de app" not in page(idea)
    assert browser(klank.organisation).get(f"/history/{said.pk}/").status_code == 404


def test_an_idea_is_taken_back_as_long_as_it_is_nobody_elses_too(klank, idea, known, fatima):
    alone = suggest(board=idea.board, person=fatima, title="Een hangmat", text="Bij het raam.")
    assert known.post(f"/ideas/words/{alone.opening_id}/take-back/").status_code == 302
    assert browser(klank.organisation).get(f"/ideas/{alone.conversation_id}/").status_code == 404
    assert "Een hangmat" not in browser(klank.organisation).get("/ideas/").content.decode()
    vote(idea=idea, person=helper(klank.organisation, "Piet"))
    assert known.post(f"/ideas/words/{idea.opening_id}/take-back/").status_code == 422
    assert idea.conversation.subject in page(idea)


def test_what_a_panel_said_before_is_read_by_the_panel_only(klank, fatima, known):
    panel = make_board(by=klank.marlies, name="Proeflezers", is_private=True)
    join_panel(board=panel, person=fatima)
    inside = suggest(board=panel, person=fatima, title="Stille hoek", text="Geheim plan.")
    assert known.post(
        f"/ideas/words/{inside.opening_id}/", {"title": "Stille hoek", "text": "Ander plan."}
    ).status_code == 302  # fmt: skip
    path = f"/history/{inside.opening_id}/"
    assert known.get(path).status_code == 200
    for outsider in (browser(klank.organisation), cast.known_browser(helper(klank.organisation, "Piet"))):
        assert outsider.get(path).status_code == 404
        assert outsider.get(f"/ideas/words/{inside.opening_id}/").status_code == 404


def test_nobody_writes_over_words_of_an_idea_that_they_did_not_see(idea, known, klank):
    path, words = f"/ideas/words/{idea.opening_id}/", {"title": "Toon wat te leen is", "text": "Meteen in de lijst."}
    opened = re.search(r'name="edition" value="(\w+)"', known.get(path).content.decode())
    moderator = browser(klank.organisation, klank.tom)
    assert moderator.post(path, {"title": "Laat zien wat te leen is", "text": "Ook in de app."}).status_code == 302
    answered = known.post(path, {**words, "edition": opened[1]})
    shown = answered.content.decode()
    assert answered.status_code == 422
    assert "Ook in de app." in shown, "what stands there now"
    assert "Meteen in de lijst." in shown, "and nothing that was written is lost"
    again = re.search(r'name="edition" value="(\w+)"', shown)
    assert known.post(path, {**words, "edition": again[1]}).status_code == 302
