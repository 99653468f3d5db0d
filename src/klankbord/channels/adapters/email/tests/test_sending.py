"""What a mail of ours looks like, and how failures are sorted."""

from __future__ import annotations

import email
import email.policy
from dataclasses import replace

import pytest

from klankbord.channels.adapters.email.mime_out import as_bytes, wire_address
from klankbord.channels.adapters.email.smtp_out import send, settings_problems, try_to_sign_in
from klankbord.channels.contract import NeverAgain, OutboundAttachment, OutboundMessage, Party, TryAgain
from tests.odd_smtp import OddServer

REPLY = OutboundMessage(
    message_id="k1-abc.def@deklank.example",
    sender=Party("Sanne de Wit · Bibliotheek De Klank", "info@deklank.example"),
    to=(Party('Kees, de "Beer"', "kees@example.org"),),
    subject="Re: Is het boek ‘Max Havelaar’ er?",
    text="Beste Kees,\n\n.Ja hoor, é.\n",
    html="<p>Beste Kees,</p>",
    reply_to="info+k1-abcdefghijklmnop@deklank.example",
    in_reply_to="vraag-1@example.org",
    references=("vraag-0@example.org", "vraag-1@example.org"),
    attachments=(OutboundAttachment("face.png", "image/png", b"\x89PNG", "face"),),
)


def read(message: OutboundMessage) -> email.message.EmailMessage:
    found = email.message_from_bytes(as_bytes(message), policy=email.policy.default)
    assert isinstance(found, email.message.EmailMessage)
    return found


def test_a_reply_says_who_it_is_from_and_what_it_answers() -> None:
    mail = read(REPLY)
    assert mail["From"].addresses[0].display_name == "Sanne de Wit · Bibliotheek De Klank"
    assert mail["To"].addresses[0].display_name == 'Kees, de "Beer"'
    assert mail["Subject"] == "Re: Is het boek ‘Max Havelaar’ er?"
    assert mail["Message-ID"] == "<k1-abc.def@deklank.example>"
    assert mail["In-Reply-To"] == "<vraag-1@example.org>"
    assert mail["References"].split() == ["<vraag-0@example.org>", "<vraag-1@example.org>"]
    assert mail["Reply-To"].addresses[0].addr_spec == "info+k1-abcdefghijklmnop@deklank.example"
    assert "Auto-Submitted" not in mail


def test_text_html_face_and_file_stand_where_programs_look_for_them() -> None:
    file = OutboundAttachment("Regels – 2026.pdf", "application/pdf", b"%PDF")
    mail = read(replace(REPLY, attachments=(*REPLY.attachments, file)))
    kinds = [part.get_content_type() for part in mail.walk()]
    assert kinds == [
        *("multipart/mixed", "multipart/alternative", "text/plain"),
        *("multipart/related", "text/html", "image/png", "application/pdf"),
    ]
    body = mail.get_body(("plain",))
    assert body is not None
    assert body.get_content().replace("\r\n", "\n") == "Beste Kees,\n\n.Ja hoor, é.\n"
    (attached,) = mail.iter_attachments()
    assert attached.get_filename() == "Regels – 2026.pdf"
    assert attached.get_content() == b"%PDF"


def test_every_line_is_ascii_and_short_enough_for_any_server() -> None:
    lines = as_bytes(replace(REPLY, subject="lang " * 200 + "é" * 200, text="x" * 5000)).split(b"\r\n")
    assert all(line.isascii() and len(line) <= 998 and b"\n" not in line and b"\r" not in line for line in lines)


@pytest.mark.parametrize(
    "evil", ["\r\nBcc: all@example.org\r\n", "\nBcc: all@example.org", "\r\n\r\nbody", "\x0bBcc: x", "\u2028Bcc: x"]
)
def test_nothing_from_outside_becomes_a_header_of_its_own(evil: str) -> None:
    mail = read(
        replace(
            REPLY,
            sender=Party(f"Sanne{evil}", REPLY.sender.address),
            to=(Party(f"Kees{evil}", "kees@example.org"),),
            subject=f"Vraag{evil}",
            message_id=f"a{evil}@b",
            in_reply_to=f"c{evil}@d",
            references=(f"e{evil}@f",),
            unsubscribe_url=f"https://deklank.example/{evil}",
            language=f"nl{evil}",
            attachments=(OutboundAttachment(f"a{evil}.png", f"image/png{evil}", b"x", f"face{evil}"),),
        )
    )
    assert mail["Bcc"] is None
    assert all(part["Bcc"] is None for part in mail.walk())
    with pytest.raises(NeverAgain):
        as_bytes(replace(REPLY, to=(Party("", f"kees@example.org{evil}x"),)))


def test_automatic_mail_says_so_and_leaves_nobody_to_answer_to() -> None:
    with OddServer() as server:
        send(replace(REPLY, automatic=True, unsubscribe_url="https://deklank.example/af"), _to(server))
    mail = email.message_from_bytes(server.mails[0])
    assert mail["Auto-Submitted"] == "auto-replied"
    assert mail["X-Auto-Response-Suppress"] == "All"
    assert mail["List-Unsubscribe"] == "<https://deklank.example/af>"
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert any(command.upper().startswith("MAIL FROM:<>") for command in server.commands)


