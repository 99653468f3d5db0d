"""A visitor's first message, from the form to the rows."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any
from unittest import mock

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DatabaseError
from django.test import Client

from klankbord import clock
from klankbord.channels.models import Arrival, Dispatch
from klankbord.conversations.codes import spoken
from klankbord.conversations.models import Attachment, Conversation, ConversationState, Message
from klankbord.conversations.reactions import acknowledge
from klankbord.events.base import load
from klankbord.events.models import OutboxEvent
from klankbord.files.actions import read_file
from klankbord.people.models import Address, AddressKind, Person
from klankbord.portal.stamp import new_stamp
from klankbord.portal.tests.conftest import StillClock
from klankbord.portal.views.contact import FROM_ONE_ADDRESS
from tests import cast

TEXT = "Ik heb nu drie keer een nieuw wachtwoord aangevraagd. Het lukt nog steeds niet."


def filled(**changes: Any) -> dict[str, Any]:
    """What a person fills in, some seconds after the page was shown."""
    return {
        "stamp": new_stamp(again=True),
        "kind": "problem",
        "text": TEXT,
        "subject": "Kan niet inloggen",
        "name": "Ans de Wit",
        "email": "ans.de.wit@example.org",
        "website": "",
        **changes,
    }


def send(house: cast.House, **changes: Any) -> Any:
    return cast.browser(house.organisation).post("/contact/", filled(**changes))


def only_conversation(house: cast.House) -> Conversation:
    found: Conversation = Conversation.objects.of(house.organisation).get()
    return found


def test_message_becomes_a_conversation_with_a_promise_and_a_code(house: cast.DeKlank) -> None:
    answer = send(house, phone="06 12 34 56 78")
    talk = only_conversation(house)
    message = Message.objects.of(house.organisation).get()
    assert (talk.kind, talk.subject, talk.state) == ("problem", "Kan niet inloggen", ConversationState.OPEN)
    assert talk.due_at == clock.now() + timedelta(hours=24)
    assert (message.text, message.person.name) == (TEXT, "Ans de Wit")
    kinds = {(each.kind, each.value) for each in Address.objects.of(house.organisation).filter(person=talk.person)}
    assert kinds == {(AddressKind.EMAIL, "ans.de.wit@example.org"), (AddressKind.PHONE, "+31612345678")}
    assert talk.person.language == "nl"
    page = cast.browser(house.organisation).get(answer.headers["Location"]).content.decode()
    assert spoken(talk.code or "") in page
    assert "morgen vóór 10.00 uur antwoord van Marlies of Jamal" in page
    assert answer.headers["Location"].removesuffix("thanks/") in page


def test_bytes_are_stored_before_anybody_is_thanked(house: cast.DeKlank) -> None:
    with mock.patch("klankbord.portal.actions.receive_now", side_effect=DatabaseError):
        answer = send(house)
    assert answer.headers["Location"] == "/contact/received/"
    arrival = Arrival.objects.of(house.organisation).get()
    assert json.loads(bytes(arrival.raw))["text"] == TEXT
    assert "veilig bewaard" in cast.browser(house.organisation).get("/contact/received/").content.decode()


def test_double_click_is_one_contribution_and_both_are_thanked(house: cast.DeKlank) -> None:
    stamp = new_stamp(again=True)
    answers = [send(house, stamp=stamp) for _ in range(3)]
    assert all(answer.headers["Location"].endswith("/thanks/") for answer in answers)
    assert Message.objects.of(house.organisation).count() == 1
    assert Arrival.objects.of(house.organisation).count() == 1


def test_going_back_and_sending_again_is_one_contribution_and_both_are_thanked(
    house: cast.DeKlank, still_clock: StillClock
) -> None:
    first = send(house)
    still_clock.forward(minutes=4)
    again = send(house)  # the page that Back shows has a fresh stamp
    assert first.headers["Location"].endswith("/thanks/")
    code = spoken(only_conversation(house).code or "")
    assert code in cast.browser(house.organisation).get(again.headers["Location"]).content.decode()
    assert Arrival.objects.of(house.organisation).count() == 1


def test_going_back_with_or_without_the_files_is_one_contribution(house: cast.DeKlank) -> None:
    for content in (b"1", b"1", None):
        send(house, **({"attachments": SimpleUploadedFile("a.txt", content)} if content else {}))
    assert Message.objects.of(house.organisation).count() == 1
    send(house, attachments=SimpleUploadedFile("b.txt", b"2"))
    assert Message.objects.of(house.organisation).count() == 2


@pytest.mark.parametrize(
    ("changes", "minutes", "remote"),
    [
        ({"text": "Het is nu toch gelukt, dank je wel."}, 1, "127.0.0.1"),
        ({"email": "piet@example.org"}, 1, "127.0.0.1"),
        ({}, 11, "127.0.0.1"),
        ({}, 1, "203.0.113.9"),
    ],
)
def test_what_differs_or_comes_later_or_from_elsewhere_is_a_message_of_its_own(
    house: cast.DeKlank, still_clock: StillClock, changes: dict[str, Any], minutes: int, remote: str
) -> None:
    send(house)
    still_clock.forward(minutes=minutes)
    cast.browser(house.organisation).post("/contact/", filled(**changes), REMOTE_ADDR=remote)
    assert Conversation.objects.of(house.organisation).count() == 2


def test_same_form_with_other_words_is_kept_beside_the_first(house: cast.DeKlank) -> None:
    stamp = new_stamp(again=True)
    send(house, stamp=stamp)
    send(house, stamp=stamp, text="O nee, ik bedoelde iets anders.")
    assert [each.marks for each in Message.objects.of(house.organisation).in_order()] == [[], ["same_id"]]


def test_files_come_along_unchanged(house: cast.DeKlank) -> None:
    files = [
        SimpleUploadedFile("bon één.pdf", b"%PDF-\x00\xff", "application/pdf"),
        SimpleUploadedFile("foto.jpg", b"jpg"),
    ]
    send(house, attachments=files)
    kept = list(Attachment.objects.of(house.organisation).select_related("file").order_by("pk"))
    assert [(each.name, read_file(each.file)) for each in kept] == [
        ("bon één.pdf", b"%PDF-\x00\xff"),
        ("foto.jpg", b"jpg"),
    ]
    assert kept[0].file.type == "application/pdf"


@pytest.mark.parametrize(
    ("changes", "field", "sentence"),
    [
        ({"kind": ""}, "kind", "Kies waar je bericht over gaat."),
        ({"kind": "hack"}, "kind", "Kies waar je bericht over gaat."),
        ({"text": "  "}, "text", "Schrijf je bericht."),
        ({"text": "x" * 20_001}, "text", "Je bericht is te lang."),
        ({"email": "ans@"}, "email", "Dit e-mailadres klopt nog niet."),
        ({"email": "", "phone": "bel maar"}, "phone", "Dit is geen telefoonnummer."),
        ({"email": ""}, "email", "Geef een e-mailadres of telefoonnummer."),
        (
            {"attachments": [SimpleUploadedFile(f"{n}.txt", b"x") for n in range(6)]},
            "attachments",
            "hoogstens 5 bestanden",
        ),
        ({"attachments": SimpleUploadedFile("leeg.txt", b"")}, "attachments", "Dit bestand is leeg."),
    ],
)
def test_error_says_what_to_do_and_leads_to_its_field(
    house: cast.DeKlank, changes: dict[str, Any], field: str, sentence: str
) -> None:
    answer = send(house, **changes)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert f'<a href="#id_{field}">' in page
    assert page.count(sentence) == 2
    assert f'id="id_{field}"' in page
    assert changes.get("text") is not None or TEXT in page
    assert not Arrival.objects.of(house.organisation).exists()


def test_too_large_files_are_refused_in_a_sentence(house: cast.DeKlank) -> None:
    with mock.patch("klankbord.portal.forms._MEGABYTE", 1):
        page = send(house, attachments=SimpleUploadedFile("groot.bin", b"x" * 11)).content.decode()
    assert "Samen mogen ze 10 MB zijn." in page
    assert "Kies je bestanden nog een keer." in page


def test_who_leaves_no_address_gets_a_link_only(house: cast.DeKlank) -> None:
    answer = send(house, email="", name="", link_only="on")
    assert Person.objects.of(house.organisation).get().name == ""
    page = cast.browser(house.organisation).get(answer.headers["Location"]).content.decode()
    assert "per mail" not in page
    assert spoken(only_conversation(house).code or "") in page


def test_address_of_somebody_else_is_not_taken_over(house: cast.DeKlank) -> None:
    owner = cast.customer(house.organisation, "Jan", "jan@example.org")
    cast.known_by(owner, "06 12 34 56 78", AddressKind.PHONE)
    send(house, phone="0612345678")
    assert Address.objects.of(house.organisation).get(kind=AddressKind.PHONE).person == owner


@pytest.mark.parametrize(
    ("wait", "sentence"), [(1, "Dat ging heel snel."), (25 * 3600, "Deze pagina stond lang open.")]
)
def test_too_fast_or_too_old_is_asked_once_more_and_keeps_what_was_typed(
    house: cast.DeKlank, still_clock: StillClock, wait: int, sentence: str
) -> None:
    stamp = new_stamp()
    still_clock.forward(seconds=wait)
    answer = send(house, stamp=stamp)
    page = answer.content.decode()
    assert sentence in page
    assert TEXT in page
    assert not Arrival.objects.of(house.organisation).exists()
    fresh = page.split('name="stamp" value="')[1].split('"')[0]
    assert send(house, stamp=fresh.replace("&amp;", "&")).status_code == 302


def test_spam_is_kept_thanked_and_waits_for_nobody(house: cast.DeKlank) -> None:
    answer = send(house, website="http://pills.example")
    talk = only_conversation(house)
    assert talk.state == ConversationState.SPAM
    assert not talk.is_waiting
    assert Arrival.objects.of(house.organisation).get().envelope == {"spam": ["trap"]}
    page = cast.browser(house.organisation).get(answer.headers["Location"]).content.decode()
    assert "Dank je wel, we hebben je bericht" in page
    run_acknowledgement()
    assert not Dispatch.objects.of(house.organisation).exists()


def test_too_many_from_one_address_are_asked_to_wait(house: cast.DeKlank, still_clock: StillClock) -> None:
    for number in range(FROM_ONE_ADDRESS.most):
        assert send(house, text=f"{number} is een heel ander bericht dan alle andere.").status_code == 302
    answer = send(house)
    assert answer.status_code == 429
    assert "Er kwamen veel berichten van jouw netwerk." in answer.content.decode()
    assert TEXT in answer.content.decode()
    still_clock.forward(hours=2)
    assert send(house).status_code == 302


def test_form_is_refused_without_its_token(house: cast.DeKlank) -> None:
    assert (
        Client(enforce_csrf_checks=True, HTTP_HOST=house.organisation.host).post("/contact/", filled()).status_code
        == 403
    )


def test_nothing_that_is_typed_can_become_markup(house: cast.DeKlank) -> None:
    nasty = "<script>alert(1)</script>"
    answer = send(house, name=nasty, subject=nasty, text=nasty)
    token = answer.headers["Location"].removesuffix("thanks/")
    assert nasty not in cast.browser(house.organisation).get(token).content.decode()
    assert nasty not in send(house, name=nasty, text=nasty, email="x").content.decode()


def run_acknowledgement() -> None:
    """What the runner does after commit."""
    for row in OutboxEvent.objects.filter(name="conversations.MessageReceived"):
        event: Any = load(row.name, row.fields)
        acknowledge(event)
        acknowledge(event)


def test_acknowledgement_is_warm_sent_once_and_says_that_it_is_automatic(house: cast.DeKlank) -> None:
    send(house)
    run_acknowledgement()
    mail = Dispatch.objects.of(house.organisation).get()
    text = mail.message["text"]
    assert mail.is_automatic
    assert mail.recipient == "ans.de.wit@example.org"
    code = spoken(only_conversation(house).code or "")
    for said in ("Dag Ans,", "Je krijgt morgen vóór 10.00 uur antwoord van Marlies of Jamal.", code, "010 123 45 67"):
        assert said in text
    assert "automatisch verstuurd" in text
    assert f"http://{cast.HOST}" in text


def test_advertisement_in_a_name_does_not_travel_in_our_mail(house: cast.DeKlank) -> None:
    send(house, name="KOOP-NU.example/x")
    run_acknowledgement()
    mail = Dispatch.objects.of(house.organisation).get().message
    assert "KOOP" not in mail["text"]
    assert "KOOP" not in mail["html"]
    assert "Goedendag," in mail["text"]
