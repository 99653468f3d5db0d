"""In a real browser: nothing that a stranger wrote runs; the keys; with and without scripts; news comes by itself."""

from __future__ import annotations

import json
import re
import threading

import pytest

from klankbord.channels.contract import InboundAttachment
from klankbord.channels.models import Arrival, Dispatch
from klankbord.conversations.actions.assign import assign
from klankbord.conversations.actions.send_reply import send_reply
from klankbord.conversations.actions.write_note import write_note
from klankbord.conversations.announcing import ConversationAnnouncements, conversation_topic, inbox_topic
from klankbord.conversations.models import Conversation, Draft, Message, MessageHtml
from klankbord.inbox.tests.conftest import receive
from klankbord.office.actions.personal_data import erase_person
from klankbord.people.events import PersonErased
from klankbord.people.models import Address, Membership, Person, Team
from tests.browser import assert_fit_for_all, click_through
from tests.long import long

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("unhurried")]

HOSTILE = (
    "<script>window.pwned=1</script>",
    '"><img src=x onerror="window.pwned=1">',
    "'><svg/onload=window.pwned=1>",
    "</textarea></title></script><script>window.pwned=1</script>",
    "{{ 7*7 }}{% raw %}<b onmouseover=window.pwned=1>x",
    "javascript:window.pwned=1 http://x.example/\"onmouseover='window.pwned=1'",
)


@pytest.fixture
def at_noon():
    """Real time: a browser counts its own seconds."""
    return


@pytest.fixture
def open_as(open_page):
    """A window in which this member is signed in; keyword arguments go to the browser's context."""

    def open_window(who: Membership, **more):
        return open_page(who.organisation, who, **more)

    return open_window


def poison(cast) -> Conversation:
    """One conversation with something hostile in every field that anybody outside (or a colleague) can fill."""
    evil = HOSTILE[3] + HOSTILE[1]
    files = [InboundAttachment(name=HOSTILE[1] + ".png", type=HOSTILE[0], content=b"x")]
    conversation = receive(
        cast.mail,
        subject=HOSTILE[0] + HOSTILE[4],
        text="\n".join(HOSTILE),
        quoted="\n".join(HOSTILE),
        signature="\n".join(HOSTILE),
        name=HOSTILE[1],
        address='"><script>window.pwned=1</script>"@example.org',
        html="<p>x</p>",
        marks=[HOSTILE[0]],
        automatic=HOSTILE[1][:40],
        files=files,
        remote_images=True,
    )
    # As if the sanitiser had let everything through: the frame must hold by itself.
    hostile_html = "".join(HOSTILE) + "<script>top.window.pwned=1;parent.window.pwned=1;window.pwned=1</script>"
    MessageHtml.objects.of(cast.house).update(html=hostile_html)
    Conversation.objects.of(cast.house).update(kind="", team=cast.team, state="open")
    Team.objects.of(cast.house).update(name=HOSTILE[1][:60])
    Person.objects.of(cast.house).update(preference=HOSTILE[1][:120], language='"><b>')
    Address.objects.of(cast.house).update(bounced_at=conversation.created_at, bounce_reason=HOSTILE[1])
    write_note(conversation=conversation, by=cast.anja, text=evil)
    send_reply(conversation=conversation, by=cast.marlies, text=evil)
    Dispatch.objects.of(cast.house).update(state="given_up", last_error=evil)
    Draft.objects.create(organisation=cast.house, conversation=conversation, membership=cast.marlies, text=evil)
    Arrival.objects.of(cast.house).update(state="given_up", last_error=evil, envelope={"sender": evil})
    cast.anja.user.name = HOSTILE[1]
    cast.anja.user.save()
    return conversation


@pytest.mark.parametrize("trusting", [False, True], ids=["as it is", "without the content policy"])
def test_nothing_that_a_stranger_wrote_runs(cast, open_as, trusting):
    """Once as it is, and once with the policy switched off, so that the escaping is tried by itself."""
    conversation = poison(cast)
    dispatch = Dispatch.objects.of(cast.house).get()
    page = open_as(cast.marlies, bypass_csp=trusting)
    seen = []
    page.on("dialog", lambda dialog: (seen.append(dialog.message), dialog.dismiss()))
    paths = [
        "/inbox/?view=waiting", f"/inbox/?view=team-{cast.team.pk}", "/inbox/?view=answered",
        f"/inbox/{conversation.pk}/",
        f"/inbox/{conversation.pk}/?write=note", f"/inbox/person/{conversation.person_id}/", "/inbox/today/",
        "/inbox/outgoing/", f"/inbox/outgoing/?mail={dispatch.pk}", "/inbox/unreadable/", f"/inbox/?q={HOSTILE[1]}",
        f"/inbox/person/{conversation.person_id}/?alike={HOSTILE[1]}",
    ]  # fmt: skip
    for path in paths:
        page.goto(path)
        page.evaluate("document.querySelectorAll('details').forEach((one) => (one.open = true))")
        page.evaluate("document.querySelectorAll('main *').forEach((one) => one.dispatchEvent(new Event('mouseover')))")
        page.wait_for_timeout(150)
        for frame in page.frames:
            assert frame.evaluate("window.pwned") is None, (path, frame.url)
    assert seen == []


