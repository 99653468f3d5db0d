"""Address lists in all legal and many illegal forms (RFC 5322 sections 3.4 and 4.4), in one pass over the
characters.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import islice

from klankbord.channels.adapters.email import headers
from klankbord.channels.contract import Party

MOST_PARTIES = 10_000
_LONGEST_ADDRESS = 320  # 64 for the mailbox, 255 for the domain (RFC 5321 section 4.5.3.1)
_LONGEST_NAME = 300
_LONGEST_ENTRY = 2_000
_MOST_TOKENS = 200_000

_TOKEN = re.compile(r'"((?:[^"\\]|\\.)*)("|$)|([<>,;:()])|([^"<>,;:()\\]+|\\.?)', re.DOTALL)
_ESCAPE = re.compile(r"\\(.)", re.DOTALL)
_SPACE = re.compile(r"\s+")
_AROUND_DOTS = re.compile(r" ?([.@]) ?")
_IN_DECODED = re.compile(r"^(.*?)<([^\s<>]+@[^\s<>]+)>\s*$")


@dataclass(slots=True)
class _Entry:
    """What stands between two commas, as far as it was read."""

    words: list[str] = field(default_factory=list)
    quoted: bool = False
    angle: list[str] | None = None  # what stands in angle brackets
    closed: bool = False
    late: list[str] = field(default_factory=list)  # what comes after the brackets without a comma
    comments: list[str] = field(default_factory=list)

    @property
    def open_angle(self) -> list[str] | None:
        """What stands in angle brackets as long as they are open."""
        return None if self.closed else self.angle

    def __bool__(self) -> bool:
        return self.angle is not None or any(word.strip() for word in self.words)


def read_addresses(values: Sequence[str]) -> tuple[list[Party], list[str]]:
    """Read address fields; several fields of one name count as one list.

    Display names are decoded; addresses stay as written, without white space and comments. Groups give their members.

    Returns:
        The parties, and defects as English sentences.
    """
    parties: list[Party] = []
    defects: list[str] = []
    for value in values:
        entries = _split(value)
        for entry in _with_names_that_hold_commas(entries):
            if len(parties) >= MOST_PARTIES:
                return parties, [
                    *defects,
                    f"There are more than {MOST_PARTIES} addresses; the rest was left out.",
                ]
            parties += _parties(entry, defects)
    return parties, list(dict.fromkeys(defects))


def _split(text: str) -> list[_Entry]:
    """Cut at commas, semicolons and group names; quotes, comments and angle brackets hold together."""
    splitter = _Splitter()
    for match in islice(_TOKEN.finditer(text), _MOST_TOKENS):
        quote, _, mark, run = match.groups()
        if splitter.comment_depth:
            splitter.in_comment(mark, match[0])
        elif quote is not None:
            splitter.quoted(match[0], _ESCAPE.sub(r"\1", quote))
        elif run is not None:
            splitter.run(run)
        else:
            splitter.mark(mark)
    splitter.next_entry()
    return splitter.entries


@dataclass(slots=True)
class _Splitter:
    entries: list[_Entry] = field(default_factory=list)
    entry: _Entry = field(default_factory=_Entry)
    comment_depth: int = 0

    def next_entry(self) -> None:
        if self.entry:
            self.entries.append(self.entry)
        self.entry = _Entry()

    def in_comment(self, mark: str | None, raw: str) -> None:
        self.comment_depth += {"(": 1, ")": -1}.get(mark or "", 0)
        if self.comment_depth:
            self.entry.comments.append(raw)

    def quoted(self, raw: str, content: str) -> None:
        if self.entry.open_angle is not None:
            self.entry.open_angle.append(raw)  # a quoted mailbox name: <"a b"@c>
        else:
            self.entry.words.append(content)
            self.entry.quoted = True

    def run(self, text: str) -> None:
        entry = self.entry
        (entry.late if entry.closed else entry.words if entry.angle is None else entry.angle).append(text)

    def mark(self, mark: str) -> None:
        entry = self.entry
        if mark == "(":
            self.comment_depth = 1
            entry.comments.append(" ")
        elif mark == "<":
            if entry.closed:
                self.next_entry()
                self.entry.words = entry.late
            self.entry.angle = []
        elif entry.open_angle is not None:
            self._in_angle(mark, entry.open_angle)
        elif mark in ",;":
            self.next_entry()
        elif mark == ":" and entry.angle is None:
            if any("@" in word for word in entry.words) and not entry.quoted:
                entry.words.append(mark)
            else:
                self.entry = _Entry()  # what was read is the name of a group

    def _in_angle(self, mark: str, angle: list[str]) -> None:
        if mark == ">":
            self.entry.closed = True
        elif mark in ",;" and angle and not angle[0].lstrip().startswith("@"):
            # An unclosed bracket before the next address, and no route (`@a,@b:c@d`).
            self.next_entry()
        else:
            angle.append(mark)


def _with_names_that_hold_commas(entries: list[_Entry]) -> list[_Entry]:
    """Put `Doe, John <john@example.org>` together again: a piece without any address belongs to the next piece's
    name.
    """
    result: list[_Entry] = []
    held: _Entry | None = None
    for entry in entries:
        if not entry:
            continue
        if held is not None:
            if entry.angle is not None and entry.words and not entry.quoted:
                entry.words = [*held.words, ",", " ", *entry.words]
            else:
                result.append(held)
            held = None
        if entry.angle is None and not entry.quoted and not any("@" in word or "=?" in word for word in entry.words):
            held = entry
        else:
            result.append(entry)
    return [*result, held] if held is not None else result


def _parties(entry: _Entry, defects: list[str]) -> list[Party]:
    comment = _name("".join(entry.comments))
    if entry.angle is not None:
        name = _name("".join(entry.words)) or comment
        address = _address("".join(entry.angle)[:_LONGEST_ENTRY])
        if not address:
            defects.append("An address is empty.")
            return [Party(name, "")] if name else []
        return [_party(name, address, defects)]
    written = "".join(entry.words)[:_LONGEST_ENTRY]
    decoded = headers.decode_words(written)
    inside = _IN_DECODED.match(decoded) if "=?" in written else None
    if inside:
        # The whole `Name <address>` was encoded, which RFC 2047 section 5 forbids.
        return [_party(_name(inside[1]), inside[2], defects)]
    words = _compact(decoded).split(" ")
    found = words if len(words) == 1 else [word.strip("[]'") for word in words if "@" in word]
    if not found:
        defects.append("An address has no @.")
        return [Party(_name(decoded), "")]
    if len(found) > 1:
        defects.append("Addresses are not separated by commas.")
        return [_party(comment, address, defects) for address in found]
    name = _name(" ".join(word for word in words if "@" not in word)) if len(words) > 1 else ""
    return [_party(name or comment, found[0], defects)] if found[0] else []


def _party(name: str, address: str, defects: list[str]) -> Party:
    if "@" not in address:
        defects.append("An address has no @.")
    if len(address) > _LONGEST_ADDRESS:
        defects.append("An address is too long.")
        address = ""
    return Party(name, address)


def _compact(text: str) -> str:
    """`jdoe@test   . example` is an obsolete way to write `jdoe@test.example`."""
    return _AROUND_DOTS.sub(r"\1", " ".join(text.split()))


def _name(text: str) -> str:
    return _SPACE.sub(" ", headers.decode_words(text[:_LONGEST_ENTRY])).strip()[:_LONGEST_NAME]


def _address(text: str) -> str:
    """What stands between angle brackets, without white space, comments and a source route."""
    if text.lstrip().startswith("@") and ":" in text:
        text = text.rpartition(":")[2]
    text = _compact(text)
    if text.lower().startswith("mailto:"):
        text = text[7:]
    if ":" in text and not text.startswith('"'):
        return ""  # a group without members, put in brackets: <undisclosed-recipients:@host;>
    if "=?" in text:
        text = headers.decode_words(text)
    return text if text.startswith('"') else _SPACE.sub("", text)
