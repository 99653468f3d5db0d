"""Mail on its way out: through a real server into a real mailbox, and when the line drops."""

from __future__ import annotations

import email
import imaplib
import smtplib
from email.message import Message
from typing import Any

import pytest

from klankbord import clock
from klankbord.channels.contract import OutboundMessage, Party
from klankbord.channels.dispatch import Dispatches, queue_dispatch, try_again_now
from klankbord.channels.models import Dispatch
from tests import cast
from tests.harness import ADDRESS, mail, new_house
from tests.odd_smtp import OddServer
from tests.pace import wait_until
from tests.real_servers import PASSWORD, Dovecot, Route, running_dovecot, running_opensmtpd


@pytest.fixture(autouse=True)
def reachable_inside(monkeypatch: pytest.MonkeyPatch, settings: Any) -> None:
    """The other side is a real server on this machine, which the operator allows."""
    monkeypatch.setitem(settings.OPTIONS.values, "reachable_inside", ("127.0.0.1",))


def _mailbox(server: Dovecot, user: str) -> list[Message]:
    link = imaplib.IMAP4("127.0.0.1", server.imap_port)
    link.login(user, PASSWORD)
    link.select()
    found = [
        email.message_from_bytes(link.fetch(number, "(RFC822)")[1][0][1])  # type: ignore[index]
        for number in link.search(None, "ALL")[1][0].split()
    ]
    link.logout()
    return found


@pytest.mark.slow
def test_a_customer_gets_an_acknowledgement_and_their_answer_to_it_joins_the_conversation() -> None:
    with (
        running_dovecot() as mailboxes,
        running_opensmtpd(Route("klant.example", "lmtp", mailboxes.lmtp_port)) as relay,
        new_house() as house,
    ):
        house.send_through(relay.port)
        house.start()
        with smtplib.SMTP("127.0.0.1", house.ports["smtp_port"]) as line:
            line.sendmail("mia@klant.example", [ADDRESS], mail("eerste", sender="mia@klant.example"))
        wait_until(lambda: bool(_mailbox(mailboxes, "mia@klant.example")), f"it came; {relay.said()[-800:]}", 30)
        (received,) = _mailbox(mailboxes, "mia@klant.example")
        assert received["Return-Path"] == "<>"
        assert received["Auto-Submitted"] == "auto-replied"
        assert received["In-Reply-To"] == "<vraag-eerste@example.org>"
        answer = mail("tweede", sender="mia@klant.example")
        with smtplib.SMTP("127.0.0.1", house.ports["smtp_port"]) as line:
            line.sendmail("mia@klant.example", [received["Reply-To"].strip("<>")], answer)
        house.wait_until_done()
        assert house.count("SELECT count(*) FROM conversations_conversation") == 1
        assert len(_mailbox(mailboxes, "mia@klant.example")) == 1
        sent = "SELECT state FROM channels_dispatch"  # a moment after it lies in the mailbox
        wait_until(lambda: house.rows(sent) == [("done",)], "the one mail is noted as sent")


def _queue(house: cast.DeKlank, server: OddServer, *, automatic: bool) -> Dispatch:
    house.mailbox.settings = {"smtp_host": "127.0.0.1", "smtp_port": server.port, "smtp_tls": "none"}
    house.mailbox.save()
    purpose = Dispatch.Purpose.ACKNOWLEDGEMENT if automatic else Dispatch.Purpose.REPLY
    outbound = OutboundMessage(
        message_id=f"{purpose}@deklank.example",
        sender=Party("Bibliotheek De Klank", house.mailbox.address),
        to=(Party("", "kees@example.org"),),
        subject="Re: vraag",
        text="Ja hoor.",
        automatic=automatic,
    )
    dispatch = queue_dispatch(channel=house.mailbox, purpose=purpose, message=outbound)
    assert dispatch is not None
    return dispatch


@pytest.mark.django_db(transaction=True)
def test_a_reply_whose_line_dropped_is_sent_again_with_the_same_message_id() -> None:
    house = cast.de_klank()
    with OddServer(after_data="drop") as server:
        dispatch = _queue(house, server, automatic=False)
        Dispatches().perform_batch(owner="a")
        dispatch.refresh_from_db()
        assert dispatch.status == "failed"
        assert dispatch.due_at > clock.now()
        assert "dropped" in dispatch.last_error
    with OddServer() as mended:
        house.mailbox.settings |= {"smtp_port": mended.port}
        house.mailbox.save()
        try_again_now(dispatch)
        Dispatches().perform_batch(owner="a")
    dispatch.refresh_from_db()
    assert dispatch.status == "sent"
    ids = [email.message_from_bytes(each)["Message-ID"] for each in (*server.mails, *mended.mails)]
    assert ids == ["<reply@deklank.example>"] * 2


@pytest.mark.django_db(transaction=True)
def test_an_acknowledgement_whose_line_dropped_is_not_risked_twice() -> None:
    with OddServer(after_data="drop") as server:
        dispatch = _queue(cast.de_klank(), server, automatic=True)
        Dispatches().perform_batch(owner="a")
    dispatch.refresh_from_db()
    assert dispatch.status == "given_up"
    assert len(server.mails) == 1


@pytest.mark.django_db(transaction=True)
def test_an_acknowledgement_that_surely_did_not_go_out_is_tried_again() -> None:
    with OddServer(rcpt="451 later") as server:
        dispatch = _queue(cast.de_klank(), server, automatic=True)
        Dispatches().perform_batch(owner="a")
    dispatch.refresh_from_db()
    assert dispatch.status == "failed"


@pytest.mark.django_db(transaction=True)
def test_in_the_demo_mail_is_kept_instead_of_sent(settings, monkeypatch: pytest.MonkeyPatch) -> None:  # type: ignore[no-untyped-def]
    monkeypatch.setitem(settings.OPTIONS.values, "outbox", "keep")
    with OddServer() as server:
        dispatch = _queue(cast.de_klank(), server, automatic=False)
        Dispatches().perform_batch(owner="a")
    dispatch.refresh_from_db()
    assert dispatch.status == "sent"
    assert server.commands == []
