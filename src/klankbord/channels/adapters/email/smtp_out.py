"""Sending mail by SMTP."""

from __future__ import annotations

import smtplib
from collections.abc import Mapping
from email.message import EmailMessage
from email.utils import formataddr

from klankbord.channels.contract import NeverAgain, OutboundMessage, TryAgain


def build(message: OutboundMessage) -> EmailMessage:
    """The MIME form of a message."""
    mail = EmailMessage()
    mail["From"] = formataddr((message.sender.name, message.sender.address))
    mail["To"] = ", ".join(formataddr((party.name, party.address)) for party in message.to)
    mail["Subject"] = message.subject
    mail["Message-ID"] = f"<{message.message_id}>"
    if message.reply_to:
        mail["Reply-To"] = message.reply_to
    if message.in_reply_to:
        mail["In-Reply-To"] = f"<{message.in_reply_to}>"
    if message.references:
        mail["References"] = " ".join(f"<{each}>" for each in message.references)
    if message.automatic:
        mail["Auto-Submitted"] = "auto-replied"
    mail.set_content(message.text)
    if message.html:
        mail.add_alternative(message.html, subtype="html")
    return mail


def send(message: OutboundMessage, settings: Mapping[str, object]) -> None:
    """Hand the message to the mail server of `settings` (`smtp_host`, `smtp_port`)."""
    host, port = str(settings.get("smtp_host") or ""), int(str(settings.get("smtp_port") or 25))
    if not host:
        raise NeverAgain("No mail server is set for this channel.")
    try:
        with smtplib.SMTP(host, port, timeout=30) as server:
            server.send_message(build(message))
    except smtplib.SMTPRecipientsRefused as error:
        raise NeverAgain("The mail server does not know this address.", str(error)) from None
    except (smtplib.SMTPException, OSError) as error:
        raise TryAgain("The mail server cannot be reached.", str(error)) from None


def settings_problems(settings: Mapping[str, object]) -> list[str]:
    """What is missing."""
    return [] if settings.get("smtp_host") else ["No mail server is set for this channel."]
