"""Everything about the front that a configuration may choose."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

DEFAULT_POLICY: Mapping[str, str] = {
    "default-src": "'self'",
    "img-src": "'self' data:",
    "object-src": "'none'",
    "base-uri": "'none'",
    "form-action": "'self'",
    "frame-ancestors": "'none'",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class FrontOptions:
    """Limits, names and switches. Sizes are in bytes, times in seconds.

    Attributes:
        threads: Threads in which Django answers; each may hold one database connection.
        waiting: Requests that may wait for a thread. Those beyond get 503 at once.
        body_limit: The largest request body that is accepted; larger ones get a 413 page.
        spool_above: Bodies and answers larger than this go through a temporary file.
        body_patience: How long a client may be silent in the middle of its request body.
        trusted_proxies: Networks (`10.0.0.0/8`, `::1`, or `*`) whose X-Forwarded-For and -Proto are believed.
        preference_cookies: Names of cookies on which pages for everybody may depend (language, je or u, simple view).
        harmless_cookies: Cookies that do not keep a page in memory from being shown, nor may a page depend on them.
            With any other cookie somebody may be known, and Django answers.
        languages: Languages of the interface, in lower case; others in Accept-Language do not count.
        page_memory: How much memory the kept pages may take.
        static_prefix: Path under which static files are served from memory; empty for none.
        heartbeat: Silence after which a live stream says that it is still there.
        recheck: After how long the right to a live stream is asked for again.
        streams_per_listener: Live streams that one person may have open in one process.
        streams: Live streams that one process holds.
        stream_patience: How long a screen may refuse to take what is sent to it before it is dropped.
        drain: How long requests that were begun may take once the server was told to stop.
        policy: The Content-Security-Policy of pages that do not bring their own.
        hsts: `max-age` of Strict-Transport-Security on https; 0 for none.
        access_log: Whether each request is logged (without address, query, or anything personal).
    """

    threads: int = 8
    waiting: int = 256
    body_limit: int = 64 * 1024 * 1024
    spool_above: int = 256 * 1024
    body_patience: float = 30.0
    trusted_proxies: tuple[str, ...] = ()
    preference_cookies: frozenset[str] = frozenset({"language", "address_form", "simple"})
    harmless_cookies: frozenset[str] = frozenset({"csrftoken"})
    languages: tuple[str, ...] = ("nl", "en")
    page_memory: int = 32 * 1024 * 1024
    static_prefix: str = "/static/"
    heartbeat: float = 20.0
    recheck: float = 30.0
    streams_per_listener: int = 20
    streams: int = 5_000
    stream_patience: float = 10.0
    drain: float = 5.0
    policy: Mapping[str, str] = field(default_factory=lambda: dict(DEFAULT_POLICY))
    hsts: int = 31_536_000
    access_log: bool = True
