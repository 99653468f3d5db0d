"""`klankbord backup` and `klankbord restore`: everything of an installation in one file, and back."""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
import subprocess
import tarfile
import tempfile
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from klankbord.cli.installation import WRONG_USE, bring_up_to_date, fail, open_installation

DATABASE = "database.sqlite3"
DUMP = "database.pgdump"
FORMAT = 1


def backup(
    file: Annotated[Path, typer.Argument(help="Where to write it, such as klankbord-2026-01-31.tar.gz.")],
    folder: Annotated[Path | None, typer.Option("--dir", help="Where all data is.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """Write everything (database, files, secret key, settings) to one file, also while Klankbord runs.

    The file holds customers' words and the key to the channels' passwords: keep it as safe as the server itself.
    """
    options = open_installation(dir=folder, migrate=False)
    if not file.parent.is_dir():
        fail(f"The folder {file.parent} does not exist.", WRONG_USE)
    with tempfile.TemporaryDirectory(dir=file.parent) as temporary:
        staging = Path(temporary)
        _copy_database(staging)
        partial = staging / "backup.tar.gz"
        with tarfile.open(partial, "w:gz", compresslevel=6) as archive:
            about = {"format": FORMAT, "made_at": datetime.now(UTC).isoformat(timespec="seconds")}
            (staging / "about.json").write_text(json.dumps(about), encoding="utf-8")
            for part in ("about.json", DATABASE, DUMP):
                if (staging / part).exists():
                    archive.add(staging / part, part)
            for part in ("files", "secret-key", "klankbord.toml"):
                if (options.dir / part).exists():
                    archive.add(options.dir / part, part)
        with partial.open("rb") as written:
            os.fsync(written.fileno())
        partial.chmod(0o600)
        partial.replace(file)
    size = file.stat().st_size
    typer.echo(
        json.dumps({"file": str(file), "bytes": size}) if as_json else f"Written to {file} ({size / 1e6:.1f} MB)."
    )


def _copy_database(staging: Path) -> None:
    from django.db import connection  # noqa: PLC0415 - after set-up

    if connection.vendor == "sqlite":
        place = Path(connection.settings_dict["NAME"])
        if not place.is_file():
            fail("There is no database here yet: nothing to back up.", WRONG_USE)
        with closing(sqlite3.connect(place)) as source, closing(sqlite3.connect(staging / DATABASE)) as copy:
            source.backup(copy, pages=2000)
        return
    _postgresql_tool("pg_dump", "--format=custom", f"--file={staging / DUMP}")


def _postgresql_tool(tool: str, *arguments: str) -> None:
    from django.db import connection  # noqa: PLC0415 - after set-up

    if shutil.which(tool) is None:
        fail(f"{tool} is not installed here; install PostgreSQL's client programs.", WRONG_USE)
    settings: dict[str, Any] = connection.settings_dict
    environment = {**os.environ, "PGDATABASE": settings["NAME"]}
    for variable, key in (("PGUSER", "USER"), ("PGPASSWORD", "PASSWORD"), ("PGHOST", "HOST"), ("PGPORT", "PORT")):
        if settings[key]:
            environment[variable] = str(settings[key])
    done = subprocess.run([tool, *arguments], env=environment, capture_output=True, text=True, check=False)  # noqa: S603
    if done.returncode:
        fail(f"{tool} failed: {done.stderr.strip()}")


def restore(
    file: Annotated[Path, typer.Argument(help="A file that klankbord backup wrote.")],
    folder: Annotated[Path | None, typer.Option("--dir", help="Where all data is to go.")] = None,
    replace: Annotated[bool, typer.Option("--replace", help="Replace what is there; it is kept beside it.")] = False,
) -> None:
    """Put a backup back. Refuses to touch an installation that has data, unless told to replace it."""
    options = open_installation(dir=folder, migrate=False)
    if not file.is_file():
        fail(f"{file} does not exist.", WRONG_USE)
    occupied = [each for each in ("klankbord.sqlite3", "files") if (options.dir / each).exists()]
    if occupied and not replace:
        fail(f"{options.dir} has data already. Add --replace to put this backup in its place.", WRONG_USE)
    with tempfile.TemporaryDirectory(dir=options.dir) as temporary:
        staging = Path(temporary)
        _unpack(file, staging)
        _put_back(staging, options.dir)
    bring_up_to_date()
    typer.echo("Restored. Start it with klankbord serve.")


def _unpack(file: Path, staging: Path) -> None:
    try:
        with tarfile.open(file) as archive:
            archive.extractall(staging, filter="data")
        about = json.loads((staging / "about.json").read_text(encoding="utf-8"))
    except (tarfile.TarError, OSError, ValueError, KeyError) as problem:
        fail(f"{file} is not a backup of Klankbord, or it is damaged: {problem}", WRONG_USE)
    if about.get("format") != FORMAT:
        fail("This backup was made by a newer version of Klankbord.", WRONG_USE)


def _put_back(staging: Path, folder: Path) -> None:
    from django.db import connection  # noqa: PLC0415 - after set-up

    connection.close()
    wanted = DATABASE if connection.vendor == "sqlite" else DUMP
    if not (staging / wanted).exists():
        fail("This backup is of the other kind of database (SQLite or PostgreSQL) than these settings name.", WRONG_USE)
    aside = folder / f"replaced-{datetime.now(UTC):%Y%m%d-%H%M%S}"
    for name in (
        "klankbord.sqlite3",
        "klankbord.sqlite3-wal",
        "klankbord.sqlite3-shm",
        "files",
        "secret-key",
        "search",
    ):
        if (folder / name).exists():
            aside.mkdir(exist_ok=True)
            (folder / name).rename(aside / name)
    for source, target in ((DATABASE, "klankbord.sqlite3"), ("files", "files"), ("secret-key", "secret-key")):
        if (staging / source).exists():
            (staging / source).rename(folder / target)
    if (staging / "klankbord.toml").exists() and not (folder / "klankbord.toml").exists():
        (staging / "klankbord.toml").rename(folder / "klankbord.toml")
    if wanted == DUMP:
        _postgresql_tool(
            "pg_restore", "--clean", "--if-exists", "--no-owner", "--single-transaction",
            f"--dbname={connection.settings_dict['NAME']}", str(staging / DUMP),
        )  # fmt: skip
