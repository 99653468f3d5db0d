"""The one rate limiter, on storage that all processes share: how often may the same one do the same thing.

It counts in Django's cache. Whoever is counted is stored as a keyed hash only, and forgotten when the time is over.
"""

from __future__ import annotations

import hashlib
import hmac
import ipaddress
import logging
from dataclasses import dataclass
from datetime import timedelta

from django.conf import settings
from django.core.cache import cache

from klankbord import clock

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Limit:
    """At most `most` times in any span of `within`. `name` says of what."""

    name: str
    most: int
    within: timedelta


def allow(limit: Limit, *who: object) -> bool:
    """Count one more for `who`, and say whether that is still within the limit; what is refused does not count.

    Two neighbouring spans are weighed, so that nobody gets twice the limit around the turn of a span. A cache that
    cannot be reached refuses nobody: being friendly goes before being strict.
    """
    span = limit.within.total_seconds()
    at = clock.now().timestamp() / span
    current, share_gone = int(at), at % 1
    stem = f"limit:{limit.name}:{_hidden(who)}"
    try:
        cache.add(f"{stem}:{current}", 0, timeout=int(span * 2) + 1)
        now_counted = cache.incr(f"{stem}:{current}")
        before: int = cache.get(f"{stem}:{current - 1}", 0)
        if before * (1 - share_gone) + now_counted <= limit.most:
            return True
        cache.decr(f"{stem}:{current}")
    except Exception as error:
        logger.warning("the rate limiter has no storage (%s); nobody is refused", type(error).__name__)
        return True
    return False


def allow_from(remote: str, one: Limit, around: Limit, *what: object) -> bool:
    """Count one more of `what` from an address and from the network around it, and say whether both may."""
    address, network = network_places(remote)
    return allow(around, *what, network) and allow(one, *what, address)


def network_places(remote: str) -> tuple[str, str]:
    """The address that counts as one sender, and the wider network around it.

    IPv4: the address and its /24. IPv6: its /64 (one connection has as many addresses as it likes) and its /48.
    """
    try:
        address = ipaddress.ip_address(remote.split("%", maxsplit=1)[0])
    except ValueError:
        return "unknown", "unknown"
    if isinstance(address, ipaddress.IPv6Address) and address.ipv4_mapped:
        address = address.ipv4_mapped
    one, around = (32, 24) if address.version == 4 else (64, 48)
    return _network(address, one), _network(address, around)


def is_this_machine(remote: str) -> bool:
    """Whether this is the address of the machine itself."""
    try:
        return ipaddress.ip_address(remote).is_loopback
    except ValueError:
        return False


def _hidden(who: tuple[object, ...]) -> str:
    joined = "\x00".join(str(part) for part in who).encode()
    return hmac.new(settings.SECRET_KEY.encode(), b"limits\x00" + joined, hashlib.sha256).hexdigest()[:32]


def _network(address: ipaddress.IPv4Address | ipaddress.IPv6Address, length: int) -> str:
    return str(ipaddress.ip_network(f"{address}/{length}", strict=False))
