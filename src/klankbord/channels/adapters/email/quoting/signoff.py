"""The end of a reply that no one wrote for this occasion: contact details under a sign-off, legal notices, "-Name".

A plain goodbye ("Met vriendelijke groet, Jan") stays: it is the customer's own and public parsers keep it too. It goes
to the signature only together with a block of contact details under it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from klankbord.channels.adapters.email.quoting import wording

MAX_SIGNATURE_LINES = 20
MAX_DISCLAIMER_LINES = 40
LONGEST_LINE = 2_000

_CONTACT = re.compile(
    r"[\w.+-]{1,80}@[\w-]{1,80}\.\w"  # an e-mail address
    r"|\bwww\.\w|https?://"
    r"|(?:\+|\b00)\d{2}[\d\s().-]{6,}|\b0\d{1,4}[\s./-]{1,3}\d[\d\s.-]{4,}|\b0[1-9]\d{8,9}\b|\b\(0\d{1,4}\)"
    r"|^(?:t|tel|tel\.|telefoon|telefon|téléphone|phone|mobiel|mobil|mobile|m|gsm|fax|f|e|e-mail|email|w)\s?[:.|]"
    r"|\b\d{4}\s?[a-z]{2}\s{1,3}[a-z]"  # a Dutch postcode and town
    r"|\b(?:kvk|k\.v\.k|btw|iban|hrb|ust-id|siret|rcs|amtsgericht|geschäftsführer)\b",
    re.IGNORECASE,
)
_DASHED_NAME = re.compile(r"(?:-{1,2}|—|–)\s?[^\W\d_][\w.'’-]{0,30}(?: [^\W\d_][\w.'’-]{0,30}){0,3}$")
_SENTENCE_END = re.compile(r"[.!?…][)\"'»”]?(?=\s|$)")
_POSTSCRIPT = re.compile(r"\s*(?:p\.?\s?s\.?|ps)\b", re.IGNORECASE)


def closing_start(lines: Sequence[str]) -> int:
    """The index from which the end of a reply is signature; `len(lines)` when all of it was written.

    Args:
        lines: The lines of the reply alone, trailing blank lines removed.
    """
    stop = _without_disclaimer(lines, _without_unsubscribe(lines, len(lines)))
    return _without_sign_off(lines, _without_dashed_name(lines, stop))


def is_footer(line: str) -> bool:
    """Whether a line under a quote is what a list or service adds ("To unsubscribe …", "view it on …", a bare link)."""
    text = line.strip().casefold()
    if text.startswith(("http://", "https://", "<http")) and " " not in text:
        return True
    return any(words in text for words in wording.FOOTERS)


def is_answer(lines: Sequence[str]) -> bool:
    """Whether lines under a quoted mail are sentences that someone wrote there, and nothing that a program adds."""
    return not _is_added(lines) and sum(map(_sentences, lines)) >= 1


def is_short_answer(lines: Sequence[str]) -> bool:
    """Whether lines under a quoted mail are a few words without a full stop ("12345", "liever woensdag"), and neither
    a name, a goodbye, nor what a program adds.
    """
    said = [line.strip() for line in lines if line.strip()]
    if _is_added(said) or any(map(is_sign_off, said)):
        return False
    return any(map(_speaks, said))


def _speaks(line: str) -> bool:
    if line.replace(" ", "").replace("-", "").isdigit():
        return True
    words = [word.strip(",.!?()\"'") for word in line.split()]
    return len(words) > 1 and any(word[:1].islower() and word not in wording.NAME_WORDS for word in words[1:])


def is_prose(lines: Sequence[str]) -> bool:
    """Whether lines under a rule are sentences of the letter: two of them, or many when there are addresses between."""
    sentences = sum(map(_sentences, lines))
    return (sentences >= 2 and not _is_added(lines)) or (sentences >= 5 and not _is_legal(lines))


def _sentences(line: str) -> int:
    """How many sentences of three words or more end in a line."""
    ends = len(_SENTENCE_END.findall(line[:LONGEST_LINE]))
    return min(ends, len(line.split()) // 3) if ends else 0


def _is_added(lines: Sequence[str]) -> bool:
    """Whether lines have what lists, services and signatures put under a mail: addresses, footers, legal words."""
    if any(_CONTACT.search(line[:LONGEST_LINE]) for line in lines) or any(is_footer(line) for line in lines):
        return True
    return _is_legal(lines)


def _is_legal(lines: Sequence[str]) -> bool:
    text = " ".join(lines)[:4000].casefold()
    return sum(mark in text for mark in wording.LEGAL_MARKS) >= 2 or text.startswith(wording.DISCLAIMERS)


def is_greeting(line: str) -> bool:
    """Whether a line only greets: "Hi,", "Beste Jan,", "Sehr geehrte Frau Klein,"."""
    words = line.strip().casefold().strip(",.!:").split()
    return 0 < len(words) <= 5 and words[0] in wording.GREETINGS and not line.rstrip().endswith("?")


def _trimmed(lines: Sequence[str], stop: int) -> int:
    while stop > 0 and not lines[stop - 1].strip():
        stop -= 1
    return stop


def _paragraph_start(lines: Sequence[str], stop: int) -> int:
    start = stop
    while start > 0 and lines[start - 1].strip():
        start -= 1
    return start


def _without_disclaimer(lines: Sequence[str], stop: int) -> int:
    """Legal notices: the last paragraphs, from the first one (of at most three) that opens as they do."""
    edge = stop
    for _ in range(3):
        edge = _trimmed(lines, edge)
        start = _paragraph_start(lines, edge)
        if start <= 0 or stop - start > MAX_DISCLAIMER_LINES:
            break
        if _is_disclaimer(lines[start:edge]):
            stop = _trimmed(lines, start)
        edge = start
    return stop


def _without_unsubscribe(lines: Sequence[str], stop: int) -> int:
    """A last line "Unsubscribe: list-unsubscribe@…", perhaps with a web address under it."""
    for start in range(max(stop - 2, 1), stop):
        if lines[start].strip().casefold().startswith(wording.UNSUBSCRIBE) and "@" in lines[start]:
            return _trimmed(lines, start)
    return stop


def _is_disclaimer(paragraph: Sequence[str]) -> bool:
    text = " ".join(line.strip() for line in paragraph)[:2000].strip(" *_[(~").casefold()
    return text.startswith(wording.DISCLAIMERS) and any(mark in text for mark in wording.LEGAL_MARKS)


def _without_dashed_name(lines: Sequence[str], stop: int) -> int:
    """A last paragraph such as "-Abhishek Kona" or "-- Tim", unless it closes a list.

    With two dashes, a few short lines may stand under the name.
    """
    stop = _trimmed(lines, stop)
    start = _paragraph_start(lines, stop)
    under = [line.strip() for line in lines[start + 1 : stop]]
    if start == 0 or len(under) > 5 or any(len(line) > 60 or _sentences(line) for line in under):
        return stop
    line = lines[start].strip()
    above = lines[_trimmed(lines, start) - 1].lstrip()
    listed = line.startswith(("- ", "– ", "— ")) or above.startswith(("-", "–", "—", "*", "•"))
    if listed or not _DASHED_NAME.match(line) or (under and not line.startswith("--")):
        return stop
    return start


def _without_sign_off(lines: Sequence[str], stop: int) -> int:
    stop = _trimmed(lines, stop)
    first = max(stop - MAX_SIGNATURE_LINES, 1)
    for start in range(stop - 1, first - 1, -1):
        if is_sign_off(lines[start]):
            block = [line.strip() for line in lines[start + 1 : stop] if line.strip()]
            if len(block) >= 2 and _is_contact_block(block):
                return _trimmed(lines, start)
    return stop


def is_sign_off(line: str) -> bool:
    """Whether a line is only a goodbye: "Met vriendelijke groet,", "Kind regards"."""
    text = line.strip(" \t\xa0*_").casefold()
    if len(text) > 60:
        return False
    # Bilingual ones: "Met vriendelijke groet / Kind regards,"
    return text.split(" / ")[0].split(" | ")[0].strip(" ,.!;-*") in wording.SIGN_OFFS


def _is_contact_block(block: Sequence[str]) -> bool:
    if any(len(line) > 120 or line.endswith("?") or _POSTSCRIPT.match(line) or line.startswith(">") for line in block):
        return False
    contacts = sum(_CONTACT.search(line) is not None for line in block)
    sentences = sum(line.endswith((".", "!")) and len(line.split()) > 6 for line in block)
    return contacts >= 1 and sentences == 0
