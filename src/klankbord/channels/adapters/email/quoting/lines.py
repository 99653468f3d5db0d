"""What each line of a mail is: text, a quote, the start of history, a signature mark.

The kinds are those on which public reply parsers agree; the recognisers are this module's own.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum

from klankbord.channels.adapters.email.quoting import wording
from klankbord.channels.adapters.email.quoting.attribution import (
    LINE_LIMIT,
    attribution_length,
    field_kind,
    header_block_length,
    own_words_before,
)


class Kind(Enum):
    """What a run of lines is."""

    TEXT = "text"
    BLANK = "blank"
    QUOTE = "quote"
    ATTRIBUTION = "attribution"
    HEADERS = "headers"
    DELIMITER = "delimiter"
    DEVICE = "device"
    MACHINE = "machine"
    """Armour of a signed mail and the like: never shown as part of the reply, and no mark of anything."""


@dataclass(frozen=True, slots=True)
class Run:
    """Consecutive lines of one kind that stand or fall together: `start` up to, not including, `stop`."""

    kind: Kind
    start: int
    stop: int


WRAP_FROM, WRAP_UP_TO, WRAP_FITS = 60, 100, 76
"""How long a quoted line is that a program wrapped, and what always fits on one."""
SENTENCE_ENDS = (".", "!", "?", ":", ";")

_DELIMITER = re.compile(r"[-_,=+~#*ᐧ—–]+$")
_HYPHENS = re.compile(r"[-–—]{2,3}$")
_DEVICE_SENTENCE = re.compile("|".join(f"(?:{pattern})" for pattern in wording.DEVICE_SENTENCES))
_DEVICE = re.compile("|".join(f"(?:{pattern})" for pattern in (*wording.DEVICE_LINES, *wording.DEVICE_SENTENCES)))
_MARKDOWN_LINK = re.compile(r"\[([^\[\]]{1,100})\]\([^()]{1,300}\)")
_INITIALS = re.compile(r"[ \t]*[^\W\d_]{1,12}>(?=[ >]|$)")
_BAR = re.compile(r"[ \t]*\|(?=[ \t|>]|$)")
_RARE_MARK = re.compile(r"[^\W\d_]{1,12}>|\|")
_FENCE = re.compile(r"```\w{0,30}\s{0,20}$")
_ENCLOSED_FROM = re.compile(r">{4,}[ \t]*$|>>> ?\S[^\n]{0,80}>>>[ \t]*$")
_ENCLOSED_TO = re.compile(r"<{4,}[ \t]*$|<<< ?\S[^\n]{0,80}<<<[ \t]*$")
_SUPERCITE = re.compile(r'.{0,80}>{5} "[^"\n]{1,80}" == .{1,120} writes:')


def with_plain_quote_marks(lines: Sequence[str]) -> list[str]:
    """Rewrites rarer ways of quoting ("JD> text", "| text", ">>>> … <<<<") to a leading ">"; other lines stay.

    An attribution behind the customer's own words gets a line of its own.
    """
    out: list[str] = []
    enclosed_until = _enclosures(lines)
    until = -1
    for index, line in enumerate(lines):
        if index in enclosed_until:
            until = enclosed_until[index]
            out.append(">")
        elif index <= until:
            out.append("> " + line if index < until else ">")
        else:
            own = own_words_before(lines, index) if ":" in line[-12:] else 0
            out += [line[:own].rstrip(" \t-–—"), line[own:]] if own else [_plain_marks(line)]
    return out


def _plain_marks(line: str) -> str:
    head = line[:40]
    if _INITIALS.match(head) or (_BAR.match(head) and not line.rstrip().endswith("|")):
        mark = re.match(r"[ \t]*(?:[^\W\d_]{0,12}[>|][ \t]?){1,9}", head)
        if mark:
            return _RARE_MARK.sub(">", mark[0]) + line[mark.end() :]
    return line


def _enclosures(lines: Sequence[str]) -> dict[int, int]:
    """Where a block quoted between lines of ">>>>" and "<<<<" begins and ends."""
    found: dict[int, int] = {}
    opened: int | None = None
    for index, line in enumerate(lines):
        if opened is None and line.startswith(">>>") and _ENCLOSED_FROM.match(line[:LINE_LIMIT]):
            opened = index
        elif opened is not None and line.startswith("<<<") and _ENCLOSED_TO.match(line[:LINE_LIMIT]):
            found[opened] = index
            opened = None
    return found


def runs_of(lines: Sequence[str]) -> list[Run]:
    """Sorts all lines into runs, in order and without gaps. One pass with bounded looking ahead."""
    runs: list[Run] = []
    fences = _fenced(lines)
    armour = _armour(lines)
    wrapped = _wrapped_quotes(lines)
    index = 0
    while index < len(lines):
        kind, length = Kind.TEXT, 1
        if index in fences:
            length = fences[index] - index
        elif index in armour:
            kind, length = Kind.MACHINE, armour[index] - index
        elif index in wrapped:
            kind = Kind.QUOTE
        else:
            kind, length = _kind_at(lines, index)
        runs.append(Run(kind, index, index + length))
        index += length
    return runs


def _kind_at(lines: Sequence[str], index: int) -> tuple[Kind, int]:
    """What begins at a line, and how many lines it takes."""
    line = lines[index]
    bare = line[:LINE_LIMIT].strip(" \t\xa0\u200b\ufeff\u202f")
    if not bare and not line.strip():
        return Kind.BLANK, 1
    if len(line) <= LINE_LIMIT:
        kind = _kind_of_mark(lines, index, bare)
        if kind:
            return kind, 1
        # Fields first: "De : … Date : … À : …" would also pass for an attribution over several lines.
        length = header_block_length(lines, index) if bare[:1] != ">" and any(sign in bare for sign in ":：<") else 0
        if length:
            return Kind.HEADERS, length
        length = attribution_length(lines, index)
        if length:
            return Kind.ATTRIBUTION, length
    return (Kind.QUOTE if bare[:1] == ">" else Kind.TEXT), 1


def _kind_of_mark(lines: Sequence[str], index: int, bare: str) -> Kind | None:
    if not bare:
        return Kind.BLANK  # invisible characters only
    if _is_delimiter(lines, index, bare):
        return Kind.DELIMITER
    if is_device_line(bare):
        return Kind.DEVICE
    return Kind.MACHINE if _SUPERCITE.match(bare) else None


def _is_delimiter(lines: Sequence[str], index: int, bare: str) -> bool:
    if bare in ("-", "*") or not _DELIMITER.match(bare):
        return False
    # A heading underlined with as many dashes as it has letters, text under it, is no signature mark.
    if len(bare) >= 4 and bare[0] in "=-" and 0 < index < len(lines) - 1 and lines[index + 1].strip():
        above = lines[index - 1].strip()
        stands_alone = index == 1 or not lines[index - 2].strip()
        if above and stands_alone and abs(len(above) - len(bare)) <= 2:
            return field_kind(lines[index + 1]) is not None or attribution_length(lines, index + 1) > 0
    return True


def is_signature_hyphens(line: str) -> bool:
    """Whether a line is the usual "-- " above a signature."""
    return _HYPHENS.match(line.strip()) is not None


def is_rule(line: str) -> bool:
    """Whether a line is a rule as people draw it between two parts of a letter: "---", "*****", "=====";
    programs draw them longer or with underscores.
    """
    bare = line.strip()
    return 3 <= len(bare) <= 24 and bare[0] in "-*=~+#—–" and not bare.strip(bare[0])


def is_underscores(line: str) -> bool:
    """Whether a line consists of underscores only."""
    bare = line.strip()
    return bool(bare) and not bare.strip("_")


def is_device_line(line: str) -> bool:
    """Whether a line is a mail program's own advertisement ("Sent from my iPhone") and not a sentence that looks so."""
    if "](" in line:
        line = _MARKDOWN_LINK.sub(r"\1", line)
    text = line.strip(" \t\xa0*_~<>()[]|-–—").casefold()
    if not text or len(text) > 180 or not _DEVICE.match(text):
        return False
    if _DEVICE_SENTENCE.match(text) or any(word in text for word in wording.APOLOGIES):
        return True
    words = text.split("<")[0].split("http")[0].replace(",", " ").replace(".", " ").split()
    return not wording.SENTENCE_MARKS.intersection(words[1:]) and len(words) <= 16 and not text.endswith((":", "?"))


