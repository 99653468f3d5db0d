"""Reading a CSV file of ideas: whatever its encoding, with the line of each row, nothing of it left out."""

from __future__ import annotations

import csv
import io
import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from klankbord.ideas.interchange.formats import FORMATS, Format
from klankbord.ideas.models import Status

LONGEST_CELL = 2_000_000
LONGEST_TITLE = 300


class NotOurs(ValueError):
    """A file in which nothing can be recognised; the sentence says what was expected."""


class BadRow(ValueError):
    """A row that cannot be brought in; the sentence says why."""


@dataclass(frozen=True, slots=True)
class Voter:
    """Somebody who voted, as the file names them. `row`: the columns about them."""

    email: str
    name: str
    at: datetime | None
    row: dict[str, str]


@dataclass(slots=True)
class Brought:
    """One idea as a file has it.

    Attributes:
        line: Where it begins in the file.
        status: Ours; NEW for a duplicate.
        votes: How many, whoever they were.
        original: The number of the idea that it goes on as; empty when it stands by itself.
        row: All columns, as they stand there.
        voters: Who is named.
    """

    line: int
    number: str
    title: str
    text: str
    created_at: datetime
    author: str
    author_email: str
    votes: int
    status: Status
    answer: str
    answer_by: str
    answered_at: datetime | None
    original: str
    tags: list[str]
    row: dict[str, str]
    voters: list[Voter] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Sheet:
    """A file: its format and its rows, each with the line at which it begins."""

    format: Format
    header: list[str]
    rows: list[tuple[int, list[str]]]


def read_sheet(path: Path) -> Sheet:
    """The rows of a file, without looking at what they say.

    Raises:
        NotOurs: it is no CSV, or has the columns of no format that is known.
        OSError: it cannot be read.
    """
    text = _decoded(path.read_bytes())
    csv.field_size_limit(LONGEST_CELL)
    try:
        rows = list(_rows(text))
    except NotOurs as problem:
        raise NotOurs(f"{path} is {problem}.") from None
    if not rows:
        raise NotOurs(f"{path} is empty.")
    header = rows[0][1]
    twice = next((name for name, count in Counter(header).items() if count > 1), None)
    if twice is not None:
        called = f"called “{twice}”" if twice.strip() else "without a name"
        raise NotOurs(f"{path} has more than one column {called}. Give each a name of its own.")
    found = next((each for each in FORMATS.values() if each.fits(header)), None)
    if found is None:
        listed = ", ".join(each.strip() for each in header)
        raise NotOurs(f"{path} has the columns of neither Fider nor UserVoice. It has: {listed[:300]}.")
    return Sheet(found, header, rows[1:])


def read_ideas(sheet: Sheet) -> tuple[list[Brought], list[str]]:
    """The ideas of a file, each once with all its voters; and a sentence for each row that cannot be brought in."""
    found: dict[str, Brought] = {}
    broken: list[str] = []
    fields = {position: sheet.format.field_of(name) for position, name in enumerate(sheet.header)}
    for line, cells in sheet.rows:
        try:
            if len(cells) != len(sheet.header):
                raise BadRow(f"it has {len(cells)} columns, the header has {len(sheet.header)}")
            row = dict(zip(sheet.header, cells, strict=True))
            values = {name: cells[position] for position, name in fields.items() if name is not None}
            number = values.get("number", "").strip()
            if not number or len(number) > 60:
                raise BadRow("it has no number" if not number else "its number is too long")
            known = found.get(number)
            if known is None:
                found[number] = known = _idea(line, values, row, sheet.format)
            elif not _voter_in(values):
                raise BadRow(f"number {number} stands in this file already, at line {known.line}")
            voter = _voter(values, row)
            if voter is not None:
                known.voters.append(voter)
        except BadRow as problem:
            broken.append(f"Line {line}: {problem}.")
    return list(found.values()), broken


