"""`klankbord backup` and `klankbord restore`: everything of an installation in one file, and back."""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from klankbord.cli.archive import DATABASE, DUMP, FORMAT, NotABackup, pack, unpack
from klankbord.cli.installation import WRONG_USE, bring_up_to_date, fail, open_installation, refuse_to_overwrite
from klankbord.config import options as settings

SQLITE_FILE = "klankbord.sqlite3"
MOVED_ASIDE = (SQLITE_FILE, f"{SQLITE_FILE}-wal", f"{SQLITE_FILE}-shm", "files", "secret-key", "search")


def backup(
    file: Annotated[Path, typer.Argument(help="Where to write it, such as klankbord-2026-01-31.tar.gz.")],
    folder: Annotated[Path | None, typer.Option("--dir", help="Where all data is.")] = None,
    force: Annotated[bool, typer.Option("--force", help="Overwrite the file if it is there.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """Write everything (database, files, secret key, settings) to one file, also while Klankbord runs.

    The file holds customers' words and the key to the channels' passwords: keep it as safe as the server itself.
    """
    options = open_installation(dir=folder, migrate=False, must_exist=True)
    if not file.parent.is_dir():
        fail(f"The folder {file.parent} does not exist.", WRONG_USE)
    if file.is_dir():
        fail(f"{file} is a folder; name a file in it.", WRONG_USE)
    refuse_to_overwrite(file, force=force)
    with tempfile.TemporaryDirectory(dir=file.parent, prefix=".klankbord-backup-") as temporary:
        staging = Path(temporary)
        # The database first: a file is on disk before any row speaks of it, so later files are all that it needs.
        _copy_database(staging)
        about = {"format": FORMAT, "made_at": datetime.now(UTC).isoformat(timespec="seconds"), "tables": _tables()}
        (staging / "about.json").write_text(json.dumps(about), encoding="utf-8")
        partial = staging / "backup.tar.gz"
        pack(partial, staging, options.dir)
        partial.chmod(0o600)
        with partial.open("rb") as written:
            os.fsync(written.fileno())
        refuse_to_overwrite(file, force=force)  # it may have come while this was being written
        partial.replace(file)
    size = file.stat().st_size
    key_is_elsewhere = options.sources["secret_key"] == "environment"  # noqa: S105 - the name of a source
    if as_json:
        found = {"file": str(file), "bytes": size, "secret_key_included": not key_is_elsewhere}
        typer.echo(json.dumps(found))
        return
    typer.echo(f"Written to {file} ({_in_words(size)}).")
    if key_is_elsewhere:
        typer.echo("The secret key is in the environment (KLANKBORD_SECRET_KEY), not in this file: keep it as well.")


def _in_words(size: int) -> str:
    """A number of bytes as one says it: "812 bytes", "64 kB", "3.2 MB", "48 MB", "1.1 GB"."""
    if size < 1000:
        return f"{size} bytes"
    number, units = size / 1000, ["kB", "MB", "GB"]
    while number >= 999.5 and len(units) > 1:
        number /= 1000
        units.pop(0)
    return f"{number:.{1 if number < 9.95 else 0}f} {units[0]}"


def _tables() -> list[str]:
    """Which migrations the database has had, so that code that is too old can tell before it touches anything."""
    from django.db import connection  # noqa: PLC0415 - after set-up
    from django.db.migrations.recorder import MigrationRecorder  # noqa: PLC0415 - after set-up

    return sorted(f"{app}.{name}" for app, name in MigrationRecorder(connection).applied_migrations())


def _copy_database(staging: Path) -> None:
    from django.db import connection  # noqa: PLC0415 - after set-up

    from klankbord.cli import postgresql  # noqa: PLC0415 - after set-up

    if connection.vendor != "sqlite":
        postgresql.dump(staging / DUMP)
        return
    place = Path(connection.settings_dict["NAME"])
    if not place.is_file():
        fail("There is no database here yet: nothing to back up.", WRONG_USE)
    with closing(sqlite3.connect(place)) as source, closing(sqlite3.connect(staging / DATABASE)) as copy:
        # In one go: in steps, each write by another process would make it begin again.
        source.backup(copy)


def restore(
    file: Annotated[Path, typer.Argument(help="A file that klankbord backup wrote.")],
    folder: Annotated[Path | None, typer.Option("--dir", help="Where all data is to go.")] = None,
    replace: Annotated[bool, typer.Option("--replace", help="Replace what is there; it is kept beside it.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """Put a backup back. Refuses to touch an installation that has data, unless told to replace it."""
    if not file.is_file():
        fail(f"{file} does not exist.", WRONG_USE)
    was_there = _data_folder_is_there(folder)
    options = open_installation(dir=folder, migrate=False)
    from klankbord.cli.folder_lock import CannotServeError, FolderLock  # noqa: PLC0415 - only for a change

    if _is_occupied(options.dir) and not replace:
        fail(f"{options.dir} has data already. Add --replace to put this backup in its place.", WRONG_USE)
    try:
        with FolderLock(options.dir), tempfile.TemporaryDirectory(dir=options.dir, prefix=".restore-") as temporary:
            staging = Path(temporary)
            with nothing_left_of(None if was_there else options.dir):
                _read(file, staging)
            aside = _put_back(staging, options.dir)
    except CannotServeError as problem:
        fail(f"A klankbord runs on this folder; stop it first. {problem}", problem.exit_code)
    bring_up_to_date()
    if as_json:
        typer.echo(json.dumps({"restored": str(options.dir), "replaced": str(aside) if aside else None}))
        return
    if aside:
        typer.echo(f"What was here is kept in {aside}.")
    typer.echo("Restored. Start it with klankbord serve.")


def _data_folder_is_there(folder: Path | None) -> bool:
    settings.override(dir=folder)
    try:
        return bool(settings.load().dir.exists())
    except settings.BadSetting:  # opening the installation says what is wrong with it
        return True


@contextmanager
def nothing_left_of(folder: Path | None) -> Iterator[None]:
    """Take away this folder, which was made for what goes on here, when that comes to nothing."""
    try:
        yield
    except BaseException:
        if folder is not None:
            shutil.rmtree(folder, ignore_errors=True)
        raise


def _is_occupied(folder: Path) -> bool:
    from django.db import connection  # noqa: PLC0415 - after set-up

    from klankbord.cli import postgresql  # noqa: PLC0415 - after set-up

    if any((folder / each).exists() for each in (SQLITE_FILE, "files")):
        return True
    return connection.vendor != "sqlite" and postgresql.has_tables()


def _read(file: Path, staging: Path) -> None:
    """Unpack into `staging` and make sure that this installation can use it, before anything is touched."""
    from django.db import connection  # noqa: PLC0415 - after set-up

    try:
        about = unpack(file, staging)
    except NotABackup as problem:
        fail(f"{file} is not a backup of Klankbord, or it is damaged: {problem}.", WRONG_USE)
    except OSError as problem:
        fail(f"{file} cannot be unpacked: {problem.strerror or problem}.")
    if about.get("format") != FORMAT or _unknown_tables(about):
        fail("This backup was made by a newer version of Klankbord. Install that version first.", WRONG_USE)
    if not (staging / (DATABASE if connection.vendor == "sqlite" else DUMP)).exists():
        fail("This backup is of the other kind of database (SQLite or PostgreSQL) than these settings name.", WRONG_USE)
    if connection.vendor == "sqlite":
        _check_sqlite(file, staging / DATABASE)


def _unknown_tables(about: dict[str, Any]) -> set[str]:
    from django.db.migrations.loader import MigrationLoader  # noqa: PLC0415 - after set-up

    loader = MigrationLoader(None)
    known = {f"{app}.{name}" for app, name in loader.disk_migrations}
    known |= {f"{app}.{name}" for one in loader.disk_migrations.values() for app, name in one.replaces}
    tables = about.get("tables")
    found = {str(each) for each in tables} if isinstance(tables, list) else set()
    return {each for each in found if each.partition(".")[0] in loader.migrated_apps} - known


def _check_sqlite(file: Path, database: Path) -> None:
    from django.db.backends.sqlite3 import _functions  # type: ignore[attr-defined]  # noqa: PLC0415 - not in the stubs

    try:
        with closing(sqlite3.connect(database)) as link:
            _functions.register(link)  # a constraint may call one of Django's own functions
            answer = link.execute("PRAGMA quick_check(1)").fetchone()[0]
    except sqlite3.DatabaseError as problem:
        answer = str(problem)
    if answer != "ok":
        fail(f"The database in {file} is damaged ({answer}).", WRONG_USE)


def _put_back(staging: Path, folder: Path) -> Path | None:
    """Move what was there aside, and the backup's parts to their places; where the former is now, if anything was."""
    from django.db import connection  # noqa: PLC0415 - after set-up

    from klankbord.cli import postgresql  # noqa: PLC0415 - after set-up

    connection.close()
    was_occupied = _is_occupied(folder)
    aside = folder / f"replaced-{datetime.now(UTC):%Y%m%d-%H%M%S}"
    if was_occupied:
        aside.mkdir()
    if (staging / DUMP).exists():
        if was_occupied and postgresql.has_tables():
            postgresql.dump(aside / DUMP)
        postgresql.load(staging / DUMP, staging)
    has_key = (staging / "secret-key").exists()
    _move_aside(folder, aside if was_occupied else None, keep_key=not has_key)
    for source, target in ((DATABASE, SQLITE_FILE), ("files", "files"), ("secret-key", "secret-key")):
        if (staging / source).exists():
            (staging / source).rename(folder / target)
    if has_key:
        (folder / "secret-key").chmod(0o600)
    if (staging / "klankbord.toml").exists() and not (folder / "klankbord.toml").exists():
        (staging / "klankbord.toml").rename(folder / "klankbord.toml")
    return aside if was_occupied else None


def _move_aside(folder: Path, aside: Path | None, *, keep_key: bool) -> None:
    for name in MOVED_ASIDE:
        if not (folder / name).exists() or (name == "secret-key" and keep_key):
            continue
        if aside is not None:
            (folder / name).rename(aside / name)
        elif name == "secret-key":  # made a moment ago, when this command began
            (folder / name).unlink()
