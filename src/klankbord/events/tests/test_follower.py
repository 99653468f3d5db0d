"""Following the outbox: in order, nothing skipped, also when a transaction commits late."""

from __future__ import annotations

import threading

import psycopg
import pytest
from django.db import connections, transaction

from klankbord.events.follower import Follower, Position
from klankbord.events.models import OutboxEvent
from klankbord.events.publish import publish
from klankbord.events.tests.happenings import Rang, ring
from tests.services import NewDatabases, in_thread


def bells(follower: Follower, limit: int = 500) -> list[int]:
    return [event.bell_id for _, event in follower.read(limit) if isinstance(event, Rang)]


def ring_elsewhere(*numbers: int) -> None:
    in_thread(lambda: ring(*numbers) or True)


@pytest.mark.usefixtures("database")
def test_everything_is_read_once_and_in_order():
    ring_elsewhere(1)
    follower = Follower()
    assert bells(follower) == []
    ring_elsewhere(2, 3)
    ring_elsewhere(4)
    assert bells(follower) == [2, 3, 4]
    assert bells(follower) == []
    ring_elsewhere(5)
    assert bells(follower) == [5]


@pytest.mark.usefixtures("database")
def test_a_long_outbox_is_read_in_pieces_from_any_position():
    ring_elsewhere(*range(7))
    follower = Follower(Position())
    assert [bells(follower, 3), bells(follower, 3), bells(follower, 3)] == [[0, 1, 2], [3, 4, 5], [6]]
    middle = Position(*OutboxEvent.objects.order_by("pk").values_list("transaction", "id")[4])
    assert bells(Follower(middle)) == [5, 6]


@pytest.mark.usefixtures("database")
def test_an_unknown_event_is_passed_over_and_not_met_again():
    follower = Follower()
    ring_elsewhere(1, 2)
    first = OutboxEvent.objects.order_by("pk").values("pk")[:1]
    in_thread(lambda: OutboxEvent.objects.filter(pk__in=list(first.values_list("pk", flat=True))).update(name="x.Y"))
    assert bells(follower) == [2]
    assert bells(follower) == []


@pytest.mark.usefixtures("on_postgres")
def test_a_transaction_that_commits_late_is_not_skipped():
    """It took its row id first, another committed behind it; a reader of "the last id I saw" would never see it."""
    follower = Follower()
    written, may_commit = threading.Event(), threading.Event()

    def late() -> None:
        with transaction.atomic():
            publish(Rang(organisation_id=1, bell_id=1))
            written.set()
            assert may_commit.wait(60)
        connections["default"].close()

    thread = threading.Thread(target=late)
    thread.start()
    assert written.wait(60)
    ring_elsewhere(2)
    assert bells(follower) == [], "what is behind a running transaction waits for it"
    may_commit.set()
    thread.join(60)
    assert bells(follower) == [1, 2]
    ids = dict(OutboxEvent.objects.values_list("fields__bell_id", "id"))
    assert ids[1] < ids[2]


@pytest.mark.usefixtures("on_postgres")
def test_what_other_databases_of_the_server_are_busy_with_holds_nothing_up(new_databases: NewDatabases):
    """A server numbers the transactions of all its databases together."""
    follower = Follower()
    with psycopg.connect(new_databases.new()) as other:
        other.execute("CREATE TABLE t ()")  # not committed yet
        ring_elsewhere(1, 2)
        assert bells(follower) == [1, 2]
        other.execute("SELECT 1")


@pytest.mark.usefixtures("on_postgres")
def test_many_writers_at_once_leave_no_gap():
    follower = Follower()
    writers = [
        threading.Thread(target=ring_elsewhere_one_by_one, args=(range(each * 10, each * 10 + 10),))
        for each in range(5)
    ]
    for writer in writers:
        writer.start()
    found: list[int] = []
    while any(writer.is_alive() for writer in writers):
        found += bells(follower, 7)
    while some := bells(follower, 7):
        found += some
    assert len(found) == 50
    assert sorted(found) == list(range(50))


def ring_elsewhere_one_by_one(numbers: range) -> None:
    for number in numbers:
        ring(number)
    connections["default"].close()
