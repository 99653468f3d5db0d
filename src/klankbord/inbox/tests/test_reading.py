"""Looking: lists, conversations, the number of queries."""

from __future__ import annotations

import re
from datetime import date, timedelta
from html import unescape

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from klankbord.conversations.actions.assign import assign
from klankbord.conversations.actions.change_state import finish, mark_spam
from klankbord.conversations.actions.write_note import write_note
from klankbord.conversations.events import MessageReceived
from klankbord.conversations.models import Conversation
from klankbord.conversations.reactions import acknowledge
from klankbord.ideas.actions.boards import main_board
from klankbord.ideas.actions.suggest import suggest
from klankbord.inbox.lists import PAGE
from klankbord.inbox.tests.conftest import receive, sign_in
from klankbord.people.models import ClosedDay
from tests.cast import HOST, helper


def queries(client, path: str) -> int:
    with CaptureQueriesContext(connection) as seen:
        assert client.get(path).status_code == 200
    return len(seen)


def test_new_mail_stands_with_those_not_picked_up(desk, question):
    page = desk.get("/inbox/?view=unassigned").content.decode()
    assert "Mohamed Bouzid" in page
    assert "Where is my book?" in page


def test_a_house_where_nobody_wrote_yet_says_what_to_do_first(cast, desk):
    first = desk.get("/inbox/").content.decode()
    assert "/office/mailboxes/" in first
    assert "/office/members/invite/" in first
    receive(cast.mail, subject="Finished one")
    later = desk.get("/inbox/?view=spam").content.decode()
    assert "/office/members/invite/" not in later


def test_each_list_holds_what_its_name_says(cast, desk, question):
    assign(conversation=question, to=cast.marlies, team=cast.team, by=cast.marlies)
    done = receive(cast.mail, subject="Finished one", address="b@example.org")
    finish(conversation=done, by=cast.marlies)
    spam = receive(cast.mail, subject="Cheap pills", address="c@example.org")
    mark_spam(conversation=spam, by=cast.marlies)
    cast.clock.pass_(hours=3)

    def subjects(view: str) -> set[str]:
        page = desk.get(f"/inbox/?view={view}").content.decode()
        return {each for each in ("Where is my book?", "Finished one", "Cheap pills") if each in page}

    for view in ("mine", "waiting", "late", f"team-{cast.team.pk}", f"channel-{cast.mail.pk}"):
        assert subjects(view) == {"Where is my book?"}, view
    assert subjects("unassigned") == set()
    assert subjects("done") == {"Finished one"}
    assert subjects("spam") == {"Cheap pills"}


def test_a_row_without_a_subject_shows_the_customers_own_words_and_no_automatic_ones(cast, desk):
    talk = receive(cast.mail, subject="", text="My card does not open the door.", name="")
    cast.clock.pass_(minutes=1)
    first = talk.messages.get()
    acknowledge(
        MessageReceived(organisation_id=cast.house.pk, conversation_id=talk.pk, message_id=first.pk, opened=True)
    )
    assert talk.messages.filter(automatic="acknowledgement").exists()
    cast.clock.pass_(minutes=1)
    receive(cast.mail, subject="", text="I am away until Monday.", into=talk, automatic="out-of-office")
    row = row_of_list(desk, talk)
    assert "My card does not open the door." in row
    assert "I am away" not in row
    assert talk.messages.get(automatic="acknowledgement").text[:20] not in row


def test_who_gave_no_name_is_called_by_the_beginning_of_their_address(cast, desk):
    talk = receive(cast.mail, name="", address="eva.jansen@example.org")
    for page in ("/inbox/?view=waiting", "/inbox/today/", f"/inbox/{talk.pk}/", f"/inbox/person/{talk.person_id}/"):
        words = desk.get(page).content.decode()
        assert "eva.jansen@…" in words, page
        assert "Unknown" not in words, page
        assert "eva.jansen@example.org" not in words, page


def test_a_mail_by_another_than_the_customer_is_marked_with_who_it_was(cast, desk, question):
    assert "another sender" not in desk.get(f"/inbox/{question.pk}/").content.decode()
    receive(cast.mail, text="I found it for him.", into=question, name="", address="ander@example.org")
    words = desk.get(f"/inbox/{question.pk}/").content.decode()
    assert words.count("another sender") == 1
    assert "ander@…" in words[words.index('class="thread"') : words.index("I found it for him.")]


def row_of_list(client, conversation) -> str:
    page = client.get("/inbox/?view=waiting").content.decode()
    start = page.index(f'href="/inbox/{conversation.pk}/')
    return page[start : page.index("</li>", start)]


def test_the_clock_runs_in_opening_hours(cast, desk, question):
    assert "2 hours left" in desk.get("/inbox/?view=waiting").content.decode()
    cast.clock.pass_(hours=3)
    assert "1 hour late" in desk.get("/inbox/?view=waiting").content.decode()


