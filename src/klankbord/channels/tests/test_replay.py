"""`klankbord mail replay`: what could not be read is shown, and tried once more on demand."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from django.db.models import ProtectedError
from typer.testing import CliRunner, Result

from klankbord.channels.arrivals import NewArrival, store_arrivals
from klankbord.channels.models import Arrival
from klankbord.cli import mail_replay
from klankbord.cli.mail import mail
from klankbord.events.work import WorkState
from tests import cast

pytestmark = pytest.mark.django_db
RAW = b"Message-ID: <1@example.org>\r\n\r\nHoi"


@pytest.fixture
def kept(monkeypatch: pytest.MonkeyPatch) -> Arrival:
    monkeypatch.setattr(mail_replay, "open_installation", lambda **_: None)
    house = cast.de_klank()
    store_arrivals([NewArrival(house.mailbox, Arrival.Source.SMTP, RAW)])
    (arrival,) = Arrival.objects.of(house.organisation).claim(owner="a", limit=1, lease=timedelta(minutes=1))
    arrival.fail("Too deep.", final=True)
    return arrival


def replay(*arguments: str) -> Result:
    return CliRunner().invoke(mail, ["replay", *arguments])


def test_a_door_is_not_deleted_with_the_mail_that_came_through_it(kept: Arrival) -> None:
    with pytest.raises(ProtectedError):
        kept.channel.delete()
    kept.refresh_from_db()
    assert kept.raw == RAW


def test_without_a_number_they_are_shown_and_left_alone(kept: Arrival) -> None:
    said = replay()
    assert said.exit_code == 0
    for part in (str(kept.pk), "vraag@deklank.example", "Too deep.", f"{len(RAW)} bytes"):
        assert part in said.stdout
    kept.refresh_from_db()
    assert kept.state == WorkState.GIVEN_UP


@pytest.mark.parametrize("by_number", [True, False])
def test_one_or_all_are_tried_again_with_their_bytes(kept: Arrival, by_number: bool) -> None:
    said = json.loads(replay(str(kept.pk) if by_number else "--all", "--json").stdout)
    assert (said["number"], said["again"]) == (kept.pk, True)
    kept.refresh_from_db()
    assert (kept.state, kept.attempts, bytes(kept.raw)) == (WorkState.READY, 0, RAW)
    assert "Nothing is in quarantine." in replay().stdout


def test_a_number_that_is_not_in_quarantine_is_said_and_nothing_is_done(kept: Arrival) -> None:
    said = replay(str(kept.pk), "999999")
    assert said.exit_code == 2
    assert "999999" in said.stderr
    kept.refresh_from_db()
    assert kept.state == WorkState.GIVEN_UP
