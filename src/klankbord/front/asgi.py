"""What the server speaks to: pages from memory, live streams, static files, and Django for everything else."""

from __future__ import annotations

import asyncio
import contextlib
import json
import logging
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from klankbord.events import wake
from klankbord.front.access import log_access
from klankbord.front.asgi_types import Environ, Headers, Message, Receive, Scope, Send, Wsgi
from klankbord.front.bodies import BodyMalformedError, BodyTooLargeError, BodyTooSlowError, ClientGoneError
from klankbord.front.bridge import Answer, Bridge, FileWrapper
from klankbord.front.compression import compress_answer
from klankbord.front.headers import RequestNumbers, SecurityHeaders
from klankbord.front.options import FrontOptions
from klankbord.front.pages import SHOWS, Key, PageMemory, Reader
from klankbord.front.pool import TooBusyError
from klankbord.front.proxies import TrustedProxies
from klankbord.front.refusals import refusal
from klankbord.front.static import StaticFiles
from klankbord.front.streams import CannotSayError, Streams
from klankbord.live.contract import Announces, Audience
from klankbord.live.freshness import Freshness, ServerFreshness, SqliteFreshness
from klankbord.live.hub import Hub
from klankbord.live.tail import Tail
from klankbord.live.views import QUESTION

logger = logging.getLogger(__name__)
_SAFE = frozenset({"GET", "HEAD"})
_REFUSED: dict[type[Exception], int] = {
    BodyTooLargeError: 413,
    BodyTooSlowError: 408,
    BodyMalformedError: 400,
    TooBusyError: 503,
}


_CLIENT_GONE = 499
"""In the access log only, as in nginx's."""


class _Reply:
    """An ASGI `send` that notes the status and puts the request's number on the answer."""

    __slots__ = ("_send", "number", "status")

    def __init__(self, send: Send, number: bytes) -> None:
        self._send = send
        self.number = number
        self.status = 0

    async def __call__(self, message: Message) -> None:
        """Send one ASGI message."""
        if message["type"] == "http.response.start":
            self.status = message["status"]
            message["headers"] = [*message["headers"], (b"x-request-id", self.number)]
        await self._send(message)


def _nothing_to_report() -> dict[str, bool]:
    return {}


