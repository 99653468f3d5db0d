"""Publishing, reacting, failing alone, trying again."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from datetime import timedelta

import psycopg
import pytest
from django.db import OperationalError, connection, transaction

from klankbord import clock
from klankbord.events import reacting, wake
from klankbord.events.follower import Follower, Position
from klankbord.events.models import OutboxEvent, ReactionRetry
from klankbord.events.publish import NotInTransaction, publish
from klankbord.events.reacting import ClaimLost, Reactions, react_to_everything
from klankbord.events.tests.conftest import Furnish
from klankbord.events.tests.happenings import Echoed, Notebook, Rang, ring, states
from klankbord.events.work import WorkState
from tests.pace import wait_until
from tests.services import in_thread

pytestmark = pytest.mark.usefixtures("database")


def test_an_event_is_refused_outside_a_transaction():
    with pytest.raises(NotInTransaction):
        publish(Rang(organisation_id=1))


def test_what_is_rolled_back_was_never_told_and_wakes_nobody():
    signal = wake.signal_for("outbox")
    signal.clear()
    with transaction.atomic():
        publish(Rang(organisation_id=1))
        transaction.set_rollback(True)
    assert not OutboxEvent.objects.exists()
    assert not signal.is_set()
    ring()
    assert signal.is_set()


def test_all_reactions_run_and_also_those_to_what_they_publish(furnish: Furnish):
    book = Notebook()
    furnish({Rang: (book.write, book.echo), Echoed: (book.write,)})
    ring(1, 2)
    assert react_to_everything() == 4
    assert book.of("write") == [1, 1, 2, 2]
    assert set(states()) == {WorkState.DONE}


def test_what_nothing_follows_from_asks_no_work_and_can_still_be_read_along(furnish: Furnish):
    furnish()
    follower = Follower(Position())
    ring(1)
    assert not OutboxEvent.objects.due().exists()
    assert states() == [WorkState.DONE]
    assert [event for _, event in in_thread(follower.read)] == [Rang(organisation_id=1, bell_id=1)]


@pytest.mark.parametrize("failing", ["fail", "break_sql"])
def test_a_failing_reaction_is_tried_again_alone_and_the_others_are_done(failing: str, furnish: Furnish):
    book = Notebook()
    furnish({Rang: (getattr(book, failing), book.write)})
    ring(7, 8)
    react_to_everything()
    assert book.lines == [("write", 7), ("write", 8)]
    assert states() == [WorkState.DONE, WorkState.DONE], "and what the failing one had published is gone"
    retries = list(ReactionRetry.objects.order_by("pk"))
    assert [retry.state for retry in retries] == [WorkState.READY, WorkState.READY]
    assert all(failing in retry.reaction and retry.has_failed for retry in retries)

    book.broken = False
    assert Reactions().perform_batch(owner="soon") == 0, "it waits a while before it tries again"
    with clock.reading(clock.now() + timedelta(seconds=6)):
        react_to_everything()
    assert book.of(failing) == [7, 8]
    assert book.of("write") == [7, 8], "what had succeeded is not done again"
    assert set(ReactionRetry.objects.values_list("state", flat=True)) == {WorkState.DONE}


def test_what_fails_for_several_at_once_is_done_one_by_one(furnish: Furnish):
    """Also what SQLite calls an operational error, like a full disk, and is a fault of ours."""
    book, tries = Notebook(), list[int]()

    def write_all(events: Sequence[Rang]) -> None:
        tries.append(len(events))
        publish(Echoed(organisation_id=1, bell_id=-1))  # must be rolled back with the failure
        connection.cursor().execute("SELECT * FROM there_is_no_such_table")

    furnish({Rang: (book.write,), Echoed: (book.write,)}, together={book.write: write_all})
    ring(1, 2, 3)
    assert react_to_everything() == 3
    assert (tries, book.of("write")) == ([3], [1, 2, 3])
    assert states() == [WorkState.DONE] * 3


def test_when_the_database_itself_refuses_for_a_while_the_batch_is_done_later(furnish: Furnish):
    book, refused = Notebook(), list[int]()

    def write_all(events: Sequence[Rang]) -> None:
        refused.append(len(events))
        if len(refused) == 1:
            raise OperationalError("the disk is full") from psycopg.errors.DiskFull()
        for event in events:
            book.write(event)

    furnish({Rang: (book.write,)}, together={book.write: write_all})
    ring(1, 2)
    with pytest.raises(OperationalError):
        Reactions().perform_batch(owner="mine")
    assert (book.lines, states()) == ([], [WorkState.READY] * 2)
    Reactions().release("mine")
    assert react_to_everything() == 2
    assert (refused, book.of("write")) == ([2, 2], [1, 2])
    assert not ReactionRetry.objects.exists()


def test_a_reaction_that_fails_for_ever_is_given_up_and_says_why(furnish: Furnish):
    book = Notebook()
    furnish({Rang: (book.fail,)})
    ring()
    react_to_everything()
    moment = clock.now()
    for _ in range(ReactionRetry.MOST_ATTEMPTS):
        moment += timedelta(days=2)
        with clock.reading(moment):
            Reactions().perform_batch(owner="patient")
    retry = ReactionRetry.objects.get()
    assert retry.state == WorkState.GIVEN_UP
    assert retry.last_error == "RuntimeError: the bell is cracked"
    assert not OutboxEvent.objects.filter(name=Echoed.name).exists()


def test_a_retry_of_a_reaction_that_left_the_house_is_given_up(furnish: Furnish):
    book = Notebook()
    furnish({Rang: (book.fail,)})
    ring()
    react_to_everything()
    furnish({Rang: (book.write,)})
    with clock.reading(clock.now() + timedelta(minutes=1)):
        react_to_everything()
    assert ReactionRetry.objects.get().state == WorkState.GIVEN_UP


def test_an_event_of_another_version_is_passed_over(furnish: Furnish, caplog: pytest.LogCaptureFixture):
    furnish({Rang: (Notebook().write,)})
    ring()
    OutboxEvent.objects.update(name="bells.Cracked")
    react_to_everything()
    assert states() == [WorkState.DONE]
    assert "bells.Cracked is unknown" in caplog.text


def test_work_whose_lease_ran_out_is_taken_over_and_not_before(furnish: Furnish):
    book = Notebook()
    furnish({Rang: (book.write,)})
    ring(1, 2, 3)
    assert len(OutboxEvent.objects.claim(owner="dead", limit=50, lease=reacting.LEASE)) == 3
    assert Reactions().perform_batch(owner="next") == 0
    with clock.reading(clock.now() + reacting.LEASE + timedelta(seconds=1)):
        assert Reactions().perform_batch(owner="next") == 3
    assert book.of("write") == [1, 2, 3]


def test_who_comes_back_after_its_lease_undoes_what_it_did(furnish: Furnish):
    """The slow one's changes are rolled back, because another has done them meanwhile."""
    book = Notebook()

    def slow(event: Rang) -> None:
        publish(Echoed(organisation_id=1, bell_id=event.bell_id))
        OutboxEvent.objects.filter(name=Rang.name).update(leased_by="another")

    furnish({Rang: (slow,), Echoed: (book.write,)})
    ring()
    with pytest.raises(ClaimLost):
        Reactions().perform_batch(owner="slow")
    assert not OutboxEvent.objects.filter(name=Echoed.name).exists()


