"""A batch of mails costs hardly more queries than one, and means the same as each by itself."""

from __future__ import annotations

from typing import Any

import psycopg
import pytest
from django.db import DataError, OperationalError, connection

from klankbord.channels.arrivals import NewArrival, store_arrivals
from klankbord.channels.models import Arrival
from klankbord.conversations import receiving
from klankbord.conversations.events import MessageReceived
from klankbord.conversations.models import Conversation, Message, PrivateLink, Promise
from klankbord.events.reacting import react_to_everything
from klankbord.wiring.tables import REACTIONS, TOGETHER
from tests import cast
from tests.harness import mail

pytestmark = pytest.mark.django_db


def store(house: cast.DeKlank, *mails: bytes) -> None:
    envelope = {"sender": "klant@example.org", "recipients": [house.mailbox.address]}
    store_arrivals([NewArrival(house.mailbox, Arrival.Source.SMTP, each, envelope) for each in mails])


@pytest.fixture(scope="module")
def source() -> receiving.Receiving:
    return receiving.Receiving()


def test_thirty_mails_are_received_and_acknowledged_with_the_queries_of_one(
    source: receiving.Receiving, django_assert_max_num_queries: Any
) -> None:
    house = cast.de_klank()
    store(house, mail("warm"))
    source.perform_batch(owner="a")
    react_to_everything()
    store(house, *(mail(each) for each in range(30)))
    with django_assert_max_num_queries(32):
        assert source.perform_batch(owner="a") == 30
    with django_assert_max_num_queries(36):
        assert react_to_everything() == 30
    assert Conversation.objects.of(house.organisation).count() == 31
    assert Promise.objects.of(house.organisation).count() == 31
    assert PrivateLink.objects.of(house.organisation).count() == 31
    assert Message.objects.of(house.organisation).filter(automatic="acknowledgement").count() == 31


def test_several_mails_of_one_new_customer_in_a_batch_are_one_persons(source: receiving.Receiving) -> None:
    house = cast.de_klank()
    store(house, *(mail(each, sender="Kees@example.org") for each in range(3)))
    source.perform_batch(owner="a")
    assert len(set(Message.objects.of(house.organisation).values_list("person", flat=True))) == 1


def test_the_same_id_with_other_content_in_one_batch_is_kept_beside_the_first(source: receiving.Receiving) -> None:
    house = cast.de_klank()
    store(house, mail("x"), mail("x", text="iets anders"))
    source.perform_batch(owner="a")
    marks = Message.objects.of(house.organisation).order_by("pk").values_list("marks", flat=True)
    assert list(marks) == [[], ["same_id"]]


def test_one_that_cannot_be_received_does_not_take_its_neighbours_along(
    source: receiving.Receiving, monkeypatch: pytest.MonkeyPatch
) -> None:
    house = cast.de_klank()
    together = receiving.receive_messages
    alone = receiving.receive_message

    def refuse(*, arrival: Arrival, **rest: Any) -> object:
        if "vraag-1@" in arrival.external_id:
            raise DataError("cannot be stored")
        return alone(arrival=arrival, **rest)

    def refuse_all(*, batch: Any, **rest: Any) -> object:
        together(batch=batch, **rest)
        raise DataError("cannot be stored")

    monkeypatch.setattr(receiving, "receive_messages", refuse_all)
    monkeypatch.setattr(receiving, "receive_message", refuse)
    store(house, *(mail(each) for each in range(3)))
    source.perform_batch(owner="a")
    said = Message.objects.of(house.organisation).values_list("external_id", flat=True)
    assert sorted(str(each) for each in said) == ["vraag-0@example.org", "vraag-2@example.org"]
    failed = Arrival.objects.of(house.organisation).get(external_id="vraag-1@example.org")
    assert (failed.state, failed.last_error) == ("ready", "DataError: cannot be stored")


def test_a_fault_that_the_database_calls_its_own_keeps_no_other_mail_waiting(
    source: receiving.Receiving, monkeypatch: pytest.MonkeyPatch
) -> None:
    """SQLite says the same of a table that is not there as of a full disk: the batch would be tried for ever."""
    house = cast.de_klank()
    alone = receiving.receive_message

    def fail(**_rest: Any) -> object:
        with connection.cursor() as cursor:
            cursor.execute("SELECT * FROM there_is_no_such_table")
        raise AssertionError

    def fail_for_one(*, arrival: Arrival, **rest: Any) -> object:
        return fail() if "vraag-1@" in arrival.external_id else alone(arrival=arrival, **rest)

    monkeypatch.setattr(receiving, "receive_messages", fail)
    monkeypatch.setattr(receiving, "receive_message", fail_for_one)
    store(house, *(mail(each) for each in range(3)))
    assert source.perform_batch(owner="a") == 3
    said = Message.objects.of(house.organisation).values_list("external_id", flat=True)
    assert sorted(str(each) for each in said) == ["vraag-0@example.org", "vraag-2@example.org"]
    failed = Arrival.objects.of(house.organisation).get(external_id="vraag-1@example.org")
    assert failed.state == "ready"
    assert "there_is_no_such_table" in failed.last_error


def test_a_database_that_is_away_is_no_fault_of_any_mail(
    source: receiving.Receiving, monkeypatch: pytest.MonkeyPatch
) -> None:
    house = cast.de_klank()

    def refuse(**_rest: Any) -> object:
        raise OperationalError("the server went away") from psycopg.errors.AdminShutdown()

    store(house, mail(1), mail(2))
    with monkeypatch.context() as away:
        away.setattr(receiving, "receive_messages", refuse)
        with pytest.raises(OperationalError):
            source.perform_batch(owner="a")
    assert set(Arrival.objects.of(house.organisation).values_list("state", "last_error")) == {("ready", "")}
    source.release("a")
    assert source.perform_batch(owner="a") == 2


def test_what_follows_from_ordinary_mail_is_done_for_many_at_once() -> None:
    """One reaction among them that looks at each mail by itself halves what an installation can take in."""
    assert [each for each in REACTIONS[MessageReceived] if each not in TOGETHER] == []
