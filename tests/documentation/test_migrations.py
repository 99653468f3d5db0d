"""The tables as the code describes them come from empty on both databases, however many migrations that takes."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from klankbord.config.settings import _database
from tests.services import NewDatabases, default_database


def _migrate_from_empty(settings: dict[str, Any]) -> None:
    with default_database(settings):
        call_command("migrate", verbosity=0)
        executor = MigrationExecutor(connection)
        assert executor.migration_plan(executor.loader.graph.leaf_nodes()) == []
        said = io.StringIO()
        call_command("makemigrations", "--check", "--dry-run", stdout=said, stderr=said)
        tables = set(connection.introspection.table_names())
        assert {model._meta.db_table for model in _own_models()} <= tables


def _own_models() -> list[Any]:
    from django.apps import apps

    return [model for model in apps.get_models() if model.__module__.startswith("klankbord.")]


@pytest.mark.slow
def test_they_run_from_empty_on_sqlite(tmp_path: Path, django_db_blocker: Any):
    with django_db_blocker.unblock():
        _migrate_from_empty({**_database(""), "NAME": tmp_path / "empty.sqlite3"})


@pytest.mark.slow
def test_they_run_from_empty_on_postgresql(new_databases: NewDatabases, django_db_blocker: Any):
    with django_db_blocker.unblock():
        _migrate_from_empty(_database(new_databases.new()))
