"""Request bodies: read to the end before a thread is taken, within limits, large ones through a temporary file."""

from __future__ import annotations

import asyncio
import tempfile
from io import BytesIO
from typing import IO

from klankbord.front.asgi_types import Headers, Receive


class BodyTooLargeError(Exception):
    """More than is accepted."""


class BodyTooSlowError(Exception):
    """The client stopped sending in the middle."""


class BodyMalformedError(Exception):
    """Content-Length is not a number, is said twice, or is not what came."""


class ClientGoneError(Exception):
    """The client hung up; nobody waits for an answer."""


def announced_length(headers: Headers) -> int | None:
    """What Content-Length says; None when it is not there (then the body, if any, comes in chunks).

    Raises:
        BodyMalformedError: it says nothing sensible.
    """
    said = {value for name, value in headers if name == b"content-length"}
    if not said:
        return None
    if len(said) > 1:
        raise BodyMalformedError
    text = said.pop()
    if not text.isdigit() or len(text) > 18:
        raise BodyMalformedError
    return int(text)


async def read_body(
    headers: Headers, receive: Receive, *, limit: int, spool_above: int, patience: float
) -> tuple[IO[bytes], int]:
    """The whole body as a file at its start, and its length in bytes. The caller closes the file.

    Raises:
        BodyTooLargeError: more than `limit` bytes were announced or came.
        BodyTooSlowError: nothing came for `patience` seconds.
        BodyMalformedError: Content-Length is wrong.
        ClientGoneError: the client hung up.
    """
    length = announced_length(headers)
    if length is not None and length > limit:
        raise BodyTooLargeError
    if length == 0 or (length is None and not any(name == b"transfer-encoding" for name, _ in headers)):
        return BytesIO(), 0
    small = length is not None and length <= spool_above
    file: IO[bytes] = BytesIO() if small else tempfile.SpooledTemporaryFile(spool_above)  # noqa: SIM115 - the caller closes
    size = 0
    try:
        more = True
        while more:
            try:
                async with asyncio.timeout(patience):
                    message = await receive()
            except TimeoutError:
                raise BodyTooSlowError from None
            if message["type"] == "http.disconnect":
                raise ClientGoneError
            part: bytes = message.get("body", b"")
            size += len(part)
            if size > limit:
                raise BodyTooLargeError
            file.write(part)
            more = message.get("more_body", False)
        if length is not None and size != length:
            raise BodyMalformedError
    except BaseException:
        file.close()
        raise
    file.seek(0)
    return file, size
