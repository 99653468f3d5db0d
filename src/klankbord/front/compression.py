"""Compression of what is sent: once for what stays in memory, in the thread that made it for the rest."""

from __future__ import annotations

import gzip
from functools import lru_cache

import brotli  # type: ignore[import-untyped]
from django.utils.text import compress_string

from klankbord.front.asgi_types import Environ, Headers
from klankbord.front.bridge import Answer
from klankbord.live.shows import HEADER

_SHOWS = HEADER.lower().encode()
_WORTH_IT = 700
_TEXT = (
    b"text/",
    b"application/json",
    b"application/javascript",
    b"application/xml",
    b"image/svg+xml",
    b"application/manifest",
)


def is_text(content_type: bytes | None) -> bool:
    """Whether this kind of content becomes smaller."""
    return content_type is not None and content_type.startswith(_TEXT)


@lru_cache(maxsize=500)
def encodings_in(accept: bytes) -> tuple[bool, bool]:
    """Whether the client takes brotli, and whether it takes gzip."""
    if not accept:
        return False, False
    refused = {
        part.split(b";")[0].strip()
        for part in accept.split(b",")
        if part.replace(b" ", b"").endswith((b";q=0", b";q=0.0"))
    }
    said = {part.split(b";")[0].strip() for part in accept.split(b",")} - refused
    return b"br" in said, b"gzip" in said


def compressed(body: bytes, encoding: bytes, *, thorough: bool = False) -> bytes:
    """`body` in `br` or `gzip`; `thorough` costs tens of milliseconds and is for files that never change."""
    if encoding == b"br":
        return bytes(brotli.compress(body, mode=brotli.MODE_TEXT, quality=10 if thorough else 5))
    return gzip.compress(body, 9 if thorough else 6, mtime=0)


def compress_answer(environ: Environ, answer: Answer) -> Answer:
    """Compress a text answer for a client that takes gzip; for `Bridge(finish=...)`.

    Pages that are going to be kept are left alone, they are compressed once. Django's `compress_string` adds a random
    length, so that the size does not give away secrets beside reflected input (BREACH); CSRF tokens are masked as well.
    """
    if (
        not isinstance(answer.body, bytes)
        or len(answer.body) < _WORTH_IT
        or not is_text(answer.header(b"content-type"))
    ):
        return answer
    if answer.header(b"content-encoding") is not None or answer.header(_SHOWS) is not None:
        return answer
    answer.headers = with_vary(answer.headers, b"Accept-Encoding")
    if not encodings_in(environ.get("HTTP_ACCEPT_ENCODING", "").encode("latin-1"))[1]:
        return answer
    body = compress_string(answer.body, max_random_bytes=100)
    changed = {b"content-length": str(len(body)).encode()}
    etag = answer.header(b"etag")
    if etag is not None and not etag.startswith(b"W/"):
        changed[b"etag"] = b"W/" + etag
    headers = [(name, changed.get(name, value)) for name, value in answer.headers]
    return Answer(answer.status, [*headers, (b"content-encoding", b"gzip")], body)


def with_vary(headers: Headers, name: bytes) -> Headers:
    """`headers` in which Vary names `name`."""
    said = b", ".join(value for key, value in headers if key == b"vary")
    if name.lower() in said.lower():
        return headers
    return [pair for pair in headers if pair[0] != b"vary"] + [(b"vary", said + b", " + name if said else name)]
