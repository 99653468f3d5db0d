"""Words that were said long ago are found, by who may read them."""

from __future__ import annotations

import pytest

from klankbord.conversations.searching import ConversationDocuments
from klankbord.inbox.finding import find_conversations
from klankbord.search import finding
from klankbord.search.keeping import open_index, rebuild
from tests import cast

pytestmark = pytest.mark.django_db


@pytest.fixture
def said(monkeypatch, tmp_path):
    monkeypatch.setattr(finding, "index_folder", lambda: tmp_path)
    ours, theirs = cast.de_klank(), cast.klankerveen()
    conversations = {}
    for house in (ours, theirs):
        person = cast.customer(house.organisation)
        conversations[house] = cast.conversation(person, house.mailbox, subject="Hallo", text="De boekenlift piept.")
    other = cast.customer(ours.organisation, "Ans", "ans.bos@example.org")
    conversations["other"] = cast.conversation(other, ours.mailbox, text="Ans hier, van example, org en al.")
    conversations["naming"] = cast.conversation(other, ours.mailbox, text="Schrijf naar Ans@example.org, graag.")
    writer = open_index(tmp_path).writer()
    rebuild(writer, [ConversationDocuments()])
    writer.close()
    return ours, conversations[ours], conversations["naming"]


def test_a_word_of_the_message_finds_its_conversation_here_and_no_other_houses(said):
    ours, conversation, _naming = said
    assert find_conversations(ours.jamal, "boekenlift") == [conversation.pk]


def test_an_inflected_word_finds_it_too(said):
    ours, conversation, _naming = said
    assert find_conversations(ours.jamal, "piepen lift") == [conversation.pk]


def test_the_page_shows_what_was_found(said):
    ours, *_ = said
    page = cast.browser(ours.organisation, ours.jamal).get("/inbox/", {"q": "boekenlift"})
    assert "Hallo" in page.text


@pytest.mark.parametrize(
    "typed",
    [
        "ans@example.org",
        "ANS@Example.org",
        "Ans de Vries <ans@example.org>",
        "mailto:ans@example.org",
        "ans@example.org,",
    ],
)
def test_a_whole_address_finds_whose_it_is_then_where_it_is_written_and_nobody_else(said, typed):
    ours, conversation, naming = said
    assert find_conversations(ours.jamal, typed) == [conversation.pk, naming.pk]


def test_an_address_whose_end_is_still_to_come_finds_it_too(said):
    ours, conversation, naming = said
    assert find_conversations(ours.jamal, "ans@example.or") == [conversation.pk, naming.pk]


def test_what_was_found_stays_beside_what_one_does_with_it(cast, desk, question):
    page = desk.get(f"/inbox/{question.pk}/", {"q": "where is my"}).content.decode()
    assert '<a class="back" href="/inbox/?q=where+is+my">' in page
    assert '<input type="hidden" name="q" value="where is my">' in page
    answer = desk.post(f"/inbox/{question.pk}/give/", {"to": "me", "q": "where is my"})
    assert answer.url == f"/inbox/{question.pk}/?q=where+is+my"
    refused = desk.post(f"/inbox/{question.pk}/reply/", {"text": "", "q": "where is my"}).content.decode()
    assert '<a class="back" href="/inbox/?q=where+is+my">' in refused