def test_the_formatted_version_opened_by_itself_runs_nothing(cast, open_as):
    poison(cast)
    page = open_as(cast.marlies)
    message = MessageHtml.objects.of(cast.house).get().message_id
    page.goto(f"/inbox/message/{message}/formatted/?images=1")
    assert page.evaluate("window.pwned") is None
    assert page.evaluate("window.origin") == "null"


def test_the_whole_way_by_keyboard(cast, open_as, question):
    second = receive(cast.mail, subject="Second question", address="second@example.org")
    page = open_as(cast.marlies)
    page.goto("/inbox/today/")
    page.keyboard.press("g")
    page.keyboard.press("l")
    page.wait_for_url(re.compile(r"/inbox/\?view=waiting$"))
    for key in ("j", "j", "k", "j"):
        page.keyboard.press(key)
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(rf"/inbox/{second.pk}/"))
    page.keyboard.press("a")
    page.wait_for_selector("text=It is yours now.")
    page.keyboard.press("r")
    page.keyboard.type("Dear jane, kind end of guessing? ")  # every letter is also a key
    assert page.locator("#reply-text").input_value() == "Dear jane, kind end of guessing? "
    page.wait_for_selector("#kept:has-text('Draft kept')")
    page.keyboard.press("Control+Enter")
    page.wait_for_selector("#undo")
    assert Message.objects.of(cast.house).filter(conversation=second, direction="outbound").count() == 1
    page.keyboard.press("u")
    page.wait_for_selector("text=Taken back.")
    assert page.locator("#reply-text").input_value().startswith("Dear jane")
    page.keyboard.press("n")
    page.keyboard.type("for later")
    page.keyboard.press("Control+Enter")
    page.wait_for_selector(".message.note")
    page.keyboard.press("?")
    assert page.locator("dialog[open]").inner_text().count("\n") > 10
    assert "Next in the list" in page.locator("dialog[open]").inner_text()
    page.keyboard.press("Escape")
    page.keyboard.press("/")
    assert page.evaluate("document.activeElement.name") == "q"
    page.keyboard.press("Escape")
    page.keyboard.press("e")
    page.wait_for_selector("text=Done. It comes back")
    second.refresh_from_db()
    assert second.state == "done"
    page.keyboard.press("u")
    page.wait_for_selector("text=It is open again.")


def test_a_question_waits_and_an_answer_is_done(cast, open_as, question):
    page = open_as(cast.marlies)
    page.goto(f"/inbox/{question.pk}/")
    page.fill("#reply-text", "May I call you?")
    assert "quiet" not in page.locator("[data-waits]").get_attribute("class")
    page.fill("#reply-text", "It is on the shelf.")
    assert "quiet" in page.locator("[data-waits]").get_attribute("class")
    page.focus("#reply-text")
    page.keyboard.press("Control+Enter")
    page.wait_for_selector("#undo")
    question.refresh_from_db()
    assert question.state == "done"


def test_the_undo_goes_along_to_the_list_and_leaves_in_time(cast, open_as, question):
    page = open_as(cast.marlies)
    page.clock.install()
    page.goto(f"/inbox/{question.pk}/")
    page.fill("#reply-text", "It is on the shelf.")
    page.click("[data-finishes]")
    page.wait_for_selector("#undo")
    page.goto("/inbox/?view=waiting")
    assert "Your answer to Mohamed Bouzid goes out in" in page.locator("#undo").inner_text()
    page.clock.run_for(3000)
    left = int(page.locator("#undo [data-countdown]").inner_text().split()[0])
    assert left < int(page.locator("#undo [data-countdown]").get_attribute("data-countdown"))
    page.clock.run_for(60_000)
    assert page.locator("#undo").count() == 0


