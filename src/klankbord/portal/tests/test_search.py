"""The one search box over everything public."""

from __future__ import annotations

from datetime import timedelta

import pytest

from klankbord.community.actions.ask import ask
from klankbord.conversations.actions.speak_publicly import hide_publicly
from klankbord.limits import Limit
from klankbord.live.shows import HEADER, parse
from klankbord.portal.views import search
from klankbord.search import finding
from klankbord.search.contract import Audience, Document
from klankbord.search.keeping import open_index
from tests import cast

pytestmark = pytest.mark.django_db


@pytest.fixture
def write_threads(tmp_path, monkeypatch):
    """Writes threads to an index of its own, which the site then asks."""
    index = open_index(tmp_path)
    monkeypatch.setattr(finding, "index_folder", lambda: tmp_path)

    def write(*threads):
        writer = index.writer()
        documents = [
            Document(
                kind="question",
                id=each.conversation_id,
                about_id=each.conversation_id,
                organisation_id=each.organisation_id,
                audience=Audience.PUBLIC,
                title=each.conversation.subject,
                text=each.text,
            )
            for each in threads
        ]
        writer.replace("question", (), documents)
        writer.commit()
        writer.close()

    return write


@pytest.fixture
def house(write_threads):
    """A library with three public threads, all of them in an index of its own."""
    found = cast.de_klank()
    asker = cast.helper(found.organisation)
    threads = [
        cast.thread(asker, "Hoe verleng ik een boek?", "Ik kan de knop niet vinden."),
        cast.thread(asker, "Een e-book lezen op de tablet", "De app vraagt om een wachtwoord."),
        cast.thread(cast.helper(cast.klankerveen().organisation), "Hoe verleng ik mijn paspoort?"),
    ]
    write_threads(*threads)
    return found, threads


def test_a_visitor_finds_what_is_public_here_and_nothing_of_next_door(house):
    found, _threads = house
    page = cast.browser(found.organisation).get("/search/", {"q": "verlengen"}).content.decode()
    assert "Hoe verleng ik een boek?" in page
    assert "paspoort" not in page
    assert "Ik kan de knop niet vinden." in page


def test_what_was_looked_for_is_marked_and_addresses_are_left_out(house):
    found, threads = house
    address = "https://lang.example/" + "x" * 120
    threads[1].text = (
        f"Ik las [een uitleg]({address}). " + "Het gaat om mijn tablet. " * 20 + "> De wachtwoorden zijn weg."
    )
    threads[1].save()
    page = cast.browser(found.organisation).get("/search/", {"q": "wachtwoord"}).content.decode()
    assert "<mark>wachtwoorden</mark>" in page, "also in another form, and far into the text"
    assert address not in page


def test_it_answers_while_somebody_types(house):
    found, _threads = house
    part = cast.browser(found.organisation).get("/search/suggest/", {"q": "e-boo"}).content.decode()
    assert "Een e-book lezen op de tablet" in part
    assert "<html" not in part


def test_what_was_hidden_a_moment_ago_is_not_shown_though_the_index_has_it(house):
    found, threads = house
    hide_publicly(message=threads[0])
    page = cast.browser(found.organisation).get("/search/", {"q": "verlengen"}).content.decode()
    assert "Hoe verleng ik een boek?" not in page


def test_nothing_found_leads_to_a_human_being(house):
    found, _threads = house
    page = cast.browser(found.organisation).get("/search/", {"q": "xylofoon"}).content.decode()
    assert "010 123 45 67" in page
    assert 'href="/contact/?kind=question"' in page or 'href="/questions/' in page


def test_the_search_page_is_kept_in_memory_for_the_very_same_words_only(house):
    found, _threads = house
    response = cast.browser(found.organisation).get("/search/", {"q": "verlengen"})
    shown = parse(response.headers[HEADER])
    assert shown is not None
    assert "q" in shown.query


@pytest.mark.parametrize("q", ["", "a", "'\"<script>alert(1)</script>", "*" * 5000, "AND OR NOT (", "a" * 301])
def test_odd_words_find_nothing_and_break_nothing(house, q):
    found, _threads = house
    page = cast.browser(found.organisation).get("/search/", {"q": q})
    assert page.status_code == 200
    assert "<script>alert" not in page.content.decode()


def test_search_engines_are_told_what_is_public(house):
    found, threads = house
    browser = cast.browser(found.organisation)
    assert "sitemap-0.xml" in browser.get("/sitemap.xml").content.decode()
    assert browser.get("/sitemap-99.xml").status_code == 404
    part = browser.get("/sitemap-0.xml").content.decode()
    assert "/promise/" in part
    assert f"/{threads[2].conversation_id}/" not in part


@pytest.mark.parametrize(
    "q",
    ["openingstijden", "openingstyden", "zijn jullie zaterdag open", "telefoonnummer", "adres", "bellen", "contact"],
)
def test_who_only_wants_to_reach_us_is_answered_by_the_search_box_itself(house, q):
    found, _threads = house
    page = cast.browser(found.organisation).get("/search/", {"q": q})
    html = page.content.decode()
    answer = html.partition('class="reach-card"')[2].partition("</section>")[0]
    assert "Vandaag open tot 20.00" in answer
    assert "maandag t/m zaterdag" in answer
    assert 'href="tel:+31101234567"' in answer
    assert "vraag@deklank.example" in answer
    assert 'href="/contact/"' in answer
    assert "niets over gevonden" not in html


