"""The elements in which mail programs put history and signature, in the HTML of a mail.

Where a program says by name what is quoted, that is better evidence than any wording. Only these names are used; a bare
`<blockquote>` becomes lines with ">" and is left to the rules for text, as are answers written between quotes.

One pass over the tags, linear however broken they are; no tree.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from html import unescape
from itertools import islice

MOST_CHARACTERS = 2_000_000
MOST_TAGS = 60_000
"""More are shown by nobody here either."""

# By class, id or name of the element: those that quote in `<blockquote>`s, between which answers may stand; those that
# open history up to the end; those that enclose it.
_QUOTES = ("gmail_quote", "gmail_quote_container", "moz-cite-prefix", "protonmail_quote")
_OPENING = ("divrplyfwdmsg", "appendonsend", "outlookmessageheader", "zwchr", "olk_src_body_section",
            "mail-editor-reference-message-container", "moz-forward-container")  # fmt: skip
_ENCLOSING = ("yahoo_quoted", "zmail_extra", "messagereplysection", "freshdesk_quote")
# GMX and web.de call it by this name alone.
_NAMED_QUOTE = re.compile(r"\bname\s?=\s?[\"']?quote[\"'\s>/]", re.IGNORECASE)
_SIGNATURES = ("gmail_signature", "moz-signature", "protonmail_signature_block")
_ANY_NAME = (*_QUOTES, *_OPENING, *_ENCLOSING, *_SIGNATURES, "border-top:", 'quote"', "quote'")
# Outlook and Word draw a line of these colours above the fields of the earlier mail.
_LINE_ABOVE = re.compile(r"border-top:\s?solid\s(?:#e1e1e1|#b5c4df|windowtext)\s\d", re.IGNORECASE)

_TAG = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9]{0,20})")
_NAME = re.compile(
    r"\b(?:class|id|name)\s?=\s?(?:\"([^\"]{1,300})\"|'([^']{1,300})'|([^\s>\"']{1,300}))", re.IGNORECASE
)
# Programs put a prefix before names of what they copy ("x_", "ydp9b1f0a55").
_PREFIX = re.compile(r"^(?:x_|ydp[0-9a-f]{6,12}|yiv\d{6,12}|m_-?\d{6,24})+")
_VOID = frozenset(("br", "hr", "img", "input", "meta", "link", "area", "base", "col", "wbr"))
_COMMENT = re.compile(r"<!--.*?(?:-->|\Z)|<(style|script|title)\b.*?(?:</\1|\Z)", re.IGNORECASE | re.DOTALL)
_ANY_TAG = re.compile(r"<[^<>]{0,5000}>")
_FIELD = re.compile(r"\s*[^\W\d_][\w '’-]{1,20}\s?[:：]")


@dataclass(frozen=True, slots=True)
class Parted:
    """The HTML of a mail, cut: what was written, the signature under it (may be empty), and all that follows."""

    own: str
    signature: str
    history: str


@dataclass(frozen=True, slots=True)
class _Tag:
    name: str
    closing: bool
    start: int
    stop: int
    attributes: str


def parted(html: str) -> Parted | None:
    """Cut the HTML of a mail where its program says that history or signature begins.

    None when it does not say so, when nothing was written above it, or when answers stand between the quotes or under
    them.
    """
    html = html[:MOST_CHARACTERS]
    if not _promising(html.lower()):
        return None
    tags = list(islice(_tags(html), MOST_TAGS + 1))
    if len(tags) > MOST_TAGS:
        return None
    start, stop = _history(html, tags) or (len(html), len(html))
    signature = _signature(tags, start)
    end = signature[1] if signature else start
    if signature and _words(html[end:start]):
        signature = None  # it was written on under the signature
    begin = signature[0] if signature else start
    if begin >= len(html) or _words(html[stop:]) or not _words(html[:begin]):
        return None
    return Parted(html[:begin], html[begin:start], html[start:])


def _promising(lower: str) -> bool:
    """Whether it is worth looking at the tags; most mails are spared that."""
    return any(name in lower for name in _ANY_NAME)


def _tags(html: str) -> Iterator[_Tag]:
    """All tags outside comments and styles, in order."""
    hidden = [(match.start(), match.end()) for match in _COMMENT.finditer(html)]
    position = skipped = 0
    while (match := _TAG.search(html, position)) is not None:
        while skipped < len(hidden) and hidden[skipped][1] <= match.start():
            skipped += 1
        if skipped < len(hidden) and hidden[skipped][0] <= match.start():
            position = hidden[skipped][1]
            continue
        stop = html.find(">", match.end())
        if stop < 0:
            return
        attributes = html[match.end() : min(stop, match.end() + 2000)]
        yield _Tag(match[2].lower(), bool(match[1]), match.start(), stop + 1, attributes)
        position = stop + 1


def _names(tag: _Tag) -> set[str]:
    found: set[str] = set()
    for match in _NAME.finditer(tag.attributes):
        for name in (match[1] or match[2] or match[3]).lower().split():
            bare = _PREFIX.sub("", name)
            found.add(bare)
            found.add(re.sub(r"_\d{1,12}$", "", bare))
    return found


def _signature(tags: list[_Tag], before: int) -> tuple[int, int] | None:
    """The first element that is called a signature and begins before a place."""
    for index, tag in enumerate(tags):
        if tag.start >= before:
            break
        if not tag.closing and tag.attributes and not _names(tag).isdisjoint(_SIGNATURES):
            return tag.start, min(_end_of(tags, index, before), before)
    return None


def _history(html: str, tags: list[_Tag]) -> tuple[int, int] | None:
    """Where history begins and where its element ends; None when it is not marked or answers stand in it."""
    for index, tag in enumerate(tags):
        if tag.closing or not tag.attributes:
            continue
        names = _names(tag)
        if not names.isdisjoint(_QUOTES):
            return None if _answered(html, tags[index:]) else (tag.start, len(html))
        if not names.isdisjoint(_OPENING) or (tag.name == "div" and _is_drawn_line(html, tag)):
            return tag.start, len(html)
        if not names.isdisjoint(_ENCLOSING) or (tag.name == "div" and _NAMED_QUOTE.search(tag.attributes + ">")):
            return tag.start, _end_of(tags, index, len(html))
    return None


def _is_drawn_line(html: str, tag: _Tag) -> bool:
    """Whether a block begins with Outlook's line and, under it, the first field: "Van: …"."""
    if not _LINE_ABOVE.search(tag.attributes):
        return False
    return _FIELD.match(_plain(html[tag.stop : tag.stop + 600])) is not None


