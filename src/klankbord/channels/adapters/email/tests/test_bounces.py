"""Delivery reports and other mails that no person wrote. All forms are invented after the programs' own."""

from __future__ import annotations

import pytest

from klankbord.channels.adapters.email.mime import parse_mail
from klankbord.channels.adapters.email.tests.mails import bare, mail, multipart, wired
from klankbord.channels.adapters.email.tests.prose import PROSE
from klankbord.channels.contract import Bounce

STATUS = "Content-Type: message/delivery-status\n\nReporting-MTA: dns; mx.example\n\n"
RETURNED = "Content-Type: text/rfc822-headers\n\nMessage-ID: <ours@example.net>\nSubject: Antwoord"


def report(*parts: str) -> bytes:
    return multipart("report; report-type=delivery-status", *parts)


FAILED = ("x@y.example", "5.1.1", "failed")


@pytest.mark.parametrize(
    ("block", "read"),
    [
        ("Final-Recipient: rfc822; x@y.example\nAction: failed\nStatus: 5.1.1", FAILED),
        (
            "Final-Recipient: RFC822; <x@y.example>\nAction: delayed\nStatus: 4.2.2 (full)",
            ("x@y.example", "4.2.2", "delayed"),
        ),
        (
            "Original-Recipient: rfc822;x@y.example\nAction: delivered\nStatus: 2.0.0",
            ("x@y.example", "2.0.0", "delivered"),
        ),
        (
            "Final-Recipient: x@y.example\nAction: failed\nDiagnostic-Code: smtp; 550 5.7.1 no",
            ("x@y.example", "5.7.1", "failed"),
        ),
        ("Final-Recipient: rfc822; ***@***\nOriginal-Recipient: rfc822;x@y.example\nStatus: 5.1.1", FAILED),
        ("Final-Recipient: rfc822; x@y.example\nAction: failed", ("x@y.example", "5.0.0", "failed")),
        (
            (
                "Final-Recipient: rfc822; a@y.example\nAction: delivered\nStatus: 2.0.0\n\n"
                "Final-Recipient: rfc822; x@y.example\nAction: failed\nStatus: 5.1.1"
            ),
            FAILED,
        ),
    ],
)
def test_a_standard_report_is_read(block: str, read: tuple[str, str, str]):
    message = parse_mail(report("Content-Type: text/plain\n\nSorry.", STATUS + block, RETURNED))
    assert message.bounce == Bounce(*read, original_message_id="ours@example.net")
    assert message.automatic == "bounce"


@pytest.mark.parametrize("program", PROSE)
def test_a_report_in_prose_is_read(program: str):
    raw = bare("From: MAILER-DAEMON@mx.example\nSubject: Undelivered Mail Returned to Sender", PROSE[program])
    assert parse_mail(raw).bounce == Bounce("x@y.example", "5.1.1", "failed", "ours@example.net")


def test_exim_names_the_recipient_in_a_header():
    raw = bare(
        "From: Mail Delivery System <x@mx.example>\nX-Failed-Recipients: x@y.example\nIn-Reply-To: <ours@example.net>"
    )
    assert parse_mail(raw).bounce == Bounce("x@y.example", "5.0.0", "failed", "ours@example.net")


def test_a_person_who_sends_on_a_bounce_is_a_person():
    inner = b"Content-Type: message/rfc822\r\n\r\n" + report(STATUS + "Final-Recipient: rfc822; x@y\nAction: failed")
    message = parse_mail(multipart("mixed", "Content-Type: text/plain\n\nWat is dit?", inner))
    assert message.bounce is None
    assert message.automatic is None


