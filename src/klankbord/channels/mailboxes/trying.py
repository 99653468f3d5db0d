"""Trying a mailbox for real, in and out, and saying in plain words how it went."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.conf import settings

from klankbord.channels.adapters.email.imap import NO_FOLDER, MailboxTrouble, imap_server_of, open_mailbox
from klankbord.channels.adapters.email.oauth import OAuthTrouble
from klankbord.channels.adapters.email.smtp_out import try_to_sign_in
from klankbord.channels.contract import DeliveryFailed
from klankbord.channels.dispatch import relay_settings
from klankbord.channels.mailboxes.tokens import sending_settings, token_source
from klankbord.channels.models import Channel
from klankbord.channels.secrets import CannotUnseal


@dataclass(frozen=True, slots=True)
class Finding:
    """How one direction went: `direction` is `in` or `out`; `detail` is what the other side said."""

    direction: str
    works: bool
    sentence: str
    detail: str = ""


def try_mailbox(channel: Channel) -> list[Finding]:
    """Sign in to read and to send, as the channel does it itself. Nothing is fetched, marked or sent."""
    try:
        chosen = {**channel.all_settings, "address": channel.address}
    except CannotUnseal:
        return [Finding("in", False, "The password of the mailbox was stored with another secret key. Enter it again.")]
    return [_in(channel, chosen), _out(channel)]


def _in(channel: Channel, chosen: dict[str, Any]) -> Finding:
    if not chosen.get("imap_host"):
        return Finding("in", True, "No mailbox is fetched: mail is delivered here by a mail server.")
    try:
        with open_mailbox(imap_server_of(chosen, token_source(channel))) as mailbox:
            folder = mailbox.select(str(chosen.get("imap_folder") or "INBOX"))
            named = str(chosen.get("sent_folder") or "")
            sent = None if named == NO_FOLDER else named or mailbox.sent_folder()
            if sent:
                mailbox.select(sent)
            told = "tells us at once when mail comes" if mailbox.can_idle else "is asked for new mail again and again"
    except (MailboxTrouble, OAuthTrouble) as trouble:
        return Finding("in", False, trouble.explanation, trouble.detail)
    followed = f" Sent mails are followed in {sent}." if sent else ""
    return Finding(
        "in", True, f"The mailbox opens: {folder.exists} mails in {folder.name}. The server {told}.{followed}"
    )


def _out(channel: Channel) -> Finding:
    if settings.OPTIONS.outbox == "keep":
        return Finding("out", True, "Nothing is sent from this installation: mails are kept on the outbox page.")
    try:
        try_to_sign_in({**sending_settings(channel), **relay_settings(), "address": channel.address})
    except DeliveryFailed as failure:
        return Finding("out", False, failure.explanation, failure.detail)
    return Finding("out", True, "The mail server lets us send.")
