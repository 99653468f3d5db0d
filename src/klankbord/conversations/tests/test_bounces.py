"""A delivery report attaches to what bounced, marks the address, and mails nobody."""

from __future__ import annotations

from typing import Any

import pytest

from klankbord.channels.models import Dispatch
from klankbord.conversations.actions.send_reply import send_reply
from klankbord.conversations.models import Conversation, Message
from klankbord.events.models import OutboxEvent
from klankbord.people.models import Address
from tests import cast


def report(
    about: str,
    *,
    action: str = "failed",
    status: str = "5.1.1",
    recipient: str = "ans@example.org",
    words: str = "It did not arrive.",
) -> bytes:
    """A delivery report (RFC 3464) about the mail with this Message-ID."""
    return (
        "From: MAILER-DAEMON@example.org\r\nTo: vraag@deklank.example\r\nSubject: Undelivered Mail\r\n"
        f"Message-ID: <report-{action}@example.org>\r\nAuto-Submitted: auto-replied\r\n"
        'Content-Type: multipart/report; report-type=delivery-status; boundary="b"\r\n\r\n'
        "--b\r\nContent-Type: text/plain\r\n\r\n" + f"{words}\r\n"
        "--b\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; example.org\r\n\r\n"
        f"Final-Recipient: rfc822; {recipient}\r\nAction: {action}\r\nStatus: {status}\r\n\r\n"
        "--b\r\nContent-Type: message/rfc822\r\n\r\n"
        f"Message-ID: <{about}>\r\nSubject: Re: Zondag\r\n\r\nDag.\r\n--b--\r\n"
    ).encode()


@pytest.fixture
def reply(post: Any) -> Message:
    message: Message = send_reply(conversation=post.question(), by=post.house.jamal, text="Ja.")
    return message


def bounced(post: Any) -> list[str]:
    rows = Address.objects.of(post.house.organisation).filter(bounced_at__isnull=False)
    return list(rows.values_list("value", flat=True))


def test_it_attaches_to_the_reply_marks_the_address_and_mails_nobody(post: Any, reply: Message) -> None:
    sent = Dispatch.objects.of(post.house.organisation).count()
    before = Conversation.objects.of(post.house.organisation).values().get()
    assert post.bring(report(reply.external_id or ""), sender="") == []
    assert Dispatch.objects.of(post.house.organisation).get(said=reply).last_error == "failed 5.1.1"
    assert bounced(post) == ["ans@example.org"]
    assert Dispatch.objects.of(post.house.organisation).count() == sent
    assert Conversation.objects.of(post.house.organisation).values().get() == before
    told = OutboxEvent.objects.filter(name__endswith="AddressBounced").get()
    assert told.fields["conversation_id"] == reply.conversation_id


def test_why_it_came_back_is_taken_from_the_words_when_the_report_itself_only_says_that_it_did(
    post: Any, reply: Message
) -> None:
    words = "Below is a list of the affected recipients:\r\n\r\n    ans@example.org: 550 5.2.2 Over quota"
    post.bring(report(reply.external_id or "", status="5.0.0", words=words), sender="")
    assert Dispatch.objects.of(post.house.organisation).get(said=reply).last_error == "failed 5.2.2"


def test_it_can_be_about_an_acknowledgement(post: Any) -> None:
    post.question()
    (sent,) = post.acknowledgements()
    assert post.bring(report(sent.message_id), sender="") == []
    assert bounced(post) == ["ans@example.org"]
    post.bring(post.letter("2"))
    assert len(post.acknowledgements()) == 1


def test_it_marks_whom_we_wrote_to_whatever_it_names(post: Any, reply: Message) -> None:
    post.bring(post.letter("x", sender="kees@example.org"))
    post.bring(report(reply.external_id or "", recipient="kees@example.org"), sender="")
    assert bounced(post) == ["ans@example.org"]


@pytest.mark.parametrize("about", ["question@example.org", "nooit-verstuurd@deklank.example"])
def test_a_forged_one_does_nothing_and_nobody_waits_for_an_answer_to_it(post: Any, reply: Message, about: str) -> None:
    (said,) = post.bring(report(about), sender="")
    assert bounced(post) == []
    assert said.conversation != reply.conversation
    assert (said.automatic, said.conversation.state, said.conversation.is_waiting) == ("bounce", "done", False)
    assert len(post.acknowledgements()) == 1


def test_one_about_another_organisations_mail_does_nothing(post: Any, reply: Message) -> None:
    village = cast.klankerveen()
    post.bring(report(reply.external_id or ""), door=village.mailbox, sender="")
    assert bounced(post) == []
    assert Dispatch.objects.of(post.house.organisation).get(said=reply).last_error == ""


def test_a_delay_shows_and_marks_nobody(post: Any, reply: Message) -> None:
    post.bring(report(reply.external_id or "", action="delayed", status="4.4.1"), sender="")
    assert Dispatch.objects.of(post.house.organisation).get(said=reply).last_error == "delayed 4.4.1"
    assert bounced(post) == []


def test_a_report_of_success_is_no_failure(post: Any, reply: Message) -> None:
    post.bring(report(reply.external_id or "", action="delayed", status="4.4.1"), sender="")
    post.bring(report(reply.external_id or "", action="delivered", status="2.0.0"), sender="")
    assert Dispatch.objects.of(post.house.organisation).get(said=reply).last_error == ""
    assert bounced(post) == []
