"""Through the sandbox and back, and bytes that no one chose."""

from __future__ import annotations

import json
import struct
from dataclasses import asdict

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from klankbord.channels.adapters.email import reading, wire
from klankbord.channels.adapters.email.mime import parse_for_sandbox, parse_mail
from klankbord.channels.adapters.email.tests.mails import bare, mail, multipart
from klankbord.channels.adapters.email.tests.prose import PROSE
from klankbord.channels.contract import CannotParse
from klankbord.sandbox.pool import Sandbox

RICH = multipart(
    "mixed",
    "Content-Type: text/html\n\n<p>Dag</p><img src='https://x.example/y.png'>",
    "Content-Type: application/pdf; name=a.pdf\n\n%PDF",
    "Content-Type: message/rfc822\n\nSubject: x\n\ny",
)


def test_a_mail_comes_out_of_the_sandbox_as_it_was_read_there():
    with reading.mail_sandbox() as sandbox:
        for raw in (RICH, mail(), bare("From: mailer-daemon@x\nSubject: failure notice", PROSE["qmail"]), b""):
            assert reading.read(raw, sandbox) == wire.decode(wire.encode(parse_mail(raw))) == parse_mail(raw)


@pytest.mark.parametrize("function", ["os:abort", "builtins:len"])
def test_a_child_that_crashes_means_that_the_mail_cannot_be_parsed(function: str):
    with Sandbox(function, seconds=5) as sandbox, pytest.raises(CannotParse):
        reading.read(b"x", sandbox)


@pytest.mark.parametrize(
    "change",
    [
        {"subject": 7},
        {"references": "abc"},
        {"to": [["a"]]},
        {"sender": {"name": "x"}},
        {"attachments": [["a", "b", 10**9, False, None]]},
        {"attachments": [["a", "b", -1, False, None]]},
        {"sent_at": "yesterday"},
        {"details": {"a": 1}},
    ],
)
def test_the_parent_believes_nothing_of_a_taken_over_child(change: dict[str, object]):
    honest = parse_for_sandbox(mail())
    head = json.loads(honest[4 : 4 + struct.unpack_from(">I", honest)[0]]) | change
    packed = json.dumps(head).encode()
    with pytest.raises(CannotParse):
        wire.decode(struct.pack(">I", len(packed)) + packed)


@given(st.binary())
def test_no_answer_breaks_the_parent(answer: bytes):
    with pytest.raises(CannotParse):
        wire.decode(answer)


PIECES = [
    b"\r\n",
    b"\n",
    b"\r\n\r\n",
    b"From: ",
    b"To: ",
    b"Subject: ",
    b"Date: ",
    b"Message-ID: <",
    b"References: ",
    b"=?utf-8?q?",
    b"?=",
    b"Content-Type: multipart/mixed; boundary=b",
    b"Content-Type: message/rfc822",
    b"Content-Type: text/html",
    b"Content-Type: ",
    b"Content-Transfer-Encoding: base64",
    b"Content-Transfer-Encoding: quoted-printable",
    b"Content-Type: application/ms-tnef",
    b"Content-Type: text/calendar",
    b"BEGIN:VEVENT\nDTSTART:",
    b"Content-Disposition: attachment; filename*0*=",
    b"--b",
    b"--b--",
    b"charset=",
    b"utf-7",
    b"iso-2022-jp",
    b"; format=flowed",
    b"Content-Type: message/delivery-status",
    b"Final-Recipient: x; ",
    b"multipart/report; boundary=b",
    b"<p>",
    b"<blockquote>",
    b"&#",
    b"a@b",
    b'"',
    b"(",
    b"<",
    b">",
    b"\x00",
    b"\xff",
    b"\x1b$B",
    b"\x78\x9f\x3e\x22",
    b"1",
]


@settings(max_examples=150)
@given(st.lists(st.one_of(st.sampled_from(PIECES), st.binary(max_size=4)), max_size=40).map(b"".join))
def test_no_bytes_make_reading_fail(raw: bytes):
    message = parse_mail(raw)
    assert wire.decode(wire.encode(message)) == message
    json.dumps(asdict(message), default=str, ensure_ascii=False).encode()


@given(st.binary(max_size=300))
def test_no_damage_to_a_real_mail_makes_reading_fail(junk: bytes):
    for at in range(0, len(RICH), 97):
        parse_mail(RICH[:at] + junk + RICH[at + len(junk) :])
