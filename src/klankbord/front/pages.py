"""Pages for signed-out readers, kept in memory for as long as nothing that they show has changed."""

from __future__ import annotations

import hashlib
import logging
import re
from collections import OrderedDict
from dataclasses import dataclass, field
from typing import NamedTuple
from urllib.parse import parse_qsl

from klankbord import clock
from klankbord.front.asgi_types import Headers, Scope
from klankbord.front.bridge import Answer
from klankbord.front.compression import compressed, encodings_in, is_text, with_vary
from klankbord.front.headers import SecurityHeaders
from klankbord.front.options import FrontOptions
from klankbord.live.hub import Hub
from klankbord.live.shows import HEADER, Shown, parse

logger = logging.getLogger(__name__)
SHOWS = HEADER.lower().encode()
_HTMX = frozenset({b"hx-request", b"hx-boosted", b"hx-target", b"hx-trigger-name", b"hx-history-restore-request"})
_PREFERENCE = re.compile(rb"[A-Za-z0-9_-]{0,16}")
_LONGEST_KEY = 600
_MOST_OUTDATED = 5_000
_MOST_ORDERS = 1_000
_SAYS_TOO_MUCH = frozenset({b"accept-language", b"if-none-match", b"if-modified-since", b"if-range", b"range"})
# What a page for everybody cannot hold: somebody's token, or a nonce that is only safe once.
_PERSONAL = (b"csrfmiddlewaretoken", b" nonce=")
_KEPT_HEADERS = frozenset({b"content-type", b"content-language", b"cache-control", b"content-security-policy", b"link"})

type Key = tuple[object, ...]


@dataclass(slots=True)
class Reader:
    """What a request says of its sender, as far as pages for everybody may depend on it.

    Attributes:
        key: Under which a page for this reader is kept; None when this request is to be answered by Django.
        may_fill: Whether Django's answer to this very request may be kept for others.
    """

    key: Key | None
    may_fill: bool = False
    accept_encoding: bytes = b""
    if_none_match: bytes = b""


class Rendition(NamedTuple):
    """A page as it is sent in one encoding."""

    headers: Headers
    etag: bytes
    body: bytes


@dataclass(slots=True)
class Page:
    """A kept page. `sequence` is the hub's number up to which it is known to be true."""

    shown: Shown
    sequence: int
    headers: Headers
    body: bytes
    etag: bytes
    compressible: bool
    made: dict[bytes, Rendition] = field(default_factory=dict)

    @property
    def size(self) -> int:
        """Bytes in memory, roughly."""
        return 2_000 + len(self.body) + sum(len(one.body) for encoding, one in self.made.items() if encoding)