def test_a_draft_in_two_windows_follows_or_asks_and_loses_nothing(cast, open_as, question):
    page = open_as(cast.marlies)
    page.goto(f"/inbox/{question.pk}/")
    other = page.context.new_page()
    other.goto(f"/inbox/{question.pk}/")
    with other.expect_response("**/draft/"):
        other.fill("#reply-text", "At nine")
    page.evaluate("dispatchEvent(new Event('focus'))")
    page.wait_for_function("() => document.querySelector('#reply-text').value === 'At nine'")
    with other.expect_response("**/draft/"):
        other.fill("#reply-text", "At ten")
    page.fill("#reply-text", "At eight")
    page.click("[data-elsewhere=other]")
    assert page.locator("#reply-text").input_value() == "At ten"
    page.keyboard.type("At eight")
    assert page.locator("#elsewhere").is_hidden()


def test_what_is_refused_after_an_answer_in_another_window_waits_at_the_next_opening(cast, open_as, question):
    page = open_as(cast.marlies)
    page.goto(f"/inbox/{question.pk}/")
    with page.expect_response("**/draft/"):
        page.fill("#reply-text", "I am looking for it.")
    send_reply(conversation=question, by=cast.marlies, text="Here it is!")
    with page.expect_response("**/draft/?kind=reply"):
        page.evaluate("dispatchEvent(new Event('focus'))")
    page.wait_for_function("() => document.querySelector('#reply-text').value === 'I am looking for it.'")
    page.click("[data-waits]")
    page.locator("text=You answered in another window meanwhile.").wait_for()
    page.goto(f"/inbox/{question.pk}/")
    assert page.locator("#reply-text").input_value() == "I am looking for it."


def test_all_of_it_works_without_scripts(cast, open_as, question):
    page = open_as(cast.marlies, java_script_enabled=False)
    page.goto("/inbox/?view=waiting")
    page.click("text=Where is my book?")
    click_through(page, "text=Take it")  # what is typed before the new page is there would be gone with the old one
    page.fill("#reply-text", "Half a")
    click_through(page, "text=Keep draft")
    assert page.locator("#reply-text").input_value() == "Half a"
    page.fill("#reply-text", "A whole answer")
    page.set_input_files("input[name=files]", {"name": "map.txt", "mimeType": "text/plain", "buffer": b"left"})
    click_through(page, "text=Send and wait")
    assert page.locator("article.outbound").inner_text().count("map.txt") == 1
    page.goto("/inbox/")
    click_through(page, "text=Undo")
    assert page.locator("#reply-text").input_value() == "A whole answer"
    click_through(page, "a:has-text('Note for colleagues')")
    page.fill("#note-text", "A note")
    click_through(page, "text=Leave note")
    assert "A note" in page.locator("article.note").inner_text()
    page.click("text=Show in full")
    assert "mohamed@example.org" in page.locator("#addresses").inner_text()
    page.click("#conversation-header >> text=Done")
    click_through(page, "text=Open again")
    click_through(page, "a.refresh")
    assert page.locator("h1").inner_text() == "Where is my book?"


def test_news_comes_by_itself_and_leaves_what_is_typed_alone(cast, open_as, question):
    page = open_as(cast.marlies)
    happened = threading.Event()

    def stream(route):
        body = "retry: 200\n\n" + ('event: change\ndata: [{"kind":"conversation"}]\n\n' if happened.is_set() else "")
        route.fulfill(status=200, headers={"content-type": "text/event-stream"}, body=body)

    page.route(re.compile("/live/"), stream)
    page.goto(f"/inbox/{question.pk}/?view=waiting")
    page.click("#reply-text")
    with page.expect_response(re.compile("/draft/")):  # the server shares this thread's connection: not at once
        page.keyboard.type("I am just ")
    receive(cast.mail, subject="Brand new", name="Karin Smit", address="new@example.org")
    receive(cast.mail, into=question, text="And another thing")
    happened.set()
    page.wait_for_selector("#rows >> text=Brand new")
    page.wait_for_selector("#thread >> text=And another thing")
    page.keyboard.type("writing")
    assert page.locator("#reply-text").input_value() == "I am just writing"
    assert page.evaluate("document.activeElement.id") == "reply-text"
    page.keyboard.press("Control+Enter")
    page.wait_for_selector("text=A new message came while you were writing.")
    assert page.locator("#reply-text").input_value() == "I am just writing"


