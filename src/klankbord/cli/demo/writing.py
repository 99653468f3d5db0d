"""The demo's messages as the bytes that would have come in: real MIME, a form's fields, a report of failure."""

from __future__ import annotations

import hashlib
import json
from datetime import datetime
from email.message import EmailMessage
from email.utils import format_datetime, formataddr

from klankbord.channels.models import Dispatch
from klankbord.cli.demo import corpus


def form_bytes(script: corpus.Conversation, message: corpus.Message) -> bytes:
    """What the contact form sends in."""
    fields = {
        "id": f"demo-{_hash(script.key)}",
        "name": script.person.name,
        "address": message.address or script.person.addresses[0],
        "subject": script.subject,
        "text": message.text,
        "kind": script.form_kind.value if script.form_kind else "question",
    }
    return json.dumps(fields).encode()


def mail_bytes(script: corpus.Conversation, number: int, *, to: str, moment: datetime, answers: str) -> bytes:
    """The message of this number as a mail; `answers` is the Message-ID of our last reply, if any."""
    message = script.messages[number]
    mail = EmailMessage()
    mail["From"] = formataddr((script.person.name, message.address or script.person.addresses[0]))
    mail["To"] = to
    subject = " ".join(script.subject.split())
    mail["Subject"] = f"Re: {subject}" if number else subject
    mail["Date"] = format_datetime(moment)
    mail["Message-ID"] = f"<{_hash(f'{script.key}/{number}')}@demo.example>"
    if answers:
        mail["In-Reply-To"] = f"<{answers}>"
    if message.kind == corpus.Kind.AUTOMATIC:
        mail["Auto-Submitted"] = "auto-replied"
    if message.html:
        mail.set_content(message.text, subtype="html")
    else:
        mail.set_content(message.text)
    for attachment in message.attachments:
        main, _, sub = attachment.media_type.partition("/")
        mail.add_attachment(made_up(attachment), maintype=main, subtype=sub, filename=attachment.name)
    return mail.as_bytes()


def bounce_bytes(dispatch: Dispatch, mailbox: str, moment: datetime) -> bytes:
    """The report that this mail could not be delivered."""
    return (
        f"From: MAILER-DAEMON@mail.example\r\nTo: {mailbox}\r\nSubject: Undelivered Mail Returned to Sender\r\n"
        f"Date: {format_datetime(moment)}\r\nMessage-ID: <bounce-{dispatch.pk}@mail.example>\r\n"
        "Auto-Submitted: auto-replied\r\nMIME-Version: 1.0\r\n"
        'Content-Type: multipart/report; report-type=delivery-status; boundary="b"\r\n\r\n'
        "--b\r\nContent-Type: text/plain\r\n\r\nYour message could not be delivered: mailbox full.\r\n"
        "--b\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mail.example\r\n\r\n"
        f"Final-Recipient: rfc822; {dispatch.recipient}\r\nAction: failed\r\nStatus: 5.2.2\r\n"
        f"--b\r\nContent-Type: text/rfc822-headers\r\n\r\nMessage-ID: <{dispatch.message_id}>\r\n\r\n--b--\r\n"
    ).encode()


def made_up(attachment: corpus.Attachment) -> bytes:
    """Bytes of the right type for something attached."""
    if attachment.media_type == "application/pdf":
        return b"%PDF-1.4\n%" + b"demo " * 20 + b"\n%%EOF\n"
    if attachment.media_type == "image/png":
        return bytes.fromhex(
            "89504e470d0a1a0a0000000d4948445200000001000000010806000000"
            "1f15c4890000000d49444154789c6360f8cfc0000003010100c9fe92ef0000000049454e44ae426082"
        )
    return f"Demo: {attachment.name}\n".encode() * 8


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:24]
