"""The documentation as the tests about it read it."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[2]
SOURCE = ROOT / "src" / "klankbord"
README = ROOT / "README.md"
PAGES = [README, *sorted((ROOT / "docs").rglob("*.md"))]

_FENCED = re.compile(r"^```(\w*)\n(.*?)^```$", re.DOTALL | re.MULTILINE)
_INLINE = re.compile(r"`([^`\n]+)`")
_INDENTED = re.compile(r"^ {4}(\S.*)$", re.MULTILINE)
_OURS = ("src", "tests", "bench", "deploy", ".ci")
_TEXT = {".py", ".html", ".js", ".css", ".toml", ".sql", ".service"}


def name_of(page: Path) -> str:
    """A page as a failing test names it."""
    return str(page.relative_to(ROOT))


def prose(text: str) -> str:
    """A page without its code."""
    return _INLINE.sub("", _FENCED.sub("", text))


def inline_code(text: str) -> list[str]:
    """What stands in backquotes within a sentence or a table."""
    return _INLINE.findall(_FENCED.sub("", text))


def blocks(text: str, *languages: str) -> str:
    """The fenced blocks in these languages."""
    return "\n".join(code for language, code in _FENCED.findall(text) if language in languages)


def commands(text: str) -> list[str]:
    """The lines and pieces of code on a page that call `klankbord`, from that word on."""
    code = [*inline_code(text), *blocks(text, "", "sh").splitlines(), *_INDENTED.findall(_FENCED.sub("", text))]
    calls = [re.search(r"(?:^|[\s/])(klankbord(?: .*)?)$", each.partition("#")[0].strip()) for each in code]
    return [call[1] for call in calls if call is not None]


def sections(text: str) -> dict[str, str]:
    """What stands under each heading, by the heading."""
    parts = re.split(r"^#+ +(.+)$", text, flags=re.MULTILINE)
    return dict(zip(parts[1::2], parts[2::2], strict=True))


def rows(text: str) -> list[list[str]]:
    """The cells of the tables in a piece of a page, without their heads."""
    found = []
    for table in re.findall(r"(?:^\|.*\n?)+", text, re.MULTILINE):
        lines = table.strip().splitlines()
        found += [[cell.strip() for cell in line.strip().strip("|").split("|")] for line in lines[2:]]
    return found


@cache
def words_of_the_code() -> frozenset[str]:
    """Every word in what we wrote, the documentation left out."""
    texts = [
        f"{file.stem} {file.read_text(encoding='utf-8', errors='ignore')}"
        for folder in _OURS
        for file in (ROOT / folder).rglob("*")
        if file.is_file() and (file.suffix in _TEXT or not file.suffix) and "__pycache__" not in file.parts
    ]
    texts += [(ROOT / name).read_text(encoding="utf-8") for name in ("Makefile", "pyproject.toml", "conftest.py")]
    return frozenset(re.findall(r"\w+", "\n".join(texts)))
