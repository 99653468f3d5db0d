"""Reading a CSV file of ideas: whatever its encoding, with the line of each row, nothing of it left out."""

from __future__ import annotations

import csv
import io
import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path

from klankbord.ideas.interchange.formats import FORMATS, Format
from klankbord.ideas.models import Status

LONGEST_CELL = 2_000_000
LONGEST_TITLE = 300
LONGEST_NUMBER = 60
MOST_UNREADABLE = 500
"""Each is read anew up to the end of the file, so there is an end to it."""


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
class Unreadable:
    """A line with which no row begins, and why."""

    why: str


@dataclass(frozen=True, slots=True)
class Sheet:
    """A file: its format and its rows, each with the line at which it begins; `unread` says why, of what is no row."""

    format: Format
    header: list[str]
    rows: list[tuple[int, list[str]]]
    unread: list[tuple[int, str]]


def read_sheet(path: Path) -> Sheet:
    """The rows of a file, without looking at what they say.

    Raises:
        NotOurs: it is no CSV, or has the columns of no format that is known.
        OSError: it cannot be read.
    """
    text = _decoded(path.read_bytes())
    csv.field_size_limit(LONGEST_CELL)
    rows = list(_rows(text))
    if not rows:
        raise NotOurs(f"{path} is empty.")
    header = rows[0][1]
    if isinstance(header, Unreadable):
        raise NotOurs(f"{path} is no CSV file: its header cannot be read ({header.why}).")
    twice = next((name for name, count in Counter(header).items() if count > 1), None)
    if twice is not None:
        called = f"called “{twice}”" if twice.strip() else "without a name"
        raise NotOurs(f"{path} has more than one column {called}. Give each a name of its own.")
    found = next((each for each in FORMATS.values() if each.fits(header)), None)
    if found is None:
        listed = ", ".join(each.strip() for each in header)
        needed = " ".join(f"{each.title} needs: {', '.join(each.needed)}." for each in FORMATS.values())
        raise NotOurs(f"{path} has the columns of neither Fider nor UserVoice. It has: {listed[:300]}. {needed}")
    return Sheet(
        found,
        header,
        rows=[(line, cells) for line, cells in rows[1:] if not isinstance(cells, Unreadable)],
        unread=[(line, cells.why) for line, cells in rows[1:] if isinstance(cells, Unreadable)],
    )


def read_ideas(sheet: Sheet) -> tuple[list[Brought], list[str]]:
    """The ideas of a file, each once with all its voters; and a sentence for each row that cannot be brought in."""
    found: dict[str, Brought] = {}
    broken = [(line, f"it cannot be read ({why})") for line, why in sheet.unread]
    fields = {position: sheet.format.field_of(name) for position, name in enumerate(sheet.header)}
    for line, cells in sheet.rows:
        try:
            if len(cells) != len(sheet.header):
                raise BadRow(f"it has {len(cells)} columns, the header has {len(sheet.header)}")
            row = dict(zip(sheet.header, cells, strict=True))
            values = {name: cells[position] for position, name in fields.items() if name is not None}
            number = values.get("number", "").strip()
            _check_number(number)
            known = found.get(number)
            if known is None:
                found[number] = known = _idea(line, values, row, sheet.format)
            elif not _voter_in(values):
                raise BadRow(f"number {number} stands in this file already, at line {known.line}")
            voter = _voter(values, row)
            if voter is not None:
                known.voters.append(voter)
        except BadRow as problem:
            broken.append((line, str(problem)))
    return list(found.values()), [f"Line {line}: {why}." for line, why in sorted(broken)]


def _check_number(number: str) -> None:
    if not number:
        raise BadRow("it has no number")
    if len(number) > LONGEST_NUMBER:
        raise BadRow("its number is too long")
    if not (number.isascii() and number.isdigit()):
        raise BadRow(f"“{number[:40]}” is no number of an idea")


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
    if is_duplicate and original == values["number"].strip():
        raise BadRow("it is a duplicate of itself")
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


def _rows(text: str) -> Iterator[tuple[int, list[str] | Unreadable]]:
    """Each row with the line at which it begins; cells may hold line ends.

    What cannot be read ends with its line: a quotation mark that never closes takes none of the rows below it along.
    """
    lines = list(io.StringIO(text, newline=""))
    separator = max(",;\t", key=lines[0].count) if lines else ","
    begin = 0
    for _attempt in range(MOST_UNREADABLE):
        reader = csv.reader(islice(lines, begin, None), delimiter=separator, strict=True)
        at = begin
        try:
            for cells in reader:
                if cells:
                    yield at + 1, [each.replace("\x00", "") for each in cells]
                at = begin + reader.line_num
        except csv.Error as problem:
            yield at + 1, Unreadable(str(problem))
            begin = at + 1
        else:
            return
    yield begin + 1, Unreadable("and neither could many before it: nothing is read from here on")
