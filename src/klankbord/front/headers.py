"""The headers that every answer carries: what a browser may do with our pages, and the number of the request."""

from __future__ import annotations

import itertools
import secrets

from klankbord.front.asgi_types import Headers
from klankbord.front.options import FrontOptions

_POLICY = b"content-security-policy"


class SecurityHeaders:
    """Adds what an answer does not say itself. A view overrides any of these by setting the header."""

    def __init__(self, options: FrontOptions) -> None:
        policy = "; ".join(f"{name} {value}" for name, value in options.policy.items())
        self._plain: Headers = [
            (_POLICY, policy.encode()),
            (b"x-content-type-options", b"nosniff"),
            (b"referrer-policy", b"same-origin"),
            (
                b"permissions-policy",
                b"camera=(), microphone=(), geolocation=(), payment=(), usb=(), browsing-topics=()",
            ),
            (b"cross-origin-opener-policy", b"same-origin"),
            (b"cross-origin-resource-policy", b"same-origin"),
        ]
        self._secure = [*self._plain]
        if options.hsts:
            self._secure.append((b"strict-transport-security", f"max-age={options.hsts}".encode()))

    def add_to(self, headers: Headers, *, https: bool) -> Headers:
        """`headers` and those that they lack."""
        said = {name for name, _ in headers}
        return headers + [pair for pair in (self._secure if https else self._plain) if pair[0] not in said]


class RequestNumbers:
    """A number for each request, to find it back in the log. It starts anywhere, so it does not tell the traffic."""

    def __init__(self) -> None:
        self._prefix = secrets.token_hex(6)
        self._count = itertools.count(secrets.randbelow(1 << 24))

    def next(self) -> bytes:
        """The next number."""
        return f"{self._prefix}-{next(self._count):x}".encode()
