"""Header blocks, RFC 2047 words and parameters, whole and broken."""

from __future__ import annotations

import pytest

from klankbord.channels.adapters.email import headers
from klankbord.channels.contract import CannotParse


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("=?utf-8?B?w6k?=", "é"),
        ("=?utf-8?q?caf=C3?= =?utf-8?q?=A9?= x", "café x"),
        ("=?UTF-8?B?Iua8ouWtlyI=?= mid =?UTF-8?B?Iua8ouWtlyI=?= tail", '"漢字" mid "漢字" tail'),
        ("=?utf-8?Q?a b?c=3D?=", "a b?c="),
        ("=?utf-8*nl?q?x?=", "x"),
        ("voor=?utf-8?q?bij?=na", "voorbijna"),
        ("=?iso-2022-jp?B?GyRCJUYlOSVIGyhC?=\r\n =?ISO-2022-JP?B?GyRCJUYlOSVIGyhC?=", "テストテスト"),
        ("=?utf-8?B?w6nDq?= =?utf-8?B?8Ov?=", "éëï"),
        ("=?unknown-8bit?q?=E9?=", "é"),
        ("=?unicode_escape?q?=5Cx41?=", "\\x41"),
        ("=?utf-8?q?open", "=?utf-8?q?open"),
        ("a =?x?q?b =?utf-8?q?c?=", "a =?x?q?b c"),
        ("=?utf-8?q?regel=0D=0ABcc:_x?=", "regel Bcc: x"),
        ("gewoon", "gewoon"),
    ],
)
def test_words_are_decoded(written: str, read: str):
    assert headers.decode_words(written) == read


@pytest.mark.parametrize(
    ("field", "value", "parameters"),
    [
        (b"text/plain; charset=utf-8", "text/plain", {"charset": "utf-8"}),
        (b'TEXT/Plain ; ; Charset = "utf-8" ', "text/plain", {"charset": "utf-8"}),
        (b"x/y; name*0*=UTF-8''caf%C3%A9; name*1=.txt", "x/y", {"name": "café.txt"}),
        (b"x/y; name*=iso-8859-1''%E9", "x/y", {"name": "é"}),
        (b"x/y; name==?utf-8?B?VGhpcyBpcw==?=", "x/y", {"name": "This is"}),
        (b"x/y; name=a b (1).png; size=3", "x/y", {"name": "a b (1).png", "size": "3"}),
        (b'x/y; name="a;\\"b\\""; q=r', "x/y", {"name": 'a;"b"', "q": "r"}),
        (b'x/y; name="open', "x/y", {"name": "open"}),
        (b"x/y; name=ci\xc3\xable.txt", "x/y", {"name": "ciële.txt"}),
        (b"", "", {}),
    ],
)
def test_parameters_are_read(field: bytes, value: str, parameters: dict[str, str]):
    assert headers.value_and_parameters(field) == (value, parameters)


@pytest.mark.parametrize(
    ("raw", "names", "body"),
    [
        (b"A: 1\r\nB: 2\r\n\r\nbody", ["a", "b"], b"body"),
        (b"A: 1\nB: 2\n\nbody", ["a", "b"], b"body"),
        (b"A: 1\rB: 2\r\rbody", ["a", "b"], b"body"),
        (b"From me Mon\r\nA: 1\r\n\r\nbody", ["a"], b"body"),
        (b"A: 1\r\n \t\r\n 2\r\n\r\nbody", ["a"], b"body"),
        (b"A: 1\r\nstrange line\r\nSubject: 2\r\n\r\nbody", ["a", "subject"], b"body"),
        (b"A: 1\r\nno header any more\r\n\r\nsecond", ["a"], b"no header any more\r\n\r\nsecond"),
        (b"A : 1\r\n\r\n", ["a"], b""),
        (b"just text", [], b"just text"),
        (b"", [], b""),
    ],
)
def test_the_header_ends_where_a_person_sees_it_end(raw: bytes, names: list[str], body: bytes):
    found, start = headers.split(raw)
    assert [name for name, _ in found.fields] == names
    assert raw[start:] == body


def test_folded_lines_are_one_line():
    found, _ = headers.split(b"Subject: een\r\n\t twee\r\n drie\r\n\r\n")
    assert found.text("subject") == "een twee drie"


@pytest.mark.parametrize(
    "raw",
    [b"X: y\r\n" * 2_100, b"X: " + b"a" * 1_100_000, b"X: a\r\n" + b" a\r\n" * 20_100],
)
def test_a_header_past_the_limits_is_refused(raw: bytes):
    with pytest.raises(CannotParse):
        headers.split(raw)


@pytest.mark.parametrize(
    ("broken", "content"),
    [
        (b"aGFs\r\nbG8=", b"hallo"),
        (b"aGFsbG8", b"hallo"),
        (b"aGFsbG8=\r\naGFsbG8=", b"hallohallo"),
        (b"aGFs*bG8=", b"hallo"),
        (b"a", b""),
    ],
)
def test_base64_is_read_as_it_comes(broken: bytes, content: bytes):
    assert headers.debase64(broken) == content
