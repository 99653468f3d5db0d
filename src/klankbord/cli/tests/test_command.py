"""What every command has in common: help, version, and one sentence when something is wrong."""

from __future__ import annotations

import importlib.metadata
from pathlib import Path

import pytest
import typer
from django.conf import settings as django_settings
from django.db import connection
from typer.testing import CliRunner

from klankbord.cli.main import _sentence_for, app
from tests.command import SETUP, invoke, run


def _names() -> list[str]:
    """All commands, and those under them: `mail parse`."""
    root = typer.main.get_command(app)
    below = {name: getattr(one, "commands", {}) for name, one in root.commands.items()}  # type: ignore[attr-defined]
    return [*below, *(f"{name} {under}" for name, commands in below.items() for under in commands)]


def test_it_says_which_version_it_is():
    result = CliRunner().invoke(app, ["--version"])
    assert (result.exit_code, result.output) == (0, f"klankbord {importlib.metadata.version('klankbord')}\n")


@pytest.mark.parametrize("name", ["", *_names()])
def test_help_explains_every_option_in_words(name: str):
    result = CliRunner().invoke(app, [*name.split(), "--help"], terminal_width=200)
    assert result.exit_code == 0
    root = typer.main.get_command(app)
    for part in name.split():
        root = root.commands[part]  # type: ignore[attr-defined]
    assert root.help
    assert all(getattr(each, "help", "") for each in root.params), [each.name for each in root.params]


@pytest.mark.parametrize("typed", [["srve"], ["serve", "--prot", "1"], ["serve", "--port", "many"], ["backup"]])
def test_a_slip_of_the_pen_is_explained_and_ends_with_2(typed: list[str]):
    result = CliRunner().invoke(app, typed)
    assert result.exit_code == 2
    assert "Traceback" not in result.output


@pytest.mark.parametrize("typed", ["serve --port 70000", "demo --smtp-port -1", "channel add a@b.nl --imap-port 65536"])
def test_a_number_that_is_no_port_is_refused_before_anything_is_made(typed: str, tmp_path: Path):
    done = invoke(*typed.split(), "--dir", tmp_path / "new")
    assert done.code == 2
    assert "65535" in done.complained
    assert not (tmp_path / "new").exists()


def test_without_arguments_it_shows_what_it_can():
    result = CliRunner().invoke(app, [])
    assert all(name in result.output for name in ("demo", "serve", "doctor"))


@pytest.mark.slow
def test_completion_for_the_shell_can_be_had():
    done = run("--show-completion", "bash")
    assert (done.code, done.complained) == (0, "")
    assert "complete" in done.said


def test_what_the_machine_refuses_is_one_sentence_and_a_fault_of_ours_is_not_hidden():
    assert _sentence_for(OSError(28, "No space left on device", "/x/y")) == "No space left on device: /x/y."
    from django.db import OperationalError

    assert _sentence_for(OperationalError("disk I/O error\nmore")) == (
        "The database does not do it: disk I/O error. Run klankbord doctor."
    )
    assert _sentence_for(RuntimeError("a fault")) is None


@pytest.mark.parametrize(
    ("settings", "text"),
    [
        ({"port": "many"}, "KLANKBORD_PORT: port cannot be 'many' (write a port number, from 0 to 65535)."),
        ({"database": "mysql://me:hush@host/x"}, "KLANKBORD_DATABASE: database cannot be what it is (write an address"),
        ({"config": "/nowhere.toml"}, "KLANKBORD_CONFIG names /nowhere.toml, which is not a file."),
    ],
)
def test_a_setting_that_cannot_be_used_is_one_sentence(settings: dict[str, str], text: str, tmp_path: Path):
    said = invoke("doctor", "--dir", tmp_path, **settings).sentence(2)
    assert said.startswith(text)
    assert "hush" not in said


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("arguments", "text"),
    [
        (("serve",), "There is no organisation yet."),
        (("worker",), "SQLite is for one process"),
        (("backup", "x.tar.gz"), "There is no database here yet"),
        (("backup", "/nowhere/x.tar.gz"), "The folder /nowhere does not exist."),
        (("restore", "x.tar.gz"), "x.tar.gz does not exist."),
    ],
)
def test_what_cannot_be_done_is_one_sentence(
    arguments: tuple[str, ...], text: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    if connection.vendor != "sqlite" and arguments[0] in ("worker", "backup"):
        pytest.skip("it can be done on PostgreSQL")
    monkeypatch.chdir(tmp_path)
    if arguments[0] == "backup":  # the database of all tests lies elsewhere
        monkeypatch.setitem(django_settings.DATABASES["default"], "NAME", tmp_path / "klankbord.sqlite3")
    assert invoke(*arguments, "--dir", tmp_path).sentence(2).startswith(text)


def test_a_folder_that_is_misspelt_is_not_made(tmp_path: Path):
    for arguments in (
        ("doctor",),
        ("backup", tmp_path / "x.tar.gz"),
        ("ideas", "import", "x.csv"),
        ("community", "import", "stackexchange", "x"),
        ("community", "export", "stackexchange", "x"),
        ("mail", "import", "x.mbox"),
    ):
        said = invoke(*arguments, "--dir", tmp_path / "dtaa").sentence(2)
        assert said.startswith("There is no data folder at")
    assert not (tmp_path / "dtaa").exists()


def test_a_folder_that_cannot_be_one_is_one_sentence(tmp_path: Path):
    (tmp_path / "file").touch()
    assert "data folder cannot be used" in invoke("setup", "--dir", tmp_path / "file", *SETUP).sentence(2)


@pytest.mark.slow
def test_a_secret_key_that_cannot_be_read_is_one_sentence(tmp_path: Path):
    (tmp_path / "secret-key").mkdir()
    assert "data folder cannot be used" in run("doctor", "--dir", tmp_path).sentence(2)


@pytest.mark.slow
def test_a_database_that_is_none_is_one_sentence(tmp_path: Path):
    (tmp_path / "klankbord.sqlite3").write_bytes(b"This is not a database at all. " * 100)
    assert "The database cannot be used: file is not a database." in run("serve", "--dir", tmp_path).sentence(3)
    found = run("doctor", "--dir", tmp_path)
    assert (found.code, found.complained) == (1, "")
    assert "file is not a database" in found.said


@pytest.mark.slow
def test_a_postgresql_that_is_away_is_one_sentence(tmp_path: Path):
    away = "postgresql://me:hush@127.0.0.1:1/x"
    said = run("serve", "--dir", tmp_path, database=away).sentence(3)
    assert said.startswith("The database cannot be used: ")
    assert "hush" not in said
