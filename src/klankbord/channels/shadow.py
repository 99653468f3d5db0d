"""Shadow mode by copy: a team that still answers from its old mail program sends a copy of each answer to an address
that only this installation can have made. What arrives there was sent by staff.
"""

from __future__ import annotations

import hmac

from klankbord.channels.models import Channel
from klankbord.channels.secrets import keyed_hash

_TAG = "copy-"
_LENGTH = 20


def copy_address(channel: Channel) -> str:
    """Where copies of sent answers go: `info+copy-0123456789abcdef0123@example.org`. As secret as a password."""
    local, _, domain = channel.address.rpartition("@")
    return f"{local}+{_TAG}{keyed_hash('copy-address', channel.pk)[:_LENGTH]}@{domain}"


def is_copy_address(channel: Channel, recipient: str) -> bool:
    """Whether a mail to `recipient` proves to be a copy that staff sent."""
    tag = recipient.lower().rpartition("@")[0].rpartition("+")[2]
    if not tag.startswith(_TAG):
        return False
    expected = _TAG + keyed_hash("copy-address", channel.pk)[:_LENGTH]
    return hmac.compare_digest(tag.encode(), expected.encode())
