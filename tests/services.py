"""PostgreSQL for tests, that of this machine when it runs, else a private one; and a private Redis and Dovecot.

A test that needs one asks for the fixture; where there is none it is skipped with a sentence, or with CI=true fails.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import secrets
import shutil
import tempfile
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
import redis
from django.core.management import call_command
from django.db import connections
from django.db.utils import ConnectionHandler

from klankbord.cli.installation import bring_up_to_date
from klankbord.config.settings import _database
from tests import once
from tests.command import PASSWORD, SECRET, SETUP, run
from tests.harness import House
from tests.real_servers import Dovecot, Server, free_port, missing, running_dovecot, running_postgres

_USUAL_DATABASE = "postgresql://klankbord:klankbord@127.0.0.1:5432/klankbord"
_USUAL_REDIS = "redis://127.0.0.1:6379/0"


class NewDatabases:
    """Makes empty databases on one PostgreSQL, and leaves none behind."""

    def __init__(self, address: str) -> None:
        """`address`: a database whose user may make others."""
        self._address = address
        self._names: list[str] = []

    def new(self) -> str:
        """The address of an empty database."""
        name = f"klankbord_test_{secrets.token_hex(6)}"
        with psycopg.connect(self._address, autocommit=True) as link:
            link.execute(f"CREATE DATABASE {name}")
        self._names.append(name)
        return f"{self._address.rpartition('/')[0]}/{name}"

    def copy_of(self, address: str) -> str:
        """The address of a copy of a database of ours on which nobody works."""
        template, name = address.rpartition("/")[2], f"klankbord_test_{secrets.token_hex(6)}"
        with psycopg.connect(self._address, autocommit=True) as link:
            link.execute(f"CREATE DATABASE {name} TEMPLATE {template}")
        self._names.append(name)
        return f"{self._address.rpartition('/')[0]}/{name}"

    def made_once(self, what: str, make: Callable[[str], None], *, out_of: str = "") -> str:
        """The address of a database that `make` filled, once for all test processes that work on this server; copy it
        to change something. It begins empty, or as a copy of the database at `out_of`.
        """
        server = hashlib.sha256(self._address.encode()).hexdigest()[:12]

        def fill(folder: Path) -> None:
            address = self.copy_of(out_of) if out_of else self.new()
            once.drop_at_the_end(self._address, self._names.pop())
            make(address)
            (folder / "address").write_text(address)

        return (once.made_once(f"postgresql-{what}-{server}", fill) / "address").read_text()

    def close(self) -> None:
        """Drop them all."""
        once.drop_all([(self._address, name) for name in self._names])


def _answers(address: str) -> bool:
    with contextlib.suppress(psycopg.Error), psycopg.connect(address, connect_timeout=2):
        return True
    return False


@pytest.fixture(scope="session")
def new_databases() -> Iterator[NewDatabases]:
    """Empty PostgreSQL databases, on the server of this machine or on a private one."""
    chosen = os.environ.get("KLANKBORD_TEST_DATABASE") or _USUAL_DATABASE
    with contextlib.ExitStack() as stack:
        if not _answers(chosen):
            chosen = stack.enter_context(running_postgres()).address("postgres")
        databases = NewDatabases(chosen)
        stack.callback(databases.close)
        yield databases


@pytest.fixture(scope="session")
def dovecot() -> Iterator[Dovecot]:
    """One Dovecot for all tests of a process; use a mailbox name of your own in each."""
    with running_dovecot() as server:
        yield server


class _PrivateRedis(Server):
    def start(self) -> str:
        port = free_port()
        command = ["redis-server", "--bind", "127.0.0.1", "--port", str(port), "--save", ""]
        self._run([*command, "--dir", str(self.folder)], [port])
        return f"redis://127.0.0.1:{port}/0"


@pytest.fixture(scope="session")
def redis_address() -> Iterator[str]:
    """A Redis that answers: a private one, as all who are on one hear each other's wake-ups, in whichever database;
    that of this machine only where none can be started.
    """
    if shutil.which("redis-server") is None:
        chosen = os.environ.get("KLANKBORD_TEST_REDIS") or _USUAL_REDIS
        with contextlib.suppress(redis.RedisError), redis.Redis.from_url(chosen, socket_timeout=2) as link:
            link.ping()
            yield chosen
            return
        missing("Redis (redis-server)")
    folder = Path(tempfile.mkdtemp(prefix="klankbord-redis-"))
    server = _PrivateRedis(folder, folder / "log")
    try:
        yield server.start()
    finally:
        server.stop()
        shutil.rmtree(folder, ignore_errors=True)


@contextlib.contextmanager
def default_database(settings: dict[str, Any]) -> Iterator[None]:
    """Within the block Django's database is the one of `settings`, for all threads; with real transactions."""
    before, link = connections.settings["default"], connections["default"]
    connections.settings["default"] = ConnectionHandler({"default": settings}).settings["default"]
    connections["default"] = connections.create_connection("default")
    try:
        yield
    finally:
        connections["default"].close()
        connections.settings["default"] = before
        connections["default"] = link


