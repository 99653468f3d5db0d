"""Opening an installation: read its settings, reach its database, bring that up to date, or say what is wrong.

Exit codes of the command: 0 all is well, 1 something went wrong, 2 it was called or configured wrongly, 3 the database
cannot be used.
"""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

import typer

from klankbord.config import options

if TYPE_CHECKING:
    from django.db.migrations.executor import MigrationExecutor

WRONG_USE = 2
NO_DATABASE = 3


def fail(sentence: str, code: int = 1) -> NoReturn:
    """Say what is wrong on the error stream and leave with `code`."""
    typer.secho(sentence, fg=typer.colors.RED, err=True)
    raise typer.Exit(code)


def open_installation(*, migrate: bool = True, **overrides: Any) -> options.Options:
    """Make Django ready with these settings from the command line, and the database up to date.

    A database newer than this code is refused. An SQLite database that has to be changed is copied first.
    """
    options.override(**overrides)
    try:
        loaded = options.load()
        loaded.dir.mkdir(parents=True, exist_ok=True)
    except options.BadSetting as problem:
        fail(str(problem), WRONG_USE)
    except OSError as problem:
        fail(f"The data folder cannot be used: {problem}", WRONG_USE)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "klankbord.config.settings")
    import django  # noqa: PLC0415 - the settings had to come first

    try:
        django.setup()
    except options.BadSetting as problem:
        fail(str(problem), WRONG_USE)
    if migrate:
        bring_up_to_date()
    return loaded


def bring_up_to_date() -> None:
    """Run the migrations that are missing; refuse a database that is newer than the code."""
    from django.core.management import call_command  # noqa: PLC0415 - after set-up
    from django.db import OperationalError, connection  # noqa: PLC0415 - after set-up
    from django.db.migrations.executor import MigrationExecutor  # noqa: PLC0415 - after set-up

    try:
        executor = MigrationExecutor(connection)
    except OperationalError as problem:
        fail(f"The database cannot be reached: {str(problem).strip()}", NO_DATABASE)
    unknown = newer_than_code(executor)
    if unknown:
        fail(
            "This database was made by a newer version of Klankbord. Install that version, or restore an older backup."
            f" (It has {', '.join(sorted(unknown)[:3])}.)",
            NO_DATABASE,
        )
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        if connection.vendor == "sqlite" and executor.loader.applied_migrations:
            copy_before_upgrade(Path(connection.settings_dict["NAME"]))
        call_command("migrate", verbosity=0, interactive=False)


def newer_than_code(executor: MigrationExecutor) -> set[str]:
    """Migrations of ours that the database has and this code does not know."""
    known = set(executor.loader.disk_migrations)
    ours = executor.loader.migrated_apps
    return {
        f"{app}.{name}" for app, name in executor.loader.applied_migrations if app in ours and (app, name) not in known
    }


def copy_before_upgrade(database: Path) -> Path:
    """A consistent copy beside the database, made before anything is changed."""
    folder = database.parent / "before-upgrade"
    folder.mkdir(exist_ok=True)
    target = folder / f"{datetime.now(UTC):%Y%m%d-%H%M%S}.sqlite3"
    with closing(sqlite3.connect(database)) as source, closing(sqlite3.connect(target)) as copy:
        source.backup(copy)
    return target
