"""Sending a part of a file, so that a download that broke off can go on (RFC 9110, section 14)."""

from __future__ import annotations

import re

from django.http import HttpRequest, HttpResponse

from klankbord.files.models import StoredFile

_ONE_RANGE = re.compile(r"bytes=(\d{0,15})-(\d{0,15})")


def in_part(request: HttpRequest, response: HttpResponse, stored: StoredFile) -> HttpResponse:
    """`response`, which holds all of the file, or that part of it for which the request asks.

    What is no single range of bytes is not obeyed, which is allowed; so is a condition that the file does not meet.
    """
    etag = f'"{stored.digest}"'
    response.headers["Accept-Ranges"] = "bytes"
    response.headers["ETag"] = etag
    asked = _ONE_RANGE.fullmatch(request.headers.get("Range", "").strip())
    if asked is None or not any(asked.groups()) or request.headers.get("If-Range", etag) != etag:
        return response
    content = response.content
    first, last = _ends(asked[1], asked[2], len(content))
    if first > last:
        response.status_code = 416
        response.headers["Content-Range"] = f"bytes */{len(content)}"
        response.content = b""
        return response
    response.status_code = 206
    response.headers["Content-Range"] = f"bytes {first}-{last}/{len(content)}"
    response.content = content[first : last + 1]
    return response


def _ends(first: str, last: str, size: int) -> tuple[int, int]:
    """The first and the last byte; the first is beyond the last when there is nothing to send."""
    if not first:
        return max(0, size - int(last)), size - 1
    return int(first), min(int(last) if last else size - 1, size - 1)
