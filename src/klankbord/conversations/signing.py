"""Signed marks in our own mails, by which a customer's next mail finds its conversation.

A subject or a guessed number never joins a thread; only a mark that this installation made does.
"""

from __future__ import annotations

import base64
import hmac
import re
import secrets

from klankbord.channels.secrets import keyed_hash

_MAC_LENGTH = 16
_TOKEN = re.compile(r"k([0-9a-z]{1,13})-([a-z2-7]{16})")


def _mac(purpose: str, organisation_id: int, *parts: object) -> str:
    digest = bytes.fromhex(keyed_hash(purpose, organisation_id, *parts))
    return base64.b32encode(digest).decode().lower()[:_MAC_LENGTH]


def _to_base36(number: int) -> str:
    digits = "0123456789abcdefghijklmnopqrstuvwxyz"
    text = ""
    while True:
        number, rest = divmod(number, 36)
        text = digits[rest] + text
        if not number:
            return text


def conversation_token(organisation_id: int, conversation_id: int) -> str:
    """The mark of a conversation: `k<id>-<80 bits of MAC>`, in lower case, fit for the local part of an address."""
    return f"k{_to_base36(conversation_id)}-{_mac('reply-address', organisation_id, conversation_id)}"


def read_token(organisation_id: int, text: str) -> int | None:
    """The conversation that a genuine mark anywhere in `text` names, or None."""
    for number, mac in _TOKEN.findall(text.lower()[:2000]):
        conversation_id = int(number, 36)
        if hmac.compare_digest(mac, _mac("reply-address", organisation_id, conversation_id)):
            return conversation_id
    return None


def reply_address(organisation_id: int, conversation_id: int, channel_address: str) -> str:
    """`info+k7c-abcdefghijklmnop@example.org`: where an answer to this conversation is to go."""
    local, _, domain = channel_address.rpartition("@")
    return f"{local}+{conversation_token(organisation_id, conversation_id)}@{domain}"


def new_message_id(organisation_id: int, conversation_id: int, channel_address: str) -> str:
    """A Message-ID (without angle brackets) that carries the conversation's signed mark, so that References thread."""
    domain = channel_address.rpartition("@")[2] or "klankbord.invalid"
    return f"{conversation_token(organisation_id, conversation_id)}.{secrets.token_hex(8)}@{domain}"


def new_link_token() -> tuple[str, str]:
    """A private link's token (128 random bits) and the hash under which it is stored."""
    token = secrets.token_urlsafe(16)
    return token, link_hash(token)


def link_hash(token: str) -> str:
    """The hash under which a private link's token is stored."""
    return keyed_hash("private-link", token)
