"""First come, first served; and SQLite's writers pass through it."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import Any

import pytest
from django.db import OperationalError, connection, connections, transaction

from klankbord.config.settings import _database
from klankbord.database.fair_lock import FairLock
from klankbord.database.sqlite import base
from tests.pace import in_time, wait_until
from tests.services import default_database


def test_it_is_handed_over_in_the_order_of_asking():
    lock, order = FairLock(), list[int]()
    assert lock.acquire(1)

    def take(number: int) -> None:
        assert lock.acquire(60)
        order.append(number)
        lock.release()

    threads = []
    for number in range(8):
        threads.append(threading.Thread(target=take, args=(number,)))
        threads[-1].start()
        wait_until(lambda number=number: len(lock._queue) == number + 1, "it stands in the queue")  # type: ignore[misc]
    lock.release()
    for thread in threads:
        thread.join(60)
    assert order == list(range(8))


def test_who_comes_later_does_not_pass_those_who_wait():
    """A writer that lets go and asks again at once, as a busy loop does, waits its turn."""
    lock, turns = FairLock(), list[str]()
    assert lock.acquire(1)
    waiter = threading.Thread(target=lambda: (lock.acquire(60), turns.append("waiter"), lock.release()))
    waiter.start()
    wait_until(lambda: bool(lock._queue), "it waits")
    lock.release()
    assert lock.acquire(60)
    turns.append("greedy")
    lock.release()
    waiter.join(60)
    assert turns == ["waiter", "greedy"]


def test_who_gives_up_leaves_the_queue_and_the_next_gets_it():
    lock = FairLock()
    assert lock.acquire(1)
    assert not lock.acquire(0.01)
    assert not lock._queue
    lock.release()
    assert lock.acquire(0)


@pytest.fixture
def database(tmp_path: Path, django_db_blocker: Any) -> Any:
    settings = {**_database(""), "NAME": tmp_path / "fair.sqlite3"}
    settings["OPTIONS"] = {**settings["OPTIONS"], "timeout": 0.2}
    with django_db_blocker.unblock(), default_database(settings):
        connection.cursor().execute("CREATE TABLE bell (id INTEGER)")
        yield


@pytest.mark.usefixtures("database")
def test_a_writer_that_cannot_get_its_turn_is_told_and_leaves_nothing_locked():
    refused: list[str] = []

    def write() -> None:
        try:
            with transaction.atomic():
                connection.cursor().execute("INSERT INTO bell VALUES (1)")
        except OperationalError as problem:
            refused.append(str(problem))
        finally:
            connections["default"].close()

    with transaction.atomic():
        other = threading.Thread(target=write)
        other.start()
        other.join(60)
    assert refused == ["database is locked: another writer held it too long"]
    other = threading.Thread(target=write)
    other.start()
    other.join(60)
    assert len(refused) == 1
    assert connection.cursor().execute("SELECT count(*) FROM bell").fetchone() == (1,)


@pytest.mark.usefixtures("database")
@pytest.mark.parametrize("ending", ["commit", "rollback", "close", "failed begin"])
def test_the_place_is_given_back_however_a_transaction_ends(ending: str, monkeypatch: pytest.MonkeyPatch):
    lock = base._lock_for(str(connection.settings_dict["NAME"]))
    if ending == "failed begin":
        monkeypatch.setattr(base.base.DatabaseWrapper, "_start_transaction_under_autocommit", lambda _: 1 / 0)
        with pytest.raises(ZeroDivisionError), transaction.atomic():
            pass
    elif ending == "close":
        connection.set_autocommit(autocommit=False)
        connection.cursor().execute("INSERT INTO bell VALUES (1)")
        connection.close()
    else:
        block = transaction.atomic()
        block.__enter__()
        assert not lock.acquire(0)
        block.__exit__(*((None,) * 3 if ending == "commit" else (ValueError, ValueError("x"), None)))
    assert lock.acquire(0)
    lock.release()


@pytest.mark.usefixtures("database")
def test_it_is_durable_and_does_not_block_readers():
    cursor = connection.cursor()
    assert cursor.execute("PRAGMA journal_mode").fetchone() == ("wal",)
    assert cursor.execute("PRAGMA synchronous").fetchone() == (2,), "FULL: a commit is on the disk"
    counted: list[int] = []

    def read() -> None:
        counted.append(connections["default"].cursor().execute("SELECT count(*) FROM bell").fetchone()[0])
        connections["default"].close()

    with in_time(2), transaction.atomic():
        connection.cursor().execute("INSERT INTO bell VALUES (1)")
        reader = threading.Thread(target=read)
        reader.start()
        reader.join(60)
    assert counted == [0]