def _end_of(tags: list[_Tag], index: int, otherwise: int) -> int:
    """Where the element that begins at `index` ends; counts only tags of the same name."""
    name, depth = tags[index].name, 0
    if name in _VOID:
        return tags[index].stop
    for tag in tags[index:]:
        if tag.name == name:
            depth += -1 if tag.closing else 1
            if depth <= 0:
                return tag.stop
    return otherwise


def _answered(html: str, tags: list[_Tag]) -> bool:
    """Whether, once a quote has ended, words follow that stand in no quote."""
    depth, free = 0, None
    for tag in tags:
        if free is not None and depth == 0 and _words(html[free : tag.start]):
            return True
        if tag.name == "blockquote":
            depth = max(depth - 1, 0) if tag.closing else depth + 1
            free = tag.stop if depth == 0 else None
        elif free is not None:
            free = tag.stop
    return free is not None and depth == 0 and _words(html[free:])


def _plain(html: str) -> str:
    return unescape(_ANY_TAG.sub(" ", html[:20_000])).replace("\xa0", " ")


def _words(html: str) -> bool:
    """Whether there is anything to read, if only a thumb."""
    return any(
        sign.isalnum() or sign >= "\U0001f000" or "\u2600" <= sign <= "\u27bf"
        for sign in _plain(_COMMENT.sub("", html))
    )