@pytest.mark.parametrize("moment", ["mail from:<>", "after_data"])
def test_a_server_that_takes_no_empty_return_path_gets_our_own(moment: str) -> None:
    with OddServer(once=moment, **{moment: "550 5.7.60 Client may not send as this sender"}) as server:
        send(replace(REPLY, automatic=True), _to(server))
    assert email.message_from_bytes(server.mails[-1])["Auto-Submitted"] == "auto-replied"
    paths = [command.lower() for command in server.commands if command.lower().startswith("mail")]
    assert paths == ["mail from:<>", "mail from:<info@deklank.example>"]


def _to(server: OddServer, **more: object) -> dict[str, object]:
    inside = {"reachable_inside": ["127.0.0.1"]}
    return {"smtp_host": "127.0.0.1", "smtp_port": server.port, "smtp_tls": "none", **inside, **more}


@pytest.mark.parametrize(
    ("answers", "expected", "uncertain"),
    [
        ({"rcpt": "550 5.1.1 unknown"}, NeverAgain, None),
        ({"rcpt": "451 greylisted"}, TryAgain, False),
        ({"mail": "552 too large"}, NeverAgain, None),
        ({"data": "421 busy"}, TryAgain, False),
        ({"data": "drop"}, TryAgain, False),
        ({"after_data": "554 spam"}, NeverAgain, None),
        ({"after_data": "452 full"}, TryAgain, False),
        ({"after_data": "drop"}, TryAgain, True),
        ({"ehlo": "drop"}, TryAgain, False),
        ({"ehlo": "nonsense", "helo": "nonsense"}, TryAgain, False),
        ({"mail": "530 sign in first"}, TryAgain, False),
    ],
)
def test_failures_are_sorted_by_what_the_server_said(
    answers: dict[str, str], expected: type[Exception], uncertain: bool | None
) -> None:
    with OddServer(**answers) as server, pytest.raises(expected) as failure:
        send(REPLY, _to(server))
    assert str(failure.value).endswith(".") or failure.value.detail
    if uncertain is not None:
        assert failure.value.uncertain is uncertain


def test_nobody_listening_is_tried_again() -> None:
    with OddServer() as server:
        pass
    with pytest.raises(TryAgain, match="cannot be reached"):
        send(REPLY, _to(server))


def test_without_the_encryption_that_is_asked_for_nothing_is_sent() -> None:
    with OddServer() as server, pytest.raises(TryAgain, match="encryption"):
        send(REPLY, _to(server, smtp_tls="starttls"))
    assert server.mails == []


def test_a_refused_password_can_be_mended_and_is_tried_again() -> None:
    with (
        OddServer(extensions=("AUTH PLAIN",), auth="535 5.7.8 no") as server,
        pytest.raises(TryAgain, match="password"),
    ):
        send(REPLY, _to(server, smtp_user="info", smtp_password="wrong"))


@pytest.mark.parametrize("token", ["ya29.token", lambda _refused: "ya29.token"])
def test_an_access_token_signs_in_by_xoauth2(token: object) -> None:
    with OddServer(extensions=("AUTH XOAUTH2",)) as server:
        send(REPLY, _to(server, smtp_user="info@deklank.example", oauth_token=token))
    assert server.signed_in_as == "user=info@deklank.example\x01auth=Bearer ya29.token\x01\x01"


def test_an_international_domain_goes_over_the_wire_in_punycode() -> None:
    assert wire_address("zoe@παράδειγμα.example") == "zoe@xn--hxajbheg2az3al.example"


def test_a_local_part_in_another_script_needs_a_server_that_can() -> None:
    greek = replace(REPLY, to=(Party("Ζωή", "ζωή@example.org"),))
    with OddServer() as server, pytest.raises(NeverAgain, match="letters"):
        send(greek, _to(server))
    with OddServer(extensions=("SMTPUTF8",)) as server:
        send(greek, _to(server))
    assert any("ζωή@example.org" in command for command in server.commands)


@pytest.mark.parametrize(
    "address", ["", "x", "@", "a@", "@b", "a b@c", "a@b..c", "a@b\r\nRCPT TO:<x@y>", "<a@b>", "a@-"]
)
def test_what_can_be_no_address_is_not_tried(address: str) -> None:
    with pytest.raises(NeverAgain):
        wire_address(address)


def test_the_relay_serves_channels_without_a_server_of_their_own() -> None:
    with OddServer() as server:
        send(REPLY, {"relay_host": "127.0.0.1", "relay_port": server.port, "relay_tls": "none"})
    assert len(server.mails) == 1


@pytest.mark.parametrize("tls", ["none", "starttls", "tls"])
def test_a_mail_server_inside_is_not_reached_without_the_operators_word(tls: str) -> None:
    with OddServer() as server:
        with pytest.raises(TryAgain, match="inside our own network"):
            send(REPLY, _to(server, smtp_tls=tls, reachable_inside=[]))
        relay = {"relay_host": "127.0.0.1", "relay_port": server.port, "relay_tls": "none"}
        with pytest.raises(TryAgain, match="inside our own network"):
            try_to_sign_in({**_to(server, smtp_host="localhost", reachable_inside=["10.0.0.0/8"]), **relay})
    assert server.commands == []


def test_problems_are_told_in_sentences() -> None:
    assert settings_problems({}) == ["No mail server is set for this channel."]
    assert settings_problems({"smtp_host": "mail.example", "smtp_user": "info"}) != []
    assert (
        settings_problems({"smtp_host": "mail.example", "smtp_user": "a", "smtp_password": "b", "smtp_tls": "none"})
        != []
    )
    assert settings_problems({"smtp_host": "mail.example", "smtp_user": "a", "smtp_password": "b"}) == []
