"""Whole mails: text, HTML, attachments and marks."""

from __future__ import annotations

import base64

import pytest

from klankbord.channels.adapters.email.mime import identify, parse_mail
from klankbord.channels.adapters.email.tests.mails import bare, mail, multipart
from klankbord.channels.contract import InboundMessage

PLAIN = "Content-Type: text/plain; charset=utf-8\n\nGewone tekst."
HTML = "Content-Type: text/html; charset=utf-8\n\n<p>Mooie <b>tekst</b>.</p>"
PNG = "iVBORw0KGgo="


def attachments(message: InboundMessage) -> list[tuple[str, str, int, bool]]:
    return [(one.name, one.type, one.size, one.inline) for one in message.attachments]


def test_a_plain_mail():
    message = parse_mail(
        mail("Cc: b@c.example\nReply-To: Ada <thuis@example.org>\nReferences: <x@y> <z@y>", "Dag\nvriend")
    )
    assert message.external_id == "1@example.org"
    assert (message.sender.name, message.sender.address) == ("Ada", "ada@example.org")
    assert [one.address for one in message.to + message.cc + message.reply_to] == [
        "info@example.net",
        "b@c.example",
        "thuis@example.org",
    ]
    assert message.references == ["x@y", "z@y"]
    assert message.in_reply_to is None
    assert message.sent_at.isoformat() == "2025-03-03T09:00:00+00:00"
    assert message.text == message.reply == "Dag\nvriend"
    assert message.html is None
    assert not message.defects


def test_the_reply_is_split_from_what_it_answers():
    message = parse_mail(mail(body="Graag!\n\nOp ma 3 mrt 2025 om 09:00 schreef Info <info@example.net>:\n> Wilt u?"))
    assert message.reply == "Graag!"
    assert "> Wilt u?" in message.quoted


def test_of_two_forms_the_plain_one_is_the_text_and_the_other_the_html():
    message = parse_mail(multipart("alternative", PLAIN, HTML))
    assert message.text == "Gewone tekst."
    assert message.html == "<p>Mooie <b>tekst</b>.</p>"
    assert not message.attachments


@pytest.mark.parametrize("plain", ["", "Content-Type: text/plain\n\n  \n"])
def test_html_alone_gives_text_too(plain: str):
    message = parse_mail(multipart("alternative", *([plain] if plain else []), HTML))
    assert message.text == "Mooie tekst."


def test_html_beyond_the_limits_is_left_out_but_its_text_is_read():
    message = parse_mail(mail("Content-Type: text/html", "<div>" * 5_000 + "hoi"))
    assert message.html == ""
    assert message.text == "hoi"
    assert "nested" in message.defects[0]


def test_html_beside_text_that_is_no_other_form_of_it_is_not_lost():
    message = parse_mail(multipart("mixed", HTML, "Content-Type: text/plain\n\nVoettekst <van> de lijst"))
    assert message.text == "Mooie tekst.\n\nVoettekst <van> de lijst"
    assert message.html == (
        '<p>Mooie <b>tekst</b>.</p>\n<div style="white-space: pre-wrap">Voettekst &lt;van&gt; de lijst</div>'
    )


def test_text_before_and_after_a_file_is_one_text():
    message = parse_mail(
        multipart(
            "mixed",
            PLAIN,
            f"Content-Type: image/png; name=a.png\nContent-Transfer-Encoding: base64\n\n{PNG}",
            "Content-Type: text/plain\n\nVoettekst",
        )
    )
    assert message.text == "Gewone tekst.\n\nVoettekst"
    assert attachments(message) == [("a.png", "image/png", 8, False)]


@pytest.mark.parametrize(
    ("header", "name"),
    [
        ('Content-Disposition: attachment; filename="nota.pdf"', "nota.pdf"),
        ("Content-Disposition: attachment; filename*=UTF-8''b%C3%A9ta.pdf", "béta.pdf"),
        ("Content-Disposition: attachment; filename==?utf-8?B?YsOpdGEucGRm?=", "béta.pdf"),
        ('Content-Disposition: attachment; filename="../../etc/passwd"', "passwd"),
        ('Content-Disposition: attachment; filename="C:\\\\map\\\\x.pdf"', "x.pdf"),
        ('Content-Disposition: attachment; filename="a\tb.pdf"', "a b.pdf"),
        ("Content-Disposition: attachment; filename*=UTF-8''nota%E2%80%AEfdp.exe", "notafdp.exe"),
        ("Content-Disposition: attachment", "attachment-1.pdf"),
        ("Content-Location: map/z.pdf", "z.pdf"),
        (f'Content-Disposition: attachment; filename="{"x" * 500}.pdf"', "x" * 180 + ".pdf"),
    ],
)
def test_a_file_has_a_safe_name(header: str, name: str):
    message = parse_mail(multipart("mixed", f"Content-Type: APPLICATION/PDF\n{header}\n\nx"))
    assert attachments(message) == [(name, "application/pdf", 1, False)]


