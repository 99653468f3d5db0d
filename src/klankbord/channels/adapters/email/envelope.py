"""Who a mail names as sender and recipients, read cheaply from its header; linear in time, for any bytes."""

from __future__ import annotations

from klankbord.channels.adapters.email import addresses, headers
from klankbord.channels.contract import CannotParse


def named(raw: bytes) -> tuple[str, frozenset[str]]:
    """`(sender, recipients)` as From, To and Cc name them, in lower case; empty where nothing is said."""
    try:
        found, _ = headers.split(raw)
    except CannotParse:
        return "", frozenset()
    senders = addresses.read_addresses(found.texts("from"))[0]
    recipients = addresses.read_addresses([*found.texts("to"), *found.texts("cc")])[0]
    return (senders[0].address.lower() if senders else ""), frozenset(each.address.lower() for each in recipients)
