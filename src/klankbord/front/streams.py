"""Live streams: server-sent events, held on the event loop without a thread.

Each stream was authorised by Django for the session that opened it; that right is asked for again on an interval and as
soon as an event says that it may have changed. Only topics, kinds and ids are sent; the screen fetches what it may see.
"""

from __future__ import annotations

import asyncio
import json
import logging
import random
import time
from collections import Counter
from collections.abc import Awaitable, Callable
from urllib.parse import parse_qs

from klankbord.front.asgi_types import Headers, Receive, Scope, Send
from klankbord.front.bridge import until_gone
from klankbord.front.options import FrontOptions
from klankbord.live.contract import Announcement, Audience
from klankbord.live.hub import Hub, Subscription

logger = logging.getLogger(__name__)
_CALMEST = 0.1
"""Seconds between two messages on one stream: what comes closer together is told together."""
_LONGEST_DOUBT = 60.0
"""Seconds that a stream lives on while Django cannot say whether it may."""
HEADERS: Headers = [
    (b"content-type", b"text/event-stream; charset=utf-8"),
    (b"cache-control", b"no-store"),
    (b"x-accel-buffering", b"no"),  # nginx would hold the stream back
]


class CannotSayError(Exception):
    """Django could not be asked just now."""


type Ask = Callable[[Scope], Awaitable[Audience | None]]


def frame(position: str, announcements: list[Announcement], *, must_reload: bool) -> bytes:
    """One message of the stream. Its `id` is the outbox position, so that a screen can go on at any server process."""
    lines = [f"id: {position}"] if position else []
    if must_reload:
        lines += ["event: reload", "data: {}"]
    elif announcements:
        changes = [{"topic": one.topic, "kind": one.kind, "id": one.id} for one in announcements]
        lines += ["event: change", f"data: {json.dumps(changes, separators=(',', ':'))}"]
    return ("\n".join([*lines, "", ""]) if lines else ": \n\n").encode()


class _Stream:
    """One open stream."""

    __slots__ = ("audience", "checked_at", "flag", "hub", "recheck_at", "subscription")

    def __init__(self, hub: Hub, audience: Audience, since: str, recheck: float) -> None:
        self.hub = hub
        self.audience = audience
        self.flag = asyncio.Event()
        self.checked_at = self.recheck_at = 0.0
        self.subscription = self._subscribe(since)
        self.confirmed(recheck)

    def _subscribe(self, since: str) -> Subscription:
        audience = self.audience
        return self.hub.subscribe(audience.topics, recheck_on=audience.recheck_on, wake=self.flag.set, since=since)

    def confirmed(self, recheck: float) -> None:
        """The right was given just now; the next question is spread, so that they do not all come at once."""
        self.checked_at = time.monotonic()
        self.recheck_at = self.checked_at + recheck * random.uniform(0.7, 1.0)  # noqa: S311 - no secret

    def change_audience(self, audience: Audience) -> None:
        """Other topics than before: listen to those, and have the screen fetch everything."""
        if audience != self.audience:
            self.subscription.close()
            self.audience = audience
            self.subscription = self._subscribe("")
            self.subscription.reload()

    async def wait(self, seconds: float) -> None:
        """Until something waits to be sent, or for so many seconds."""
        try:
            async with asyncio.timeout(seconds):
                await self.flag.wait()
        except TimeoutError:
            return
        self.flag.clear()


