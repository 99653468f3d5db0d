"""What a server answers beside its front, to be compared with it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from klankbord.front.asgi import Front
from klankbord.front.asgi_types import Receive, Scope, Send

type Answer = Callable[[Scope, Receive, Send], Awaitable[None]]


class Beside:
    """A front with a few addresses that are answered before it."""

    def __init__(self, front: Front, answers: Mapping[str, Answer]) -> None:
        """`answers`: by path."""
        self._front = front
        self._answers = answers

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer, or let the front do so."""
        await self._answers.get(scope.get("path", ""), self._front)(scope, receive, send)

    def __getattr__(self, name: str) -> Any:
        """In all else it is the front."""
        return getattr(self._front, name)


def fixed(size: int = 20_000) -> Answer:
    """The same bytes each time, so many."""
    return saying((b"<p>sounding board</p>" * (size // 21 + 1))[:size])


def saying(body: bytes) -> Answer:
    """These bytes each time."""
    headers = [(b"content-type", b"text/html; charset=utf-8"), (b"content-length", str(len(body)).encode())]

    async def say(_scope: Scope, _receive: Receive, send: Send) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": body})

    return say
