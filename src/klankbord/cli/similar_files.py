"""The files that `klankbord similar` reads: one JSON object a line, an id and a text."""

from __future__ import annotations

import json
from array import array
from collections.abc import Iterator
from dataclasses import dataclass
from math import isfinite
from pathlib import Path
from typing import BinaryIO, Self, TypeGuard

LONGEST_LINE = 50_000_000
"""Bytes: a longer line is no text, and no file may fill the memory."""
_SHOWN = 80


class BadLine(ValueError):
    """A line that cannot be used; says which, and why."""


@dataclass(frozen=True, slots=True)
class Text:
    """One line: the id as it was written, and the text."""

    id: str | int | float
    text: str

    def key(self) -> str:
        """The id as JSON: 7 and "7" are two ids."""
        return json.dumps(self.id)


def read_texts(file: Path) -> Iterator[Text]:
    """The texts of a file, one at a time; empty lines are passed over.

    Raises:
        BadLine: a line is no JSON object with an id and a text.
        OSError: the file cannot be read.
    """
    with file.open("rb") as opened:
        for number, line in enumerate(_lines(opened, file), start=1):
            if line.strip():
                try:
                    yield _read(line)
                except BadLine as problem:
                    raise BadLine(f"{file}, line {number}: {problem}.") from None


def _lines(opened: BinaryIO, file: Path) -> Iterator[bytes]:
    number = 0
    while line := opened.readline(LONGEST_LINE + 1):
        number += 1
        if len(line) > LONGEST_LINE:
            raise BadLine(f"{file}, line {number}: longer than {LONGEST_LINE // 1_000_000} MB.")
        yield line.removeprefix(b"\xef\xbb\xbf") if number == 1 else line


def _read(line: bytes) -> Text:
    try:
        found = json.loads(line)
    except UnicodeDecodeError:
        raise BadLine("this is not UTF-8") from None
    except (ValueError, RecursionError) as problem:  # ValueError: also a number of thousands of digits.
        raise BadLine(f"this is not JSON ({str(problem).partition(':')[0]})") from None
    if not isinstance(found, dict):
        raise BadLine('this is not an object such as {"id": 1, "text": "words"}')
    id_, text = found.get("id"), found.get("text")
    if not _is_id(id_):
        raise BadLine('"id" is missing, or neither a string nor a number')
    if not isinstance(text, str):
        raise BadLine('"text" is missing, or no string')
    return Text(id_, text.encode("utf-8", "replace").decode())


def _is_id(found: object) -> TypeGuard[str | int | float]:
    """A string or a number; NaN and what is too large for a number could not be printed as JSON again."""
    if isinstance(found, float):
        return isfinite(found)
    return isinstance(found, str | int) and not isinstance(found, bool)


class Ids:
    """Ids and beginnings of the texts by number, in a file: a million of them take eight megabytes of memory."""

    def __init__(self, file: Path) -> None:
        self._file = file.open("w+b")
        self._starts = array("Q")

    def add(self, text: Text) -> int:
        """Keep one; returns its number."""
        self._starts.append(self._file.tell())
        beginning = " ".join(text.text[: _SHOWN * 2].split())[:_SHOWN]
        self._file.write(json.dumps([text.id, beginning]).encode() + b"\n")
        return len(self._starts) - 1

    def read(self, number: int) -> Text:
        """The id and the beginning of the text with this number."""
        self._file.seek(self._starts[number])
        return Text(*json.loads(self._file.readline()))

    def __len__(self) -> int:
        return len(self._starts)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_problem: object) -> None:
        self._file.close()
