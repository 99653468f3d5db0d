"""Mailboxes as files: mbox, Maildir, single mails and folders of all these, read as streams.

First only places are gathered (file, offset, length, date of each mail), so that a mailbox of any size fits in memory
and its mails can be read in the order in which they were written.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from klankbord.channels.adapters.email import headers
from klankbord.channels.adapters.email.dates import read_date
from klankbord.channels.adapters.email.reading import LARGEST_MAIL
from klankbord.channels.contract import CannotParse

_ENOUGH_HEADER = 256 * 1024
_LONGEST_LINE = 1024 * 1024
_FROM_LINE = re.compile(rb"From \S.*\b(?:\d{2}:\d{2}|\d{4})\b|From - |From \S+@\S+", re.IGNORECASE)
_QUOTED_FROM = re.compile(rb"^>(>*From )", re.MULTILINE)
_NEVER = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Place:
    """Where one mail lies. `in_mbox` when its lines that begin with "From " are marked with ">"."""

    file: Path
    offset: int
    length: int
    written_at: datetime
    in_mbox: bool = False

    @property
    def name(self) -> str:
        """How to tell a person which mail is meant."""
        return f"{self.file} (at byte {self.offset})" if self.in_mbox else str(self.file)


def read_mail(place: Place) -> bytes:
    """The bytes of a mail; one byte past the limit when it is larger than what is read at all."""
    with place.file.open("rb") as opened:
        opened.seek(place.offset)
        raw = opened.read(min(place.length, LARGEST_MAIL + 1))
    return _QUOTED_FROM.sub(rb"\1", raw) if place.in_mbox else raw


def holds_header(raw: bytes) -> bool:
    """Whether a file has what every mail has. What comes in by itself is kept whatever it is; history is chosen."""
    try:
        return headers.is_mail(headers.split(raw[:_ENOUGH_HEADER])[0])
    except CannotParse:
        return True  # too much of a header: the reading says so, and keeps its bytes


def mail_files(paths: Iterable[Path]) -> Iterator[Path]:
    """All files with mails under `paths`, in order of name. What a mail program keeps beside them is passed over."""
    for path in paths:
        if not path.is_dir():
            yield path
            continue
        is_maildir = (path / "cur").is_dir()
        for inner in sorted(path.iterdir()):
            if is_maildir and inner.name == "tmp":  # half delivered
                continue
            if inner.is_dir():
                yield from mail_files([inner])
            elif _holds_mail(inner, in_maildir=path.name in ("cur", "new")):
                yield inner


def _holds_mail(file: Path, *, in_maildir: bool) -> bool:
    if in_maildir or file.suffix.lower() in (".eml", ".mbox", ".mbx"):
        return True
    with file.open("rb") as opened:
        return _FROM_LINE.match(opened.readline(1000)) is not None


def places(file: Path, read: Callable[[int], object] = lambda _bytes: None) -> Iterator[Place]:
    """The mails in a file; `read` is told how many bytes were gone through. `OSError` when it cannot be read."""
    size = file.stat().st_size
    with file.open("rb") as opened:
        first = opened.readline(_LONGEST_LINE)
        if _FROM_LINE.match(first) is None:
            opened.seek(0)
            yield Place(file, 0, size, _written_at(opened.read(_ENOUGH_HEADER)))
            read(size)
            return
        start, after_blank, head = len(first), False, bytearray()
        position = told = start
        while line := opened.readline(_LONGEST_LINE):
            if after_blank and line.startswith(b"From ") and _FROM_LINE.match(line):
                yield Place(file, start, position - start, _written_at(bytes(head)), in_mbox=True)
                start = position + len(line)
                head.clear()
            elif len(head) < _ENOUGH_HEADER:
                head += line
            after_blank = line in (b"\n", b"\r\n")
            position += len(line)
            if position - told > _LONGEST_LINE:
                read(position - told)
                told = position
        if position > start:
            yield Place(file, start, position - start, _written_at(bytes(head)), in_mbox=True)
        read(position - told)


def _written_at(head: bytes) -> datetime:
    try:
        found, _ = headers.split(head)
    except CannotParse:
        return _NEVER
    return read_date(found.plain("date"))[0] or _NEVER