def _idea(line: int, values: dict[str, str], row: dict[str, str], form: Format) -> Brought:
    title = " ".join(values.get("title", "").split())
    if not title:
        raise BadRow("it has no title")
    if len(title) > LONGEST_TITLE:
        raise BadRow(f"its title has more than {LONGEST_TITLE} characters")
    word, original = values.get("status", ""), values.get("original", "").strip()
    is_duplicate = word.strip().lower() == form.duplicate or (bool(original) and form.name == "uservoice")
    status = Status.NEW if is_duplicate else form.read_status(word)
    if status is None:
        raise BadRow(f"“{word.strip()[:40]}” is no status that we know")
    if word.strip().lower() == form.duplicate and not original:
        raise BadRow("it is a duplicate, but does not say of which number")
    created = _moment(values.get("created_at", ""), "when it was posted")
    if created is None:
        raise BadRow("it does not say when it was posted")
    return Brought(
        line=line,
        number=values["number"].strip(),
        title=title,
        text=values.get("text", "").replace("\r\n", "\n").strip(),
        created_at=created,
        author=" ".join(values.get("author", "").split())[:200],
        author_email=values.get("author_email", "").strip(),
        votes=_count(values.get("votes", ""), "votes"),
        status=status,
        answer=values.get("answer", "").replace("\r\n", "\n").strip(),
        answer_by=" ".join(values.get("answer_by", "").split())[:120],
        answered_at=_moment(values.get("answered_at", ""), "when it was answered"),
        original=original if is_duplicate else "",
        tags=_tags(values.get("tags", "")),
        row=row,
    )


def _voter_in(values: dict[str, str]) -> bool:
    return bool(values.get("voter_email", "").strip())


def _voter(values: dict[str, str], row: dict[str, str]) -> Voter | None:
    if not _voter_in(values):
        return None
    email = values["voter_email"].strip()
    if "@" not in email or len(email) > 320:
        raise BadRow(f"“{email[:60]}” is no e-mail address of a voter")
    name = " ".join(values.get("voter_name", "").split())[:200]
    return Voter(email, name, _moment(values.get("voted_at", ""), "when somebody voted"), row)


def _count(text: str, what: str) -> int:
    plain = text.strip()
    if not plain:
        return 0
    if not plain.isdecimal() or len(plain) > 9:
        raise BadRow(f"“{plain[:40]}” is no number of {what}")
    return int(plain)


def _moment(text: str, what: str) -> datetime | None:
    """RFC 3339, with or without a T and a zone; without one it is UTC."""
    plain = text.strip().removesuffix(" UTC")
    if not plain:
        return None
    try:
        moment = datetime.fromisoformat(plain)
        moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
        return moment.astimezone(UTC)
    except (ValueError, OverflowError):
        raise BadRow(f"“{plain[:40]}” does not say {what}") from None


def _tags(text: str) -> list[str]:
    """Words joined by a comma and a space, or a list as JSON writes it."""
    plain = text.strip()
    if plain.startswith("["):
        try:
            listed = json.loads(plain)
        except ValueError:
            listed = [plain]
        return [str(each).strip() for each in listed if str(each).strip()] if isinstance(listed, list) else [plain]
    return [each.strip() for each in plain.split(", ") if each.strip()]


def _decoded(content: bytes) -> str:
    """UTF-8 or UTF-16 by their mark, UTF-8 without one, else what Windows writes in Western Europe."""
    for mark, encoding in ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16")):
        if content.startswith(mark):
            return content.decode(encoding, errors="replace")
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError:
        return content.decode("cp1252", errors="replace")


def _rows(text: str) -> Iterator[tuple[int, list[str]]]:
    """Each row with the line at which it begins; cells may hold line ends."""
    first = text.splitlines()[0] if text else ""
    separator = max(",;\t", key=first.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    line = 1
    while True:
        try:
            cells = next(reader, None)
        except csv.Error as problem:
            raise NotOurs(f"no CSV file: the row that begins at line {line} cannot be read ({problem})") from None
        if cells is None:
            return
        if cells:
            yield line, [each.replace("\x00", "") for each in cells]
        line = reader.line_num + 1
