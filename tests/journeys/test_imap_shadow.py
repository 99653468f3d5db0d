"""A team starts beside its old mail program: what it sends from there counts as its answer here."""

from __future__ import annotations

from collections.abc import Iterator
from email.utils import format_datetime

import pytest

from klankbord import clock
from tests.fetched import PACE, Box, connected
from tests.harness import ADDRESS, House, mail, new_house
from tests.pace import wait_until
from tests.real_servers import Dovecot


@pytest.fixture
def house(dovecot: Dovecot) -> Iterator[House]:
    with new_house() as made:
        yield made


_BY_PEOPLE = "FROM conversations_message WHERE external_id LIKE '%@example.org' OR external_id LIKE '%@oud.example'"
"""What customers and staff said; not our acknowledgements."""


def _watched(house: House, dovecot: Dovecot) -> Box:
    box = Box(dovecot).given_to(house)
    house.start(parts=["runner", "mailboxes"], pace=PACE, alone=True)
    connected(house)
    connected(house, "Sent")
    return box


def _answer(name: str, *, number: str = "1") -> bytes:
    return (
        f"From: Sanne de Wit <{ADDRESS}>\r\nTo: Klant {name} <klant{name}@example.org>\r\nSubject: Re: Vraag {name}\r\n"
        f"Date: Mon, 2 Mar 2026 11:00:00 +0100\r\nMessage-ID: <antwoord-{name}-{number}@oud.example>\r\n"
        f"In-Reply-To: <vraag-{name}@example.org>\r\nReferences: <vraag-{name}@example.org>\r\n"
        "MIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\n\r\nZondag zijn we open.\r\n"
    ).encode()


def _said(house: House) -> list[tuple[object, ...]]:
    house.wait_until_done()
    return house.rows(f"SELECT conversation_id, direction, external_id {_BY_PEOPLE} ORDER BY said_at, id")


def _wait_for(house: House, count: int) -> None:
    wait_until(
        lambda: house.count(f"SELECT count(*) {_BY_PEOPLE}") >= count,
        f"{count} were said; {house.said()[-800:]}",
    )


def test_an_answer_in_the_sent_folder_is_the_staffs_answer_and_the_next_mail_joins(
    house: House, dovecot: Dovecot
) -> None:
    box = _watched(house, dovecot)
    box.deliver(mail("a"))
    _wait_for(house, 1)
    house.wait_until_done()
    box.file(_answer("a").replace(b"Mon, 2 Mar 2026 11:00:00 +0100", format_datetime(clock.now()).encode()))
    _wait_for(house, 2)
    house.wait_until_done()
    assert house.rows("SELECT state, waiting_since FROM conversations_conversation") == [("answered", None)]
    assert house.count("SELECT count(*) FROM conversations_message WHERE membership_id IS NOT NULL") == 1, "Sanne's"
    thanks = mail("dank", sender="klanta@example.org").replace(
        b"MIME-Version", b"In-Reply-To: <antwoord-a-1@oud.example>\r\nMIME-Version"
    )
    box.deliver(thanks)
    _wait_for(house, 3)
    assert len({row[0] for row in _said(house)}) == 1


def test_an_answer_that_comes_before_its_question_is_joined_by_it(house: House, dovecot: Dovecot) -> None:
    box = _watched(house, dovecot)
    box.file(_answer("b"))
    _wait_for(house, 1)
    house.wait_until_done()
    box.deliver(mail("b"))
    _wait_for(house, 2)
    said = _said(house)
    assert [row[1] for row in said] == ["inbound", "outbound"]
    assert len({row[0] for row in said}) == 1
    assert house.rows("SELECT state, waiting_since FROM conversations_conversation") == [("answered", None)]


def test_what_we_sent_ourselves_and_the_server_filed_is_not_said_twice(house: House, dovecot: Dovecot) -> None:
    box = _watched(house, dovecot)
    box.deliver(mail("c"))
    _wait_for(house, 1)
    wait_until(lambda: house.count("SELECT count(*) FROM channels_dispatch") == 1, "an acknowledgement is queued")
    [(ours,)] = house.rows("SELECT message_id FROM channels_dispatch")
    box.file(_answer("c").replace(b"antwoord-c-1@oud.example", ours.encode()))
    box.file(_answer("d"))
    _wait_for(house, 2)
    assert {row[2] for row in _said(house)} == {"vraag-c@example.org", "antwoord-d-1@oud.example"}
    assert house.count("SELECT count(*) FROM conversations_conversation WHERE waiting_since IS NOT NULL") == 1


def test_somebody_else_who_knows_the_id_of_an_answer_does_not_join(house: House, dovecot: Dovecot) -> None:
    box = _watched(house, dovecot)
    box.file(_answer("e"))
    _wait_for(house, 1)
    box.deliver(
        mail("vreemd", sender="ander@example.org").replace(
            b"MIME-Version", b"In-Reply-To: <antwoord-e-1@oud.example>\r\nMIME-Version"
        ),
        mail("e", sender="ander2@example.org"),
    )
    _wait_for(house, 3)
    assert len({row[0] for row in _said(house)}) == 3
