"""Which mail is the same mail."""

from __future__ import annotations

from klankbord.channels.adapters.email.ids import identify


def test_two_mails_with_nothing_but_strange_headers_are_two():
    assert identify(b"X-Strange: one\r\n\r\n") != identify(b"X-Strange: two\r\n\r\n")


def test_a_mail_without_a_message_id_is_itself_again_by_another_road():
    mail = b"From: a@example.org\r\nDate: Mon, 2 Mar 2026 10:00:00 +0100\r\n\r\nDag.\r\n"
    road = b"Received: from there by here; Mon, 2 Mar 2026 10:00:01 +0100\r\n"
    assert identify(mail) == identify(road + mail.replace(b"\r\n", b"\n"))
