"""From ASGI to Django's WSGI and back: one hop each way, and a thread is never held by a slow client.

The body is read to its end before a thread is taken, and the answer is complete (or an open file) before it is sent. So
what happens on the line, an aborted download or a reader that stalls, happens on the event loop only. Text that a view
streams is collected first: large answers go through a temporary file. An answer that is to be given later
(`live/later.py`) is kept here, without a thread.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import sys
import tempfile
from collections.abc import Callable, Iterable
from concurrent.futures import Future
from dataclasses import dataclass
from io import BytesIO
from typing import IO, Any
from urllib.parse import unquote_to_bytes

from klankbord.front.asgi_types import Environ, Headers, Receive, Scope, Send, Wsgi
from klankbord.front.bodies import ClientGoneError, read_body
from klankbord.front.options import FrontOptions
from klankbord.front.pool import Pool, TooBusyError
from klankbord.live.later import KEY, PATIENCE, Later

logger = logging.getLogger(__name__)
_FILE_PART = 256 * 1024
_SOON_ANSWERED = 0.1
"""Seconds."""
_SAFE = frozenset({"GET", "HEAD"})
_PATHS_KNOWN = 256
# Proxy would become HTTP_PROXY, which some HTTP clients obey (httpoxy, CVE-2016-5385).
_NOT_FORWARDED = frozenset({b"proxy", b"content-type", b"content-length", b"transfer-encoding", b"connection"})


class FileWrapper:
    """`wsgi.file_wrapper`: an open file that is to be sent, in parts that the bridge asks for."""

    def __init__(self, file: IO[bytes], block_size: int = _FILE_PART) -> None:
        self.file = file
        self._block_size = block_size

    def __iter__(self) -> FileWrapper:
        return self

    def __next__(self) -> bytes:
        if part := self.file.read(self._block_size):
            return part
        raise StopIteration

    def close(self) -> None:
        """Close the file; for Django's file answers this closes the answer as well."""
        if hasattr(self.file, "close"):
            self.file.close()


@dataclass(slots=True)
class Answer:
    """What the WSGI application answered. `body` is complete, or a file whose `close` must be called in a thread."""

    status: int
    headers: Headers
    body: bytes | FileWrapper

    def header(self, name: bytes) -> bytes | None:
        """The first header of that lower-case name."""
        return next((value for key, value in self.headers if key == name), None)


class _Ticket:
    """Says to a call that waits for a thread whether anybody still waits for it."""

    __slots__ = ("gone",)

    def __init__(self) -> None:
        self.gone = False


class _Watch:
    """Looks whether the client still waits, so that impatient reloads do not pile up as work.

    Only from `_SOON_ANSWERED` on: to look costs a task of the event loop, and most have their answer long before.
    """

    __slots__ = ("_receive", "_task", "_ticket", "_timer")

    def __init__(self, ticket: _Ticket, receive: Receive) -> None:
        self._ticket = ticket
        self._receive = receive
        self._task: asyncio.Task[None] | None = None

    def __enter__(self) -> None:
        self._timer = asyncio.get_running_loop().call_later(_SOON_ANSWERED, self._begin)

    def __exit__(self, *_: object) -> None:
        self._timer.cancel()
        if self._task is not None:
            self._task.cancel()

    def _begin(self) -> None:
        self._task = asyncio.ensure_future(self._look())

    async def _look(self) -> None:
        await until_gone(self._receive)
        self._ticket.gone = True


