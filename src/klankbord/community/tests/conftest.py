"""For all tests of the community: De Klank, its pictures in a folder of their own, and nothing kept from before."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.cache import cache
from django.core.management import call_command
from django.db import connection

from klankbord.community.actions.answer import answer
from klankbord.community.actions.ask import ask
from klankbord.community.models import Question
from klankbord.community.reading.fragments import BLOCKS, WORDS
from klankbord.config.settings import _database
from klankbord.events.reacting import react_to_everything
from klankbord.people.models import Person
from klankbord.reputation.actions import award
from klankbord.reputation.rules import Rule
from tests import cast
from tests.services import NewDatabases, default_database


@pytest.fixture(autouse=True)
def _fresh(settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path / "files"
    cache.clear()
    BLOCKS.clear()
    WORDS.clear()


@pytest.fixture
def de_klank(db: None) -> cast.DeKlank:
    return cast.de_klank()


@pytest.fixture
def somebody(de_klank: cast.DeKlank) -> Any:
    """Makes people who have helped before, so that what they write is shown at once."""

    def make(name: str = "Fatima") -> Person:
        person = cast.helper(de_klank.organisation, name)
        giver = cast.helper(de_klank.organisation, "Gever")
        award(person=person, rule=Rule.ANSWER_ACCEPTED, cause=f"earlier:{person.pk}", giver=giver)
        return person

    return make


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
        settings = {**_database(""), "NAME": tmp_path / "community.sqlite3"}
    else:
        databases: NewDatabases = request.getfixturevalue("new_databases")
        settings = _database(databases.copy_of(request.getfixturevalue("postgres_tables")))
    with _prepared(settings, django_db_blocker):
        yield request.param


@pytest.fixture
def scene(de_klank: cast.DeKlank, somebody: Any) -> SimpleNamespace:
    """Ans asked, Piet answered, Fatima reads along; each in a browser that knows them."""
    ans, piet, fatima = somebody("Ans"), somebody("Piet"), somebody("Fatima")
    question = ask(person=ans, title="Hoe verleng ik een boek?", text="Ik zie geen knop.")
    given = answer(question=question, person=piet, text="Onder *Mijn boeken*, bij elk boek.")
    react_to_everything()
    return SimpleNamespace(
        house=de_klank,
        here=de_klank.organisation,
        ans=ans,
        piet=piet,
        fatima=fatima,
        question=question,
        answer=given,
        path=f"/questions/{question.pk}/",
    )


def anew(question: Question) -> Question:
    """The question as it stands in the database now."""
    rows = Question.objects.of(question.organisation_id).select_related("conversation", "opening", "joined_into")
    return rows.get(pk=question.pk)


def page(client: Any, path: str, **data: Any) -> str:
    """What a page says."""
    return client.get(path, data).content.decode()
