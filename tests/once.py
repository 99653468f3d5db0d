"""What takes long to make is made once, for all test processes of a run, and copied by who needs one of their own."""

from __future__ import annotations

import atexit
import contextlib
import fcntl
import hashlib
import itertools
import os
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from pathlib import Path

import psycopg

ROOT = Path(__file__).resolve().parent.parent
SECRET = "only-for-tests-and-nothing-else-0123456789"
KEPT = ROOT / ".cache" / "tests"
_SHARED = "TESTS_SHARED_FOLDER"
_A_DAY = 24 * 60 * 60
_FILE = "klankbord.sqlite3"


def shared_folder() -> Path:
    """The folder that all processes of this run share; the one that asked first (it starts the others) removes it."""
    if _SHARED not in os.environ:
        folder = Path(tempfile.mkdtemp(prefix="klankbord-shared-"))
        os.environ[_SHARED] = str(folder)
        atexit.register(_remove, folder, os.getpid())
    return Path(os.environ[_SHARED])


def _remove(folder: Path, maker: int) -> None:
    if os.getpid() != maker:  # a fork of it
        return
    lines = (folder / "databases").read_text().splitlines() if (folder / "databases").exists() else []
    drop_all([tuple(line.split()) for line in lines])
    shutil.rmtree(folder, ignore_errors=True)


def drop_all(databases: list[tuple[str, ...]]) -> None:
    """Drop these PostgreSQL databases, each by its server and its name: all at once, so that the server writes out what
    it holds in memory one time and not for each of them.
    """

    def drop(server: str, name: str) -> None:
        with contextlib.suppress(psycopg.Error), psycopg.connect(server, autocommit=True) as link:
            link.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")

    dropping = [threading.Thread(target=drop, args=each) for each in databases]
    for batch in itertools.batched(dropping, 16):
        for each in batch:
            each.start()
        for each in batch:
            each.join()


def drop_at_the_end(server: str, name: str) -> None:
    """Have the PostgreSQL database `name` dropped when all processes of this run are done; `server`: any other one."""
    with (shared_folder() / "databases").open("a") as list_:
        list_.write(f"{server} {name}\n")


def made_once(name: str, make: Callable[[Path], None], *, within: Path | None = None) -> Path:
    """The folder `name`, as `make` filled it: by whichever process came first, while the others waited."""
    within = within or shared_folder()
    folder = within / name
    within.mkdir(parents=True, exist_ok=True)
    with (within / f"{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (folder / "made").exists():
            shutil.rmtree(folder, ignore_errors=True)
            folder.mkdir()
            make(folder)
            (folder / "made").touch()
    return folder


def kept(name: str, make: Callable[[Path], None]) -> Path:
    """The folder `name`, as `make` filled it from the migrations: kept until one of them changes, for all runs."""

    def anew(folder: Path) -> None:
        for old in KEPT.glob(f"{name}-*"):
            if old.is_dir() and time.time() - old.stat().st_mtime > _A_DAY:
                shutil.rmtree(old, ignore_errors=True)
        make(folder)

    return made_once(f"{name}-{_fingerprint()}", anew, within=KEPT)


def tables() -> Path:
    """An SQLite file with all tables, as a new installation gets them: in a fraction of the time of all migrations."""
    made = "from klankbord.cli.installation import bring_up_to_date; bring_up_to_date()"
    return kept("tables", lambda folder: _in_django(folder, "-c", f"import django; django.setup(); {made}")) / _FILE


def migrated() -> Path:
    """An SQLite file as the migrations make it from nothing."""
    return kept("migrated", lambda folder: _in_django(folder, "-m", "django", "migrate", "--verbosity", "0")) / _FILE


def _fingerprint() -> str:
    """Changes whenever a migration, a package that may have some, or the list of packages does."""
    source = ROOT / "src" / "klankbord"
    files = [ROOT / "requirements-dev.txt", source / "config" / "settings.py", *source.glob("*/migrations/*.py")]
    known = hashlib.sha256(sqlite3.sqlite_version.encode())
    for file in sorted(files):
        known.update(str(file.relative_to(ROOT)).encode() + b"\0" + file.read_bytes())
    return known.hexdigest()[:16]


def _in_django(folder: Path, *arguments: str) -> None:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("KLANKBORD_")}
    own = {
        "KLANKBORD_DIR": str(folder),
        "KLANKBORD_SECRET_KEY": SECRET,
        "DJANGO_SETTINGS_MODULE": "klankbord.config.settings",
    }
    done = subprocess.run(
        [sys.executable, *arguments], env=kept | own, cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr[-3000:]
    with contextlib.closing(sqlite3.connect(folder / _FILE)) as link:
        link.execute("PRAGMA journal_mode=DELETE")  # one file, which can be copied
