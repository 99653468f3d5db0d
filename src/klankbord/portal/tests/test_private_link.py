"""A customer's own conversation, under its private link."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from klankbord import clock
from klankbord.conversations.actions.private_link import new_private_link
from klankbord.conversations.actions.send_reply import send_reply
from klankbord.conversations.models import Attachment, Conversation, ConversationState, Message, Promise
from klankbord.files.actions import keep_file
from klankbord.people.models import AddressKind, Person
from klankbord.portal.stamp import new_stamp
from klankbord.portal.tests.conftest import StillClock
from tests import cast


@pytest.fixture
def talk(house: cast.DeKlank) -> Conversation:
    return cast.conversation(
        cast.customer(house.organisation), house.mailbox, due_at=clock.now() + timedelta(hours=2), code="204518"
    )


@pytest.fixture
def link(talk: Conversation) -> str:
    return f"/g/{new_private_link(conversation=talk)}/"


def read(house: cast.House, path: str) -> str:
    page: str = cast.browser(house.organisation).get(path).content.decode()
    return page


def attach(message: Message, name: str = "bon.html") -> Attachment:
    content = b"<script>alert(1)</script>"
    kept = keep_file(organisation_id=message.organisation_id, content=content, type="text/html")
    return Attachment.objects.create(organisation_id=message.organisation_id, message=message, file=kept, name=name)


def test_thread_is_read_with_faces_and_never_with_notes(house: cast.DeKlank, talk: Conversation, link: str) -> None:
    cast.note(talk, house.noor, "Lastige klant.")
    cast.outbound(talk, house.marlies, "Ik bel je zo.")
    page = read(house, link)
    for said in ("Ik krijg mijn e-book niet open.", "Ik bel je zo.", "Marlies Verhoef", "klantenservice", "204 518"):
        assert said in page
    assert "Lastige klant" not in page


def test_somebody_else_who_wrote_in_it_is_named_and_never_called_you(
    house: cast.DeKlank, talk: Conversation, link: str
) -> None:
    other = cast.customer(house.organisation, "", "ander@example.org")
    Person.objects.of(house.organisation).filter(pk=talk.person_id).update(name="")
    cast.inbound(talk, "Ik weet het ook niet.", person=other)
    page = read(house, link)
    assert page.count("<b>Jij</b>") == 1
    assert page.count("<b>ander@…</b>") == 1
    assert "ander@example.org" not in page


def test_pages_are_not_kept_found_or_told_to_others(house: cast.DeKlank, link: str) -> None:
    for path in (link, f"{link}thanks/", "/g/nothing/"):
        answer = cast.browser(house.organisation).get(path)
        assert "no-store" in answer.headers["Cache-Control"]
        assert answer.headers["Referrer-Policy"] == "no-referrer"
        assert "noindex" in answer.headers["X-Robots-Tag"]
        assert not answer.cookies


def test_queries_do_not_grow_with_the_thread(
    house: cast.DeKlank, talk: Conversation, link: str, django_assert_num_queries: Any
) -> None:
    for _ in range(30):
        attach(cast.inbound(talk))
        cast.outbound(talk, house.marlies)
    with django_assert_num_queries(10, exact=False):
        read(house, link)


def test_answer_in_its_seconds_of_undo_is_not_shown_yet(
    house: cast.DeKlank, talk: Conversation, link: str, still_clock: StillClock
) -> None:
    send_reply(conversation=talk, by=house.marlies, text="Zo gaat het lukken.")
    assert "Zo gaat het lukken." not in read(house, link)
    still_clock.forward(seconds=11)
    assert "Zo gaat het lukken." in read(house, link)


def test_customer_writes_on_and_waits_again(house: cast.DeKlank, talk: Conversation, link: str) -> None:
    Conversation.objects.of(house.organisation).update(state=ConversationState.DONE, waiting_since=None, due_at=None)
    Promise.objects.of(house.organisation).update(answered_at=clock.now())
    stamp = new_stamp(again=True)
    for _ in range(2):
        file = SimpleUploadedFile("foto.png", b"png", "image/png")
        answer = cast.browser(house.organisation).post(
            link, {"stamp": stamp, "text": "Toch niet.", "attachments": file}
        )
        assert answer.headers["Location"] == link
    talk.refresh_from_db()
    last = Message.objects.of(house.organisation).in_order().last()
    assert last is not None
    assert (last.text, last.person, last.conversation) == ("Toch niet.", talk.person, talk)
    assert last.attachments.count() == 1
    assert Message.objects.of(house.organisation).count() == 2
    assert (talk.state, talk.is_waiting) == (ConversationState.OPEN, True)


def test_writing_on_twice_with_back_is_once_unless_we_answered_in_between(
    house: cast.DeKlank, talk: Conversation, link: str
) -> None:
    def write() -> int:
        cast.browser(house.organisation).post(link, {"stamp": new_stamp(again=True), "text": "Ja."})
        return Message.objects.of(house.organisation).filter(text="Ja.").count()

    assert [write(), write()] == [1, 1]
    cast.outbound(talk, house.marlies, "En mag ik je bellen?")
    assert [write(), write()] == [2, 2]


def test_post_works_with_the_origin_that_no_referrer_gives(house: cast.DeKlank, talk: Conversation, link: str) -> None:
    browser = Client(enforce_csrf_checks=True, HTTP_HOST=house.organisation.host, HTTP_ORIGIN="null")
    assert browser.post(link, {"stamp": new_stamp(), "text": "Nog iets."}).status_code == 302
    assert Message.objects.of(house.organisation).count() == 2


def test_empty_text_is_refused_in_a_sentence(house: cast.DeKlank, link: str) -> None:
    answer = cast.browser(house.organisation).post(link, {"stamp": new_stamp(), "text": " "})
    assert answer.status_code == 422
    assert '<a href="#id_text">Schrijf je bericht.</a>' in answer.content.decode()


def test_solved_finishes_it_and_passes_the_thanks_on_once(house: cast.DeKlank, talk: Conversation, link: str) -> None:
    for _ in range(2):
        assert cast.browser(house.organisation).post(f"{link}solved/").headers["Location"] == link
    talk.refresh_from_db()
    assert (talk.state, talk.due_at) == (ConversationState.DONE, None)
    assert Promise.objects.of(house.organisation).get().dropped_at == clock.now()
    thanks = Message.objects.of(house.organisation).in_order().last()
    assert thanks is not None
    assert (thanks.text, thanks.marks) == ("Het is opgelost, dank je wel!", ["thanks"])
    assert Message.objects.of(house.organisation).count() == 2
    assert "Dit is opgelost. Dank je wel!" in read(house, link)


def test_late_answer_is_admitted(house: cast.DeKlank, link: str, still_clock: StillClock) -> None:
    still_clock.forward(hours=3)
    assert "Je had al antwoord moeten hebben." in read(house, link)


def test_closed_link_opens_nothing_and_looks_like_one_that_never_was(house: cast.DeKlank, link: str) -> None:
    assert "Deze link is gesloten" in cast.browser(house.organisation).post(f"{link}close/").content.decode()
    closed, never = (cast.browser(house.organisation).get(path) for path in (link, "/g/AAAAAAAAAAAAAAAAAAAAAA/"))
    assert closed.status_code == never.status_code == 404
    assert "Ik krijg mijn e-book" not in closed.content.decode()
    assert len(closed.content) == len(never.content) + 2 * (len(link) - len("/g/AAAAAAAAAAAAAAAAAAAAAA/"))


def test_link_of_one_house_opens_nothing_at_another(house: cast.DeKlank, link: str) -> None:
    other = cast.klankerveen()
    for path in (link, f"{link}thanks/"):
        assert cast.browser(other.organisation).get(path).status_code == 404
    for path in (link, f"{link}solved/", f"{link}close/"):
        assert cast.browser(other.organisation).post(path, {"text": "x", "stamp": new_stamp()}).status_code == 404
    assert read(house, link)
    assert Message.objects.of(house.organisation).count() == 1


def test_file_is_only_ever_saved_and_only_from_what_the_customer_may_read(
    house: cast.DeKlank, talk: Conversation, link: str
) -> None:
    shown = attach(cast.outbound(talk, house.marlies))
    hidden = attach(cast.note(talk, house.noor))
    foreign = attach(
        cast.inbound(cast.conversation(cast.customer(house.organisation, email="x@example.org"), house.mailbox))
    )
    answer = cast.browser(house.organisation).get(f"{link}file/{shown.pk}/")
    assert answer.headers["Content-Disposition"] == 'attachment; filename="bon.html"'
    assert answer.headers["Content-Type"] == "application/octet-stream"
    assert "sandbox" in answer.headers["Content-Security-Policy"]
    for other in (hidden, foreign):
        assert cast.browser(house.organisation).get(f"{link}file/{other.pk}/").status_code == 404


def test_who_is_known_by_a_phone_only_reads_an_answer_when_it_can_no_longer_be_taken_back(
    house: cast.DeKlank, still_clock: StillClock
) -> None:
    caller = Person.objects.create(organisation=house.organisation, name="Bel van Dam")
    cast.known_by(caller, "010 765 43 21", AddressKind.PHONE)
    talk = cast.conversation(caller, house.website)
    link = f"/g/{new_private_link(conversation=talk)}/"
    desk = cast.browser(house.organisation, house.marlies)
    asked = Message.objects.of(house.organisation).get()
    desk.post(f"/inbox/{talk.pk}/reply/", {"text": "Wij bellen je terug.", "seen": asked.pk})
    answer = Message.objects.of(house.organisation).latest("pk")
    assert f"/inbox/message/{answer.pk}/undo/" in desk.get("/inbox/?view=waiting").content.decode()
    assert "Wij bellen je terug." not in read(house, link)
    page = desk.get(f"/inbox/{talk.pk}/").content.decode()
    assert "eigen link" in page
    assert "per e-mail" not in page

    desk.post(f"/inbox/message/{answer.pk}/undo/")
    talk.refresh_from_db()
    assert talk.is_waiting
    desk.post(f"/inbox/{talk.pk}/reply/", {"text": "Wij bellen je zo terug.", "seen": asked.pk})
    still_clock.forward(seconds=11)
    answer = Message.objects.of(house.organisation).latest("pk")
    desk.post(f"/inbox/message/{answer.pk}/undo/")
    assert "Wij bellen je zo terug." in read(house, link)
