"""winmail.dat: what Outlook wraps mail in when it forgets that others read it too (MS-OXTNEF, MS-OXRTFCP)."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass, field

from klankbord.channels.adapters.email import charsets
from klankbord.channels.adapters.email.rtf import decompress, text_from_rtf

TYPES = ("application/ms-tnef", "application/vnd.ms-tnef")
_SIGNATURE = 0x223E9F78
_OEM_CODEPAGE, _MESSAGE_PROPERTIES = 0x9007, 0x9003
_ATTACH_RENDER, _ATTACH_DATA, _ATTACH_TITLE, _ATTACHMENT = (
    0x9002,
    0x800F,
    0x8010,
    0x9005,
)
_BODY, _BODY_HTML, _RTF = 0x1000, 0x1013, 0x1009
_ATTACH_BYTES, _ATTACH_LONG_NAME, _ATTACH_NAME = 0x3701, 0x3707, 0x3704
_ATTACH_MIME, _ATTACH_CONTENT_ID = 0x370E, 0x3712
_MOST_ATTACHMENTS = 200
_MOST_PROPERTIES = 2_000
_FIXED = {
    0x02: 4,
    0x03: 4,
    0x04: 4,
    0x05: 8,
    0x06: 8,
    0x07: 8,
    0x0A: 4,
    0x0B: 4,
    0x14: 8,
    0x40: 8,
    0x48: 16,
}
_BINARY, _OBJECT, _STRING, _UNICODE = 0x102, 0x0D, 0x1E, 0x1F


@dataclass(slots=True)
class TnefFile:
    """A file that was inside."""

    name: str = ""
    type: str = ""
    content: bytes = b""
    content_id: str | None = None


@dataclass(slots=True)
class Tnef:
    """What was inside a winmail.dat."""

    text: str = ""
    html: str = ""
    files: list[TnefFile] = field(default_factory=list)
    whole: bool = True


def unpack(raw: bytes) -> Tnef | None:
    """Unpack a winmail.dat; None when it is none. What is broken inside is left out and `whole` is False."""
    if len(raw) < 6 or struct.unpack_from("<I", raw)[0] != _SIGNATURE:
        return None
    found = Tnef()
    codepage = "cp1252"
    try:
        for attribute, content in _attributes(raw):
            if attribute == _OEM_CODEPAGE and len(content) >= 4:
                codepage = f"cp{struct.unpack_from('<I', content)[0]}"
            elif attribute == _MESSAGE_PROPERTIES:
                _read_message(found, content, codepage)
            elif attribute == _ATTACH_RENDER and len(found.files) < _MOST_ATTACHMENTS:
                found.files.append(TnefFile())
            elif found.files:
                _read_attachment(found.files[-1], attribute, content, codepage)
    except (struct.error, ValueError, IndexError):
        found.whole = False
    found.files = [one for one in found.files if one.content]
    return found


def _attributes(raw: bytes) -> Iterator[tuple[int, bytes]]:
    position = 6
    while position + 9 <= len(raw):
        _, attribute, _, length = struct.unpack_from("<BHHI", raw, position)
        position += 9
        if position + length > len(raw):
            raise ValueError("cut off")
        yield attribute, raw[position : position + length]
        position += length + 2


def _read_message(found: Tnef, content: bytes, codepage: str) -> None:
    for tag, value in _properties(content, codepage):
        if tag == _BODY and isinstance(value, str):
            found.text = value
        elif tag == _BODY_HTML:
            found.html = value if isinstance(value, str) else charsets.decode(value, codepage)[0]
        elif tag == _RTF and isinstance(value, bytes) and not found.text:
            found.text = text_from_rtf(decompress(value))


def _read_attachment(file: TnefFile, attribute: int, content: bytes, codepage: str) -> None:
    if attribute == _ATTACH_DATA:
        file.content = content
    elif attribute == _ATTACH_TITLE and not file.name:
        file.name = charsets.decode(content.rstrip(b"\0"), codepage)[0]
    elif attribute == _ATTACHMENT:
        for tag, value in _properties(content, codepage):
            if tag == _ATTACH_BYTES and isinstance(value, bytes) and not file.content:
                file.content = value
            elif isinstance(value, str) and tag in (_ATTACH_LONG_NAME, _ATTACH_NAME) and value:
                file.name = value if tag == _ATTACH_LONG_NAME else file.name or value
            elif isinstance(value, str) and tag == _ATTACH_MIME:
                file.type = value
            elif isinstance(value, str) and tag == _ATTACH_CONTENT_ID:
                file.content_id = value.strip("<>") or None


def _properties(content: bytes, codepage: str) -> Iterator[tuple[int, bytes | str]]:
    """Yield (tag, value) of the binary and text properties of a MAPI property list."""
    count = struct.unpack_from("<I", content)[0]
    position = 4
    for _ in range(min(count, _MOST_PROPERTIES)):
        kind, tag = struct.unpack_from("<HH", content, position)
        position += 4
        if tag >= 0x8000:
            position = _after_name(content, position)
        many, kind = bool(kind & 0x1000), kind & 0x0FFF
        if kind in _FIXED:
            number = struct.unpack_from("<I", content, position)[0] if many else 1
            position += (4 if many else 0) + number * _FIXED[kind]
            continue
        if kind not in (_BINARY, _OBJECT, _STRING, _UNICODE):
            raise ValueError("unknown property type")
        number = struct.unpack_from("<I", content, position)[0]
        position += 4
        for _ in range(min(number, _MOST_PROPERTIES)):
            length = struct.unpack_from("<I", content, position)[0]
            value = content[position + 4 : position + 4 + length]
            position += 4 + length + (-length % 4)
            if kind == _UNICODE:
                yield tag, value.decode("utf-16-le", "replace").rstrip("\0")
            elif kind == _STRING:
                yield tag, charsets.decode(value.rstrip(b"\0"), codepage)[0]
            else:
                yield tag, value[16:] if kind == _OBJECT else value


def _after_name(content: bytes, position: int) -> int:
    """Skip the GUID and name of a named property."""
    kind, number = struct.unpack_from("<II", content, position + 16)
    position += 24
    return position + number + (-number % 4) if kind == 1 else position
