"""Mails made to hurt: each is refused or read within the limits, and the next mail goes on.

Most are a tenth of what is tried by hand, to keep the tests quick; the limits that they meet are the same.
"""

from __future__ import annotations

import base64
from collections.abc import Iterator

import pytest

from klankbord.channels.adapters.email.mime import parse_mail
from klankbord.channels.adapters.email.reading import mail_sandbox, read
from klankbord.channels.adapters.email.tests.mails import bare, mail
from klankbord.channels.contract import CannotParse
from klankbord.sandbox.pool import Sandbox
from tests.pace import PATIENCE, in_time

SECONDS = 5  # of the 10 that a mail may take; on an idle machine none needs one


def nested(depth: int) -> bytes:
    wrapping = b"".join(b"Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n" % (n, n) for n in range(depth))
    return mail(wrapping, "Dag.")


REFUSED = {
    "100,000 headers": b"".join(b"X-%d: y\r\n" % n for n in range(100_000)) + b"\r\nhi",
    "one header 100,000 times": b"To: a@b.example\r\n" * 100_000 + b"\r\nhi",
    "a header of 10 MB": b"Subject: " + b"a" * 10_000_000 + b"\r\n\r\nhi",
    "a folded header of 10 MB": b"Subject: " + b"a\r\n " * 2_500_000 + b"\r\n\r\nhi",
    "2,000 multiparts in each other": nested(2_000),
    "2,000 messages in each other": mail(b"Content-Type: message/rfc822\n\n" * 2_000 + b"\nhi"),
    "2,000 multiparts of one name": mail(
        b"Content-Type: multipart/mixed; boundary=b\n\n" + b"--b\nContent-Type: multipart/mixed; boundary=b\n\n" * 2_000
    ),
    "100,000 parts": mail("Content-Type: multipart/mixed; boundary=b", b"--b\n\nhi\n" * 100_000),
    "60 MB": mail(body=b"x" * 60_000_000),
    "nothing but spaces": b" " * 3_000_000,
}

READ = {
    "1 MB of nested tags": mail("Content-Type: text/html", b"<div>" * 200_000),
    "1 MB of nested letters": mail("Content-Type: text/html", b"<b x>" * 200_000),
    "only smaller-than signs": mail("Content-Type: text/html", b"<" * 1_000_000),
    "a number without end": mail("Content-Type: text/html", b"&#" + b"9" * 1_000_000 + b";"),
    "a boundary in one endless line": mail("Content-Type: multipart/mixed; boundary=b", b"--b" * 500_000),
    "base64 that unpacks to much": mail(
        "Content-Type: application/zip\nContent-Transfer-Encoding: base64", base64.b64encode(bytes(10_000_000))
    ),
    "base64 of equal signs": mail("Content-Transfer-Encoding: base64", b"A=A=" * 1_000_000),
    "quoted-printable of nothing": mail("Content-Transfer-Encoding: quoted-printable", b"=\n" * 1_000_000),
    "null bytes": b"\0" * 900_000,
    "every byte": bytes(range(256)) * 4_000,
    "empty lines": b"\n" * 1_000_000,
    "carriage returns": b"\r" * 500_000,
    "colons": b":\n" * 200_000,
    "encoded words": b"Subject: " + b"=?utf-8?q?a?= " * 70_000 + b"\r\n\r\nx",
    "encoded words that never end": b"Subject: " + b"=?utf-8?q?" * 90_000 + b"\r\n\r\nx",
    "encoded words in utf-7": b"Subject: " + b"=?utf-7?q?+?= " * 60_000 + b"\r\n\r\nx",
    "thousands of recipients": bare("To: " + ",\n ".join(f'"P {n}" <p{n}@example.org>' for n in range(5_000))),
    "commas": bare("To: " + "," * 300_000),
    "open brackets": bare("To: " + "<" * 300_000 + "\nFrom: " + "(" * 300_000),
    "open quotes": bare("To: " + '"a' * 150_000),
    "references": bare("References: " + "<a@b> " * 100_000),
    "parameters": bare("Content-Type: text/plain" + "; a=b" * 15_000),
    "semicolons": bare("Content-Type: text/plain" + ";" * 90_000),
    "strange lines": bare("Subject: x\n" + "nonsense\n" * 10_000 + "X-A: b"),
    "flowed": mail("Content-Type: text/plain; format=flowed", b"a \n" * 200_000),
    "reports": bare(
        "From: mailer-daemon@x\nContent-Type: multipart/report; boundary=b; report-type=delivery-status",
        "--b\nContent-Type: message/delivery-status\n\n" + "Final-Recipient: x;a@b\n\n" * 50_000,
    ),
    "prose of a bounce": bare(
        "From: mailer-daemon@x\nSubject: undeliverable", "address failed:" * 50_000 + "<a@" * 50_000
    ),
    "file names": bare("Content-Disposition: attachment; filename=" + "../" * 30_000),
}


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    with mail_sandbox(seconds=PATIENCE) as one:  # how quick it is, is measured here
        one.start()
        yield one


@pytest.mark.parametrize("kind", REFUSED)
def test_what_is_over_a_limit_is_refused_with_a_sentence(sandbox: Sandbox, kind: str):
    with in_time(SECONDS), pytest.raises(CannotParse, match=r"too long|more than|larger than|too many"):
        read(REFUSED[kind], sandbox)
    assert read(mail(), sandbox).text == "Dag."


@pytest.mark.parametrize("kind", READ)
def test_what_is_only_strange_is_read_in_time(sandbox: Sandbox, kind: str):
    with in_time(SECONDS):
        read(READ[kind], sandbox)
    assert read(mail(), sandbox).text == "Dag."


def test_the_limits_hold_without_the_sandbox_too():
    with pytest.raises(CannotParse):
        parse_mail(nested(41))
    assert parse_mail(nested(30)).text == "Dag."