@pytest.mark.parametrize(
    ("encoding", "body"),
    [
        ("base64", "aGFsbG8="),
        ("BASE64;", "aGFs\nbG8"),
        ("quoted-printable", "hal=\nlo"),
        ("Quoted Printable", "h=61llo"),
        ("7-bit", "hallo"),
        ("8bits", "hallo"),
        ("", "hallo"),
        ("x-uuencode", "begin 644 x\n%:&%L;&\\\n`\nend"),
    ],
)
def test_every_transfer_encoding_is_undone(encoding: str, body: str):
    raw = multipart("mixed", f"Content-Type: application/x-y; name=a\nContent-Transfer-Encoding: {encoding}\n\n{body}")
    assert parse_mail(raw).attachments[0].content == b"hallo"


def test_a_picture_in_the_text_is_inline_and_known_by_its_id():
    related = (
        "Content-Type: multipart/related; boundary=r\n\n--r\nContent-Type: text/html\n\n<img src='cid:p@x'>\n--r\n"
        "Content-Type: image/png\nContent-ID: <p@x>\nContent-Disposition: attachment; filename=p.png\n"
        f"Content-Transfer-Encoding: base64\n\n{PNG}\n--r--"
    )
    inline, attached = (
        f"Content-Type: image/png\nContent-Disposition: {disposition}; filename={name}.png\n\nx"
        for disposition, name in (("inline", "q"), ("attachment", "r"))
    )
    message = parse_mail(multipart("mixed", related, inline, attached))
    assert attachments(message) == [
        ("p.png", "image/png", 8, True),
        ("q.png", "image/png", 1, True),
        ("r.png", "image/png", 1, False),
    ]
    assert [one.content_id for one in message.attachments] == ["p@x", None, None]
    assert 'data-cid="p@x"' in message.html


def test_a_forwarded_mail_is_a_file_and_its_own_text_stays_out():
    inner = "Content-Type: message/rfc822\n\nFrom: x@y\nSubject: =?utf-8?q?D=C3=A9_klacht?=\n\nDe klacht zelf."
    message = parse_mail(multipart("mixed", PLAIN, inner))
    assert message.text == "Gewone tekst."
    assert message.marks == ["forwarded"]
    assert message.attachments[0].name == "Dé klacht.eml"
    assert message.attachments[0].content.endswith(b"De klacht zelf.")


def test_an_invitation_tells_what_and_when():
    event = (
        "BEGIN:VCALENDAR\nBEGIN:VEVENT\nSUMMARY:Overleg\\, kort\nDTSTART;TZID=Europe/Amsterdam:20250303T100000\n"
        "DTEND;TZID=Europe/Amsterdam:20250303T110000\nLOCATION:Zaal\n  2\nEND:VEVENT\nEND:VCALENDAR"
    )
    message = parse_mail(multipart("alternative", f"Content-Type: text/calendar; method=REQUEST\n\n{event}"))
    assert message.marks == ["calendar"]
    assert (
        message.text == message.details["event"] == "Overleg, kort · 2025-03-03 10:00-11:00 (Europe/Amsterdam) · Zaal 2"
    )
    assert message.attachments[0].name == "invite.ics"


@pytest.mark.parametrize(
    ("raw", "marks"),
    [
        (multipart("signed", PLAIN, "Content-Type: application/pgp-signature; name=signature.asc\n\nx"), ["signed"]),
        (
            multipart(
                "encrypted",
                "Content-Type: application/pgp-encrypted\n\nVersion: 1",
                "Content-Type: application/octet-stream; name=e.asc\n\nx",
            ),
            ["encrypted"],
        ),
        (mail("Content-Type: application/pkcs7-mime; smime-type=enveloped-data; name=smime.p7m", "x"), ["encrypted"]),
        (
            mail("Content-Type: application/pkcs7-mime; smime-type=signed-data; name=smime.p7m", "x"),
            ["signed", "sealed"],
        ),
        (mail(body="-----BEGIN PGP MESSAGE-----\nx"), ["encrypted"]),
        (mail(body="-----BEGIN PGP SIGNED MESSAGE-----\nx"), ["signed"]),
    ],
)
def test_signed_and_encrypted_mails_are_marked(raw: bytes, marks: list[str]):
    assert parse_mail(raw).marks == marks


