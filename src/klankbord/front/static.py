"""Static files from memory: compressed once, and kept for ever by browsers when their name holds their hash.

The hash is put into the name by `HashedStorage` and taken off again here, so no copies have to be collected first.
"""

from __future__ import annotations

import hashlib
import mimetypes
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any

from django.contrib.staticfiles import finders
from django.contrib.staticfiles.storage import StaticFilesStorage

from klankbord.front.asgi_types import Headers
from klankbord.front.compression import compressed, encodings_in, is_text

_HASHED = re.compile(r"^(?P<stem>.+)\.(?P<hash>[0-9a-f]{12})(?P<suffix>\.[A-Za-z0-9]+)$")
_FOR_EVER = b"public, max-age=31536000, immutable"
_FOR_AN_HOUR = b"public, max-age=3600"
_LARGEST = 4 * 1024 * 1024
_MOST_NAMES = 2_000


def content_hash(content: bytes) -> str:
    """The hash that stands in names: 12 hexadecimal digits."""
    return hashlib.blake2b(content, digest_size=6).hexdigest()


def find_static(name: str) -> Path | None:
    """Where Django's finders see the static file `name`."""
    found = finders.find(name)
    return Path(found) if isinstance(found, str) else None


class HashedStorage(StaticFilesStorage):
    """Django's static storage whose URLs hold a hash of the content: for `STORAGES["staticfiles"]`.

    `cache_urls` is for installed code, which does not change while the process runs.
    """

    def __init__(self, *args: Any, cache_urls: bool = True, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._cache_urls = cache_urls
        self._urls: dict[str, str] = {}

    def url(self, name: str | None) -> str:
        """The URL of `name` with its hash; the plain one when there is no such file."""
        name = name or ""
        known = self._urls.get(name)
        if known is not None:
            return known
        path = find_static(name)
        hashed = name
        if path is not None:
            pure = PurePosixPath(name)
            hashed = str(pure.with_name(f"{pure.stem}.{content_hash(path.read_bytes())}{pure.suffix}"))
        found = super().url(hashed)
        if self._cache_urls:
            self._urls[name] = found
        return found


@dataclass(frozen=True, slots=True)
class StaticFile:
    """One file in memory, with its compressed forms when those are smaller."""

    headers: Headers
    etag: bytes
    body: bytes
    brotli: bytes | None
    gzip: bytes | None

    def rendition(self, accept_encoding: bytes, if_none_match: bytes) -> tuple[int, Headers, bytes]:
        """Status, headers and body for a client that takes these encodings and may have it already."""
        if self.etag in if_none_match:
            return 304, [*self.headers, (b"etag", self.etag)], b""
        takes_brotli, takes_gzip = encodings_in(accept_encoding)
        extra: Headers = [(b"etag", self.etag)]
        body = self.body
        if takes_brotli and self.brotli is not None:
            body = self.brotli
            extra.append((b"content-encoding", b"br"))
        elif takes_gzip and self.gzip is not None:
            body = self.gzip
            extra.append((b"content-encoding", b"gzip"))
        return 200, [*self.headers, *extra, (b"content-length", str(len(body)).encode())], body


class StaticFiles:
    """Serves what `find` finds. Only names that exist are remembered, so made-up ones cost no memory."""

    def __init__(self, prefix: str, find: Callable[[str], Path | None] = find_static, *, remember: bool = True) -> None:
        """`remember=False` reads each file anew: for those who are changing them."""
        self.prefix = prefix
        self._find = find
        self._remember = remember
        self._files: dict[str, StaticFile] = {}

    def known(self, path: str) -> StaticFile | None:
        """The file at this URL path if it was loaded before."""
        return self._files.get(path)

    def load(self, path: str) -> StaticFile | None:
        """Read and compress the file at this URL path; None when there is none. Slow: call it in a thread."""
        name = path.removeprefix(self.prefix)
        parts = PurePosixPath(name).parts
        if not name or "\0" in name or "\\" in name or ".." in parts or name.startswith("/"):
            return None
        asked = _HASHED.match(name)
        source = self._find(name) or (self._find(asked["stem"] + asked["suffix"]) if asked else None)
        if source is None or not source.is_file() or source.stat().st_size > _LARGEST:
            return None
        content = source.read_bytes()
        found = content_hash(content)
        # A name with another hash is from a page of before an upgrade: the new content is right, but not for ever.
        for_ever = asked is not None and asked["hash"] == found
        kind = mimetypes.guess_type(source.name)[0] or "application/octet-stream"
        if kind.startswith("text/") or kind in ("application/javascript", "application/json"):
            kind += "; charset=utf-8"
        text = is_text(kind.encode())
        as_brotli = compressed(content, b"br", thorough=True) if text else None
        as_gzip = compressed(content, b"gzip", thorough=True) if text else None
        headers: Headers = [
            (b"content-type", kind.encode()),
            (b"cache-control", _FOR_EVER if for_ever else _FOR_AN_HOUR),
            (b"access-control-allow-origin", b"*"),
            (b"cross-origin-resource-policy", b"cross-origin"),
        ]
        if text:
            headers.append((b"vary", b"Accept-Encoding"))
        file = StaticFile(headers, f'"{found}"'.encode(), content, as_brotli, as_gzip)
        if self._remember and len(self._files) < _MOST_NAMES:
            self._files[path] = file
        return file
