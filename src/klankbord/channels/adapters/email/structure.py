"""The tree of parts of a mail, cut along its boundaries in linear time, with limits that hold before anything is
decoded.
"""

from __future__ import annotations

import binascii
import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from klankbord.channels.adapters.email import headers
from klankbord.channels.contract import CannotParse
from klankbord.channels.settings_form import gettext_noop

MOST_BYTES = 40 * 1024 * 1024
MOST_PARTS = 1_000
DEEPEST = 40
TOO_LARGE = gettext_noop("This mail of %(size)s bytes is larger than the %(most)s that are read.")
TOO_MANY_PARTS = gettext_noop("This mail has more than %(most)s parts.")
TOO_DEEP = gettext_noop("The parts of this mail are nested more than %(most)s deep.")

_MOST_UU_LINES = 1_000_000

_LABEL = re.compile(r"[\w.:+-]+")
_NOT_LETTER = re.compile(r"[^a-z0-9]")
_GUESSED_BOUNDARY = re.compile(rb"(?:^|\n)--([!-~]{5,100})[ \t]*\r?\n")
_UU_BEGIN = re.compile(rb"(?:^|\n)begin [0-7]{3,4} [^\r\n]{1,200}\r?\n")


@dataclass(slots=True)
class Part:
    """One MIME part. `body` is as it came: still encoded; `parts` are its children (of a message/rfc822: the one
    message).
    """

    headers: headers.Headers
    body: bytes
    type: str = "text/plain"
    parameters: dict[str, str] = field(default_factory=dict)
    disposition: str = ""
    disposition_parameters: dict[str, str] = field(default_factory=dict)
    parts: list[Part] = field(default_factory=list)
    parent: Part | None = None

    @property
    def charset(self) -> str | None:
        """The label of the charset, or None."""
        match = _LABEL.search(self.parameters.get("charset", ""))
        return match[0] if match else None

    @property
    def filename(self) -> str:
        """The name it gives itself, decoded; empty when it has none."""
        location = self.headers.text("content-location") if not self.is_multipart else ""
        return (
            self.disposition_parameters.get("filename")
            or self.parameters.get("name")
            or self.disposition_parameters.get("name")
            or self.parameters.get("filename")
            or (location if "://" not in location and not location.startswith("cid:") else "")
        )

    @property
    def content_id(self) -> str | None:
        """Content-ID without brackets, or None."""
        return self.headers.plain("content-id").strip("<> ") or None

    @property
    def is_multipart(self) -> bool:
        """Whether it is only a wrapping for other parts."""
        return self.type.startswith("multipart/")

    def content(self) -> bytes:
        """The body, decoded from its transfer encoding; lenient about every mistake."""
        return decode_transfer(self.body, self.headers.plain("content-transfer-encoding"))

    def walk(self) -> Iterator[Part]:
        """This part and all below it, in the order of the mail, not entering attached messages."""
        stack = [self]
        while stack:
            part = stack.pop()
            yield part
            if part.is_multipart:
                stack.extend(reversed(part.parts))


def decode_transfer(body: bytes, encoding: str) -> bytes:
    """Undo a Content-Transfer-Encoding, also a misspelt one (`base64;`, `Quoted Printable`, `7-bit`, `x-uuencode`)."""
    name = _NOT_LETTER.sub("", encoding[:60].lower())
    if name.startswith("base64"):
        return headers.debase64(body)
    if name.startswith("quoted") or name == "qp":
        return binascii.a2b_qp(body)
    if "uue" in name or name in ("uu", "xuu"):
        return _decode_uu(body)
    return body


def _decode_uu(body: bytes) -> bytes:
    begin = _UU_BEGIN.search(body)
    if begin is None:
        return body
    decoded = bytearray()
    position = begin.end()
    for _ in range(_MOST_UU_LINES):
        if not 0 <= position < len(body):
            break
        stop = body.find(b"\n", position)
        line = body[position : stop if stop >= 0 else len(body)].rstrip(b"\r")
        if line == b"end":
            break
        try:
            decoded += binascii.a2b_uu(line)
        except binascii.Error:
            # Broken encoders write rubbish after the data: take as many characters as the length byte says.
            decoded += _uu_as_long_as_it_says(line)
        position = stop + 1 if stop >= 0 else -1
    return bytes(decoded)


def _uu_as_long_as_it_says(line: bytes) -> bytes:
    length = (((line[0] - 32) & 63) * 4 + 5) // 3 if line else 0
    try:
        return binascii.a2b_uu(line[:length])
    except binascii.Error:
        return b""