class Streams:
    """All live streams of this process."""

    def __init__(self, hub: Hub, ask: Ask, options: FrontOptions) -> None:
        self._hub = hub
        self._ask = ask
        self._options = options
        self._open: set[_Stream] = set()
        self._per_listener: Counter[str] = Counter()
        self._stopping = False
        # When all screens come back at once, or all rights are in doubt, half of the threads stay free for pages.
        self._turns = asyncio.Semaphore(max(1, options.threads // 2))

    def __len__(self) -> int:
        return len(self._open)

    def stop(self) -> None:
        """End all streams now, and refuse new ones. Screens come back after a moment of their own."""
        self._stopping = True
        for stream in self._open:
            stream.flag.set()

    async def serve(self, scope: Scope, receive: Receive, send: Send, headers: Headers) -> int:
        """Hold one stream until either side ends it. `headers` are added to its own.

        Returns:
            0 when the stream was held, or the status with which it is to be refused (404, 429, 503).
        """
        if self._stopping or len(self._open) >= self._options.streams:
            return 503
        try:
            audience = await self._ask_in_turn(scope)
        except CannotSayError:
            return 503
        if audience is None:
            return 404
        if self._per_listener[audience.listener] >= self._options.streams_per_listener:
            return 429
        stream = _Stream(self._hub, audience, _since(scope), self._options.recheck)
        self._open.add(stream)
        self._per_listener[audience.listener] += 1
        watch = asyncio.ensure_future(until_gone(receive))
        watch.add_done_callback(lambda _: stream.flag.set())
        try:
            await send({"type": "http.response.start", "status": 200, "headers": [*HEADERS, *headers]})
            await self._speak(scope, send, stream, watch)
        except TimeoutError:
            logger.info("a live stream was dropped: its reader took nothing for %s s", self._options.stream_patience)
        finally:
            watch.cancel()
            stream.subscription.close()
            self._open.discard(stream)
            self._per_listener[audience.listener] -= 1
            if not self._per_listener[audience.listener]:
                del self._per_listener[audience.listener]
        return 0

    async def _speak(self, scope: Scope, send: Send, stream: _Stream, watch: asyncio.Future[None]) -> None:
        # Spread, so that a restart does not bring all screens back in the same moment.
        retry = f"retry: {random.randint(1_000, 4_000)}\n".encode()  # noqa: S311 - no secret
        first = retry + _waiting_in(stream)
        await self._send(send, first)
        said_at = time.monotonic()
        while True:
            now = time.monotonic()
            await stream.wait(max(min(said_at + self._options.heartbeat, stream.recheck_at) - now, 0.0))
            if self._stopping or watch.done():
                break
            if (stream.subscription.must_recheck or time.monotonic() >= stream.recheck_at) and not await self._may_stay(
                scope, stream
            ):
                break
            waits = stream.subscription.pending or stream.subscription.must_reload
            now = time.monotonic()
            if not waits and now - said_at < self._options.heartbeat:
                continue
            if now - said_at < _CALMEST:
                await asyncio.sleep(said_at + _CALMEST - now)
            # An `id` without data is the heartbeat: the browser remembers the position and tells nobody.
            await self._send(send, _waiting_in(stream))
            said_at = time.monotonic()
        if not watch.done():
            await send({"type": "http.response.body", "body": b""})

    async def _send(self, send: Send, data: bytes) -> None:
        async with asyncio.timeout(self._options.stream_patience):
            await send({"type": "http.response.body", "body": data, "more_body": True})

    async def _ask_in_turn(self, scope: Scope) -> Audience | None:
        async with self._turns:
            return await self._ask(scope)

    async def _may_stay(self, scope: Scope, stream: _Stream) -> bool:
        stream.subscription.must_recheck = False
        try:
            audience = await self._ask_in_turn(scope)
        except CannotSayError:
            stream.recheck_at = time.monotonic() + 5.0
            return time.monotonic() - stream.checked_at < self._options.recheck + _LONGEST_DOUBT
        if audience is None or audience.listener != stream.audience.listener:
            return False
        stream.change_audience(audience)
        stream.confirmed(self._options.recheck)
        return True


def _waiting_in(stream: _Stream) -> bytes:
    position, announcements, must_reload = stream.subscription.take()
    return frame(position, announcements, must_reload=must_reload)


def _since(scope: Scope) -> str:
    """The position that the screen had reached: Last-Event-ID, or `?since=` when it opens its first stream."""
    for name, value in scope["headers"]:
        if name == b"last-event-id":
            return str(value[:60], "latin-1")
    found = parse_qs(scope.get("query_string", b"").decode("latin-1")).get("since", [""])
    return str(found[0])[:60]
