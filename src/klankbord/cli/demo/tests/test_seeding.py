"""The demo's past is what it would have become, had everything been said one after another."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from klankbord import clock
from klankbord.channels.models import Arrival, Dispatch
from klankbord.cli.demo.corpus import HOUSES, Corpus, load
from klankbord.cli.demo.seeding import PASSWORD, seed
from klankbord.conversations.models import Conversation, ConversationState, Message, PrivateLink, Promise
from klankbord.events.models import OutboxEvent
from klankbord.people.models import Address, Organisation, User

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
"""A Tuesday morning."""
AMSTERDAM = ZoneInfo("Europe/Amsterdam")
PEOPLE = """\
Ada | ada@example.org, ada@werk.example | 40 | nl | lid sinds 2001; tel 06 12 34 56 78
Bob | bob@example.org | 30 | en |
"""
TEXT = """\
# Een kop

## Boek nat
Ada | 3d 10:05 | boetes | done

Het regende.

### note jamal 5m
Oei.

### jamal 2h
Geeft niets.

### customer 1d
Fijn.

## Lost card
Bob | 5d 11:00 | boetes | customer

I lost my card.

### jamal 1h
Here is a new one.

### bounce 2m
This mail came back.
"""


@pytest.fixture
def small(tmp_path: Path) -> Corpus:
    house = tmp_path / "de-klank"
    (house / "conversations").mkdir(parents=True)
    shutil.copy(HOUSES / "de-klank/organisation.toml", house)
    (house / "people.txt").write_text(PEOPLE, "utf-8")
    (house / "conversations/one.md").write_text(TEXT, "utf-8")
    return load(tmp_path)


@pytest.fixture
def seeded(small: Corpus) -> Organisation:
    with clock.reading(NOW):
        seed(small)
    return Organisation.objects.get()


Said = Callable[[str], list[Message]]


@pytest.fixture
def said(seeded: Organisation) -> Said:
    return lambda subject: list(
        Message.objects.of(seeded).filter(conversation__subject=subject).select_related("dispatch").in_order()
    )


def at(days: int, hour: int, minute: int) -> datetime:
    return datetime(2026, 11, 24 - days, hour, minute, tzinfo=AMSTERDAM)


def test_everything_is_said_at_its_moment_and_acknowledged_at_once(said: Said) -> None:
    asked, acknowledged, noted, answered, thanked = said("Boek nat")
    assert asked.said_at == acknowledged.said_at == at(3, 10, 5)
    assert acknowledged.automatic == "acknowledgement"
    assert "Dag Ada," in acknowledged.text
    assert noted.said_at == at(3, 10, 10)
    assert (answered.said_at, answered.text) == (at(3, 12, 10), "Geeft niets.")
    assert thanked.said_at == at(2, 12, 10)


def test_what_was_sent_was_sent_then_and_a_link_is_as_old_as_its_mail(said: Said, seeded: Organisation) -> None:
    sent = [each.dispatch for each in said("Boek nat") if each.dispatch is not None]
    assert [each.status for each in sent] == ["sent", "sent"]
    assert [each.finished_at for each in sent] == [each.created_at for each in sent] == [at(3, 10, 5), at(3, 12, 10)]
    links = PrivateLink.objects.of(seeded).filter(conversation__subject="Boek nat")
    assert [each.created_at for each in links] == [at(3, 10, 5)]
    assert not Dispatch.objects.of(seeded).due(NOW + timedelta(days=9)).exists()


def test_an_answer_is_in_the_customers_thread_and_stops_the_clock(said: Said, seeded: Organisation) -> None:
    boek = Conversation.objects.of(seeded).get(subject="Boek nat")
    assert (boek.state, boek.waiting_since) == (ConversationState.DONE, None)
    began = Promise.objects.of(seeded).filter(conversation=boek).order_by("began_at")
    assert [(each.began_at, each.answered_at, bool(each.dropped_at)) for each in began] == [
        (at(3, 10, 5), at(3, 12, 10), False),
        (at(2, 12, 10), None, True),
    ]


def test_a_mail_that_came_back_marks_the_address_with_its_moment(said: Said, seeded: Organisation) -> None:
    address = Address.objects.of(seeded).get(value="bob@example.org")
    assert address.bounced_at == at(5, 12, 2)
    assert "Hello Bob," in said("Lost card")[1].text


def test_no_work_is_left_and_everybody_who_works_there_can_sign_in(seeded: Organisation) -> None:
    assert not OutboxEvent.objects.due(NOW + timedelta(days=9)).exists()
    assert not Arrival.objects.of(seeded).due(NOW + timedelta(days=9)).exists()
    assert all(user.check_password(PASSWORD) for user in User.objects.all())


def test_it_says_what_it_does_and_how_far_it_is(small: Corpus) -> None:
    heard: list[tuple[str, int, int]] = []
    with clock.reading(NOW):
        seed(small, told=lambda *what: heard.append(what))
    assert {what for what, _, _ in heard} == {"Bibliotheek De Klank: what is asked and answered"}
    assert heard[0][1:] == (0, 7)
    assert heard[-1][1:] == (7, 7)
    assert [done for _, done, _ in heard] == sorted(done for _, done, _ in heard)