def in_thread(call: Callable[[], Any]) -> Any:
    """What `call` returns or raises in a thread, and so on a connection, of its own."""
    found: list[Any] = []
    problems: list[BaseException] = []

    def run() -> None:
        try:
            found.append(call())
        except BaseException as problem:
            problems.append(problem)
        finally:
            connections["default"].close()

    thread = threading.Thread(target=run)
    thread.start()
    thread.join(60)
    if problems:
        raise problems[0]
    assert found, "it did not come back within a minute"
    return found[0]


@pytest.fixture(scope="session")
def installation() -> Path:
    """A data folder on SQLite with one library, set up once by answering what `setup` asks; for all test processes.

    Only to be looked at; take a copy of it to change something.
    """

    def make(folder: Path) -> None:
        made = run("setup", "--dir", folder / "data", entered="\n".join([*SETUP[1::2], ""]), password=PASSWORD)
        assert made.code == 0, made
        assert "Name of the organisation: " in made.said
        assert "Bibliotheek De Klank is there, at http://deklank.localhost." in made.said

    return once.made_once("installation", make) / "data"


@pytest.fixture
def own_installation(installation: Path, tmp_path: Path) -> Path:
    """A copy of it to be changed."""
    return Path(shutil.copytree(installation, tmp_path / "data"))


@pytest.fixture(scope="session")
def postgres_tables(new_databases: NewDatabases, django_db_blocker: Any) -> str:
    """The address of a database with all tables, as a new installation gets them; copy it to work on it."""

    def make(address: str) -> None:
        with django_db_blocker.unblock(), default_database(_database(address)):
            bring_up_to_date()

    return new_databases.made_once("tables", make)


@pytest.fixture(params=["sqlite", "postgresql"])
def real_database(request: pytest.FixtureRequest, tmp_path: Path, django_db_blocker: Any) -> Iterator[str]:
    """A database with real transactions, which threads share: SQLite in a file, then PostgreSQL."""
    if request.param == "sqlite":
        settings = {**_database(""), "NAME": shutil.copy(once.tables(), tmp_path)}
    else:
        databases: NewDatabases = request.getfixturevalue("new_databases")
        settings = _database(databases.copy_of(request.getfixturevalue("postgres_tables")))
    with django_db_blocker.unblock(), default_database(settings):
        yield request.param
        connections["default"].close()


@pytest.fixture(scope="session")
def postgres_migrated(new_databases: NewDatabases, django_db_blocker: Any) -> str:
    """The address of a database as all migrations make it from nothing; copy it to work on it. Takes its time."""

    def migrate(address: str) -> None:
        with django_db_blocker.unblock(), default_database(_database(address)):
            call_command("migrate", verbosity=0)

    return new_databases.made_once("migrated", migrate)


@pytest.fixture(scope="session")
def postgres_installation(new_databases: NewDatabases, postgres_tables: str) -> str:
    """The address of a database with one library in it, sealed with the tests' secret key; copy it to work on it."""

    def set_up(address: str) -> None:
        with tempfile.TemporaryDirectory() as folder:
            made = run("setup", "--dir", folder, *SETUP, database=address, secret_key=SECRET, password=PASSWORD)
        assert made.code == 0, made

    return new_databases.made_once("installation", set_up, out_of=postgres_tables)


@pytest.fixture(scope="session")
def postgres_house(new_databases: NewDatabases, postgres_tables: str) -> str:
    """The address of a database with the house of `tests.harness` in it; copy it to work on it."""

    def prepare(address: str) -> None:
        with tempfile.TemporaryDirectory() as folder:
            House(Path(folder), address).prepare()

    return new_databases.made_once("house", prepare, out_of=postgres_tables)
