"""Bytes to text."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from klankbord.channels.adapters.email import charsets


@pytest.mark.parametrize(
    ("content", "label", "text", "sound"),
    [
        ("é€".encode(), "utf-8", "é€", True),
        ("é€".encode(), "UTF8", "é€", True),
        ("é€".encode(), None, "é€", True),
        ("é€".encode("cp1252"), None, "é€", True),
        ("é€".encode("cp1252"), "iso-8859-1", "é€", True),
        ("é€".encode("cp1252"), "utf-8", "é€", False),
        ("é€".encode("cp1252"), "us-ascii", "é€", False),
        ("é€".encode("cp1252"), "nonsense", "é€", False),
        ("한국".encode("cp949"), "ks_c_5601-1987", "한국", True),
        ("テスト".encode("iso2022_jp"), None, "テスト", True),
        ("テスト".encode("iso2022_jp"), "us-ascii", "テスト", True),
        ("①".encode("cp932"), "Shift_JIS", "①", True),
        ("中文".encode("gb18030"), "gb2312", "中文", True),
        (b"+AOk-", "utf-7", "é", True),
        ("é".encode("utf-16"), "utf-16", "é", True),
        (b"\x81\x9d\xe9", "windows-1252", "\x81\x9dé", False),
        (b"caf\xc3\xa9 \xc3", "utf-8", "café \ufffd", False),
        ("café €".encode(), "iso-8859-1", "café €", False),
        ("CAFÉ NOËL".encode("cp1252"), "iso-8859-1", "CAFÉ NOËL", True),
        (b"\\x41", "unicode_escape", "\\x41", False),
        (b"abc", "rot13", "abc", False),
        (b"abc", "zip", "abc", False),
        (b"", "utf-8", "", True),
    ],
)
def test_every_charset_is_read(content: bytes, label: str | None, text: str, sound: bool):
    read, defect = charsets.decode(content, label)
    assert read == text
    assert (defect is None) == sound


@given(st.binary(), st.sampled_from([None, *charsets._ALIASES]))
def test_no_bytes_and_no_label_make_it_fail(content: bytes, label: str | None):
    text = charsets.clean_text(charsets.decode(content, label)[0])
    text.encode()
    assert "\x00" not in text


def test_every_codec_of_the_list_exists():
    charsets.prepare()