@pytest.mark.parametrize(
    ("header", "reason"),
    [
        ("X-Nothing: here", None),
        ("Auto-Submitted: no", None),
        ("Auto-Submitted: auto-replied (vacation)", "auto-replied"),
        ("Auto-Submitted: auto-generated", "auto-generated"),
        ("Auto-Submitted: whatever", "auto-generated"),
        ("Precedence: bulk", "bulk"),
        ("Precedence: junk", "junk"),
        ("Precedence: list", "list"),
        ("Precedence: auto_reply", "auto-replied"),
        ("List-Id: <x.example>", "list"),
        ("List-Unsubscribe: <mailto:x@y>", "list"),
        ("X-Autoreply: yes", "auto-replied"),
        ("X-Autorespond: 1", "auto-replied"),
        ("X-Auto-Response-Suppress: All", "auto-generated"),
        ("X-Auto-Response-Suppress: DR, RN, NRN", None),
        ("Return-Path: <>", "empty-return-path"),
        ("Return-Path: <ada@example.org>", None),
    ],
)
def test_the_header_tells_what_no_person_wrote(header: str, reason: str | None):
    assert parse_mail(mail(header)).automatic == reason


@pytest.mark.parametrize(
    ("sender", "reason"),
    [
        ("MAILER-DAEMON@x.example", "mailer-daemon"),
        ("postmaster@x.example", "mailer-daemon"),
        ("no-reply@x.example", "no-reply"),
        ("noreply+12@x.example", "no-reply"),
        ("gmail-noreply@x.example", "no-reply"),
        ("do_not_reply@x.example", "no-reply"),
        ("bounces@x.example", "no-reply"),
        ("reply@x.example", None),
        ("norbert@x.example", None),
    ],
)
def test_the_sender_tells_it_too(sender: str, reason: str | None):
    assert parse_mail(bare(f"From: {sender}")).automatic == reason


@pytest.mark.parametrize(
    ("subject", "reason"),
    [
        ("Automatisch antwoord: vraag", "out-of-office"),
        ("Afwezig", "out-of-office"),
        ("Out of Office: vraag", "out-of-office"),
        ("Automatic reply: vraag", "out-of-office"),
        ("Automatische Antwort: Frage", "out-of-office"),
        ("Abwesenheitsnotiz", "out-of-office"),
        ("=?utf-8?q?R=C3=A9ponse_automatique_:_question?=", "out-of-office"),
        ("Vraag over mijn automatische betaling", None),
        ("Afwezigen op de lijst", None),
        ("Afwezig: Re: uw vraag", "out-of-office"),
        ("Afwezig leesclub donderdag", None),
        ("Niet aanwezig bij de cursus, krijg ik mijn geld terug?", None),
        ("Vakantiemelding: mag ik mijn boeken langer houden?", None),
        ("Re: Afwezig", None),
        ("Re: Automatisch antwoord: vraag", None),
    ],
)
def test_an_out_of_office_is_guessed_by_its_subject(subject: str, reason: str | None):
    assert parse_mail(bare(f"From: a@b.example\nSubject: {subject}")).automatic == reason


@pytest.mark.parametrize("sign", ["In-Reply-To: <vraag@deklank.example>", "X-Auto-Response-Suppress: All"])
def test_being_away_in_an_answer_or_from_a_machine_is_an_out_of_office(sign: str):
    subject = "Subject: Afwezig tot en met vrijdag"
    assert parse_mail(bare(f"From: a@b.example\n{subject}\n{sign}")).automatic == "out-of-office"


def test_who_goes_on_about_being_away_is_a_person():
    answer = "Subject: Re: Afwezig leesclub donderdag\nIn-Reply-To: <vraag@deklank.example>"
    assert parse_mail(bare(f"From: a@b.example\n{answer}")).automatic is None


def test_a_read_receipt_is_no_bounce():
    raw = multipart(
        "report; report-type=disposition-notification",
        "Content-Type: text/plain\n\nGelezen.",
        "Content-Type: message/disposition-notification\n\nFinal-Recipient: rfc822; x@y",
    )
    message = parse_mail(raw)
    assert (message.bounce, message.automatic) == (None, "receipt")


def test_the_words_of_a_report_are_shown_when_there_are_no_others():
    assert (
        parse_mail(report("Content-Type: message/delivery-status\n\nUnknown user.")).text
        == wired("Unknown user.").decode()
    )