class PageMemory:
    """The kept pages, at most `options.page_memory` bytes; those that were asked for longest ago go first."""

    def __init__(self, options: FrontOptions, hub: Hub, security: SecurityHeaders) -> None:
        self._options = options
        self._hub = hub
        self._security = security
        self._pages: OrderedDict[Key, Page] = OrderedDict()
        self._outdated: set[Key] = set()
        self._languages = {name.encode() for name in options.languages}
        self._orders: dict[bytes, tuple[bytes, ...]] = {}
        self._preferences = {name.encode() for name in options.preference_cookies}
        self._harmless = {name.encode() for name in options.harmless_cookies}
        self.size = 0
        self.hits = 0

    def __len__(self) -> int:
        return len(self._pages)

    def reader_of(self, scope: Scope) -> Reader:
        """Under which key this request's page would be kept. Anything that identifies the sender means: not at all."""
        host = accept_language = accept_encoding = if_none_match = b""
        cookies: list[bytes] = []
        htmx: list[tuple[bytes, bytes]] = []
        for name, value in scope["headers"]:
            if name == b"host":
                host = value
            elif name == b"cookie":
                cookies += value.split(b";")
            elif name == b"accept-language":
                accept_language = value
            elif name == b"accept-encoding":
                accept_encoding = value
            elif name == b"if-none-match":
                if_none_match = value
            elif name == b"authorization":
                return Reader(None)
            elif name in _HTMX:
                htmx.append((name, value))
        chosen, may_fill = self._preferences_in(cookies)
        path: bytes = scope.get("raw_path") or scope["path"].encode()
        query: bytes = scope.get("query_string", b"")
        length = len(host) + len(path) + len(query) + len(accept_language) + sum(len(value) for _, value in htmx)
        if chosen is None or length > _LONGEST_KEY:
            return Reader(None)
        languages = self._languages_in(accept_language)
        key = (scope.get("scheme"), host.lower(), path, query, chosen, languages, tuple(htmx))
        return Reader(key, may_fill and scope["method"] == "GET", accept_encoding, if_none_match)

    def find(self, key: Key) -> Page | None:
        """The page of this key, if what it shows has not changed. Only to be asked once freshness is settled."""
        page = self._pages.get(key)
        if page is None:
            return None
        sequence = self._hub.sequence
        if page.sequence != sequence:
            if self._hub.changed_since(page.sequence, page.shown.topics):
                self._outdate(key)
                return None
            page.sequence = sequence
        if page.shown.until is not None and clock.now().timestamp() >= page.shown.until:
            self._outdate(key)
            return None
        self._pages.move_to_end(key)
        self.hits += 1
        return page

    def was_kept(self, key: Key) -> bool:
        """Whether there was a page of this key until something changed: then it will very likely be kept again."""
        return key in self._outdated

    @staticmethod
    def question_for(scope: Scope, key: Key) -> Scope:
        """The request that Django is to answer when its answer may be kept: it says no more than the key does.

        Otherwise a malformed Accept-Language could put a page in the wrong language under everybody's key, and a
        condition or a range would give half an answer.
        """
        languages: tuple[bytes, ...] = key[5]  # type: ignore[assignment]  # made by `reader_of`
        headers = [pair for pair in scope["headers"] if pair[0] not in _SAYS_TOO_MUCH]
        if languages:
            said = b", ".join(b"%s;q=0.%d" % (name, 9 - place) for place, name in enumerate(languages[:9]))
            headers.append((b"accept-language", said))
        return {**scope, "headers": headers}

    def keep(self, key: Key, scope: Scope, answer: Answer, sequence: int) -> Page | None:
        """Keep an answer if its view declared what it shows and nothing in it is personal; return the page.

        `sequence` is the hub's number from before the view began: what changed while it ran makes the page old.
        """
        shown = parse((answer.header(SHOWS) or b"").decode("latin-1"))
        body = answer.body
        if (
            shown is None
            or answer.status != 200
            or not isinstance(body, bytes)
            or not self._may_keep(scope, answer, shown)
        ):
            return None
        if any(token in body for token in _PERSONAL):
            logger.error("a page that declares what it shows holds a token or a nonce, and was not kept")
            return None
        if shown.until is not None and clock.now().timestamp() >= shown.until:
            return None
        headers = [pair for pair in answer.headers if pair[0] in _KEPT_HEADERS]
        if not any(name == b"cache-control" for name, _ in headers):
            headers.append((b"cache-control", b"no-cache"))
        headers = with_vary([*headers, (b"vary", b"Accept-Language, Cookie, HX-Request")], b"Accept-Encoding")
        headers = self._security.add_to(headers, https=scope.get("scheme") == "https")
        etag = hashlib.blake2b(body, digest_size=12).hexdigest().encode()
        page = Page(shown, sequence, headers, body, etag, is_text(answer.header(b"content-type")))
        self._drop(key)
        self._outdated.discard(key)
        self._pages[key] = page
        self.size += page.size
        self._shrink()
        return self._pages.get(key)

    def rendition(self, page: Page, reader: Reader) -> tuple[int, Headers, bytes]:
        """Status, headers and body of a kept page for this reader. Compresses it at the first need."""
        encoding = b""
        if page.compressible and reader.accept_encoding:
            takes_brotli, takes_gzip = encodings_in(reader.accept_encoding)
            encoding = b"br" if takes_brotli else b"gzip" if takes_gzip else b""
        one = page.made.get(encoding) or self._render(page, encoding)
        if reader.if_none_match and _matches(one.etag, reader.if_none_match):
            return 304, [*page.headers, (b"etag", one.etag)], b""
        return 200, one.headers, one.body

    def _render(self, page: Page, encoding: bytes) -> Rendition:
        body = compressed(page.body, encoding) if encoding else page.body
        etag = b'"' + page.etag + (b"-" + encoding if encoding else b"") + b'"'
        headers = [*page.headers, (b"etag", etag), (b"content-length", str(len(body)).encode())]
        if encoding:
            headers.append((b"content-encoding", encoding))
        page.made[encoding] = Rendition(headers, etag, body)
        self.size += len(body) if encoding else 0
        return page.made[encoding]

    def clear(self) -> None:
        """Forget all pages."""
        self._pages.clear()
        self.size = 0

    def _may_keep(self, scope: Scope, answer: Answer, shown: Shown) -> bool:
        names = {
            name for name, _ in parse_qsl(scope.get("query_string", b"").decode("latin-1"), keep_blank_values=True)
        }
        if not names <= shown.query:
            return False
        for name, value in answer.headers:
            if name in (b"set-cookie", b"content-encoding"):
                return False
            if name == b"vary" and (b"cookie" in value.lower() or b"*" in value):
                return False
            if name == b"cache-control" and (b"private" in value or b"no-store" in value):
                return False
            if name == b"content-security-policy" and b"'nonce-" in value:
                return False
        return True

    def _preferences_in(self, cookies: list[bytes]) -> tuple[tuple[tuple[bytes, bytes], ...] | None, bool]:
        """The choices that this reader made, and whether an answer to them may be kept; None with an unknown cookie."""
        if not cookies:
            return (), True
        chosen: list[tuple[bytes, bytes]] = []
        may_fill = True
        for cookie in cookies:
            name, _, value = cookie.strip().partition(b"=")
            if name in self._preferences and _PREFERENCE.fullmatch(value):
                chosen.append((name, value))
            elif name in self._harmless:
                may_fill = False
            elif name:
                return None, False
        return tuple(sorted(chosen)), may_fill

    def _languages_in(self, accept: bytes) -> tuple[bytes, ...]:
        """The interface's languages in the order of the reader's preference: few enough to be part of a key."""
        known = self._orders.get(accept)
        if known is not None:
            return known
        wanted: list[tuple[float, int, bytes]] = []
        for place, part in enumerate(accept.split(b",")):
            name, _, quality = part.partition(b";")
            language = name.strip().lower().split(b"-")[0]
            if language in self._languages:
                try:
                    weight = float(quality.strip()[2:] or 1)
                except ValueError:
                    weight = 0.0
                wanted.append((-weight, place, language))
        order = tuple(dict.fromkeys(language for _, _, language in sorted(wanted)))
        if len(self._orders) >= _MOST_ORDERS:
            self._orders.clear()
        self._orders[accept] = order
        return order

    def _outdate(self, key: Key) -> None:
        self._drop(key)
        if len(self._outdated) >= _MOST_OUTDATED:
            self._outdated.clear()
        self._outdated.add(key)

    def _drop(self, key: Key) -> None:
        page = self._pages.pop(key, None)
        if page is not None:
            self.size -= page.size

    def _shrink(self) -> None:
        while self.size > self._options.page_memory and self._pages:
            self._drop(next(iter(self._pages)))


def _matches(etag: bytes, if_none_match: bytes) -> bool:
    """Whether If-None-Match names this entity (weak comparison, RFC 9110 13.1.2)."""
    return etag in [part.strip().removeprefix(b"W/") for part in if_none_match.split(b",")]
