"""Bytes to text, whatever the label says: wrong, unknown and missing charsets are the daily bread of e-mail.

Only codecs of a fixed list are ever used. Python knows others under labels that a sender can write
(`unicode_escape`, `idna`, `punycode`), which are no charsets, and some of which take quadratic time.
"""

from __future__ import annotations

import codecs
import re
from contextlib import suppress

# What mail calls a charset → the Python codec that reads it best. Where a wider sister exists (windows-1252 for
# latin-1, cp949 for ks_c_5601), that one is used, as browsers do (WHATWG Encoding Standard).
_ALIASES = {
    "ascii": "us-ascii",
    "usascii": "us-ascii",
    "ansix341968": "us-ascii",
    "646": "us-ascii",
    "7bit": "us-ascii",
    "8bit": "us-ascii",
    "utf8": "utf-8",
    "utf8mb4": "utf-8",
    "unicode11utf8": "utf-8",
    "cp65001": "utf-8",
    "utf7": "utf-7",
    "unicode11utf7": "utf-7",
    "utf16": "utf-16",
    "utf16le": "utf-16-le",
    "utf16be": "utf-16-be",
    "utf32": "utf-32",
    "latin1": "cp1252",
    "l1": "cp1252",
    "iso88591": "cp1252",
    "88591": "cp1252",
    "ansi": "cp1252",
    "westerneuropean": "cp1252",
    "latin2": "iso8859-2",
    "latin9": "iso8859-15",
    "latin5": "cp1254",
    "iso88599": "cp1254",
    "iso885911": "cp874",
    "tis620": "cp874",
    "windows874": "cp874",
    "iso88598i": "iso8859-8",
    "iso88598e": "iso8859-8",
    "shiftjis": "cp932",
    "sjis": "cp932",
    "xsjis": "cp932",
    "mskanji": "cp932",
    "windows31j": "cp932",
    "cp932": "cp932",
    "eucjp": "euc_jp",
    "xeucjp": "euc_jp",
    "iso2022jp": "iso2022_jp_2",
    "iso2022jp1": "iso2022_jp_2",
    "iso2022jp2": "iso2022_jp_2",
    "iso2022jp3": "iso2022_jp_3",
    "iso2022jpms": "iso2022_jp_ext",
    "cp50220": "iso2022_jp_ext",
    "cp50221": "iso2022_jp_ext",
    "euckr": "cp949",
    "ksc5601": "cp949",
    "ksc56011987": "cp949",
    "ksc56011989": "cp949",
    "korean": "cp949",
    "uhc": "cp949",
    "cp949": "cp949",
    "windows949": "cp949",
    "iso2022kr": "iso2022_kr",
    "johab": "johab",
    "gb2312": "gb18030",
    "gb231280": "gb18030",
    "gbk": "gb18030",
    "xgbk": "gb18030",
    "cp936": "gb18030",
    "windows936": "gb18030",
    "chinese": "gb18030",
    "gb18030": "gb18030",
    "hzgb2312": "hz",
    "hz": "hz",
    "big5": "big5hkscs",
    "xbig5": "big5hkscs",
    "cp950": "cp950",
    "big5hkscs": "big5hkscs",
    "koi8r": "koi8-r",
    "koi8u": "koi8-u",
    "koi8": "koi8-r",
    "macintosh": "mac_roman",
    "xmacroman": "mac_roman",
    "macroman": "mac_roman",
    "mac": "mac_roman",
    "xmaccyrillic": "mac_cyrillic",
    "xmaccentraleurroman": "mac_latin2",
    "xmacgreek": "mac_greek",
    "xmacturkish": "mac_turkish",
}
_ALIASES |= {f"iso8859{n}": f"iso8859-{n}" for n in (2, 3, 4, 5, 6, 7, 8, 10, 13, 14, 15, 16)}
_ALIASES |= {f"{prefix}{n}": f"cp{n}" for prefix in ("windows", "xcp", "cp", "win") for n in range(1250, 1259)}
_ALIASES |= {
    f"{prefix}{n}": f"cp{n}" for prefix in ("ibm", "cp") for n in (437, 775, 850, 852, 855, 858, 862, 865, 866)
}

