"""Whether a mail that became no message is somebody's own: asked when everything of them is to be erased."""

from __future__ import annotations

from collections.abc import Collection

from klankbord.channels.adapters.email import headers
from klankbord.channels.adapters.email.addresses import read_addresses
from klankbord.channels.contract import CannotParse

_BY_THEM = ("from", "sender", "reply-to", "return-path", "x-original-from")
_TO_THEM = ("to", "cc", "bcc", "resent-to")


def is_of(raw: bytes, addresses: Collection[str], *, by_us: bool = False) -> bool:
    """Whether one of these addresses (in lower case) wrote it; with `by_us`, or when it is a report, got it.

    A delivery report says in its body whom it is about; a header that cannot be read is looked through as it stands.
    """
    try:
        found, _body = headers.split(raw)
    except CannotParse:
        return _names(raw, addresses)
    named = (*_BY_THEM, *_TO_THEM) if by_us else _BY_THEM
    parties, _defects = read_addresses([value for name in named for value in found.texts(name)])
    if any(party.address.lower() in addresses for party in parties):
        return True
    return b"report" in (found.raw("content-type") or b"").lower() and _names(raw, addresses)


def _names(raw: bytes, addresses: Collection[str]) -> bool:
    lower = raw.lower()
    return any(address.encode() in lower for address in addresses)
