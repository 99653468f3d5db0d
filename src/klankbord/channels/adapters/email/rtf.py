"""Just enough RTF to read the text of an Outlook mail: the LZFu compression (MS-OXRTFCP) and plain text out of RTF."""

from __future__ import annotations

import re
import struct

from klankbord.channels.adapters.email import charsets

_LARGEST = 4 * 1024 * 1024
_START = (
    b"{\\rtf1\\ansi\\mac\\deff0\\deftab720{\\fonttbl;}{\\f0\\fnil \\froman \\fswiss \\fmodern \\fscript \\fdecor MS Sans "
    b"SerifSymbolArialTimes New RomanCourier{\\colortbl\\red0\\green0\\blue0\r\n\\par \\pard\\plain\\f0\\fs20\\b\\i\\u\\tab\\tx"
)
_WINDOW = 4096
_TOKEN = re.compile(rb"\\([a-z]{1,32})(-?\d{1,9})?[ ]?|\\'([0-9a-fA-F]{2})|\\([^a-zA-Z])|([{}])|[\r\n]+|([^\\{}\r\n]+)")
_SILENT = {
    b"fonttbl", b"colortbl", b"stylesheet", b"info", b"pict", b"header", b"footer", b"listtable", b"listoverridetable",
    b"rsidtbl", b"generator", b"xmlnstbl", b"themedata", b"object", b"pntext",
}  # fmt: skip
_AS_TEXT = {
    b"par": "\n", b"line": "\n", b"row": "\n", b"tab": "\t", b"cell": "\t", b"emdash": "—", b"endash": "–", b"bullet": "•",
    b"lquote": "‘", b"rquote": "’", b"ldblquote": "“", b"rdblquote": "”",
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
    """The text of an RTF document, also of HTML that Outlook wrapped in RTF (`\\fromhtml`: its tags are in hidden groups)."""
    text: list[str] = []
    silent: list[bool] = [False]
    skip = 0  # characters that stand in for the \u before them
    for match in _TOKEN.finditer(rtf[:_LARGEST]):
        word, number, code, symbol, brace, run = match.groups()
        if brace == b"{":
            silent.append(silent[-1])
        elif brace == b"}":
            if len(silent) > 1:
                silent.pop()
        elif (symbol == b"*") or word in _SILENT:
            silent[-1] = True
        elif word == b"htmlrtf":
            silent[-1] = number != b"0"
        elif silent[-1]:
            continue
        elif word == b"u" and number:
            text.append(chr(int(number) % 0x10000))
            skip = 1
        elif word is not None:
            text.append(_AS_TEXT.get(word, ""))
        elif code:
            if skip:
                skip = 0
            else:
                text.append(charsets.decode(bytes((int(code, 16),)), "cp1252")[0])
        elif symbol:
            text.append({b"~": "\u00a0", b"_": "-", b"-": ""}.get(symbol, symbol.decode("latin-1")))
        elif run:
            text.append(charsets.decode(run[skip:], "cp1252")[0])
            skip = 0
    return charsets.clean_text("".join(text).encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace"))
