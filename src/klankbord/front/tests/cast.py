"""Who plays in the tests of the front: a small site, a client without a socket, an outbox without a database."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from klankbord.events.base import Event
from klankbord.events.follower import Position
from klankbord.front.asgi import Front
from klankbord.front.asgi_types import Environ, Message, Scope
from klankbord.front.options import FrontOptions
from klankbord.live.tail import Tail

type App = Callable[[Scope, Callable[[], Awaitable[Message]], Callable[[Message], Awaitable[None]]], Awaitable[None]]


@dataclass(frozen=True, slots=True, kw_only=True)
class SomethingChanged(Event):
    """What the outbox of these tests tells."""

    topic: str = "organisation:1:home"
    thing_id: int = 1


class TellsTopics:
    """An announcer that takes the topic from the event."""

    def topics(self, event: Event) -> Iterable[tuple[str, str, int]]:
        if isinstance(event, SomethingChanged):
            yield event.topic, "thing", event.thing_id


class Outbox:
    """An outbox in memory; `follower` reads it from its end."""

    def __init__(self) -> None:
        self.events: list[Event] = []
        self.broken = False
        self.held_back = False
        self.tail: Tail | None = None

    def publish(self, **fields: Any) -> None:
        self.events.append(SomethingChanged(organisation_id=1, **fields))

    def follower(self, position: Position | None) -> OutboxFollower:
        if self.broken:
            raise OSError("the database is away")
        return OutboxFollower(self, position or Position(0, len(self.events)))

    def make_tail(self, **given: Any) -> Tail:
        self.tail = Tail(**given, open_follower=self.follower, is_held_back=lambda _: self.held_back, patience=0.01)
        return self.tail


@dataclass
class OutboxFollower:
    outbox: Outbox
    position: Position

    def read(self, limit: int = 500, /) -> list[tuple[Position, Event]]:
        if self.outbox.broken:
            raise OSError("the database is away")
        found = []
        for event in self.outbox.events[self.position.id :][:limit]:
            self.position = Position(0, self.position.id + 1)
            found.append((self.position, event))
        return found


@dataclass
class Reply:
    """What a client got back."""

    messages: list[Message] = field(default_factory=list)

    @property
    def status(self) -> int:
        return self.messages[0]["status"] if self.messages else 0

    @property
    def headers(self) -> dict[str, str]:
        return {name.decode(): value.decode() for name, value in self.messages[0]["headers"]}

    @property
    def body(self) -> bytes:
        return b"".join(message.get("body", b"") for message in self.messages[1:])


def scope_of(path: str, method: str = "GET", headers: Iterable[tuple[str, str]] = (), **more: Any) -> Scope:
    """An ASGI scope as granian makes it."""
    plain, _, query = path.partition("?")
    pairs = [(b"host", b"de-klank.localhost"), *((name.lower().encode(), value.encode()) for name, value in headers)]
    return {
        "type": "http",
        "http_version": "1.1",
        "method": method,
        "scheme": "http",
        "path": plain,
        "raw_path": plain.encode(),
        "query_string": query.encode(),
        "root_path": "",
        "headers": pairs,
        "server": ("127.0.0.1", 8000),
        "client": ("203.0.113.7", 50000),
        **more,
    }


async def ask(app: App, scope: Scope, parts: Iterable[bytes] = ()) -> Reply:
    """Send one request with this body and wait for the whole answer; the client stays on the line."""
    reply = Reply()
    waiting = [{"type": "http.request", "body": part, "more_body": True} for part in parts]
    waiting.append({"type": "http.request", "body": b"", "more_body": False})

    async def receive() -> Message:
        if waiting:
            return waiting.pop(0)
        await asyncio.get_running_loop().create_future()
        raise AssertionError

    async def send(message: Message) -> None:
        reply.messages.append(message)

    async with asyncio.timeout(60):
        await app(scope, receive, send)
    return reply


async def get(app: App, path: str, **headers: str) -> Reply:
    """A GET; header names are written with underscores."""
    return await ask(app, scope_of(path, headers=[(name.replace("_", "-"), value) for name, value in headers.items()]))


class Site:
    """A WSGI application that counts, and answers what it was told to."""

    def __init__(self) -> None:
        self.seen: list[Environ] = []
        self.answers: dict[str, tuple[str, list[tuple[str, str]], Any]] = {}
        self.released = threading.Event()
        self.closed = 0

    def page(self, path: str, body: Any = b"<p>hello</p>", status: str = "200 OK", **headers: str) -> None:
        pairs = [(name.replace("_", "-"), value) for name, value in headers.items()]
        if not any(name.lower() == "content-type" for name, _ in pairs):
            pairs.append(("Content-Type", "text/html; charset=utf-8"))
        self.answers[path] = (status, pairs, body)

    def times(self, path: str) -> int:
        return sum(environ["PATH_INFO"] == path for environ in self.seen)

    def __call__(self, environ: Environ, start_response: Callable[..., Any]) -> Iterable[bytes]:
        self.seen.append(environ)
        status, headers, body = self.answers.get(environ["PATH_INFO"], ("404 Not Found", [], b""))
        found = body(environ) if callable(body) else body
        start_response(status, headers)
        return [found] if isinstance(found, bytes) else found


class running:  # noqa: N801 - reads as a sentence: `async with running(front)`
    """A front that follows an outbox in memory, for the length of a block."""

    def __init__(self, site: Site, outbox: Outbox | None = None, **options: Any) -> None:
        self.outbox = outbox or Outbox()
        self._front = Front(
            django=site,
            announcers=[TellsTopics()],
            options=FrontOptions(**{"access_log": False, "threads": 2, **options}),
            make_tail=self.outbox.make_tail,
        )

    async def __aenter__(self) -> Front:
        self._front.start()
        return self._front

    async def __aexit__(self, *_: object) -> None:
        await self._front.stop()