@pytest.mark.parametrize(
    ("parameters", "text"),
    [
        ("", "Een lange zin\ngaat door.\n> geciteerd en\n> verder\n-- \nAda"),
        ("; format=flowed", "Een lange zin gaat door.\n> geciteerd en verder\n-- \nAda"),
        ("; format=flowed; delsp=yes", "Een lange zingaat door.\n> geciteerd enverder\n-- \nAda"),
    ],
)
def test_flowed_text_is_put_together(parameters: str, text: str):
    body = "Een lange zin \ngaat door.\n> geciteerd en \n> verder\n-- \nAda"
    read = parse_mail(mail(f"Content-Type: text/plain{parameters}", body)).text
    assert [line.rstrip() for line in read.split("\n")] == [line.rstrip() for line in text.split("\n")]


@pytest.mark.parametrize(
    "body",
    [
        "--x\nContent-Type: text/plain\n\ndeel een\n--x\nContent-Type: text/plain\n\ndeel twee",
        "--x\n\ndeel een\n--x\n\ndeel twee\n--x-",
        "voorwoord\n--x  \n\ndeel een\n--xy\n--x\n\ndeel twee\n--x--\nnawoord",
    ],
)
def test_broken_boundaries_are_forgiven(body: str):
    text = parse_mail(mail("Content-Type: multipart/mixed; boundary=x", body)).text
    assert text.replace("\n--xy", "") == "deel een\n\ndeel twee"


@pytest.mark.parametrize("parameter", ["", "; boundary=other"])
def test_a_missing_or_wrong_boundary_is_guessed(parameter: str):
    body = "--=_real\nContent-Type: text/plain\n\ndeel een\n--=_real--"
    message = parse_mail(mail(f"Content-Type: multipart/mixed{parameter}", body))
    assert message.text == "deel een"
    assert message.defects


def test_a_header_in_the_charset_of_the_text_is_read():
    raw = bare(
        b"Subject: " + "軟體".encode("big5") + b"\nContent-Type: text/plain; charset=big5", "中文".encode("big5")
    )
    message = parse_mail(raw)
    assert (message.subject, message.text) == ("軟體", "中文")


def test_nobody_can_slip_in_a_header_or_a_line():
    evil = base64.b64encode(b"x\r\nBcc: victim@example.org\x00").decode()
    message = parse_mail(
        bare(f"From: =?utf-8?b?{evil}?= <a@b.example>\nSubject: =?utf-8?b?{evil}?=\nMessage-ID: <a\x01b@c>")
    )
    for value in (message.sender.name, message.subject):
        assert not set(value) & set("\r\n\0")


def test_where_it_was_delivered_is_known():
    message = parse_mail(
        bare("Delivered-To: Info@Example.net\nX-Original-To: info@example.net\nEnvelope-To: <b@c.example>")
    )
    assert message.delivered_to == ["info@example.net", "b@c.example"]


def test_what_is_missing_or_double_is_told():
    message = parse_mail(bare("Subject: a\nSubject: b"))
    assert message.subject == "a"
    assert message.sender is None
    assert message.defects == [
        "It does not say who it is from.",
        "There is no date.",
        "There are 2 Subject fields.",
    ]


def test_empty_lines_before_the_header_do_not_hide_it():
    message = parse_mail(b"\r\n\r\n" + mail(body="Dag."))
    assert (message.external_id, message.text) == ("1@example.org", "Dag.")
    assert identify(b"\n" + mail())[0] == "1@example.org"
    # What is no header is text: a mail without one.
    assert parse_mail(b"\r\n\r\nNote: the lift is broken.").text == "Note: the lift is broken."


def test_empty_line_in_the_header_does_not_end_it_before_anyone_is_named():
    raw = b"MIME-Version: 1.0\r\n\r\n  \r\n\r\n" + mail(body="Dag.")
    message = parse_mail(raw)
    assert (message.external_id, message.text, message.sender) == ("1@example.org", "Dag.", parse_mail(mail()).sender)
    assert "There is an empty line in the header." in message.defects
    assert parse_mail(mail(body="From: here on")).text == "From: here on"


def test_what_follows_a_type_without_a_semicolon_is_no_part_of_it():
    message = parse_mail(
        mail(r"Content-Type: text/html Content-Transfer-Encoding: 8bit\r\n", "<p>Dag <b>allemaal</b></p>")
    )
    assert (message.text, message.html) == ("Dag allemaal", "<p>Dag <b>allemaal</b></p>")


def test_file_may_be_named_in_its_type():
    message = parse_mail(multipart("mixed", 'Content-Type: image/png; filename="a.png"\n\nx'))
    assert [one.name for one in message.attachments] == ["a.png"]