def parse(raw: bytes) -> tuple[Part, list[str]]:
    """Cut a mail into its parts.

    Returns:
        The root, and defects as English sentences.

    Raises:
        CannotParse: More bytes, header, parts or nesting than is sane.
    """
    if len(raw) > MOST_BYTES:
        raise CannotParse(TOO_LARGE % {"size": len(raw), "most": MOST_BYTES})
    cutter = _Cutter()
    root = cutter.part(raw, None, 0, "text/plain")
    root.headers.charset = next((part.charset for part in root.walk() if part.charset), None)
    return root, list(dict.fromkeys(cutter.defects))


class _Cutter:
    def __init__(self) -> None:
        self.defects: list[str] = []
        self._count = 0

    def part(self, raw: bytes, parent: Part | None, depth: int, default_type: str) -> Part:
        self._count += 1
        if self._count > MOST_PARTS:
            raise CannotParse(TOO_MANY_PARTS % {"most": MOST_PARTS})
        if depth > DEEPEST:
            raise CannotParse(TOO_DEEP % {"most": DEEPEST})
        found, start = headers.split(raw) if parent else headers.split_mail(raw)
        self.defects += found.defects
        part = Part(found, raw[start:] if start else raw, default_type, parent=parent)
        content_type = _best_content_type(found)
        if content_type is not None:
            kind, part.parameters = headers.value_and_parameters(content_type)
            part.type = kind.partition(" ")[0]  # a forgotten semicolon, a comment, the next field on the same line
            if part.type.count("/") != 1:
                # RFC 2045 section 5.2; `text` alone is common.
                part.type = "text/html" if part.type == "html" else "text/plain"
        disposition = next(
            (one for one in found.all_raw("content-disposition") if one and b"=?" not in one[:2]),
            b"",
        )
        part.disposition, part.disposition_parameters = headers.value_and_parameters(disposition)
        if part.is_multipart:
            self._children(part, headers.boundary(content_type or b""), depth)
        elif part.type in ("message/rfc822", "message/global"):
            part.parts = [self.part(_lstripped(part.content()), part, depth + 1, "text/plain")]
        return part

    def _children(self, part: Part, boundary: bytes, depth: int) -> None:
        body = part.body
        if boundary not in body or not boundary:
            # Some programs encode a whole multipart, which RFC 2045 section 6.4 forbids.
            decoded = part.content()
            guess = _GUESSED_BOUNDARY.search(body[:10_000])
            if boundary and boundary in decoded:
                body = decoded
            elif guess:
                self.defects.append("The boundary of a multipart is missing or wrong.")
                boundary = guess[1]
        default_type = "message/rfc822" if part.type == "multipart/digest" else "text/plain"
        closed = False
        for content, closes in _between(body, boundary) if boundary else ():
            closed = closes
            if content.strip() or not part.parts:
                part.parts.append(self.part(content, part, depth + 1, default_type))
        if not part.parts:
            if body.strip():
                self.defects.append("A multipart has no parts.")
            part.type = "text/plain"
        elif not closed:
            self.defects.append("A multipart is not closed.")


def _lstripped(content: bytes) -> bytes:
    """An attached message may begin with empty lines, which would end its header."""
    return content.lstrip(b"\r\n")


def _best_content_type(found: headers.Headers) -> bytes | None:
    """The first Content-Type that says something; a multipart wins, for without it the rest cannot be read."""
    values = [value for value in found.all_raw("content-type") if value]
    return next(
        (value for value in values if value[:10].lower() == b"multipart/"),
        values[0] if values else None,
    )


def _between(body: bytes, boundary: bytes) -> Iterator[tuple[bytes, bool]]:
    """Yield the bytes of each part and whether its end was marked by the closing delimiter."""
    delimiter = b"--" + boundary
    start = -1  # of the part that is open
    stop = -1  # the end of the line; looked for once a line, however often the delimiter stands in it
    position = body.find(delimiter)
    while position >= 0:
        after = position + len(delimiter)
        if stop < after:
            stop = body.find(b"\n", after)
            stop = len(body) if stop < 0 else stop
        tail = body[after : min(stop, after + 100)].strip() if stop - after <= 100 else b"?"
        if (position == 0 or body[position - 1] in b"\r\n") and tail in (
            b"",
            b"--",
            b"-",
        ):
            if start >= 0:
                yield body[start : _before_line_end(body, start, position)], tail != b""
            if tail:
                return
            start = min(stop + 1, len(body))
            after = start
        position = body.find(delimiter, after)
    if start >= 0:
        yield body[start:], False


def _before_line_end(body: bytes, start: int, position: int) -> int:
    """The line ending before a delimiter belongs to the delimiter (RFC 2046 section 5.1.1)."""
    if position > start and body[position - 1] == 10:
        position -= 1
    if position > start and body[position - 1] == 13:
        position -= 1
    return position
