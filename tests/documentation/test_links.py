"""Everything that the documentation points at is there: pages, headings, files, names in the code, tests."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from klankbord.config.options import OPTIONS
from tests.documentation.pages import PAGES, ROOT, SOURCE, inline_code, name_of, prose, words_of_the_code

_LINK = re.compile(r"!?\[[^\]\n]*\]\(([^)\s]+)\)")
_FILE = re.compile(r"^[\w.-]+(?:/[\w.-]+)*\.(?:py|html|js|css|md|service|tsv|woff2|txt)$|^[\w.]+(?:/[\w.]+)*/$")
_NAME = re.compile(r"\b(?:[a-z0-9]+(?:_[a-z0-9]+)+|[A-Z]+(?:_[A-Z]+)+|(?:[A-Z][a-z0-9]+){2,})\b")
_NOT_OURS = {"SomethingHappened", "proxy_buffering", "proxy_read_timeout", "recipient_delimiter"}
"""An example; names that others gave: nginx, Postfix."""

by_page = pytest.mark.parametrize("page", PAGES, ids=name_of)


def anchors(text: str) -> set[str]:
    """The addresses of a page's headings, as websites of repositories make them."""
    seen: Counter[str] = Counter()
    found = set()
    for heading in re.findall(r"^#+ +(.+?) *#*$", re.sub(r"```.*?```", "", text, flags=re.DOTALL), re.MULTILINE):
        plain = re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")
        found.add(f"{plain}-{seen[plain]}" if seen[plain] else plain)
        seen[plain] += 1
    return found


def broken(text: str, place: Path) -> Iterator[str]:
    """Relative links of a text in the folder `place` that lead nowhere."""
    for target in _LINK.findall(prose(text)):
        if re.match(r"[a-z]+:", target):
            continue
        path, _hash, anchor = target.partition("#")
        there = (place / path).resolve() if path else None
        is_here = there is None or (there.exists() and there.is_relative_to(ROOT))
        if not is_here or (anchor and anchor not in anchors(there.read_text(encoding="utf-8") if there else text)):
            yield target


def test_a_broken_link_is_seen_and_code_is_no_link():
    docs = ROOT / "docs"
    assert anchors("# One message's journey, in 7 files\n## In\n## In\n```\n# no heading\n```\n") == {
        "one-messages-journey-in-7-files", "in", "in-1",
    }  # fmt: skip
    text = "# A\n[a](house.md) [b](nothing.md) [c](house.md#the-house) [d](house.md#not) [e](#a) [f](#b) `[g](code.md)`"
    assert list(broken(text + " ![h](no.png) [i](../../etc/passwd) [j](https://example.org)", docs)) == [
        "nothing.md", "house.md#not", "#b", "no.png", "../../etc/passwd",
    ]  # fmt: skip


@by_page
def test_every_link_leads_to_a_page_and_a_heading_that_exist(page: Path):
    assert list(broken(page.read_text(encoding="utf-8"), page.parent)) == []


@cache
def _paths() -> frozenset[str]:
    """Every end of the path of a file or folder of ours: `design/base.html` is how a template is called."""
    found = {"klankbord.toml", "pyproject.toml", "README.md"}
    for folder in ("src", "docs", "tests", "bench", "deploy", ".ci"):
        found.add(folder)
        for file in (ROOT / folder).rglob("*"):
            parts = file.relative_to(ROOT).parts
            found |= {"/".join(parts[place:]) for place in range(len(parts))}
    return frozenset(
        found | {"docs", "tests", "bench", "src", "deploy", "klankbord.toml", "pyproject.toml", "README.md"}
    )


@by_page
def test_every_file_that_is_named_is_there(page: Path):
    named = [each.partition(":")[0] for each in inline_code(page.read_text(encoding="utf-8"))]
    assert [each for each in named if _FILE.match(each) and each.rstrip("/") not in _paths()] == []


@by_page
def test_every_function_is_in_the_file_in_which_it_is_said_to_be(page: Path):
    for each in inline_code(page.read_text(encoding="utf-8")):
        place = re.fullmatch(r"([\w/]+\.py): (\w+)", each)
        if place is not None:
            code = (SOURCE / place[1]).read_text(encoding="utf-8")
            assert re.search(rf"^(?:def|class) {place[2]}\b|^{place[2]}\b.*=", code, re.MULTILINE), each


@by_page
def test_every_name_of_the_code_still_exists(page: Path):
    named = {name for each in inline_code(page.read_text(encoding="utf-8")) for name in _NAME.findall(each)}
    settings = {option.variable for option in OPTIONS}
    assert named - words_of_the_code() - settings - _NOT_OURS == set()