@pytest.mark.parametrize(
    ("hours_later", "words"),
    [
        (2 + 6, "3 hours late"),  # Wednesday at eight in the evening: closed since five
        (24 - 2.5, "3 hours late"),  # Thursday half past nine
        (2 * 24 - 3, "1 day late"),  # Friday morning: 3 and 8 hours
        (5 * 24 - 3, "2 days late"),  # Monday morning: the weekend makes nobody later
        (2 * 7 * 24, "9 days late"),
        (10 * 7 * 24, "49 days late"),  # ten weeks with one holiday
    ],
)
def test_lateness_is_counted_in_opening_hours_like_the_promise(cast, desk, question, hours_later, words):
    ClosedDay.objects.create(organisation=cast.house, day=date(2026, 4, 6), reason="Easter")
    cast.clock.pass_(hours=hours_later)
    for path in ("/inbox/?view=waiting", f"/inbox/{question.pk}/", "/inbox/today/"):
        page = desk.get(path).content.decode()
        assert f">{words}</time>" in page, path
        assert "data-due" not in page  # no clock on the wall counts on


def test_an_empty_list_is_good_news(desk):
    page = desk.get("/inbox/").content.decode()
    assert "Nobody is waiting for you" in page
    assert 'class="rings"' in page
    assert "Everything has been answered" in desk.get("/inbox/?view=waiting").content.decode()


def current_list(page: str) -> str:
    return re.search(r'aria-current="page"[^>]*><span dir="auto">([^<]+)', page)[1]


def test_one_lands_where_there_is_work_unless_one_chose_a_list(cast, desk, question):
    page = desk.get("/inbox/").content.decode()
    assert current_list(page) == "Not picked up yet"
    assert "Where is my book?" in page
    mine = desk.get("/inbox/?view=mine").content.decode()
    assert current_list(mine) == "Waiting for me"
    assert re.search(r'href="/inbox/\?view=unassigned">Not picked up yet \(1\)<', mine)
    assign(conversation=question, to=cast.marlies, by=cast.anja)
    assert current_list(desk.get("/inbox/").content.decode()) == "Waiting for me"
    assign(conversation=question, to=cast.anja, by=cast.marlies)
    assert current_list(desk.get("/inbox/").content.decode()) == "Waiting longest", "it waits for a colleague"


def test_the_settings_are_one_step_away(desk):
    assert 'href="/office/"' in desk.get("/inbox/").content.decode()
    assert desk.get("/office/", follow=True).status_code == 200


def test_an_archive_that_is_empty_sends_nobody_away(desk, question):
    assert "Not picked up yet (1)" not in desk.get("/inbox/?view=spam").content.decode()


def test_one_pages_through_a_list_without_missing_or_repeating_any(cast, desk):
    for number in range(PAGE + 5):
        receive(cast.mail, subject=f"Subject {number:03}", address=f"a{number}@example.org")  # all in the same moment
    first = desk.get("/inbox/?view=waiting")
    further = re.search(r'href="([^"]*after=[^"]*)" rel="next"', first.content.decode())
    second = desk.get(unescape(further[1]))
    seen = [word for page in (first, second) for word in re.findall(r">(Subject \d+)<", page.content.decode())]
    assert sorted(seen) == [f"Subject {number:03}" for number in range(PAGE + 5)]
    assert 'rel="next"' not in second.content.decode()


def test_a_nonsense_cursor_shows_the_beginning(desk, question):
    for after in ("x", "1", "99999999999999999999-1", "-", "1-\N{SUPERSCRIPT TWO}"):
        assert "Where is my book?" in desk.get("/inbox/", {"view": "waiting", "after": after}).content.decode()


def test_a_list_that_does_not_exist_is_not_found(desk):
    for view in ("nonsense", "channel-999", "team-x", "channel-"):
        assert desk.get("/inbox/", {"view": view}).status_code == 404


def test_the_conversation_shows_words_person_and_clock(desk, question):
    page = desk.get(f"/inbox/{question.pk}/").content.decode()
    assert "I cannot find it. Can you?" in page
    assert "2 hours left" in page
    assert "mohamed@…" in page
    assert "mohamed@example.org" not in page


def test_history_and_signature_are_folded(cast, desk):
    conversation = receive(cast.mail, quoted="> what you wrote", signature="Mo, treasurer")
    page = desk.get(f"/inbox/{conversation.pk}/").content.decode()
    for words in ("&gt; what you wrote", "Mo, treasurer"):
        assert page.index("<details>") < page.index(words)


def test_what_a_customer_forwarded_is_open_to_read(cast, desk):
    conversation = receive(cast.mail, quoted="From: the council\nPay by Friday", marks=["forwarded"])
    page = desk.get(f"/inbox/{conversation.pk}/").content.decode()
    assert page.index("<details open><summary>The message that was forwarded</summary>") < page.index("Pay by Friday")


@pytest.mark.parametrize(
    ("mark", "words"),
    [
        ("signed", "digitally signed"),
        ("encrypted", "cannot read it"),
        ("same_id", "came twice"),
        ("elsewhere", "another mail program"),
    ],
)
def test_what_is_special_about_a_message_is_said(cast, desk, mark, words):
    conversation = receive(cast.mail, marks=[mark])
    assert words in desk.get(f"/inbox/{conversation.pk}/").content.decode()