_NOT_IN_LABEL = re.compile(r"[^a-z0-9]")
_ISO_2022_JP = re.compile(rb"\x1b(?:\$[@AB]|\([BJ])")
# Control characters that mean nothing in a mail; lone surrogates can come out of utf-7 and utf-16.
_JUNK = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\x80-\x84\x86-\x9f\ud800-\udfff\ufeff\ufdd0-\ufdef\ufffe\uffff]")
_JUNK_IN_LINE = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff\ufeff\ufdd0-\ufdef\ufffe\uffff]+")
_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


def prepare() -> None:
    """Load every codec of the list, for a process that cannot open files any more."""
    for codec in {*_ALIASES.values(), "latin-1"}:
        codecs.lookup(codec)


def codec_for(label: str) -> str | None:
    """Return the Python codec for a charset label from a mail, or None when it names no charset."""
    return _ALIASES.get(_NOT_IN_LABEL.sub("", label[:60].lower()))


def decode(content: bytes, label: str | None = None) -> tuple[str, str | None]:
    """Turn bytes into text; never fails.

    Args:
        content: The bytes.
        label: What the mail says the charset is; None when it says nothing.

    Returns:
        The text, and a defect (an English sentence) when the label was wrong, or None.
    """
    if content.isascii() and b"\x1b" not in content:
        codec = codec_for(label) if label else None
        if codec not in ("utf-7", "hz", "utf-16-le", "utf-16-be", "utf-16", "utf-32"):
            defect = f"The charset {label[:60]!r} is unknown." if label and codec is None else None
            return content.decode("ascii"), defect
    for mark, codec in _BOMS:
        if content.startswith(mark):
            return content.decode(codec, "replace"), None
    codec = codec_for(label) if label else None
    if codec is None:
        defect = f"The charset {label[:60]!r} is unknown." if label else None
        return guess(content), defect
    if codec == "us-ascii":
        text = guess(content)
        return (
            text,
            None if text.isascii() or b"\x1b" in content else "There are 8-bit characters in a US-ASCII text.",
        )
    return _labelled(content, codec, (label or "")[:60])


def _labelled(content: bytes, codec: str, label: str) -> tuple[str, str | None]:
    if codec == "cp1252" and not content.isascii():
        # What is called Western European and is UTF-8 all through is UTF-8: by chance that hardly happens.
        with suppress(UnicodeDecodeError):
            return content.decode("utf-8"), f"The text is UTF-8, though it says {label!r}."
    try:
        return content.decode(codec), None
    except (UnicodeDecodeError, UnicodeError):
        return _despite(content, codec), f"Not everything is valid {label}."


def _despite(content: bytes, codec: str) -> str:
    """Read bytes that are not valid in the charset they claim."""
    if codec == "cp1252":
        return _western(content)
    if codec == "utf-8":
        # One cut-off character in a UTF-8 text is a cut-off character; no valid one at all means it is no UTF-8.
        some_valid = not content.decode(codec, "ignore").isascii()
        return content.decode(codec, "replace") if some_valid else _western(content)
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError:
        return content.decode(codec, "replace")


def guess(content: bytes, likely: str | None = None) -> str:
    """Read bytes of unknown charset: ISO-2022-JP by its escapes, UTF-8 when valid, else `likely`, else Western
    European.
    """
    if _ISO_2022_JP.search(content):
        return content.decode("iso2022_jp_2", "replace")
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError:
        codec = codec_for(likely) if likely else None
    if codec is not None and codec not in ("utf-8", "us-ascii"):
        try:
            return content.decode(codec)
        except UnicodeError:
            pass
    return _western(content)


def _western(content: bytes) -> str:
    """Windows-1252, with its five holes read as in latin-1, so that every byte is a character."""
    try:
        return content.decode("cp1252")
    except UnicodeDecodeError:
        return "".join(
            piece.decode("cp1252") if piece not in _HOLES else piece.decode("latin-1")
            for piece in _HOLE.split(content)
            if piece
        )


_HOLES = (b"\x81", b"\x8d", b"\x8f", b"\x90", b"\x9d")
_HOLE = re.compile(rb"([\x81\x8d\x8f\x90\x9d])")


def clean_text(text: str) -> str:
    """Line endings to newlines; drop control characters and lone surrogates, which neither screens nor databases
    take.
    """
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    return _JUNK.sub("", text)


def clean_line(text: str) -> str:
    """One line: each run of control characters and line breaks becomes one space; outer white space goes."""
    return _JUNK_IN_LINE.sub(" ", text).strip()
