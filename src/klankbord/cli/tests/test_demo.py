"""`klankbord demo`: it says what it does, and what to do with a folder that is of no use to it."""

from __future__ import annotations

import contextlib
import sqlite3
from pathlib import Path

import pytest

from klankbord.cli.demo import seeding
from klankbord.people.models import Organisation
from tests.command import invoke, run


def change(folder: Path, *statements: str) -> None:
    with contextlib.closing(sqlite3.connect(folder / "klankbord.sqlite3")) as link, link:
        for each in statements:
            link.execute(each)


def test_a_folder_of_another_version_is_refused_with_the_way_out(own_installation: Path) -> None:
    change(own_installation, "INSERT INTO django_migrations (app, name, applied) VALUES ('people', '9999_x', '')")
    sentence = run("demo", "--dir", own_installation, "--seed-only").sentence(3)
    assert "made by a newer version" in sentence
    assert f"To begin anew, remove the folder {own_installation}, or name another one with --dir." in sentence


def test_tables_that_cannot_be_brought_up_to_date_are_kept_and_the_way_out_is_said(own_installation: Path) -> None:
    change(own_installation, "DELETE FROM django_migrations WHERE app = 'audit'")
    sentence = run("demo", "--dir", own_installation, "--seed-only").sentence(3)
    assert "cannot be brought up to date" in sentence
    assert "remove the folder" in sentence
    (kept,) = (own_installation / "before-upgrade").iterdir()
    assert f"As it was, it is in {kept}." in sentence


@pytest.mark.django_db
def test_it_says_what_it_is_doing_and_keeps_json_clean(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def seed(_found: object, *, told: seeding.Told) -> None:
        for done in range(3):
            told("The library: what is asked and answered", done, 2)

    monkeypatch.setattr(seeding, "seed", seed)
    plain = invoke("demo", "--dir", tmp_path, "--seed-only")
    assert plain.said == ""
    assert plain.complained.splitlines() == [
        f"Making the demo in {tmp_path}: a library with its customers, mails and ideas.",
        "  The library: what is asked and answered",
    ]
    as_json = invoke("demo", "--dir", tmp_path, "--seed-only", "--json")
    assert (as_json.said, as_json.complained) == ("", "")


@pytest.mark.django_db
def test_what_is_there_already_is_not_made_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    Organisation.objects.create(name="De Klank", host="deklank.localhost")
    monkeypatch.setattr(seeding, "seed", lambda *_args, **_options: pytest.fail("made again"))
    assert invoke("demo", "--dir", tmp_path, "--seed-only").code == 0
