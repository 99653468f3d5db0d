"""Both databases, with real transactions and a connection for each thread, and a house with a table of its own."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection

from klankbord.config.settings import _database
from klankbord.events import contract, wake
from klankbord.events.base import Event
from klankbord.events.contract import Job, Reaction, WorkSource
from klankbord.events.models import OutboxEvent, ReactionRetry, ScheduledJob
from tests import once
from tests.services import NewDatabases, default_database


@pytest.fixture
def on_sqlite(tmp_path: Path, django_db_blocker: Any) -> Iterator[None]:
    """Django works on an empty SQLite file."""
    place = tmp_path / "events.sqlite3"
    shutil.copy(once.tables(), place)
    with django_db_blocker.unblock(), default_database({**_database(""), "NAME": place}):
        yield


@pytest.fixture(scope="session")
def own_postgres(new_databases: NewDatabases, django_db_blocker: Any) -> str:
    """The address of a PostgreSQL database for all tests here, with the tables of this package."""

    def migrate(address: str) -> None:
        with django_db_blocker.unblock(), default_database(_database(address)):
            call_command("migrate", "events", verbosity=0)

    return new_databases.copy_of(new_databases.made_once("events", migrate))


@pytest.fixture
def on_postgres(own_postgres: str, django_db_blocker: Any) -> Iterator[None]:
    """Django works on an empty PostgreSQL database."""
    with django_db_blocker.unblock(), default_database(_database(own_postgres)):
        yield
        for model in (ReactionRetry, OutboxEvent, ScheduledJob):
            model._base_manager.all().delete()


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest) -> str:
    """Each test runs on both."""
    request.getfixturevalue("on_sqlite" if request.param == "sqlite" else "on_postgres")
    assert connection.vendor == request.param
    return connection.vendor


type Furnish = Callable[..., None]


@pytest.fixture
def furnish() -> Iterator[Furnish]:
    """Fill the house's table for this test: `furnish({Event: (reaction, ...)}, jobs=(...), sources=(...))`."""
    before = (contract.all_reactions(), tuple(contract.jobs().values()), contract.sources(), dict(contract._together))
    listeners, transports = list(wake._listeners), list(wake._transports)

    def fill(
        reactions: dict[type[Event], tuple[Reaction, ...]] | None = None,
        *,
        jobs: tuple[Job, ...] = (),
        sources: tuple[WorkSource, ...] = (),
        together: dict[Reaction, contract.Together] | None = None,
    ) -> None:
        contract.register(reactions=reactions or {}, jobs=jobs, sources=sources, together=together)

    yield fill
    contract.register(reactions=before[0], jobs=before[1], sources=before[2], together=before[3])
    wake._listeners[:], wake._transports[:] = listeners, transports
