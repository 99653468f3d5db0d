"""The documentation speaks of every command, exit code and figure that there is, and of none that there is not."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import typer

from klankbord.cli import folder_lock, installation
from klankbord.cli.figures import work_by_kind
from klankbord.cli.main import app
from tests.documentation.pages import PAGES, ROOT, SOURCE, commands, name_of, rows

OPERATING = (ROOT / "docs" / "operating.md").read_text(encoding="utf-8")
ROOT_COMMAND: Any = typer.main.get_command(app)


def wrong(call: str) -> str:
    """What is wrong with this call of `klankbord` as a page shows it; empty when it would be understood."""
    command, words = ROOT_COMMAND, shlex.split(call.replace("…", ""))[1:]
    while words and hasattr(command, "commands") and not words[0].startswith("-"):
        if words[0] not in command.commands:
            return f"there is no {words[0]} in {call}"
        command = command.commands[words.pop(0)]
    known = {name for option in command.params for name in option.opts} | {"--help", "-h"}
    unknown = [word for word in words if word.startswith("-") and word.partition("=")[0] not in known]
    return f"{unknown[0]} is no option in {call}" if unknown else ""


def _paths(command: Any, path: str = "klankbord") -> Iterator[str]:
    """Every command that does something, with the groups that it is in."""
    for name, each in command.commands.items():
        if hasattr(each, "commands"):
            yield from _paths(each, f"{path} {name}")
        else:
            yield f"{path} {name}"


def test_a_command_or_option_that_does_not_exist_is_seen():
    assert wrong("klankbord serve --dir /var/lib/klankbord") == ""
    assert wrong("klankbord mail parse FILE --json") == ""
    assert "swim" in wrong("klankbord swim")
    assert "post" in wrong("klankbord mail post")
    assert "--fast" in wrong("klankbord serve --fast")


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_every_command_on_a_page_would_be_understood(page: Path):
    calls = commands(page.read_text(encoding="utf-8"))
    assert [each for each in map(wrong, calls) if each] == []


def test_every_command_is_told_of_somewhere():
    told = [call for page in PAGES for call in commands(page.read_text(encoding="utf-8"))]
    missing = [path for path in _paths(ROOT_COMMAND) if not any(f"{call} ".startswith(f"{path} ") for call in told)]
    assert missing == []


def test_every_figure_for_prometheus_is_explained_with_the_kinds_of_work():
    code = (SOURCE / "cli" / "figures.py").read_text(encoding="utf-8")
    explained = [cells[0].strip("`") for cells in rows(OPERATING) if cells[0].startswith("`klankbord_")]
    assert sorted(explained) == sorted(re.findall(r'Figure\("(klankbord_\w+)"', code))
    (waiting,) = (cells[1] for cells in rows(OPERATING) if cells[0] == "`klankbord_work_waiting`")
    assert re.findall(r"`(\w+)`", waiting) == list(work_by_kind())


def test_every_exit_code_is_explained():
    codes = {
        value for module in (installation, folder_lock) for name, value in vars(module).items()
        if name.isupper() and isinstance(value, int) and value < 10
    }  # fmt: skip
    explained = {int(code) for code in re.findall(r"^\| (\d) \|", OPERATING, re.MULTILINE)}
    assert explained == codes | {0, 1}
