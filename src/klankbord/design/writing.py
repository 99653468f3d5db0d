"""What people wrote, made safe to show: paragraphs, links, telephone numbers."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from markupsafe import Markup, escape

# No nested quantifiers: a hostile text of a megabyte costs linear time. Whitespace and the signs that could end an
# attribute or a tag never belong to a link; a trailing stop, comma or bracket belongs to the sentence.
_LINK = re.compile(r"https?://[^\s<>\"'`]{1,2000}|\bwww\.[^\s<>\"'`]{1,2000}", re.IGNORECASE)
_TRAILING = ".,;:!?)]}\u00bb\u201d\u2019\u2026"
_BLANK_LINES = re.compile(r"\n[ \t]*(?:\n[ \t]*)+")
_DIALLED = re.compile(r"[^\d+]")
# Unicode's direction overrides, which can make a link read as another than it is.
_DIRECTION = dict.fromkeys([0x202A, 0x202B, 0x202C, 0x202D, 0x202E, 0x2066, 0x2067, 0x2068, 0x2069])

# What Unicode calls a letter, a sign or nothing yet, and shows as nothing: the Hangul fillers, the empty Braille
# pattern, and what it keeps free for signs to be ignored. What else is nothing yet may be a face of next year.
_UNSEEN = frozenset("\u115f\u1160\u2065\u2800\u3164\uffa0").union(map(chr, range(0xE0000, 0xE1000)))
_UNSEEN_KINDS = frozenset(("Cc", "Cf", "Cs", "Zs", "Zl", "Zp", "Mn", "Me"))
# Letters, numbers, and faces and other pictures, also those of next year.
_SAYING_KINDS = frozenset(("Lu", "Ll", "Lt", "Lm", "Lo", "Nd", "Nl", "No", "So", "Cn"))


def without_directions(text: str) -> str:
    """The text without signs that turn the direction of what follows, beyond its own end."""
    return text.translate(_DIRECTION)


def is_blank(text: str) -> bool:
    """Whether nobody sees a thing of it: no sign but spaces, marks that need a sign to stand on, and invisible ones."""
    return all(sign in _UNSEEN or unicodedata.category(sign) in _UNSEEN_KINDS for sign in text)


def says_nothing(text: str) -> bool:
    """Whether it holds no word, number or picture, and no more than one sign, however often: `.`, `???`."""
    seen = {sign for sign in text if not is_blank(sign)}
    return len(seen) < 2 and not any(unicodedata.category(sign) in _SAYING_KINDS for sign in seen)


def has_no_word(text: str) -> bool:
    """Whether it holds no letter and no digit: a name or a title that nobody can say, look for or tell from others."""
    return not any(sign.isalnum() for sign in text if sign not in _UNSEEN)


def _linked(line: str) -> str:
    """One line, escaped, with its web addresses as links that give nothing away and earn no rank."""
    parts: list[str] = []
    end = 0
    for found in _LINK.finditer(line):
        address = found[0].rstrip(_TRAILING)
        # A closing bracket that was opened inside the address belongs to it (Wikipedia's do).
        if address.count("(") > address.count(")") and found[0][len(address) :].startswith(")"):
            address += ")"
        target = address if address[:4].lower() == "http" else f"https://{address}"
        parts += [
            escape(line[end : found.start()]),
            f'<a href="{escape(target)}" rel="nofollow noopener noreferrer ugc">{escape(address)}</a>',
        ]
        end = found.start() + len(address)
    parts.append(escape(line[end:]))
    return "".join(parts)


def typed_words(sent: Mapping[str, Any] | None) -> list[str]:
    """What somebody wrote, out of what a form sent that is refused: its title and its text, for who wants to copy it.

    A title without a text is not theirs: forms of one click bring it along.
    """
    texts = [str((sent or {}).get(name) or "").strip() for name in ("text", "words", "objection-words", "sentence")]
    texts = [each for each in texts if each]
    title = str((sent or {}).get("title") or "").strip()
    return [title, *texts] if title and texts else texts


def plain_lines(text: str) -> str:
    """Text as a form sends it, with the line ends that we keep, and without the sign that no database takes."""
    return text.replace("\r\n", "\n").replace("\r", "\n").replace("\x00", "")


def plain_paragraphs(text: str) -> Markup:
    """Plain text from anywhere as HTML paragraphs: everything escaped, line ends kept, web addresses clickable."""
    clean = without_directions(plain_lines(text)).strip("\n")
    if not clean.strip():
        return Markup("")
    paragraphs = ("<br>".join(_linked(line) for line in part.split("\n")) for part in _BLANK_LINES.split(clean))
    return Markup("".join(f'<p dir="auto">{paragraph}</p>' for paragraph in paragraphs))  # noqa: S704 - escaped in _linked


@lru_cache(maxsize=256)
def phone_link(number: str, country: str = "31") -> Markup:
    """A telephone number as a link that dials it; a national number (010 …) gets the country's code."""
    dialled = _DIALLED.sub("", number)
    if dialled.startswith("00"):
        dialled = "+" + dialled[2:]
    elif dialled.startswith("0"):
        dialled = f"+{country}{dialled[1:]}"
    return Markup('<a class="phone" href="tel:{}">{}</a>').format(dialled, number)
