"""What passes by itself is told from what never does, as the databases really say it."""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.db import DatabaseError, InterfaceError, OperationalError, connection, connections

from klankbord.config.settings import _database
from klankbord.database.trouble import may_pass
from tests.services import NewDatabases, default_database


@contextlib.contextmanager
def refusal() -> Iterator[list[DatabaseError | InterfaceError]]:
    found: list[DatabaseError | InterfaceError] = []
    try:
        yield found
    except (DatabaseError, InterfaceError) as error:
        found.append(error)
    assert found, "the database did it"


@pytest.fixture
def on_sqlite(tmp_path: Path, django_db_blocker: Any) -> Iterator[Path]:
    place = tmp_path / "db.sqlite3"
    with django_db_blocker.unblock(), default_database({**_database(""), "NAME": place}):
        connections.settings["default"]["OPTIONS"] |= {"timeout": 0.01}
        yield place


@pytest.fixture
def on_postgresql(new_databases: NewDatabases, django_db_blocker: Any) -> Iterator[str]:
    address = new_databases.new()
    with django_db_blocker.unblock(), default_database(_database(address)):
        yield address


def run(statement: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement)


@pytest.mark.usefixtures("on_sqlite")
@pytest.mark.parametrize("statement", ["SELECT 1 FROM nowhere", "SELEC 1", "SELECT nothing", "SELECT abs(1, 2, 3)"])
def test_what_sqlite_does_not_understand_never_passes(statement: str):
    with refusal() as found:
        run(statement)
    assert isinstance(found[0], OperationalError), "it says the same as for a full disk"
    assert not may_pass(found[0])


def test_a_sqlite_that_another_program_writes_to_is_free_later(on_sqlite: Path):
    run("CREATE TABLE t (a)")
    with contextlib.closing(sqlite3.connect(on_sqlite, isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")
        with refusal() as found:
            run("INSERT INTO t VALUES (1)")
    assert may_pass(found[0])


@pytest.mark.usefixtures("on_sqlite")
def test_a_full_disk_has_room_later():
    run("CREATE TABLE t (a)")
    run("PRAGMA max_page_count = 3")
    with refusal() as found:
        run("INSERT INTO t VALUES (zeroblob(1000000))")
    assert may_pass(found[0])


def test_a_postgresql_that_ended_our_connection_is_there_later(on_postgresql: str):
    run("SELECT 1")
    with psycopg.connect(on_postgresql, autocommit=True) as other:
        other.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
    with refusal() as found:
        run("SELECT 1")
    assert may_pass(found[0])
    connection.connection.close()
    with refusal() as found:
        run("SELECT 1")
    assert may_pass(found[0])


@pytest.mark.usefixtures("on_postgresql")
def test_what_postgresql_cannot_hold_never_passes():
    run("CREATE TABLE t (a text UNIQUE)")
    with refusal() as found:
        run("INSERT INTO t SELECT string_agg(gen_random_uuid()::text, '') FROM generate_series(1, 1000)")
    assert isinstance(found[0], OperationalError), "it says the same as for a server that went away"
    assert not may_pass(found[0])


@pytest.mark.usefixtures("on_postgresql")
def test_a_mistake_of_ours_never_passes():
    with refusal() as found:
        run("SELECT 1 FROM nowhere")
    assert not may_pass(found[0])
    assert not may_pass(ValueError("no database said this"))
