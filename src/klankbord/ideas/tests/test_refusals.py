"""What staff cannot do with ideas is said in a sentence, at its field, with what they typed still there."""

from __future__ import annotations

import pytest

from klankbord.ideas.actions.boards import main_board, make_board
from klankbord.ideas.actions.suggest import suggest
from klankbord.ideas.models import Change, Status
from klankbord.ideas.refusals import NameTaken
from klankbord.people.models import Role
from tests import cast
from tests.cast import browser

from .conftest import anew


@pytest.fixture
def marlies(klank):
    """Marlies, who leads."""
    return browser(klank.organisation, klank.marlies)


@pytest.mark.parametrize("words", ["nee", ".", "...", "🙈", "Nee."])
def test_a_reason_that_says_nothing_is_asked_for_again_and_not_lost(marlies, idea, words):
    page = marlies.post(f"/ideas/{idea.conversation_id}/status/", {"status": Status.DECLINED, "sentence": words})
    said = page.content.decode()
    assert page.status_code == 422
    assert "Zonder reden wordt er niets besloten." in said
    assert f"{words}</textarea>" in said
    assert anew(idea).status == Status.NEW


def test_a_refusal_that_no_view_thought_of_is_a_page_and_no_error(marlies, idea, monkeypatch):
    monkeypatch.setattr("klankbord.ideas.forms.says_why", lambda *_words: True)
    sent = {"status": Status.DECLINED, "sentence": "nee"}
    page = marlies.post(f"/ideas/{idea.conversation_id}/status/", sent)
    assert page.status_code == 422
    assert "Zeg in een zin waarom" in page.content.decode()


@pytest.mark.parametrize("day", ["9999-12-31", "0001-01-01", "1899-12-31", "2200-01-01"])
def test_a_day_in_a_year_that_nobody_means_is_no_date_yet(klank, marlies, idea, day):
    board = make_board(by=klank.marlies, name="Zomer")
    told = {"title": "Zondag open", "text": "Van 12 tot 17 uur.", "changed_on": day}
    decided = {"status": Status.PLANNED, "sentence": "Dit gaan we doen.", "look_again_on": day}
    for path, sent in (
        (f"/ideas/boards/{board.pk}/settings/", {"name": "Zomer", "opens_on": day, "closes_on": day}),
        ("/ideas/boards/new/", {"name": "Winter", "opens_on": day, "closes_on": day}),
        ("/changes/new/", told),
        (f"/ideas/{idea.conversation_id}/status/", decided),
        ("/tips/themes/new/", {"name": "Vakantie", "opens_on": day, "closes_on": day}),
    ):
        page = marlies.post(path, sent)
        assert page.status_code == 422, path
        assert "Dit is nog geen datum." in page.content.decode(), path


def test_a_day_on_which_it_is_closed_is_one_that_somebody_means(klank):
    boss = browser(klank.organisation, cast.member(klank.organisation, role=Role.ADMINISTRATOR))
    page = boss.post("/office/hours/", {"what": "closed", "day": "9999-12-31"})
    assert "Dit is nog geen datum." in page.content.decode()


def test_a_title_that_says_nothing_is_said_at_the_title_before_anybody_is_asked(marlies, idea):
    told = {"title": "12", "text": "Aan de knop.", "changed_on": "2026-03-02", "ideas": str(idea.conversation_id)}
    for title in (".", "12"):
        page = marlies.post("/changes/new/", {**told, "title": title, "done": "on"})
        said = page.content.decode()
        assert page.status_code == 422
        assert 'id="id_title-error"' in said
        assert "mensen per mail" not in said
    assert marlies.post("/changes/new/", told).status_code == 302, "as the sentence of nothing it may be a number"


def test_each_look_at_a_change_is_a_page_to_which_back_leads(marlies, idea):
    number = str(idea.conversation_id)
    told = {"title": "Zondag open", "text": "Van 12 tot 17 uur.", "changed_on": "2026-03-02", "ideas": number}
    looked = marlies.post("/changes/new/", told)
    assert (looked.status_code, looked["Location"]) == (302, "/changes/new/?look=1")
    for _time in range(2):
        assert 'name="agreed"' in marlies.get(looked["Location"]).content.decode()
    changed = marlies.post("/changes/new/", {**told, "back": "1"})
    assert 'value="Zondag open"' in marlies.get(changed["Location"]).content.decode()
    assert not Change.objects.of(idea.organisation_id).exists()
    assert marlies.post("/changes/new/", {**told, "agreed": "1"}).status_code == 302
    assert "Zondag open" not in marlies.get(looked["Location"]).content.decode(), "it was told by now"
    assert Change.objects.of(idea.organisation_id).count() == 1


@pytest.mark.parametrize("name", ["\N{PARTY POPPER}", ".", "..."])
def test_a_board_without_a_name_is_asked_for_a_name(marlies, name):
    page = marlies.post("/ideas/boards/new/", {"name": name})
    assert page.status_code == 422
    assert "Geef het bord een naam." in page.content.decode()


def test_a_name_in_any_script_is_a_name(klank):
    assert make_board(by=klank.marlies, name="\u56fe\u4e66\u9986").slug
    with pytest.raises(NameTaken):
        make_board(by=klank.marlies, name="New")


def test_the_idea_in_which_another_goes_on_is_found_by_number_and_address(klank, fatima, idea):
    other = suggest(board=main_board(klank.organisation), person=fatima, title="IJs bij de balie", text="")
    tom, number = browser(klank.organisation, klank.tom), other.conversation_id
    own = f"http://{klank.organisation.host}:8900/ideas/{number}/?from=3#reaction"
    for asked in (str(number), f"/ideas/{number}/", own):
        page = tom.get(f"/ideas/{idea.conversation_id}/merge/", {"q": asked}).content.decode()
        assert f'name="into" value="{number}"' in page, asked
    assert "Niets lijkt erop" in tom.get(f"/ideas/{idea.conversation_id}/merge/", {"q": "9" * 18}).content.decode()
