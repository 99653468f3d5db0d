"""The HTTP server around the front: granian within this process. `docs/decisions/serving.md` says why, with figures."""

from __future__ import annotations

import asyncio
import contextlib
import errno
import logging
import os
import socket
from typing import Any

from granian import _granian
from granian.constants import HTTPModes, Interfaces
from granian.http import HTTP1Settings
from granian.server.embed import Server

from klankbord.front.asgi import Front

logger = logging.getLogger(__name__)
_BACKLOG = 1_024
_MOST_CONNECTIONS = 20_000
_STALLED = 60_000
"""Milliseconds after which the kernel cuts a line whose other side takes nothing."""
_GRACE = 0.5


class PortTakenError(Exception):
    """Another program listens there. The message is a sentence for the operator."""


def open_listener(host: str, port: int) -> socket.socket:
    """A listening socket; port 0 takes a free one.

    It is ours and not granian's: that sets SO_REUSEPORT, and a second server would silently get half of the visitors.

    Raises:
        PortTakenError: the address is in use, is not ours, or may not be used by this user.
    """
    try:
        family, _, _, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)[0]
        listener = socket.socket(family, socket.SOCK_STREAM)
    except OSError as error:
        raise PortTakenError(f"{host} is not an address of this machine ({error.strerror}).") from None
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
        if hasattr(socket, "TCP_USER_TIMEOUT"):
            listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, _STALLED)
        listener.bind(address)
        listener.listen(_BACKLOG)
    except OSError as error:
        listener.close()
        if error.errno == errno.EADDRINUSE:
            reason = f"Port {port} on {host} is in use by another program. Stop that, or choose another port."
        elif error.errno == errno.EACCES:
            reason = f"Port {port} may only be used by the administrator. Choose a port above 1023."
        else:
            reason = f"Cannot listen on {host} port {port}: {error.strerror}."
        raise PortTakenError(reason) from None
    listener.settimeout(0)
    return listener


class _Granian(Server):
    """granian that serves on a socket of ours and leaves signals and logging alone."""

    def __init__(self, front: Front, listener: socket.socket) -> None:
        super().__init__(
            front,
            interface=Interfaces.ASGINL,
            http=HTTPModes.http1,
            websockets=False,
            log_enabled=False,
            backlog=_BACKLOG,
            # Its default would be the backlog, and the 1,025th open stream would hang without a word.
            backpressure=_MOST_CONNECTIONS,
            http1_settings=HTTP1Settings(header_read_timeout=15_000, max_buffer_size=128 * 1024),
        )
        self._listener = listener

    def _init_shared_socket(self) -> None:
        # Its stubs do not say that a holder is made of a file descriptor; granian's own children get theirs so.
        make_holder: Any = _granian.SocketHolder
        is_unix_socket = False
        self._ssp = None
        self._shd = make_holder(os.dup(self._listener.fileno()), is_unix_socket, _BACKLOG)


class WebServer:
    """Serves one front on one listening socket, on the running event loop."""

    def __init__(self, front: Front, listener: socket.socket) -> None:
        self.port: int = listener.getsockname()[1]
        self._front = front
        self._listener = listener
        self._server = _Granian(front, listener)
        self._serving: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Begin to serve. Connections made before are waiting in the socket's queue."""
        self._front.start()
        self._serving = asyncio.ensure_future(self._server.serve())

    @property
    def is_serving(self) -> bool:
        """Whether the server runs."""
        return self._serving is not None and not self._serving.done()

    async def failed(self) -> None:
        """Return when the server ends without having been told to."""
        if self._serving is not None:
            await asyncio.wait([self._serving])

    async def stop(self) -> bool:
        """Refuse new work, end streams, drain; False when a connection still hangs on after that.

        Takes at most the front's `drain` and a second.
        """
        if self._serving is None:
            return True
        self._server.stop()  # type: ignore[no-untyped-call]
        await self._front.stop()
        done, _ = await asyncio.wait([self._serving], timeout=_GRACE)
        self._listener.close()
        if not done:
            self._serving.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._serving
        return bool(done)
