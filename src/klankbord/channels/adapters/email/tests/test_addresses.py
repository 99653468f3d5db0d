"""Addresses in legal and illegal forms."""

from __future__ import annotations

import pytest

from klankbord.channels.adapters.email.addresses import read_addresses


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("Ada <ada@example.org>", [("Ada", "ada@example.org")]),
        ("ada@example.org (Ada)", [("Ada", "ada@example.org")]),
        (
            '"Giant; \\"Big\\" Box" <a@b.example>, c@d.example',
            [('Giant; "Big" Box', "a@b.example"), ("", "c@d.example")],
        ),
        ("Pete(A wonderful \\) chap) <pete(his account)@silly.test(his host)>", [("Pete", "pete@silly.test")]),
        (
            "Groep(x):Chris <c@a.test>,joe@b.test,John <j@c.test>(y);",
            [("Chris", "c@a.test"), ("", "joe@b.test"), ("John", "j@c.test")],
        ),
        ("Undisclosed recipients:;", []),
        ("<Undisclosed-Recipient:@mailman.example;>", []),
        (
            "Mary <@machine.tld:mary@example.net>, , jdoe@test   . example",
            [("Mary", "mary@example.net"), ("", "jdoe@test.example")],
        ),
        ("Vries, Ada de <ada@example.org>, b@c.example", [("Vries, Ada de", "ada@example.org"), ("", "b@c.example")]),
        ("a@b.example; c@d.example", [("", "a@b.example"), ("", "c@d.example")]),
        ("a@b.example c@d.example", [("", "a@b.example"), ("", "c@d.example")]),
        ("Ada ada@example.org", [("Ada", "ada@example.org")]),
        ("=?utf-8?q?Vries=2C_J=C3=B6?= <j@x.example>", [("Vries, Jö", "j@x.example")]),
        ('"=?utf-8?q?J=C3=B6?=" <j@x.example>', [("Jö", "j@x.example")]),
        ("=?utf-8?q?Ada_=3Cada=40example.org=3E?=", [("Ada", "ada@example.org")]),
        ("Ada <a@b.example, c@d.example", [("Ada", "a@b.example"), ("", "c@d.example")]),
        ("me@home <a@b.example>", [("me@home", "a@b.example")]),
        ("<mailto:a@b.example>", [("", "a@b.example")]),
        ('"a@b.example" <a@b.example>', [("a@b.example", "a@b.example")]),
        ('"Niemand" <>', [("Niemand", "")]),
        ("matmail", [("", "matmail")]),
        ("Ada <a@b.example> Bob <c@d.example>", [("Ada", "a@b.example"), ("Bob", "c@d.example")]),
        ("Jö <jö@exämple.example>", [("Jö", "jö@exämple.example")]),
        ('<"a b"@c.example>', [("", '"a b"@c.example')]),
        ("Ada\x00 <a@b.example>\r\nBcc: x@y", [("Ada", "a@b.example")]),
        ("", []),
    ],
)
def test_every_form_is_read(written: str, read: list[tuple[str, str]]):
    parties, _ = read_addresses([written])
    assert [(party.name, party.address) for party in parties] == read


def test_thousands_of_recipients_are_read():
    parties, defects = read_addresses([", ".join(f'"P {n}" <p{n}@example.org>' for n in range(5_000))])
    assert len(parties) == 5_000
    assert parties[-1].name == "P 4999"
    assert not defects


def test_what_is_wrong_is_told_once():
    assert read_addresses(['"a" <>, "b" <>'])[1] == ["An address is empty."]
