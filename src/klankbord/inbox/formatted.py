"""A mail's formatted version, in a frame of its own in which nothing runs and nothing loads by itself.

The markup was sanitised when the mail came in. Here it becomes a document with its own policy: images of the mail
itself are put in as `data:` (the frame has no origin, so no cookie would come along with a request for them), and
remote images load only after somebody asked. Then the reader's browser fetches them, without a referrer and without
cookies of ours: the sender can see that, when and from which network the mail was opened. A proxy of our own would hide
the network but not the moment, and would fetch whatever address a stranger writes into a mail.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Iterable, Mapping

from django.http import HttpResponse
from markupsafe import escape

SAFE_IMAGES: Mapping[bytes, str] = {
    b"\x89PNG\r\n\x1a\n": "image/png",
    b"\xff\xd8\xff": "image/jpeg",
    b"GIF87a": "image/gif",
    b"GIF89a": "image/gif",
}
MOST_INLINE_BYTES = 8 * 1024 * 1024
_CID = re.compile(r' data-cid="([^"]*)"')
_SRC = re.compile(r' data-src="([^"]*)"')
_STYLE = (
    ":root{color-scheme:light}body{margin:0;padding:16px;font:16px/1.5 system-ui,sans-serif;color:#211c17;"
    "background:#fff;overflow-wrap:break-word}img{max-width:100%;height:auto}table{max-width:100%}pre{white-space:pre-wrap}"
    "blockquote{margin:0 0 1em;padding-left:14px;border-left:3px solid #c9a983}"
)


def image_type(content: bytes) -> str | None:
    """The type of an image that browsers show without risk, by its first bytes and never by what a sender says."""
    for start, type_ in SAFE_IMAGES.items():
        if content.startswith(start):
            return type_
    return "image/webp" if content[:4] == b"RIFF" and content[8:12] == b"WEBP" else None


def with_images(html: str, images: Iterable[tuple[str, bytes]]) -> str:
    """Put the mail's own images (Content-ID, content) where its markup refers to them."""
    sources: dict[str, str] = {}
    room = MOST_INLINE_BYTES
    for content_id, content in images:
        type_ = image_type(content)
        if type_ is not None and len(content) <= room:
            room -= len(content)
            sources[content_id.strip("<>")] = f"data:{type_};base64,{base64.b64encode(content).decode()}"

    def source(found: re.Match[str]) -> str:
        return f' src="{sources[found[1]]}"' if found[1] in sources else found[0]

    return _CID.sub(source, html)


def document(body: str, *, remote_images: bool = False, title: str = "") -> HttpResponse:
    """The answer that fills the sandboxed frame. `body` is sanitised markup."""
    if remote_images:
        body = _SRC.sub(r' src="\1" referrerpolicy="no-referrer"', body)
    page = (
        f'<!doctype html><html><head><meta charset="utf-8"><meta name="referrer" content="no-referrer">'
        f"<title>{escape(title)}</title>"
        f'<meta name="viewport" content="width=device-width"><base target="_blank"><style>{_STYLE}</style></head>'
        f'<body dir="auto">{body}</body></html>'
    )
    return framed(HttpResponse(page), remote_images=remote_images)


def framed(response: HttpResponse, *, remote_images: bool = False) -> HttpResponse:
    """The policy of what stands in such a frame; `sandbox` also holds when somebody opens the address by itself."""
    images = "data: https: http:" if remote_images else "data:"
    response.headers["Content-Security-Policy"] = (
        f"default-src 'none'; img-src {images}; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; "
        "frame-ancestors 'self'; sandbox allow-popups allow-popups-to-escape-sandbox"
    )
    response.headers["X-Frame-Options"] = "SAMEORIGIN"
    response.headers["Referrer-Policy"] = "no-referrer"
    response.headers["Cache-Control"] = "no-store"
    return response
