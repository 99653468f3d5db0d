"""Opening an installation: read its settings, reach its database, bring that up to date, or say what is wrong.

Exit codes of the command: 0 all is well, 1 something went wrong, 2 it was called or configured wrongly, 3 the database
cannot be used, 4 to 7 a server could not start or go on (`folder_lock`).
"""

from __future__ import annotations

import contextlib
import os
import sqlite3
from collections.abc import Iterator
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


def open_installation(
    *, migrate: bool = True, must_exist: bool = False, way_out: str = "", **overrides: Any
) -> options.Options:
    """Make Django ready with these settings from the command line, and the database up to date.

    A database newer than this code is refused. An SQLite database that has to be changed is copied first.

    Args:
        migrate: Whether the database is brought up to date.
        must_exist: Whether the data folder has to be there: a slip of the pen in its name makes no new one.
        way_out: What to do when its database is of no use to this version, in a sentence.
        overrides: Settings from the command line.
    """
    options.override(**overrides)
    try:
        loaded = options.load()
        if must_exist and not loaded.dir.is_dir():
            fail(f"There is no data folder at {loaded.dir}. Name one with --dir, or run klankbord setup.", WRONG_USE)
        os.umask(0o077)  # customers' words are for this user only
        loaded.dir.mkdir(parents=True, exist_ok=True)
    except options.BadSetting as problem:
        fail(f"{problem}.", WRONG_USE)
    except OSError as problem:
        fail(f"The data folder cannot be used: {problem}.", WRONG_USE)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "klankbord.config.settings")
    import django  # noqa: PLC0415 - the settings had to come first

    try:
        django.setup()
    except options.BadSetting as problem:
        fail(f"{problem}.", WRONG_USE)
    except OSError as problem:
        fail(f"The data folder cannot be used: {problem}.", WRONG_USE)
    if migrate:
        bring_up_to_date(way_out)
    return loaded


def refuse_to_overwrite(file: Path, *, force: bool) -> None:
    """End with a sentence when this file is there, unless it may be overwritten."""
    if file.exists() and not force:
        fail(f"{file} is there already. Name another file, or add --force to overwrite it.", WRONG_USE)


def in_one_sentence(problem: Exception) -> str:
    """The first line of what a database or the system says."""
    lines = str(problem).strip().splitlines()
    return lines[0].rstrip(".") if lines else type(problem).__name__


def bring_up_to_date(way_out: str = "") -> None:
    """Run the migrations that are missing; refuse a database that is newer than the code, or not to be changed.

    `way_out`: what to do then, in a sentence.
    """
    from django.core.management import call_command  # noqa: PLC0415 - after set-up
    from django.db import DatabaseError, connection  # noqa: PLC0415 - after set-up
    from django.db.migrations.exceptions import InconsistentMigrationHistory  # noqa: PLC0415 - after set-up

    from klankbord.cli.new_database import is_new, make_tables  # noqa: PLC0415 - after set-up

    if not _plan(_executor(way_out)):
        return
    with _nobody_else():
        executor = _executor(way_out)
        if not _plan(executor):  # another process did it while this one waited
            return
        if is_new():
            make_tables()
            return
        kept = ""
        if connection.vendor == "sqlite" and executor.loader.applied_migrations:
            kept = f" As it was, it is in {copy_before_upgrade(Path(connection.settings_dict['NAME']))}."
        try:
            call_command("migrate", verbosity=0, interactive=False)
        except (DatabaseError, InconsistentMigrationHistory) as problem:
            why = f"The tables of this database cannot be brought up to date: {in_one_sentence(problem)}."
            fail(f"{why}{kept} {way_out}".strip(), NO_DATABASE)


def _executor(way_out: str) -> MigrationExecutor:
    from django.db import DatabaseError, connection  # noqa: PLC0415 - after set-up
    from django.db.migrations.executor import MigrationExecutor  # noqa: PLC0415 - after set-up

    try:
        executor = MigrationExecutor(connection)
    except DatabaseError as problem:
        fail(f"The database cannot be used: {in_one_sentence(problem)}.", NO_DATABASE)
    unknown = newer_than_code(executor)
    if unknown:
        fail(
            "This database was made by a newer version of Klankbord."
            f" {way_out or 'Install that version, or restore an older backup.'}"
            f" (It has {', '.join(sorted(unknown)[:3])}.)",
            NO_DATABASE,
        )
    return executor


def _plan(executor: MigrationExecutor) -> list[Any]:
    return executor.migration_plan(executor.loader.graph.leaf_nodes())


_UPGRADE_LOCK = 0x6B6C616E6B
"""The advisory lock of PostgreSQL under which one machine changes the tables ("klank")."""


@contextlib.contextmanager
def _nobody_else() -> Iterator[None]:
    """One process at a time changes the tables; on SQLite none while a server runs on that folder."""
    from django.conf import settings  # noqa: PLC0415 - after set-up
    from django.db import connection  # noqa: PLC0415 - after set-up

    from klankbord.cli.folder_lock import CannotServeError, FolderLock  # noqa: PLC0415 - only for a change

    if connection.vendor == "sqlite":
        try:
            with FolderLock(settings.OPTIONS.dir):
                yield
        except CannotServeError as problem:
            fail(str(problem), problem.exit_code)
        return
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s)", [_UPGRADE_LOCK])
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [_UPGRADE_LOCK])


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
