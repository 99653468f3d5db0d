"""History is brought in: once, in order, as it was said."""

from __future__ import annotations

import mailbox
import os
import socket
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest
from rich.console import Console

from klankbord import clock
from klankbord.channels.arrivals import Claim, NewArrival, store_arrivals
from klankbord.channels.models import Arrival
from klankbord.cli.mail_import import Imported, bring_in
from klankbord.conversations.models import Conversation, Direction, Message
from klankbord.conversations.receiving import Receiving
from klankbord.events.models import OutboxEvent
from tests import cast

QUESTION = b"""From: Kees <kees@example.org>
To: vraag@deklank.example
Subject: Openingstijden
Date: Mon, 5 Jan 2015 10:00:00 +0100
Message-ID: <q1@example.org>

Wanneer bent u open?

From Kees, met groet.
"""
ANSWER = b"""From: Bibliotheek <vraag@deklank.example>
To: Kees <kees@example.org>
Subject: Re: Openingstijden
Date: Mon, 5 Jan 2015 12:00:00 +0100
Message-ID: <a1@old.example>
In-Reply-To: <q1@example.org>

Elke dag.
"""
THANKS = b"""From: Kees <kees@example.org>
To: vraag@deklank.example
Subject: Bedankt
Date: Tue, 6 Jan 2015 09:00:00 +0100
Message-ID: <q2@example.org>
References: <q1@example.org> <a1@old.example>

Dank u.
"""


def _mbox(folder: Path, *mails: bytes) -> Path:
    place = folder / "archive.mbox"
    box = mailbox.mbox(place)
    for each in mails:
        box.add(each)
    box.close()
    return place


def _bring(house: cast.DeKlank, *paths: Path) -> Imported:
    return bring_in(paths, house.mailbox, Console(quiet=True))


@pytest.mark.django_db
def test_an_old_exchange_becomes_one_conversation_whatever_order_it_lies_in(tmp_path: Path) -> None:
    house = cast.de_klank()
    result = _bring(house, _mbox(tmp_path, THANKS, ANSWER, QUESTION))
    assert (result.found, result.new, result.broken) == (3, 3, [])
    conversation = Conversation.objects.of(house.organisation).get()
    said = list(Message.objects.of(house.organisation).filter(conversation=conversation).in_order())
    assert [each.direction for each in said] == [Direction.INBOUND, Direction.OUTBOUND, Direction.INBOUND]
    assert said[0].said_at.year == 2015
    assert "From Kees, met groet." in said[0].text + said[0].signature
    assert not conversation.is_waiting


@pytest.mark.django_db
def test_a_second_import_adds_nothing_and_more_of_the_same_box_adds_only_what_is_new(tmp_path: Path) -> None:
    house = cast.de_klank()
    _bring(house, _mbox(tmp_path, QUESTION, ANSWER))
    events = OutboxEvent.objects.count()
    again = _bring(house, tmp_path / "archive.mbox")
    assert (again.new, again.known) == (0, 2)
    assert OutboxEvent.objects.count() == events
    more = _bring(house, _mbox(tmp_path, THANKS))
    assert (more.found, more.new, more.known) == (3, 1, 2)


def _leave_behind(house: cast.DeKlank, owner: str, *mails: bytes) -> None:
    """What an import leaves that is killed between storing and reading."""
    claim = Claim(owner, clock.now() + timedelta(minutes=10))
    envelope = {"quiet": True, "import": True}
    store_arrivals([NewArrival(house.mailbox, Arrival.Source.IMPORT, each, envelope) for each in mails], claim=claim)


@pytest.mark.django_db
@pytest.mark.parametrize("is_same_number", [False, True])
def test_what_a_killed_import_had_in_hand_is_taken_up_at_once_in_its_place(
    tmp_path: Path, is_same_number: bool
) -> None:
    house = cast.de_klank()
    gone = subprocess.Popen([sys.executable, "-c", ""])
    gone.wait()
    number = os.getpid() if is_same_number else gone.pid
    _leave_behind(house, f"{socket.gethostname()[:40]}:{number}:0dead0", QUESTION)
    result = _bring(house, _mbox(tmp_path, QUESTION, THANKS))
    assert (result.new, result.known, result.held) == (2, 0, 0)
    assert Conversation.objects.of(house.organisation).count() == 1


@pytest.mark.django_db
def test_what_an_import_elsewhere_has_in_hand_is_left_to_it_and_said_until_when(tmp_path: Path) -> None:
    house = cast.de_klank()
    _leave_behind(house, "elsewhere:1:0dead0", QUESTION)
    result = _bring(house, _mbox(tmp_path, QUESTION, THANKS))
    assert (result.new, result.known, result.held) == (1, 1, 1)
    until = Arrival.objects.of(house.organisation).get(state="ready").due_at
    assert result.held_until == until.isoformat()


@pytest.mark.django_db
def test_what_was_taken_up_and_is_not_among_the_mails_is_left_to_any_worker(tmp_path: Path) -> None:
    house = cast.de_klank()
    _leave_behind(house, f"{socket.gethostname()[:40]}:{os.getpid()}:0dead0", QUESTION)
    assert _bring(house, _mbox(tmp_path, THANKS)).new == 1
    assert Arrival.objects.of(house.organisation).get(state="ready").leased_by == ""
    assert Receiving().perform_batch(owner="a") == 1


@pytest.mark.django_db
def test_maildirs_single_mails_and_folders_of_both_are_read(tmp_path: Path) -> None:
    house = cast.de_klank()
    (tmp_path / "all").mkdir()
    box = mailbox.Maildir(tmp_path / "all" / "Inbox", create=True)
    box.add(QUESTION)
    (tmp_path / "all" / "sent").mkdir()
    (tmp_path / "all" / "sent" / "een.eml").write_bytes(ANSWER)
    (tmp_path / "all" / "notes.txt").write_text("no mail")
    result = _bring(house, tmp_path / "all")
    assert (result.found, result.new) == (2, 2)
    assert Conversation.objects.of(house.organisation).count() == 1


@pytest.mark.django_db
def test_a_broken_mail_is_named_at_the_end_and_stops_nothing(tmp_path: Path) -> None:
    house = cast.de_klank()
    (tmp_path / "a.eml").write_bytes(b"X: y\n" * 5000 + b"\nx")
    (tmp_path / "b.eml").write_bytes(QUESTION)
    result = _bring(house, tmp_path)
    assert result.new == 1
    assert len(result.broken) == 1
    assert "a.eml" in result.broken[0]


@pytest.mark.django_db
def test_a_file_that_is_no_mail_is_named_and_comes_in_nowhere(tmp_path: Path) -> None:
    house = cast.de_klank()
    (tmp_path / "picture.eml").write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 9)
    result = _bring(house, tmp_path)
    assert (result.found, result.new, result.known) == (1, 0, 0)
    assert result.broken == [f"{tmp_path}/picture.eml: This is not a mail: it has no header."]
    assert not Conversation.objects.of(house.organisation).exists()


@pytest.mark.django_db
def test_a_colleague_who_writes_to_the_mailbox_is_no_answer(tmp_path: Path) -> None:
    house = cast.de_klank()
    colleague = QUESTION.replace(b"kees@example.org", house.jamal.user.email.encode())
    (tmp_path / "a.eml").write_bytes(colleague)
    _bring(house, tmp_path)
    assert Message.objects.of(house.organisation).get().direction == Direction.INBOUND