def test_the_house_answers_while_somebody_types_and_not_to_what_is_about_something_else(house):
    found, _threads = house
    browser = cast.browser(found.organisation)
    part = browser.get("/search/suggest/", {"q": "openingst"}).content.decode()
    assert part.index("Vandaag open tot 20.00") < part.index("010 123 45 67")
    assert 'href="/#visit"' in part
    assert "Vandaag open" not in browser.get("/search/suggest/", {"q": "adres wijzigen"}).content.decode()


@pytest.mark.parametrize("q", ["Jamal", "jamal haddou bellen", "Jamal Hadou"])
def test_one_of_us_is_found_by_name_with_how_to_reach_them(house, q):
    found, _threads = house
    browser = cast.browser(found.organisation)
    answer = browser.get("/search/", {"q": q}).content.decode().partition('class="reach-card"')[2]
    answer = answer.partition("</section>")[0]
    assert "Jamal Haddou" in answer
    assert "vestiging Centrum" in answer
    assert 'href="tel:+31101234567"' in answer
    assert 'href="/contact/"' in answer
    assert "Marlies" not in answer
    part = browser.get("/search/suggest/", {"q": q}).content.decode()
    assert "Jamal Haddou" in part
    assert "010 123 45 67" in part


@pytest.mark.parametrize("q", ["Noor", "Bram", "boeken van Jamal"])
def test_who_is_not_shown_to_visitors_is_not_found_by_name_nor_is_anybody_in_a_search_for_something_else(house, q):
    found, _threads = house
    assert "reach-card" not in cast.browser(found.organisation).get("/search/", {"q": q}).content.decode()


@pytest.mark.parametrize("q", ["vreleng boke", "vreleng boek", "vreleng"])
def test_words_that_nobody_wrote_are_looked_for_as_they_were_meant_and_that_is_said(house, q):
    found, _threads = house
    meant = "verleng boek" if "bo" in q else "verleng"
    browser = cast.browser(found.organisation)
    page = browser.get("/search/", {"q": q}).content.decode()
    assert "Hoe verleng ik een boek?" in page
    assert f"We zochten op: {meant}." in page
    assert f'value="{q}"' in page, "the words in the box stay theirs"
    part = browser.get("/search/suggest/", {"q": q}).content.decode()
    assert "Hoe verleng ik een boek?" in part
    assert f"Gezocht op: {meant}" in part


def test_the_questions_too_are_searched_for_the_words_that_were_meant(house, write_threads):
    found, _threads = house
    question = ask(person=cast.helper(found.organisation, "Lezer"), title="Hoe verleng ik een boek?", text="")
    write_threads(question.opening)
    page = cast.browser(found.organisation).get("/questions/", {"q": "vreleng boke"}).content.decode()
    assert "Hoe verleng ik een boek?" in page
    assert "We zochten op: verleng boek." in page


def test_who_asks_for_the_house_sees_nothing_that_has_only_a_part_of_the_word(house, write_threads):
    found, _threads = house
    asker = cast.helper(found.organisation, "Lezer")
    write_threads(
        cast.thread(asker, "Ik ben over tijd met mijn boek", "De opening van de tentoonstelling was mooi."),
        cast.thread(asker, "Openingstijden met Kerst", "Zijn jullie er op tweede kerstdag?"),
    )
    page = cast.browser(found.organisation).get("/search/", {"q": "openingstijden"}).content.decode()
    assert "reach-card" in page
    assert "Openingstijden met Kerst" in page
    assert "Ik ben over tijd" not in page


def test_a_house_that_told_nothing_of_itself_is_no_answer(house):
    bare = cast.organisation("Kaal")
    page = cast.browser(bare).get("/search/", {"q": "openingstijden"}).content.decode()
    assert "reach-card" not in page


def test_who_searches_faster_than_anybody_types_is_asked_to_wait_and_keeps_their_words(house, monkeypatch):
    found, _threads = house
    monkeypatch.setattr(search, "FROM_ONE_ADDRESS", Limit("search-address", 2, timedelta(minutes=1)))
    browser = cast.browser(found.organisation, REMOTE_ADDR="192.0.2.7")
    assert [browser.get("/search/suggest/", {"q": "boek"}).status_code for _ in range(3)] == [200, 200, 429]
    page = browser.get("/search/", {"q": "boek"})
    assert page.status_code == 429
    assert 'value="boek"' in page.content.decode()
    assert "Wacht een minuut" in page.content.decode()
    own = cast.browser(found.organisation, REMOTE_ADDR="127.0.0.1")
    assert [own.get("/search/suggest/", {"q": "boek"}).status_code for _ in range(4)] == [200] * 4


@pytest.mark.parametrize(("typed", "told"), [("wachtwrd tabelt", "wachtwoord tablet"), ("verlegn tablet", None)])
def test_a_better_spelling_is_told_only_when_all_its_words_are_found_together(house, typed, told):
    found, _threads = house
    page = cast.browser(found.organisation).get("/search/", {"q": typed}).content.decode()
    assert ("We zochten op" in page) == bool(told)
    assert told is None or f"We zochten op: {told}." in page
    assert "Een e-book lezen op de tablet" in page


def test_nothing_is_told_of_a_spelling_that_is_still_wrong_though_it_finds_something(house):
    found, _threads = house
    page = cast.browser(found.organisation).get("/search/", {"q": "xylofoon tabelt "}).content.decode()
    assert "We zochten op" not in page
    assert "Een e-book lezen op de tablet" in page
