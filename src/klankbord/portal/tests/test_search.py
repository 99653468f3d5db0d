"""The one search box over everything public."""

from __future__ import annotations

import pytest

from klankbord.conversations.actions.speak_publicly import hide_publicly
from klankbord.search import finding
from klankbord.search.contract import Audience, Document
from klankbord.search.keeping import open_index
from tests import cast

pytestmark = pytest.mark.django_db


@pytest.fixture
def house(tmp_path, monkeypatch):
    """A library with three public threads, all of them in an index of its own."""
    found = cast.de_klank()
    asker = cast.helper(found.organisation)
    threads = [
        cast.thread(asker, "Hoe verleng ik een boek?", "Ik kan de knop niet vinden."),
        cast.thread(asker, "Een e-book lezen op de tablet", "De app vraagt om een wachtwoord."),
        cast.thread(cast.helper(cast.klankerveen().organisation), "Hoe verleng ik mijn paspoort?"),
    ]
    index = open_index(tmp_path)
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
    monkeypatch.setattr(finding, "index_folder", lambda: tmp_path)
    return found, threads


def test_a_visitor_finds_what_is_public_here_and_nothing_of_next_door(house):
    found, _threads = house
    page = cast.browser(found.organisation).get("/search/", {"q": "verlengen"}).content.decode()
    assert "Hoe verleng ik een boek?" in page
    assert "paspoort" not in page
    assert "Ik kan de knop niet vinden." in page


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
    from klankbord.live.shows import HEADER

    response = cast.browser(found.organisation).get("/search/", {"q": "verlengen"})
    assert "query" in response.headers[HEADER] or "q" in response.headers[HEADER]


@pytest.mark.parametrize("q", ["", "a", "\x00", "'\"<script>alert(1)</script>", "*" * 5000, "AND OR NOT (", "a" * 301])
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
    assert str(threads[2].conversation_id) not in part.replace("localhost", "")