def test_a_batch_that_takes_long_lets_go_of_the_rest(furnish: Furnish, monkeypatch: pytest.MonkeyPatch):
    book = Notebook()
    furnish({Rang: (book.write,)})
    ring(1, 2, 3)
    monkeypatch.setattr(reacting, "ONE_BY_ONE", 1)
    monkeypatch.setattr(reacting, "LONGEST_BATCH", -1.0)
    assert Reactions().perform_batch(owner="one") == 1
    assert OutboxEvent.objects.due().count() == 2
    assert react_to_everything() == 2


def test_a_batch_lets_go_sooner_when_somebody_waits_to_write(furnish: Furnish, monkeypatch: pytest.MonkeyPatch):
    if connection.vendor != "sqlite":
        pytest.skip("PostgreSQL lets many write at once")
    voter = threading.Thread(target=in_thread, args=(ring,))

    def holds_up_a_voter(_event: Rang) -> None:
        if not voter.ident:
            voter.start()
            wait_until(lambda: connection.is_waited_for, "somebody waits to write")

    furnish({Rang: (holds_up_a_voter,)})
    ring(1, 2, 3)
    monkeypatch.setattr(reacting, "ONE_BY_ONE", 1)
    monkeypatch.setattr(reacting, "LONGEST_WHILE_OTHERS_WAIT", -1.0)
    assert Reactions().perform_batch(owner="one") == 1
    voter.join(60)
    assert react_to_everything() == 3


def test_two_runners_never_do_the_same_work(furnish: Furnish, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(reacting, "BATCH", 5)
    book = Notebook()
    furnish({Rang: (book.write,)})
    ring(*range(60))
    start = threading.Barrier(3)

    def work() -> int:
        start.wait(60)
        done, source, owner = 0, Reactions(), f"runner {threading.get_ident()}"
        while worked := source.perform_batch(owner=owner):
            done += worked
        return done

    counts: list[int] = []
    threads = [threading.Thread(target=lambda: counts.append(in_thread(work))) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert sum(counts) == 60
    assert book.of("write") == list(range(60))
    assert set(states()) == {WorkState.DONE}


def test_what_a_stopped_worker_had_claimed_is_due_at_once(furnish: Furnish):
    furnish({Rang: (Notebook().write,)})
    ring(1, 2)
    OutboxEvent.objects.claim(owner="mine", limit=1, lease=reacting.LEASE)
    OutboxEvent.objects.claim(owner="theirs", limit=1, lease=reacting.LEASE)
    assert Reactions().release("mine") == 1
    assert OutboxEvent.objects.due().count() == 1
    assert Reactions().release("") == 1
    assert OutboxEvent.objects.due().count() == 2


def test_the_next_due_moment_is_that_of_the_first_event_or_retry(furnish: Furnish):
    assert Reactions().next_due() is None
    book = Notebook()
    furnish({Rang: (book.fail,)})
    ring()
    react_to_everything()
    due = Reactions().next_due()
    assert due is not None
    assert 3 < (due - clock.now()).total_seconds() <= 5