def _wrapped_quotes(lines: Sequence[str]) -> set[int]:
    """The lines that are the end of a quoted line, broken off without a quote mark of their own.

    Such a line goes on in the middle of a sentence, its first word did not fit on the line above, and quoting goes on
    below it. In a mail where that happens the last line of a quote can be one too.
    """
    ends = [index for index in range(1, len(lines)) if _breaks_off(lines[index - 1], lines[index])]
    within = {index for index in ends if index + 1 < len(lines) and lines[index + 1].lstrip().startswith(">")}
    return {*ends} if within else set()


def _breaks_off(above: str, line: str) -> bool:
    above = above.rstrip()
    if above[:1] != ">" or not WRAP_FROM <= len(above) <= WRAP_UP_TO or above.endswith(SENTENCE_ENDS):
        return False
    first = line[:1]
    if len(line) > len(above) or not (first.islower() or first.isdigit()):
        return False
    return len(above) + 1 + len(line.split(maxsplit=1)[0]) > WRAP_FITS


def _fenced(lines: Sequence[str]) -> dict[int, int]:
    """Blocks between lines of three backticks, text whatever they contain: first line → line after the last."""
    found: dict[int, int] = {}
    opened: int | None = None
    for index, line in enumerate(lines):
        if not line.startswith("```"):
            continue
        if opened is None:
            if _FENCE.match(line[:80]):
                opened = index
        elif not line.strip("` \t"):
            found[opened] = index + 1
            opened = None
    return found


def _armour(lines: Sequence[str]) -> dict[int, int]:
    """OpenPGP's lines around signed text and Google Groups' last line: first line → line after the last."""
    found: dict[int, int] = {}
    opened: int | None = None
    for index, line in enumerate(lines):
        if not line.startswith("-----"):
            continue
        mark = line.strip()
        if mark == "-----BEGIN PGP SIGNED MESSAGE-----":
            stop = index + 1
            while stop < len(lines) and lines[stop].startswith(("Hash:", "Charset:")):
                stop += 1
            found[index] = stop
        elif mark == "-----BEGIN PGP SIGNATURE-----":
            opened = index
        elif mark == "-----END PGP SIGNATURE-----" and opened is not None:
            found[opened] = index + 1
            opened = None
    return found
