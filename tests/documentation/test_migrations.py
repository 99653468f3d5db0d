"""The tables as the code describes them come from empty on both databases, however many migrations that takes."""

from __future__ import annotations

import io
import shutil
from pathlib import Path
from typing import Any

from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from klankbord.config.settings import _database
from tests import once
from tests.long import long
from tests.services import NewDatabases, default_database


def _assert_complete(settings: dict[str, Any]) -> None:
    """That the migrations, run from empty, have made all that the models want."""
    with default_database(settings):
        executor = MigrationExecutor(connection)
        assert executor.migration_plan(executor.loader.graph.leaf_nodes()) == []
        tables = set(connection.introspection.table_names())
        assert {model._meta.db_table for model in _own_models()} <= tables


def _own_models() -> list[Any]:
    from django.apps import apps

    return [model for model in apps.get_models() if model.__module__.startswith("klankbord.")]


def test_they_run_from_empty_on_sqlite(tmp_path: Path, django_db_blocker: Any):
    with django_db_blocker.unblock():
        _assert_complete({**_database(""), "NAME": shutil.copy(once.migrated(), tmp_path)})


@long
def test_they_run_from_empty_on_postgresql(new_databases: NewDatabases, postgres_migrated: str, django_db_blocker: Any):
    with django_db_blocker.unblock():
        _assert_complete(_database(new_databases.copy_of(postgres_migrated)))


def test_no_change_of_a_model_lacks_its_migration(django_db_blocker: Any):
    said = io.StringIO()
    with django_db_blocker.unblock():
        call_command("makemigrations", "--check", "--dry-run", stdout=said, stderr=said)
