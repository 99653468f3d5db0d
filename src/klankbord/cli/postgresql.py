"""PostgreSQL's own programs, for a backup and its way back."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

from django.db import connection

from klankbord.cli.installation import WRONG_USE, fail

_EMPTY = """DO $$ DECLARE one record; BEGIN
FOR one IN SELECT tablename FROM pg_tables WHERE schemaname = current_schema() LOOP
EXECUTE format('DROP TABLE IF EXISTS %I CASCADE', one.tablename); END LOOP; END $$;
"""
"""Drops all tables: a newer version may have made some that the backup does not know, and would meet again."""


def has_tables() -> bool:
    """Whether this database has been used."""
    return bool(connection.introspection.table_names())


def dump(target: Path) -> None:
    """Write the database as it is in one moment, while others go on writing."""
    _run("pg_dump", "--format=custom", "--no-owner", "--no-privileges", f"--file={target}")


def load(source: Path, temporary: Path) -> None:
    """Replace everything in the database by what is in `source`: all of it or, when that fails, nothing."""
    empty, script = temporary / "empty.sql", temporary / "restore.sql"
    empty.write_text(_EMPTY, encoding="utf-8")
    _run("pg_restore", "--no-owner", "--no-privileges", f"--file={script}", str(source))
    options = ("--no-psqlrc", "--quiet", "--single-transaction", "--set=ON_ERROR_STOP=1", "--output=/dev/null")
    _run("psql", *options, f"--file={empty}", f"--file={script}")


def _run(program: str, *arguments: str) -> None:
    if shutil.which(program) is None:
        fail(f"{program} is not installed here; install PostgreSQL's client programs.", WRONG_USE)
    settings: dict[str, Any] = connection.settings_dict
    environment = {**os.environ, "PGDATABASE": settings["NAME"]}
    for variable, key in (("PGUSER", "USER"), ("PGPASSWORD", "PASSWORD"), ("PGHOST", "HOST"), ("PGPORT", "PORT")):
        if settings[key]:
            environment[variable] = str(settings[key])
    command = [program, "--no-password", *arguments] if program != "pg_restore" else [program, *arguments]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)  # noqa: S603
    if done.returncode:
        said = [line for line in done.stderr.splitlines() if line.strip()]
        fail(f"{program} failed: {said[0].strip() if said else done.returncode}")