class Front:
    """An ASGI application. `start` and `stop` are called by its lifespan, or by whoever embeds the server."""

    def __init__(
        self,
        *,
        django: Wsgi,
        announcers: Sequence[Announces] = (),
        options: FrontOptions | None = None,
        sqlite: Path | None = None,
        static: StaticFiles | None = None,
        readiness: Callable[[], Mapping[str, bool]] = _nothing_to_report,
        make_tail: Callable[..., Tail] = Tail,
    ) -> None:
        """Put the house's door together.

        Args:
            django: Django's WSGI application.
            announcers: Who says which topics an event touches.
            options: Limits and switches.
            sqlite: The database file, or None when the database is a server.
            static: Where static files come from; None when something else serves them.
            readiness: Named parts of this process and whether they work, for `/ready`. Must be quick.
            make_tail: How the outbox is followed; tests follow something else.
        """
        self.options = options or FrontOptions()
        self.hub = Hub()
        self.bridge = Bridge(django, self.options, finish=compress_answer)
        self.security = SecurityHeaders(self.options)
        self.pages = PageMemory(self.options, self.hub, self.security)
        self.streams = Streams(self.hub, self._audience, self.options)
        self._announcers = tuple(announcers)
        self._sqlite = sqlite
        self._static = static
        self._readiness = readiness
        self._make_tail = make_tail
        self._proxies = TrustedProxies.of(self.options.trusted_proxies)
        self._numbers = RequestNumbers()
        self._tail: Tail | None = None
        self._freshness: Freshness | None = None
        self._unlisten: Callable[[], None] = lambda: None
        self._making: dict[Key, asyncio.Event] = {}
        self._under_way = 0
        self._drained: asyncio.Event | None = None
        self._stopping = False

    def start(self) -> None:
        """Begin to follow the outbox. On the event loop's thread."""
        tail = self._make_tail(loop=asyncio.get_running_loop(), hub=self.hub, announcers=self._announcers)
        freshness: Freshness = SqliteFreshness(self._sqlite, tail) if self._sqlite else ServerFreshness(tail)
        self._unlisten = wake.listen(lambda _name: freshness.touch())
        self._tail, self._freshness = tail, freshness
        tail.start()

    async def stop(self) -> None:
        """Refuse new requests, end the streams, and give what was begun `options.drain` seconds."""
        self._stopping = True
        self.streams.stop()
        if self._under_way:
            self._drained = asyncio.Event()
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(self.options.drain):
                    await self._drained.wait()
        unlisten, self._unlisten = self._unlisten, lambda: None
        unlisten()
        if self._tail is not None:
            self._tail.stop()
            await asyncio.to_thread(self._tail.join, 1.0)
        if self._freshness is not None:
            self._freshness.close()
            self._freshness = None
        self.bridge.pool.close()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Speak ASGI: HTTP, and the life of the server. WebSockets are refused."""
        if scope["type"] == "lifespan":
            await self._live(receive, send)
        elif scope["type"] == "websocket":
            await receive()
            await send({"type": "websocket.close", "code": 1000})
        else:
            self._proxies.see_through(scope)
            await self._http(scope, receive, send)

    async def _live(self, receive: Receive, send: Send) -> None:
        while True:
            message = await receive()
            if message["type"] == "lifespan.startup":
                self.start()
                await send({"type": "lifespan.startup.complete"})
            elif message["type"] == "lifespan.shutdown":
                await self.stop()
                await send({"type": "lifespan.shutdown.complete"})
                return

    async def _http(self, scope: Scope, receive: Receive, send: Send) -> None:
        began = time.perf_counter()
        reply = _Reply(send, self._numbers.next())
        self._under_way += 1
        try:
            await self._answer(scope, receive, reply)
        finally:
            self._under_way -= 1
            if self._drained is not None and not self._under_way:
                self._drained.set()
            if scope["method"] not in _SAFE and self._freshness is not None:
                self._freshness.touch()
            if self.options.access_log:
                log_access(scope, reply.status, time.perf_counter() - began, reply.number)

    async def _answer(self, scope: Scope, receive: Receive, reply: _Reply) -> None:
        """Answer whatever happens, unless nobody waits for it any more."""
        refused = 0
        try:
            await self._route(scope, receive, reply)
        except ClientGoneError:
            reply.status = reply.status or _CLIENT_GONE
        except tuple(_REFUSED) as error:
            refused = _REFUSED[type(error)]
        except Exception:
            logger.exception("request %s failed", reply.number.decode())
            refused = 500
        if refused and not reply.status:
            await self._refuse(scope, reply, refused)

    async def _route(self, scope: Scope, receive: Receive, send: Send) -> None:
        path: str = scope["path"]
        if path == "/health":
            await self._say(scope, send, 200, {"status": "ok"})
        elif path == "/ready":
            parts = dict(self._readiness())
            ready = all(parts.values()) and not self._stopping
            await self._say(scope, send, 200 if ready else 503, {"ready": ready, "parts": parts})
        elif self._stopping:
            await self._refuse(scope, send, 503)
        elif path.startswith("/live/"):
            headers = self.security.add_to([], https=scope.get("scheme") == "https")
            refused = 404 if scope["method"] != "GET" else await self.streams.serve(scope, receive, send, headers)
            if refused:
                await self._refuse(scope, send, refused)
        elif self._static is not None and path.startswith(self._static.prefix):
            await self._send_static(self._static, scope, send)
        elif scope["method"] in _SAFE:
            await self._read(scope, receive, send)
        else:
            await self._send_answer(scope, receive, send, await self.bridge.answer(scope, receive))

    async def _read(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer from memory, or have Django answer and keep that when its view says that it may be kept."""
        reader = self.pages.reader_of(scope)
        key, freshness = reader.key, self._freshness
        if key is None or freshness is None or not (freshness.is_settled() or await freshness.settle()):
            await self._send_answer(scope, receive, send, await self.bridge.answer(scope, receive))
            return
        if await self._send_kept(key, reader, scope, send):
            return
        making = self._making.get(key)
        if making is not None:
            # Somebody's request is making this very page: one thread is enough.
            await making.wait()
            if await self._send_kept(key, reader, scope, send):
                return
        if not reader.may_fill:
            await self._send_answer(scope, receive, send, await self.bridge.answer(scope, receive))
            return
        await self._make(key, reader, scope, receive, send)

    async def _make(self, key: Key, reader: Reader, scope: Scope, receive: Receive, send: Send) -> None:
        sequence = self.hub.sequence
        made: asyncio.Event | None = None
        if self.pages.was_kept(key) and key not in self._making:
            made = self._making[key] = asyncio.Event()
        try:
            answer = await self.bridge.answer(self.pages.question_for(scope, key), receive)
            page = self.pages.keep(key, scope, answer, sequence)
        finally:
            if made is not None:
                del self._making[key]
                made.set()
        if page is None:
            await self._send_answer(scope, receive, send, answer)
        else:
            await self._send_whole(scope, send, *self.pages.rendition(page, reader))

    async def _send_kept(self, key: Key, reader: Reader, scope: Scope, send: Send) -> bool:
        page = self.pages.find(key)
        if page is None:
            return False
        await self._send_whole(scope, send, *self.pages.rendition(page, reader))
        return True

    async def _send_answer(self, scope: Scope, receive: Receive, send: Send, answer: Answer) -> None:
        headers = [pair for pair in answer.headers if pair[0] != SHOWS]
        if not any(name == b"cache-control" for name, _ in headers):
            # What was not made for everybody may be somebody's: nothing between us and them may keep it.
            headers.append((b"cache-control", b"private, no-cache"))
        answer.headers = self.security.add_to(headers, https=scope.get("scheme") == "https")
        await self.bridge.send(scope, receive, send, answer)

    async def _send_static(self, static: StaticFiles, scope: Scope, send: Send) -> None:
        path = scope["path"]
        file = static.known(path) or await self.bridge.pool.run(static.load, path)
        if file is None or scope["method"] not in _SAFE:
            await self._refuse(scope, send, 404)
            return
        said = dict(scope["headers"])
        status, headers, body = file.rendition(said.get(b"accept-encoding", b""), said.get(b"if-none-match", b""))
        headers = self.security.add_to(headers, https=scope.get("scheme") == "https")
        await self._send_whole(scope, send, status, headers, body)

    async def _say(self, scope: Scope, send: Send, status: int, what: Mapping[str, object]) -> None:
        body = json.dumps(what).encode()
        headers: Headers = [
            (b"content-type", b"application/json"),
            (b"content-length", str(len(body)).encode()),
            (b"cache-control", b"no-store"),
        ]
        headers = self.security.add_to(headers, https=scope.get("scheme") == "https")
        await self._send_whole(scope, send, status, headers, body)

    async def _refuse(self, scope: Scope, send: Send, status: int) -> None:
        headers, body = refusal(scope, status)
        headers = self.security.add_to(headers, https=scope.get("scheme") == "https")
        await self._send_whole(scope, send, status, headers, body)

    @staticmethod
    async def _send_whole(scope: Scope, send: Send, status: int, headers: Headers, body: bytes) -> None:
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": b"" if scope["method"] == "HEAD" else body})

    async def _audience(self, scope: Scope) -> Audience | None:
        """Ask Django, with this request's own cookies, what its session may hear on this stream."""
        extra: Environ = {QUESTION: True, "HTTP_ACCEPT": "application/json"}
        try:
            answer = await self.bridge.ask(scope, extra)
        except TooBusyError as busy:
            raise CannotSayError from busy
        if isinstance(answer.body, FileWrapper) or answer.status >= 500:
            raise CannotSayError
        if answer.status != 200:
            return None
        said = json.loads(answer.body)
        return Audience(tuple(said["topics"]), said["listener"], tuple(said["recheck_on"]))