def environ_of(scope: Scope, body: IO[bytes], size: int, *, multiprocess: bool = True) -> Environ:
    """The WSGI environment of an ASGI request (PEP 3333: text is bytes read as latin-1).

    Header names with an underscore are dropped: they could pass for another header (`X_Real` for `X-Real`).
    """
    raw = scope.get("raw_path") or scope["path"].encode()
    path = unquote_to_bytes(raw.split(b"?", 1)[0]).decode("latin-1")
    root = scope.get("root_path", "").encode().decode("latin-1").rstrip("/")
    if root and (path == root or path.startswith(root + "/")):
        path = path[len(root) :]
    server = scope.get("server") or ("localhost", 80)
    client = scope.get("client") or ("", 0)
    environ: Environ = {
        "REQUEST_METHOD": scope["method"],
        "SCRIPT_NAME": root,
        "PATH_INFO": path or "/",
        "QUERY_STRING": scope.get("query_string", b"").decode("latin-1"),
        "SERVER_NAME": server[0],
        "SERVER_PORT": str(server[1] or 80),
        "SERVER_PROTOCOL": f"HTTP/{scope.get('http_version', '1.1')}",
        "REMOTE_ADDR": client[0],
        "CONTENT_LENGTH": str(size) if size else "",
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": scope.get("scheme", "http"),
        "wsgi.input": body,
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": True,
        "wsgi.multiprocess": multiprocess,
        "wsgi.run_once": False,
        "wsgi.file_wrapper": FileWrapper,
    }
    for name, value in scope["headers"]:
        if name in _NOT_FORWARDED:
            if name == b"content-type":
                environ["CONTENT_TYPE"] = value.decode("latin-1")
            continue
        if b"_" in name:
            continue
        key = "HTTP_" + name.decode("latin-1").upper().replace("-", "_")
        text = value.decode("latin-1")
        if key in environ:
            text = f"{environ[key]}{'; ' if key == 'HTTP_COOKIE' else ','}{text}"
        environ[key] = text
    return environ


