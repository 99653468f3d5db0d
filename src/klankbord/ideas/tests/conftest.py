"""Who plays in the tests of ideas."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from django.core.cache import cache
from django.core.management import call_command
from django.db import connection

from klankbord.config.settings import _database
from klankbord.ideas.actions import vote_together
from klankbord.ideas.actions.boards import main_board
from klankbord.ideas.actions.suggest import suggest
from klankbord.ideas.models import Idea
from klankbord.people.models import Person
from tests.cast import DeKlank, de_klank, helper
from tests.services import NewDatabases, default_database


@pytest.fixture
def klank(db: None) -> DeKlank:
    """Bibliotheek De Klank, whose mailbox has a way out; the rate limiter has seen nobody yet."""
    cache.clear()
    house = de_klank()
    house.mailbox.settings = {"smtp_host": "mail.deklank.example"}
    house.mailbox.save()
    return house


@pytest.fixture
def fatima(klank: DeKlank) -> Person:
    """Fatima, who thinks along."""
    return helper(klank.organisation, "Fatima", "fatima@example.org")


@pytest.fixture
def idea(fatima: Person) -> Idea:
    """Her idea, on the organisation's own board."""
    return suggest(
        board=main_board(fatima.organisation),
        person=fatima,
        title="Laat zien of een e-book nu te leen is",
        text="Ik zie pas na drie keer klikken dat het uitgeleend is.",
    )


def anew(idea: Idea) -> Idea:
    """The idea as it stands in the database now."""
    return Idea.objects.of(idea.organisation_id).select_related("conversation", "board").get(pk=idea.pk)


@pytest.fixture(autouse=True)
def _no_writer_of_another_test(monkeypatch: pytest.MonkeyPatch) -> None:
    """The thread that counts votes keeps its connection: each test begins one of its own."""
    monkeypatch.setattr(vote_together, "_running", None)


@contextmanager
def _prepared(settings: dict[str, Any], blocker: Any) -> Iterator[None]:
    with blocker.unblock(), default_database(settings):
        call_command("migrate", verbosity=0)
        yield
        connection.close()


@pytest.fixture(params=["sqlite", "postgresql"])
def real_database(request: pytest.FixtureRequest, tmp_path: Path, django_db_blocker: Any) -> Iterator[str]:
    """A database with real transactions, which threads share: SQLite in a file, then PostgreSQL."""
    if request.param == "sqlite":
        settings = {**_database(""), "NAME": tmp_path / "ideas.sqlite3"}
    else:
        databases: NewDatabases = request.getfixturevalue("new_databases")
        settings = _database(databases.copy_of(request.getfixturevalue("postgres_tables")))
    with _prepared(settings, django_db_blocker):
        yield request.param
