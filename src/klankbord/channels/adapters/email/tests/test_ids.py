"""Which mail is this, and is it the same one?"""

from __future__ import annotations

import time

import pytest

from klankbord.channels.adapters.email.ids import HASHED, identify, read_ids
from klankbord.channels.adapters.email.mime import parse_mail
from klankbord.channels.adapters.email.tests.mails import bare, mail


@pytest.mark.parametrize(
    ("field", "external_id"),
    [
        ("Message-ID: <a@b>", "a@b"),
        ("message-id:<a@b> (x)", "a@b"),
        ("Message-ID: a@b", "a@b"),
        ("Message-ID:\n <a@b>", "a@b"),
        ("Message-ID: <1234   @   local(blah)  .machine .example>", "1234@local.machine.example"),
        ("Message-ID: <a@b@c>", "a@b@c"),
        ("Message-ID: 123", "123"),
    ],
)
def test_the_id_is_what_stands_between_the_brackets(field: str, external_id: str):
    assert identify(bare(field))[0] == external_id == parse_mail(bare(field)).external_id


@pytest.mark.parametrize("field", ["X-Y: z", "Message-ID:", "Message-ID: <>", "Message-ID: < >"])
def test_a_missing_id_is_replaced_by_a_hash_of_the_mail(field: str):
    raw = bare(f"From: a@b\n{field}")
    external_id, digest = identify(raw)
    assert external_id == HASHED + digest == parse_mail(raw).external_id
    assert identify(raw + b"!")[0] != external_id


def test_a_giant_id_or_one_that_poses_as_a_hash_is_hashed():
    giant, posing = (
        identify(bare("Message-ID: <" + "x" * 900 + "@y>"))[0],
        identify(bare(f"Message-ID: <{HASHED}x>"))[0],
    )
    assert len(giant) == len(posing) == len(HASHED) + 64


def test_the_same_mail_over_smtp_and_imap_has_one_digest():
    over_smtp = b"Received: from x by y\r\nDelivered-To: z@example.net\r\n" + mail() + b"\r\n"
    over_imap = (b"X-Spam: no\nReturn-Path: <ada@example.org>\n" + mail()).replace(b"\r\n", b"\n")
    assert identify(over_smtp)[1] == identify(over_imap)[1]


def test_another_text_or_subject_is_another_digest():
    digests = {identify(mail(body=text))[1] for text in ("a", "b")} | {identify(mail("Cc: c@d", "a"))[1]}
    assert len(digests) == 3


def test_identifying_a_huge_mail_is_cheap():
    begin = time.process_time()  # what it costs itself, however busy the machine is
    identify(b"X: y\r\n" * 1_000_000)
    identify(mail(body=b"x" * 10_000_000))
    assert time.process_time() - begin < 0.5


@pytest.mark.parametrize(
    ("field", "ids"),
    [
        ("<a@b> <c@d>", ["a@b", "c@d"]),
        ("<a@b>,<a@b>", ["a@b"]),
        ("a@b c@d", ["a@b", "c@d"]),
        ("Your message of Monday <a@b>", ["a@b"]),
        ("Your message of Monday", []),
        ("<a\n b@c>", ["ab@c"]),
        ("", []),
    ],
)
def test_references_are_read(field: str, ids: list[str]):
    assert read_ids(field) == ids