class Bridge:
    """Answers ASGI requests with a WSGI application in a bounded pool of threads."""

    def __init__(
        self,
        wsgi: Wsgi,
        options: FrontOptions | None = None,
        *,
        finish: Callable[[Environ, Answer], Answer] = lambda _environ, answer: answer,
    ) -> None:
        """`finish` may still change an answer, in the thread that made it (compression)."""
        self._wsgi = wsgi
        self._options = options or FrontOptions()
        self._finish = finish
        self.pool = Pool(threads=self._options.threads, waiting=self._options.waiting)
        self._answered_later: set[str] = set()
        self._awaiting = 0

    async def answer(self, scope: Scope, receive: Receive) -> Answer:
        """Read the body and have the application answer.

        Raises:
            BodyTooLargeError, BodyTooSlowError, BodyMalformedError, ClientGoneError: see `bodies`.
            TooBusyError: no thread, and no place to wait for one or for what the answer is to wait for.
        """
        options = self._options
        if self._awaiting >= options.waiting:
            raise TooBusyError
        body, size = await read_body(
            scope["headers"],
            receive,
            limit=options.body_limit,
            spool_above=options.spool_above,
            patience=options.body_patience,
        )
        ticket, later = _Ticket(), Later()
        environ = environ_of(scope, body, size) | {KEY: later}
        waits = scope["method"] not in _SAFE and scope["path"] not in self._answered_later
        with _Watch(ticket, receive):
            answer = await self.pool.run(self._perform, environ, ticket, waits=waits)
        if answer is None:
            raise ClientGoneError
        return answer if later.awaited is None else await self._once(later.awaited, answer, environ, scope["path"])

    async def _once(self, awaited: Future[Any], answer: Answer, environ: Environ, path: str) -> Answer:
        """This answer once what it waits for is done; when that failed, what the view says of it."""
        if len(self._answered_later) >= _PATHS_KNOWN:
            self._answered_later.clear()
        self._answered_later.add(path)  # the next one does not wait in its thread, and may compute as any other
        with contextlib.closing(environ["wsgi.input"]) as body:
            self._awaiting += 1
            try:
                with contextlib.suppress(Exception):  # the view will hear of it
                    async with asyncio.timeout(PATIENCE):
                        await asyncio.wrap_future(awaited)
                    return answer
            finally:
                self._awaiting -= 1
            body.seek(0)
            again = await self.pool.run(self._perform, environ, _Ticket(), urgent=True)
        assert again is not None, "somebody waits for it"
        return again

    async def ask(self, scope: Scope, extra: Environ) -> Answer:
        """A question of the front's own, with the cookies of the request: a GET without body, `extra` added to it."""
        environ = environ_of(scope, BytesIO(), 0)
        environ.update(extra)
        answer = await self.pool.run(self._perform, environ, _Ticket())
        if answer is None:
            raise ClientGoneError
        return answer

    async def send(self, scope: Scope, receive: Receive, send: Send, answer: Answer) -> None:
        """Send an answer; a file in parts, for as long as the client takes them."""
        start = {"type": "http.response.start", "status": answer.status, "headers": answer.headers}
        if isinstance(answer.body, bytes):
            await send(start)
            body = b"" if scope["method"] == "HEAD" else answer.body
            await send({"type": "http.response.body", "body": body})
            return
        try:
            await send(start)
            await self._send_file(scope, receive, send, answer.body)
        finally:
            await asyncio.shield(self.pool.run(answer.body.close, urgent=True))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve HTTP as an ASGI application by itself."""
        await self.send(scope, receive, send, await self.answer(scope, receive))

    async def _send_file(self, scope: Scope, receive: Receive, send: Send, file: FileWrapper) -> None:
        if scope["method"] == "HEAD":
            await send({"type": "http.response.body", "body": b""})
            return
        watch = asyncio.ensure_future(until_gone(receive))
        try:
            # The server does not tell `send` that the client left, so the line is watched beside it.
            while part := await self.pool.run(file.file.read, _FILE_PART, urgent=True):
                async with asyncio.timeout(self._options.body_patience):
                    await send({"type": "http.response.body", "body": part, "more_body": True})
                if watch.done():
                    return
            await send({"type": "http.response.body", "body": b""})
        except TimeoutError:
            # Without a last part the server closes the line, so that a cut file never looks like a whole one.
            logger.info("a download was dropped: its reader took nothing for %s s", self._options.body_patience)
        finally:
            watch.cancel()

    def _perform(self, environ: Environ, ticket: _Ticket) -> Answer | None:
        body: IO[bytes] = environ["wsgi.input"]
        try:
            if ticket.gone:
                return None
            return self._finish(environ, self._call(environ))
        finally:
            later: Later | None = environ.get(KEY)
            if later is None or later.awaited is None:  # else it may be read again
                body.close()

    def _call(self, environ: Environ) -> Answer:
        started: list[tuple[str, list[tuple[str, str]]]] = []

        def start_response(status: str, headers: list[tuple[str, str]], _exc_info: Any = None) -> None:
            started[:] = [(status, headers)]

        parts = self._wsgi(environ, start_response)
        whole: bytes | FileWrapper
        if isinstance(parts, FileWrapper):
            whole = parts
        else:
            try:
                whole = self._collect(parts)
            finally:
                close = getattr(parts, "close", None)
                if close is not None:
                    close()
        status, pairs = started[0]
        headers = [(name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in pairs]
        if isinstance(whole, bytes) and not any(name == b"content-length" for name, _ in headers):
            headers.append((b"content-length", str(len(whole)).encode()))
        return Answer(int(status[:3]), headers, whole)

    def _collect(self, parts: Iterable[bytes]) -> bytes | FileWrapper:
        found: list[bytes] = []
        size = 0
        file: IO[bytes] | None = None
        try:
            for part in parts:
                size += len(part)
                if file is None and size > self._options.spool_above and found:
                    file = tempfile.TemporaryFile()  # noqa: SIM115 - closed by the answer
                    file.writelines(found)
                    found.clear()
                if file is None:
                    found.append(part)
                else:
                    file.write(part)
        except BaseException:
            if file is not None:
                file.close()
            raise
        if file is None:
            return found[0] if len(found) == 1 else b"".join(found)
        file.seek(0)
        return FileWrapper(file)


async def until_gone(receive: Receive) -> None:
    """Return once the client has hung up."""
    with contextlib.suppress(ConnectionError):
        while (await receive())["type"] != "http.disconnect":
            pass
