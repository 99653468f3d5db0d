"""The demo's texts are whole, safe to publish, and as lifelike as they were meant to be."""

from __future__ import annotations

import re
from collections import Counter
from datetime import date
from statistics import median
from time import process_time

import pytest

from klankbord.cli.demo.corpus import (
    HOUSES,
    Conversation,
    Door,
    DueIn,
    Ending,
    FormKind,
    House,
    Kind,
    Role,
    load,
)
from klankbord.cli.demo.material import easter_sunday
from klankbord.cli.demo.reading import RESERVED
from klankbord.design.faces import face_of

LIBRARY, MUNICIPALITY = load().houses
TEXTS = {path: path.read_text("utf-8") for path in HOUSES.rglob("*.*") if path.suffix in (".md", ".txt", ".toml")}
ACCOUNT = re.compile(r"\b[A-Z]{2}\d\d ?[A-Z]{4}[\d ]{10,}")


def said(kind: Kind, house: House = LIBRARY) -> list[str]:
    return [message.text for each in house.conversations for message in each.messages if message.kind is kind]


def called(subject: str) -> Conversation:
    (found,) = [each for each in LIBRARY.conversations if each.subject == subject]
    return found


def test_the_library_has_three_hundred_conversations_over_half_a_year() -> None:
    days = [getattr(each.arrived, "days", 0) for each in LIBRARY.conversations]
    assert len(days) >= 300
    assert max(days) in range(170, 183)
    assert max(Counter(day // 30 for day in days).values()) < len(days) / 2


def test_a_second_small_organisation_shares_the_installation() -> None:
    assert MUNICIPALITY.organisation.name == "Gemeente Klankerveen"
    assert len(MUNICIPALITY.organisation.staff) == 1
    assert len(MUNICIPALITY.conversations) == 6


def test_the_inbox_stands_as_it_was_drawn() -> None:
    waiting = [each for each in LIBRARY.conversations if each.ending is Ending.WAITS_FOR_US]
    assert Counter(each.assignee for each in waiting) == {"marlies": 6, None: 11}
    assert [each.person.name for each in waiting if each.assignee] == [
        "Ans de Wit",
        "Mohamed Bouzid",
        "Karin Smit",
        "Boekenwurm",
        "J. Jansen",
        "Piet",
    ]
    late = [each for each in waiting if isinstance(each.arrived, DueIn) and each.arrived.minutes < 0]
    assert len(late) == 3
    assert Counter(each.team for each in waiting if each.team) == {"E-books": 3, "Vestiging Centrum": 2}


def test_mohamed_asks_what_he_asks_in_the_drawing_and_jamal_has_noted_what_he_knows() -> None:
    asked, noted = called("Kan niet inloggen bij de e-books").messages
    assert asked.text.startswith("Ik heb nu drie keer een nieuw wachtwoord aangevraagd")
    assert asked.text.endswith("En loopt de leentijd gewoon door?")
    assert (noted.kind, noted.author) == (Kind.NOTE, "jamal")
    assert len([each for each in LIBRARY.conversations if each.person.name == "Mohamed Bouzid"]) == 4


def test_roles_and_faces_are_those_that_the_product_knows() -> None:
    assert [member.role for member in LIBRARY.organisation.staff] == [Role.ADMINISTRATOR, Role.AGENT, Role.AGENT]
    for house in (LIBRARY, MUNICIPALITY):
        for member in house.organisation.staff:
            face = face_of(member.face)
            assert face is not None
            assert face.spec() == member.face
            assert set(member.teams) <= set(house.organisation.teams)


def test_every_address_and_every_link_can_belong_to_nobody() -> None:
    reserved = re.compile(r"(?:[\w-]+\.)*(?:example\.(?:org|com|net)|[\w-]+\.example)")
    for path, text in TEXTS.items():
        for address in re.findall(r"[\w.+-]+@[\w.-]*\w", text):
            assert RESERVED.fullmatch(address), f"{path.name}: {address}"
        for host in re.findall(r"(?:https?://|www\.)([\w.-]*\w)", text):
            assert reserved.fullmatch(host.lower()), f"{path.name}: {host}"


def test_no_telephone_number_can_ring_and_no_account_can_be_charged() -> None:
    for path, text in TEXTS.items():
        # Check digits 00 never come out of ISO 7064.
        assert all(account.startswith("NL00") for account in ACCOUNT.findall(text)), path.name
        without = ACCOUNT.sub("", text)
        for number in re.findall(r"(?<![\d/])(?:\+31|0031|0\d)[\d -]{7,}\d", without):
            assert re.sub(r"\D", "", number) in ("0101234567", "0612345678"), f"{path.name}: {number}"


def test_everybody_in_the_list_of_people_speaks() -> None:
    for house in (LIBRARY, MUNICIPALITY):
        assert {each.person.name for each in house.conversations} == {person.name for person in house.people}


def test_people_are_of_all_ages_and_languages_and_some_write_from_two_addresses() -> None:
    ages = [person.age for person in LIBRARY.people if person.age]
    assert min(ages) < 10
    assert max(ages) >= 90
    assert {"nl", "en", "de", "fr", "ar", "pl", "tr", "fy", "uk"} <= {person.language for person in LIBRARY.people}
    used: dict[str, set[str]] = {}
    for each in LIBRARY.conversations:
        used.setdefault(each.person.name, set()).update(message.address for message in each.messages)
    assert len([name for name, addresses in used.items() if len(addresses) == 2]) >= 5


def test_every_door_form_topic_and_ending_occurs() -> None:
    found = LIBRARY.conversations
    assert {each.form_kind for each in found} == {*FormKind, None}
    assert {each.ending for each in found} == set(Ending)
    assert {each.topic for each in found} == set(LIBRARY.organisation.topics)
    assert {message.kind for each in found for message in each.messages} == set(Kind)
    doors = Counter(each.door for each in found)
    assert doors[Door.EMAIL] > 3 * doors[Door.FORM] > 100


def test_the_awkward_kinds_of_mail_are_there() -> None:
    messages = [message for each in LIBRARY.conversations for message in each.messages]
    assert any("<script>" in each.subject for each in LIBRARY.conversations)
    assert any(message.html for message in messages)
    assert len([message for message in messages if message.attachments]) >= 10
    assert any(re.search(r"^-- $", message.text, re.MULTILINE) for message in messages)
    assert any(re.search(r"^>> ", message.text, re.MULTILINE) for message in messages)
    assert any(re.search(r"[\u0600-\u06ff]", message.text) for message in messages)
    lengths = [len(message.text) for message in messages if message.kind is Kind.CUSTOMER]
    assert min(lengths) < 5
    assert max(lengths) > 1400


def test_nothing_is_said_twice_and_nothing_is_filler() -> None:
    for kind in (Kind.CUSTOMER, Kind.REPLY):
        assert max(Counter(said(kind)).values()) == 1
    for path, text in TEXTS.items():
        assert "lorem" not in text.lower(), path.name


def test_staff_speak_of_people_not_of_tickets() -> None:
    for text in said(Kind.REPLY) + said(Kind.REPLY, MUNICIPALITY):
        assert not re.search(r"\b(ticket|case|casus|klantnummer)\b", text, re.IGNORECASE), text


def test_a_few_replies_are_poor_and_most_are_not() -> None:
    poor = [text for text in said(Kind.REPLY) if re.search(r"Geachte|derhalve|weshalve|geregistreerd", text)]
    assert 3 <= len(poor) <= 8


def test_the_first_reply_is_mostly_quick_and_sometimes_too_late() -> None:
    waited = []
    for each in LIBRARY.conversations:
        minutes = 0.0
        for message in each.messages[1:]:
            minutes += message.after.total_seconds() / 60
            if message.kind is Kind.REPLY:
                waited.append((getattr(each.arrived, "days", 0), minutes))
                break
    last_month = [minutes for days, minutes in waited if days <= 30]
    late = [minutes for minutes in last_month if minutes > LIBRARY.organisation.promise_minutes]
    assert 0.04 < len(late) / len(last_month) < 0.08
    assert 90 < median(last_month) < 240
    assert len([minutes for _, minutes in waited if minutes <= 15]) >= 25


def test_reading_everything_takes_less_than_a_tenth_of_a_second() -> None:
    def spent() -> float:
        begin = process_time()
        load()
        return process_time() - begin

    assert min(spent() for _ in range(3)) < 0.1


@pytest.mark.parametrize(
    ("year", "expected"), [(2000, date(2000, 4, 23)), (2026, date(2026, 4, 5)), (2038, date(2038, 4, 25))]
)
def test_easter_falls_where_the_almanac_says(year: int, expected: date) -> None:
    assert easter_sunday(year) == expected
