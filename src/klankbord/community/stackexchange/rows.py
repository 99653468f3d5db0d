"""The XML files of a dump, read as a stream: one row after another, whatever the size of the file.

The files come from elsewhere. There is no document type, no entity and nothing but rows in them; whatever else is there
is refused before it can do anything. Memory is bounded: a row that is longer than any post is refused too.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import IO
from xml.parsers import expat

_CHUNK = 64 * 1024
LONGEST_ROW = 4 * 1024 * 1024
"""Bytes. The longest post there is has some hundred thousand."""
_MOST_ATTRIBUTES = 60

type Row = dict[str, str]

ORDER: Mapping[str, Sequence[str]] = {
    "Posts": (
        "Id", "PostTypeId", "AcceptedAnswerId", "ParentId", "CreationDate", "DeletionDate", "Score", "ViewCount",
        "Body", "OwnerUserId", "OwnerDisplayName", "LastEditorUserId", "LastEditorDisplayName", "LastEditDate",
        "LastActivityDate", "Title", "Tags", "AnswerCount", "CommentCount", "FavoriteCount", "ClosedDate",
        "LockedDate", "CommunityOwnedDate", "ContentLicense",
    ),
    "Users": (
        "Id", "Reputation", "CreationDate", "DisplayName", "LastAccessDate", "WebsiteUrl", "Location", "AboutMe",
        "Views", "UpVotes", "DownVotes", "ProfileImageUrl", "EmailHash", "AccountId",
    ),
    "Comments": (
        "Id", "PostId", "Score", "Text", "CreationDate", "UserDisplayName", "UserId", "ContentLicense",
    ),
    "Votes": ("Id", "PostId", "VoteTypeId", "UserId", "CreationDate", "BountyAmount"),
    "PostLinks": ("Id", "CreationDate", "PostId", "RelatedPostId", "LinkTypeId"),
    "Tags": ("Id", "TagName", "Count", "ExcerptPostId", "WikiPostId", "IsModeratorOnly", "IsRequired"),
    "PostHistory": (
        "Id", "PostHistoryTypeId", "PostId", "RevisionGUID", "CreationDate", "UserId", "UserDisplayName", "Comment",
        "Text", "ContentLicense",
    ),
    "Badges": ("Id", "UserId", "Name", "Date", "Class", "TagBased"),
}  # fmt: skip
"""The files of a dump, and in which order the attributes of their rows stand."""


class NotADump(ValueError):
    """The file is no such file, or holds what none of them holds; the sentence says what."""


def read_rows(path: Path) -> Iterator[tuple[Row, int]]:
    """The rows of one file, each with how many bytes were read so far.

    Raises:
        NotADump: it is not well-formed, has a document type or entities, or a row longer than any row.
    """
    reader = _Reader(path.name)
    with path.open("rb") as file:
        for read in _feed(reader, file):
            yield from ((row, read) for row in reader.take())
    yield from ((row, path.stat().st_size) for row in reader.end())


def _feed(reader: _Reader, file: IO[bytes]) -> Iterator[int]:
    read = 0
    while chunk := file.read(_CHUNK):
        read += len(chunk)
        reader.feed(chunk, read)
        yield read


class _Reader:
    def __init__(self, name: str) -> None:
        self._name = name
        self._rows: list[Row] = []
        self._depth = 0
        self._last_row_at = 0
        self._parser = expat.ParserCreate()
        self._parser.buffer_text = True
        self._parser.StartElementHandler = self._start
        self._parser.EndElementHandler = self._end
        self._parser.StartDoctypeDeclHandler = self._refuse_doctype
        self._parser.EntityDeclHandler = self._refuse_doctype
        self._parser.ProcessingInstructionHandler = self._refuse_doctype
        self._parser.ExternalEntityRefHandler = self._refuse_entity

    def feed(self, chunk: bytes, read: int) -> None:
        """Read a piece more."""
        self._parse(chunk, final=False)
        if self._rows:
            self._last_row_at = read
        elif read - self._last_row_at > LONGEST_ROW:
            raise NotADump(f"{self._name}: a row has more than {LONGEST_ROW // 1024 // 1024} MB.")

    def take(self) -> list[Row]:
        """What was read since the last time."""
        rows, self._rows = self._rows, []
        return rows

    def end(self) -> list[Row]:
        """The rest."""
        self._parse(b"", final=True)
        return self.take()

    def _parse(self, chunk: bytes, *, final: bool) -> None:
        try:
            self._parser.Parse(chunk, final)
        except expat.ExpatError as error:
            words = expat.ErrorString(error.code)
            raise NotADump(f"{self._name}, line {error.lineno}: {words}.") from None

    def _start(self, name: str, attributes: Row) -> None:
        self._depth += 1
        if self._depth == 1:
            return
        if self._depth > 2 or name != "row" or len(attributes) > _MOST_ATTRIBUTES:
            raise NotADump(f"{self._name}: a <{name[:40]}> that no dump has.")
        self._rows.append(attributes)

    def _end(self, _name: str) -> None:
        self._depth -= 1

    def _refuse_doctype(self, *_args: object) -> None:
        raise NotADump(f"{self._name}: it declares a document type, entities or instructions, which no dump does.")

    def _refuse_entity(self, *_args: object) -> int:
        raise NotADump(f"{self._name}: it refers to something outside of it, which no dump does.")


def write_rows(path: Path, kind: str, rows: Iterator[Mapping[str, str]]) -> int:
    """Write one file as Stack Exchange does; how many rows. What a row has beyond the known attributes comes last."""
    count = 0
    order = {name: place for place, name in enumerate(ORDER[kind])}
    root = kind.lower()
    with path.open("w", encoding="utf-8", newline="\n") as file:
        file.write(f'\ufeff<?xml version="1.0" encoding="utf-8"?>\n<{root}>\n')
        for row in rows:
            names = sorted(row, key=lambda name: (order.get(name, len(order)), name))
            file.write(f"  <row {' '.join(f'{name}={_quoted(row[name])}' for name in names)} />\n")
            count += 1
        file.write(f"</{root}>")
    return count


_SIGNS = {
    **dict.fromkeys((*range(9), 11, 12, *range(14, 32), 0xFFFE, 0xFFFF)),  # what XML cannot hold
    **{ord(sign): f"&{name};" for sign, name in (("&", "amp"), ("<", "lt"), (">", "gt"), ('"', "quot"))},
    **{ord(sign): f"&#x{ord(sign):X};" for sign in "\t\n\r"},
}


def _quoted(text: str) -> str:
    return f'"{text.translate(_SIGNS)}"'