def test_who_is_erased_goes_from_the_screens_that_are_open(cast, open_as, question):
    told = []

    def stream(route):
        body = "retry: 200\n\n" + "".join(f"event: change\ndata: {json.dumps([told.pop()])}\n\n" for _ in told[:1])
        route.fulfill(status=200, headers={"content-type": "text/event-stream"}, body=body)

    page = open_as(cast.anja)
    page.route(re.compile("/live/"), stream)
    page.goto(f"/inbox/{question.pk}/?view=waiting")
    assert "mohamed@…" in page.locator("#card").inner_text()
    erase_person(person=question.person, by=cast.marlies)
    erased = PersonErased(organisation_id=cast.house.pk, person_id=question.person_id, membership_id=cast.marlies.pk)
    heard = {topic: {"kind": kind, "id": id_} for topic, kind, id_ in ConversationAnnouncements().topics(erased)}
    assert inbox_topic(cast.house.pk) in heard
    told.append(heard[conversation_topic(question.pk)])
    page.wait_for_selector("#card:has-text('Unknown')")
    assert "I cannot find it" not in page.content()
    assert "Mohamed" not in page.content()


def test_the_row_that_has_the_focus_keeps_it_when_the_list_changes(cast, open_as, question):
    page = open_as(cast.marlies)
    happened = threading.Event()
    page.route(
        re.compile("/live/"),
        lambda route: route.fulfill(
            status=200,
            headers={"content-type": "text/event-stream"},
            body="retry: 200\n\n" + ("event: reload\ndata: {}\n\n" if happened.is_set() else ""),
        ),
    )
    page.goto("/inbox/?view=unassigned")
    page.keyboard.press("j")
    receive(cast.mail, subject="Brand new", name="Karin Smit", address="new@example.org")
    happened.set()
    page.wait_for_selector("#rows >> text=Brand new")
    page.wait_for_timeout(200)
    assert page.evaluate("document.activeElement.id") == f"row-{question.pk}"
    assert "Karin Smit" in page.locator("#heard").inner_text()
    assert page.locator("#views-list a:has-text('Not picked up yet') .count").inner_text() == "2"


def test_who_comes_new_opens_what_waits_with_three_keys_also_when_the_list_changes_meanwhile(cast, open_as, question):
    second = receive(cast.mail, subject="Second question", address="second@example.org")
    third = receive(cast.mail, subject="Third question", address="third@example.org")
    page = open_as(cast.marlies)
    page.clock.install()
    page.goto("/inbox/")
    page.wait_for_url(re.compile(r"view=unassigned$"))
    page.keyboard.press("j")
    page.keyboard.press("j")
    assert page.evaluate("document.activeElement.id") == f"row-{second.pk}"
    assign(conversation=second, to=cast.marlies, by=cast.anja)  # it leaves this list, and waits for who looks
    page.clock.run_for(61_000)
    page.wait_for_selector(f"#row-{third.pk}:focus")
    assert page.locator("#rows > li").count() == 2
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(rf"/inbox/{third.pk}/\?view=unassigned"))


@long
def test_axe_finds_nothing_on_any_page(cast, open_as, question):
    spoiled = poison(cast)
    paths = [
        "/inbox/", "/inbox/?view=waiting", f"/inbox/{spoiled.pk}/", f"/inbox/{question.pk}/?write=note",
        "/inbox/today/", "/inbox/outgoing/", "/inbox/unreadable/",
        f"/inbox/person/{question.person_id}/", "/inbox/?q=nothing",
    ]  # fmt: skip
    assert_fit_for_all(open_as(cast.marlies, reduced_motion="reduce"), paths)


def test_a_long_subject_without_spaces_leaves_the_screen_to_the_mail(cast, open_as):
    subject = "W" * 180
    conversation = receive(cast.mail, subject=subject, text="Ik kan mijn boek niet vinden.")
    receive(cast.mail, subject=f"{subject}Eerder", text="En dit boek?")
    page = open_as(cast.marlies, viewport={"width": 1280, "height": 900})
    page.goto(f"/inbox/{conversation.pk}/")
    lines = "(one) => one.getBoundingClientRect().height / parseFloat(getComputedStyle(one).lineHeight)"
    assert page.locator(".talk > header h1").evaluate(lines) < 2.1
    assert all(each.evaluate(lines) < 2.6 for each in page.locator(".card .path li :is(a, span)").all())
    assert page.locator("#scroll").evaluate("(one) => one.clientHeight") > 200
    assert page.locator("#scroll").get_by_text(subject, exact=True).is_visible(), "all of it can still be read"
    for width in (1280, 320):
        page.set_viewport_size({"width": width, "height": 900})
        assert page.evaluate("document.documentElement.scrollWidth") <= width
