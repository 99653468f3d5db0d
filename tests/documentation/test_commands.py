"""The operator's page speaks of every command, exit code and figure that there is, and of none that there is not."""

from __future__ import annotations

import re
from pathlib import Path

import typer

from klankbord.cli import folder_lock, installation
from klankbord.cli.main import app

DOCS = Path(__file__).parents[2] / "docs"
PAGE = (DOCS / "operating.md").read_text(encoding="utf-8")


def test_every_command_is_told_of_somewhere_and_none_that_is_not_there():
    everywhere = "\n".join(each.read_text(encoding="utf-8") for each in [*DOCS.glob("*.md"), DOCS.parent / "README.md"])
    root = typer.main.get_command(app)
    commands = set(root.commands)  # type: ignore[attr-defined]
    told = set(re.findall(r"klankbord (?:--\S+ )*([a-z]+)\b", "\n".join(re.findall(r"`[^`]*`", everywhere))))
    assert commands <= told | {"demo"}
    assert {each for each in told if each in PAGE.split()} <= commands | {"serve"}


def test_every_exit_code_is_explained():
    codes = {
        value for module in (installation, folder_lock) for name, value in vars(module).items()
        if name.isupper() and isinstance(value, int) and value < 10
    }  # fmt: skip
    explained = {int(code) for code in re.findall(r"^\| (\d) \|", PAGE, re.MULTILINE)}
    assert explained == codes | {0, 1}
