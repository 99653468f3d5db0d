"""Sending: one Message-ID for all attempts, an acknowledgement never risked twice, failures shown as what they are."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from datetime import timedelta

import pytest

from klankbord import clock
from klankbord.channels import dispatch as dispatching
from klankbord.channels.contract import DeliveryFailed, NeverAgain, OutboundMessage, Party, TryAgain
from klankbord.channels.dispatch import LEASE, Dispatches, cancel_dispatch, queue_dispatch
from klankbord.channels.models import Dispatch
from tests import cast

pytestmark = pytest.mark.django_db


class Powercut(BaseException):
    """The process ends here and now."""


class OtherSide:
    """A mail server that takes each mail or fails as it is told to; `got` are the Message-IDs that it has."""

    def __init__(self) -> None:
        self.moment = clock.now()
        self.got: list[str] = []
        self.outcomes: list[BaseException | None] = []

    def send(self, message: OutboundMessage, _settings: object) -> None:
        outcome = self.outcomes.pop(0) if self.outcomes else None
        if not isinstance(outcome, DeliveryFailed) or getattr(outcome, "uncertain", False):
            self.got.append(message.message_id)
        if outcome is not None:
            raise outcome

    def perform(self, *outcomes: BaseException | None) -> None:
        """Let a fresh worker do what is due, with this outcome; then a day goes by."""
        self.outcomes = list(outcomes)
        with contextlib.suppress(Powercut):
            Dispatches().perform_batch(owner=f"worker {self.moment}")
        self.moment += timedelta(days=1) + LEASE


@pytest.fixture
def other_side(monkeypatch: pytest.MonkeyPatch) -> Iterator[OtherSide]:
    other = OtherSide()
    monkeypatch.setattr(dispatching, "adapter_for", lambda _: other)
    with clock.reading(lambda: other.moment):
        yield other


def queued(purpose: Dispatch.Purpose) -> Dispatch:
    house = cast.de_klank()
    message = OutboundMessage(
        message_id="een@deklank.example",
        sender=Party("De Klank", house.mailbox.address),
        to=(Party("", "ans@example.org"),),
        subject="Re: vraag",
        text="Ja.",
        automatic=purpose != Dispatch.Purpose.REPLY,
    )
    dispatch = queue_dispatch(channel=house.mailbox, purpose=purpose, message=message)
    assert dispatch is not None
    return dispatch


def status(dispatch: Dispatch) -> str:
    dispatch.refresh_from_db()
    return dispatch.status


LATER = TryAgain("The mail server is busy.", "451 greylisted")
DROPPED = TryAgain("The line dropped.", uncertain=True)


def test_a_reply_has_one_message_id_in_all_attempts(other_side: OtherSide) -> None:
    dispatch = queued(Dispatch.Purpose.REPLY)
    other_side.perform(DROPPED)
    assert status(dispatch) == "failed"
    other_side.perform(Powercut())
    other_side.perform()
    assert status(dispatch) == "sent"
    assert other_side.got == ["een@deklank.example"] * 3


def test_what_may_pass_is_tried_again_and_what_will_not_is_not(other_side: OtherSide) -> None:
    dispatch = queued(Dispatch.Purpose.REPLY)
    other_side.perform(LATER)
    assert (status(dispatch), dispatch.last_error) == ("failed", "The mail server is busy.\n451 greylisted")
    other_side.perform(NeverAgain("There is no such address.", "550"))
    assert (status(dispatch), dispatch.last_error) == ("given_up", "There is no such address.\n550")
    other_side.perform()
    assert other_side.got == []


def test_attempts_lie_further_and_further_apart_and_end(other_side: OtherSide) -> None:
    dispatch = queued(Dispatch.Purpose.REPLY)
    waits = []
    for _ in range(Dispatch.MOST_ATTEMPTS):
        before = other_side.moment
        other_side.perform(TryAgain("Busy."))
        dispatch.refresh_from_db()
        waits.append(dispatch.due_at - before)
    assert waits[:3] == [timedelta(seconds=30), timedelta(seconds=120), timedelta(seconds=600)]
    assert status(dispatch) == "given_up"


def test_an_acknowledgement_that_surely_did_not_go_out_is_tried_again(other_side: OtherSide) -> None:
    dispatch = queued(Dispatch.Purpose.ACKNOWLEDGEMENT)
    other_side.perform(LATER)
    other_side.perform(LATER)
    other_side.perform()
    assert status(dispatch) == "sent"
    assert len(other_side.got) == 1


def test_an_acknowledgement_whose_line_dropped_is_given_up(other_side: OtherSide) -> None:
    dispatch = queued(Dispatch.Purpose.ACKNOWLEDGEMENT)
    other_side.perform(DROPPED)
    other_side.perform()
    assert (status(dispatch), len(other_side.got)) == ("given_up", 1)


@pytest.mark.parametrize("refused_first", [0, 1, 2])
def test_an_acknowledgement_whose_sender_died_before_noting_it_is_not_sent_again(
    other_side: OtherSide, refused_first: int
) -> None:
    dispatch = queued(Dispatch.Purpose.ACKNOWLEDGEMENT)
    for _ in range(refused_first):
        other_side.perform(LATER)
    other_side.perform(Powercut())
    other_side.perform()
    assert (status(dispatch), len(other_side.got)) == ("given_up", 1)
    assert "interrupted" in dispatch.last_error


def test_what_is_taken_back_never_goes_out_and_what_is_being_sent_cannot_be(other_side: OtherSide) -> None:
    dispatch = queued(Dispatch.Purpose.REPLY)
    assert cancel_dispatch(dispatch)
    other_side.perform()
    assert (status(dispatch), other_side.got) == ("cancelled", [])
    Dispatch.objects.of(dispatch.organisation_id).update(state="ready")
    Dispatch.objects.of(dispatch.organisation_id).claim(owner="another", limit=1, lease=LEASE)
    assert not cancel_dispatch(dispatch)
