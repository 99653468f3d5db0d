"""Habits that keep the house easy to read: small files, small functions, nothing hidden, nothing undocumented."""

from __future__ import annotations

import ast
import functools
import re
from pathlib import Path

import pytest

from klankbord.config.options import OPTIONS
from klankbord.design.catalogues import ALIASES

pytestmark = pytest.mark.xdist_group("habits")  # all files are parsed once

ROOT = Path(__file__).resolve().parents[2]
SOURCE = ROOT / "src" / "klankbord"
MOST_LINES, MOST_OF_A_FUNCTION = 500, 60

LONGER: dict[str, str] = {
    "src/klankbord/design/styleguide.py:sample": "the data of one sample page: a list, not a procedure",
    "src/klankbord/conversations/actions/send_reply.py:send_reply": "one transaction; a third is its docstring",
}
"""Files and functions beyond that, each with the reason why it is one."""


def files() -> list[Path]:
    """All our Python files but the migrations."""
    return sorted(file for file in SOURCE.rglob("*.py") if "migrations" not in file.parts)


@functools.cache
def tree(file: Path) -> ast.Module:
    """What stands in it, parsed."""
    return ast.parse(file.read_text())


def test_no_file_is_longer_than_one_reads():
    long = {str(file.relative_to(ROOT)): len(file.read_text().splitlines()) for file in files()}
    assert {name: lines for name, lines in long.items() if lines > MOST_LINES and name not in LONGER} == {}


def test_no_function_is_longer_than_a_screen():
    long = {}
    for file in files():
        for node in ast.walk(tree(file)):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.end_lineno is not None:
                lines, name = node.end_lineno - node.lineno + 1, f"{file.relative_to(ROOT)}:{node.name}"
                if lines > MOST_OF_A_FUNCTION and name not in LONGER:
                    long[name] = lines
    assert long == {}


def test_what_stands_on_the_list_of_exceptions_still_is_one():
    for name in LONGER:
        assert (ROOT / name.split(":")[0]).exists(), name


def test_nothing_happens_behind_ones_back_by_djangos_signals():
    banned = ("django.db.models.signals", "django.dispatch", "django.core.signals")
    users = [
        f"{file.relative_to(SOURCE)}: {module}"
        for file in files()
        if any(each.rpartition(".")[0] in file.read_text() for each in banned)
        for node in ast.walk(tree(file))
        for module in _imported(node)
        if module.startswith(banned)
    ]
    assert users == []


def _imported(node: ast.AST) -> list[str]:
    if isinstance(node, ast.ImportFrom):
        return [node.module or ""]
    return [name.name for name in node.names] if isinstance(node, ast.Import) else []


@pytest.mark.parametrize("option", OPTIONS, ids=lambda option: option.name)
def test_every_setting_is_documented(option):
    page = (ROOT / "docs" / "settings.md").read_text()
    assert f"`{option.variable}`" in page
    assert f"`{option.name}`" in page


def test_every_file_says_what_it_is_for():
    silent = [
        str(file.relative_to(SOURCE))
        for file in files()
        if file.read_text().strip() and not ast.get_docstring(tree(file))
    ]
    assert silent == []


def test_every_name_for_gettext_is_one_that_the_translations_are_gathered_by():
    strange = [
        f"{file.relative_to(ROOT)}: {each.name} as {each.asname}"
        for file in files()
        for node in ast.walk(tree(file))
        if isinstance(node, ast.ImportFrom) and node.module == "django.utils.translation"
        for each in node.names
        if each.asname and each.asname not in ("_", *ALIASES)
    ]
    assert strange == []


def test_a_day_is_shown_in_words_and_never_as_machines_write_it():
    for_machines = re.compile(
        r'datetime="\{\{ [\w.]+\.isoformat\(\) \}\}"|data-[\w-]+="[^"]*"|url\([^)]*\.isoformat\(\)\)'
    )
    shown = [
        str(file.relative_to(ROOT))
        for file in SOURCE.rglob("*.html")
        if "isoformat()" in for_machines.sub("", file.read_text())
    ]
    assert shown == []
