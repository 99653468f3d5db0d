"""Just enough RTF to read the text of an Outlook mail: the LZFu compression (MS-OXRTFCP) and plain text out of RTF."""

from __future__ import annotations

import re
import struct
from dataclasses import dataclass, field

from klankbord.channels.adapters.email import charsets

_LARGEST = 4 * 1024 * 1024
_START = (
    b"{\\rtf1\\ansi\\mac\\deff0\\deftab720{\\fonttbl;}{\\f0\\fnil \\froman \\fswiss \\fmodern \\fscript "
    b"\\fdecor MS Sans SerifSymbolArialTimes New RomanCourier{\\colortbl\\red0\\green0\\blue0\r\n\\par "
    b"\\pard\\plain\\f0\\fs20\\b\\i\\u\\tab\\tx"
)
_WINDOW = 4096
_TOKEN = re.compile(rb"\\([a-z]{1,32})(-?\d{1,9})?[ ]?|\\'([0-9a-fA-F]{2})|\\([^a-zA-Z])|([{}])|[\r\n]+|([^\\{}\r\n]+)")
_SILENT = {
    b"fonttbl", b"colortbl", b"stylesheet", b"info", b"pict", b"header", b"footer", b"listtable", b"listoverridetable",
    b"rsidtbl", b"generator", b"xmlnstbl", b"themedata", b"object", b"pntext",
}  # fmt: skip
_AS_TEXT = {
    b"par": "\n", b"line": "\n", b"row": "\n", b"tab": "\t", b"cell": "\t", b"emdash": "\u2014", b"endash": "\u2013",
    b"bullet": "\u2022", b"lquote": "\u2018", b"rquote": "\u2019", b"ldblquote": "\u201c", b"rdblquote": "\u201d",
}  # fmt: skip


def decompress(raw: bytes) -> bytes:
    """Undo LZFu. Stops at 4 MB, for a few bytes can stand for many.

    Raises:
        struct.error: Too short for a header.
    """
    _, size, kind = struct.unpack_from("<III", raw)
    if kind == 0x414C454D:  # "MELA": stored
        return raw[16 : 16 + size]
    window = bytearray(_WINDOW)
    window[: len(_START)] = _START
    at = len(_START)
    output = bytearray()
    position = 16
    while position < len(raw) and len(output) < min(size, _LARGEST):
        flags = raw[position]
        position += 1
        for bit in range(8):
            if flags >> bit & 1:
                if position + 2 > len(raw):
                    return bytes(output)
                pointer = raw[position] << 8 | raw[position + 1]
                position += 2
                offset, length = pointer >> 4, (pointer & 15) + 2
                if offset == at % _WINDOW:
                    return bytes(output)
                copied = [0] * length
                for index in range(length):
                    copied[index] = window[(offset + index) % _WINDOW]
                    window[at % _WINDOW] = copied[index]
                    at += 1
                output += bytes(copied)
            elif position < len(raw):
                output.append(raw[position])
                window[at % _WINDOW] = raw[position]
                at += 1
                position += 1
    return bytes(output)


def text_from_rtf(rtf: bytes) -> str:
    """The text of an RTF document, also of HTML that Outlook wrapped in RTF (`\\fromhtml`: its tags are in hidden
    groups).
    """
    reader = _Reader()
    for match in _TOKEN.finditer(rtf[:_LARGEST]):
        word, number, code, symbol, brace, run = match.groups()
        if brace == b"{":
            reader.silent.append(reader.silent[-1])
        elif brace == b"}":
            if len(reader.silent) > 1:
                reader.silent.pop()
        elif symbol == b"*" or word in _SILENT:
            reader.silent[-1] = True
        elif word == b"htmlrtf":
            reader.silent[-1] = number != b"0"
        elif not reader.silent[-1]:
            reader.write(word, number, code, symbol, run)
    return reader.result()


@dataclass(slots=True)
class _Reader:
    text: list[str] = field(default_factory=list)
    silent: list[bool] = field(default_factory=lambda: [False])  # of each open group
    skip: int = 0  # characters that stand in for the \u before them

    def write(self, word: bytes | None, number: bytes, code: bytes, symbol: bytes, run: bytes) -> None:
        if word == b"u" and number:
            self.text.append(chr(int(number) % 0x10000))
            self.skip = 1
        elif word is not None:
            self.text.append(_AS_TEXT.get(word, ""))
        elif code:
            character = charsets.decode(bytes((int(code, 16),)), "cp1252")[0]
            self.text.append("" if self.skip else character)
            self.skip = 0
        elif symbol:
            self.text.append({b"~": "\u00a0", b"_": "-", b"-": ""}.get(symbol, symbol.decode("latin-1")))
        elif run:
            self.text.append(charsets.decode(run[self.skip :], "cp1252")[0])
            self.skip = 0

    def result(self) -> str:
        # Characters outside the first plane come as two halves.
        halves = "".join(self.text).encode("utf-16-le", "surrogatepass")
        return charsets.clean_text(halves.decode("utf-16-le", "replace"))