def test_automatic_mail_is_called_so(cast, desk):
    conversation = receive(cast.mail, automatic="auto-replied")
    assert "automatic answer" in desk.get(f"/inbox/{conversation.pk}/").content.decode()


def test_words_of_any_script_choose_their_own_direction(cast, desk):
    conversation = receive(cast.mail, subject="سؤال", text="السلام عليكم", name="رانيا")
    page = desk.get(f"/inbox/{conversation.pk}/?view=waiting").content.decode()
    for word in ("سؤال", "السلام عليكم", "رانيا"):
        before = page[: page.index(word)]
        assert 'dir="auto"' in before[before.rindex("<") :] or word == "سؤال", word
    assert '<h1 dir="auto">سؤال' in page


def test_a_long_thread_shows_its_end_and_offers_the_rest(cast, desk, question):
    for number in range(70):
        write_note(conversation=question, by=cast.anja, text=f"note number {number}")
    page = desk.get(f"/inbox/{question.pk}/").content.decode()
    assert "note number 69" in page
    assert "note number 5<" not in page
    assert "note number 5<" in desk.get(f"/inbox/{question.pk}/?all=1").content.decode()


def test_a_list_takes_seven_queries_and_a_conversation_twelve(cast, desk, question):
    for number in range(5):
        other = receive(cast.mail, subject=f"More {number}", address=f"m{number}@example.org")
        write_note(conversation=other, by=cast.anja, text="note")
        write_note(conversation=question, by=cast.anja, text="note")
    desk.get("/inbox/today/")  # what it keeps for a while is read once
    assert queries(desk, "/inbox/?view=waiting") == 7
    assert queries(desk, f"/inbox/{question.pk}/?view=waiting") == 12
    assert queries(desk, "/inbox/today/") <= 12


def test_a_script_gets_the_list_alone(desk, question):
    part = desk.get("/inbox/?view=waiting", headers={"HX-Request": "true"}).content.decode()
    assert '<ol id="rows">' in part
    assert 'hx-swap-oob="true"' in part
    assert "<html" not in part
    thread = desk.get(f"/inbox/{question.pk}/", headers={"HX-Request": "true"}).content.decode()
    assert 'id="thread"' in thread
    assert "<textarea" not in thread


def numbers(client) -> dict[str, str]:
    page = client.get("/inbox/today/").content.decode()
    found = re.findall(r'<b(?: class="\w*")?>(\S+)</b> <span>([\w ]+)</span>', page)
    return {label: count for count, label in found}


def test_today_counts_what_is_late_and_due(cast, desk, question):
    assert numbers(desk) == {"late": "0", "due today": "1", "not picked up yet": "1", "waiting in all": "1"}
    cast.clock.pass_(hours=3)
    assert numbers(desk) == {"late": "1", "due today": "0", "not picked up yet": "1", "waiting in all": "1"}


def test_each_number_of_today_leads_to_what_it_counts(cast, desk, question):
    receive(cast.mail, subject="Tomorrow's", address="late@example.org")
    Conversation.objects.of(cast.house).filter(subject="Tomorrow's").update(due_at=cast.clock.now + timedelta(days=1))
    today = desk.get("/inbox/today/").content.decode()
    assert re.search(r'<a href="/inbox/\?view=due"><b>1</b> <span>due today', today)
    due = desk.get("/inbox/?view=due").content.decode()
    assert f'id="row-{question.pk}"' in due
    assert due.count('id="row-') == 1


def test_today_and_the_links_lead_to_ideas_and_to_the_queue_with_how_much_waits(cast, desk):
    suggest(board=main_board(cast.house), person=helper(cast.house, "Ans"), title="Open on Sunday", text="Please.")
    for path in ("/inbox/", "/inbox/today/"):
        words = desk.get(path).content.decode()
        assert re.search(r'href="/ideas/attention/"[^>]*><span[^>]*>[^<]+</span><span class="count">1<', words)
        assert 'href="/moderation/"' in words
        assert 'href="/moderation/"' not in sign_in(cast.anja).get(path).content.decode()
    here = words.partition("<h2>In public</h2>")[2]
    assert re.search(r'<a href="/ideas/attention/">Ideas to look at</a> <span class="soft">1</span>', here)
    assert '<a href="/moderation/">To judge</a> <span class="soft">nothing now</span>' in here


def test_today_is_quiet_when_nobody_waits(desk):
    assert "Time for a coffee" in desk.get("/inbox/today/").content.decode()


def test_who_works_elsewhere_only_is_not_let_in(cast, neighbour):
    client = sign_in(neighbour.piet)
    assert client.get("/inbox/", headers={"host": HOST}).status_code == 302  # signed out, to sign in


def test_visitors_are_sent_to_sign_in(cast, client):
    answer = client.get("/inbox/?view=late", headers={"host": HOST})
    assert answer.status_code == 302
    assert "next=/inbox/%3Fview%3Dlate" in answer.url
