"""A backup and its way back, with the real command and real databases, while others write."""

from __future__ import annotations

import contextlib
import re
import sqlite3
import stat
import tarfile
import threading
from pathlib import Path
from typing import Any

import psycopg
import pytest

from klankbord.channels.secrets import seal, unseal
from klankbord.cli.backup import _in_words
from klankbord.cli.folder_lock import FOLDER_TAKEN, FolderLock
from tests.command import run
from tests.pace import PATIENCE, wait_until
from tests.services import NewDatabases

pytestmark = pytest.mark.slow
HOUSES = "SELECT count(*) FROM people_organisation"


def ask(place: Path, query: str) -> Any:
    with contextlib.closing(sqlite3.connect(place / "klankbord.sqlite3")) as link:
        return link.execute(query).fetchone()[0]


def keep_writing(place: Path, stop: threading.Event, written: list[int]) -> None:
    """One more row and one more file, again and again, as a server at work would; half-written files come and go."""
    folder = place / "files" / "1" / "ab"
    folder.mkdir(parents=True, exist_ok=True)
    with contextlib.closing(sqlite3.connect(place / "klankbord.sqlite3", timeout=PATIENCE)) as link:
        link.execute("CREATE TABLE bell (id INTEGER PRIMARY KEY, twice INTEGER)")
        while not stop.is_set():
            number = len(written)
            half = folder / f"tmp{number}"
            half.write_bytes(b"x" * 1000)
            half.rename(folder / f"{number:064x}")
            with link:
                link.execute("INSERT INTO bell VALUES (?, ?)", (number, 2 * number))
            written.append(number)


def test_everything_comes_back_as_it_was_also_when_it_was_being_written_to(own_installation: Path, tmp_path: Path):
    (own_installation / "klankbord.toml").write_text("largest_mail_mb = 20\n")
    sealed = seal({"password": "hush"})
    key = (own_installation / "secret-key").read_text()
    stop, written = threading.Event(), list[int]()
    writer = threading.Thread(target=keep_writing, args=(own_installation, stop, written))
    writer.start()
    file = tmp_path / "b.tar.gz"
    try:
        wait_until(lambda: bool(written), "it is being written to")
        told = run("backup", file, "--dir", own_installation, "--json").told()
    finally:
        stop.set()
        writer.join(PATIENCE)
    assert told == {"file": str(file), "bytes": file.stat().st_size, "secret_key_included": True}
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert list(tmp_path.glob(".klankbord-backup-*")) == []

    target = tmp_path / "restored"
    assert run("restore", file, "--dir", target, "--json").told() == {"restored": str(target), "replaced": None}
    rows = ask(target, "SELECT count(*) FROM bell")
    assert 0 < rows <= len(written)
    assert ask(target, "SELECT sum(twice) FROM bell") == rows * (rows - 1)
    kept = {each.name for each in (target / "files").rglob("*") if each.is_file()}
    assert kept >= {f"{number:064x}" for number in range(rows)}, "every row's file is there"
    assert not any(name.startswith("tmp") for name in kept)
    assert (target / "secret-key").read_text() == key
    assert stat.S_IMODE((target / "secret-key").stat().st_mode) == 0o600
    assert (target / "klankbord.toml").exists()
    assert not list(target.glob("replaced-*"))
    assert unseal(sealed) == {"password": "hush"}


def test_a_file_that_is_there_is_overwritten_only_when_told_to(own_installation: Path, tmp_path: Path):
    file = tmp_path / "b.tar.gz"
    file.write_bytes(b"the backup of yesterday")
    refused = run("backup", file, "--dir", own_installation).sentence(2)
    assert refused == f"{file} is there already. Name another file, or add --force to overwrite it."
    assert file.read_bytes() == b"the backup of yesterday"
    said = run("backup", file, "--dir", own_installation, "--force").said
    assert re.fullmatch(rf"Written to {re.escape(str(file))} \((\d\.\d|\d\d+) kB\)\.\n", said)
    assert tarfile.is_tarfile(file)


@pytest.mark.parametrize(
    ("size", "words"),
    [
        (0, "0 bytes"), (999, "999 bytes"), (1000, "1.0 kB"), (47_300, "47 kB"), (999_600, "1.0 MB"),
        (3_240_000, "3.2 MB"), (48_100_000, "48 MB"), (1_100_000_000, "1.1 GB"), (5_200_000_000_000, "5200 GB"),
    ],
)  # fmt: skip
def test_a_size_is_said_as_people_say_it(size: int, words: str):
    assert _in_words(size) == words


def test_what_was_there_is_kept_beside_and_a_running_server_is_left_alone(own_installation: Path, tmp_path: Path):
    file = tmp_path / "b.tar.gz"
    assert run("backup", file, "--dir", own_installation).code == 0
    with contextlib.closing(sqlite3.connect(own_installation / "klankbord.sqlite3")) as link, link:
        link.execute("UPDATE people_organisation SET name = 'Veranderd'")
    lock = FolderLock(own_installation)
    lock.acquire()
    refused = run("restore", file, "--dir", own_installation, "--replace").sentence(FOLDER_TAKEN)
    assert refused.startswith("A klankbord runs on this folder; stop it first.")
    lock.release()
    told = run("restore", file, "--dir", own_installation, "--replace", "--json").told()
    assert ask(own_installation, "SELECT name FROM people_organisation") == "Bibliotheek De Klank"
    assert ask(Path(told["replaced"]), "SELECT name FROM people_organisation") == "Veranderd"


def test_a_key_in_the_environment_is_not_in_the_file_and_that_is_said(own_installation: Path, tmp_path: Path):
    (own_installation / "secret-key").unlink()
    done = run("backup", tmp_path / "b.tar.gz", "--dir", own_installation, secret_key="k" * 50)
    assert "KLANKBORD_SECRET_KEY" in done.said
    with tarfile.open(tmp_path / "b.tar.gz") as archive:
        assert "secret-key" not in archive.getnames()


def test_postgresql_is_dumped_and_put_back_whole_or_not_at_all(
    new_databases: NewDatabases, postgres_installation: str, tmp_path: Path
):
    first, second = postgres_installation, new_databases.new()
    data, file = tmp_path / "data", tmp_path / "b.tar.gz"
    data.mkdir()
    assert run("backup", file, "--dir", data, database=first).code == 0

    other = tmp_path / "other"
    assert run("restore", file, "--dir", other, database=second).code == 0
    with psycopg.connect(second, autocommit=True) as link:
        assert link.execute(HOUSES).fetchone() == (1,)
        link.execute("CREATE TABLE of_a_newer_version (id int REFERENCES people_organisation)")
        link.execute("UPDATE people_organisation SET name = 'Veranderd'")
    assert "Add --replace" in run("restore", file, "--dir", other, database=second).sentence(2)
    told = run("restore", file, "--dir", other, "--replace", "--json", database=second).told()
    with psycopg.connect(second, autocommit=True) as link:
        assert link.execute("SELECT name FROM people_organisation").fetchone() == ("Bibliotheek De Klank",)
        assert link.execute("SELECT to_regclass('of_a_newer_version')").fetchone() == (None,)
    assert (Path(told["replaced"]) / "database.pgdump").stat().st_size > 1000
    assert "of the other kind of database" in run("restore", file, "--dir", tmp_path / "third").sentence(2)
