"""How fast and how light the front is, each as a ratio against fixed bytes from the same server.

`python bench/serving.py [--seconds N]` starts a server process on a port of its own, loads it from this one, and prints
one line per figure; `--json` prints one object instead. A ratio is of requests per second, measured by turns so that
other work on the machine hits both; `cpu_ratio` is of the server's processor time per request, which it hardly touches.
"""

from __future__ import annotations

import argparse
import asyncio
import io
import json
import socket
import tempfile
import time
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from loading.client import HOST, by_turns, load, page
from loading.processes import Server, memory_mb, serving
from loading.telling import tell

_CONNECTIONS = 32
_STREAMS = 1_000
_ROUNDS = 5
_BYTES = 8_400
_REQUESTS = {name: page(f"/{name}") for name in ("fixed", "kept", "empty", "hopping")}
"""Fixed bytes; a page from memory; an empty view through our bridge, and through one that hops for each message."""


def open_streams(port: int, count: int) -> tuple[list[socket.socket], float]:
    """Open live streams and wait until each has said something; the sockets, and how long it took."""
    began = time.perf_counter()
    lines = []
    for _ in range(count):
        line = socket.create_connection(("127.0.0.1", port))
        line.sendall(f"GET /live/inbox HTTP/1.1\r\nhost: {HOST}\r\n\r\n".encode())
        lines.append(line)
    for line in lines:
        got = b""
        while b"retry: " not in got:
            got += line.recv(4_096)
    return lines, time.perf_counter() - began


def measure(seconds: float) -> dict[str, float]:
    """All figures, against one server process."""
    with tempfile.TemporaryDirectory() as folder, serving(__file__, Path(folder)) as server:
        return _figures(server, seconds)


def _figures(server: Server, seconds: float) -> dict[str, float]:
    figures = {"memory_mb": memory_mb(server.pid)}
    for request in _REQUESTS.values():  # warm
        load(server.port, request, 0.3, 8)
    for connections in (1, _CONNECTIONS):
        found = by_turns(server, _REQUESTS, seconds=seconds, rounds=_ROUNDS, connections=connections)
        figures |= {f"{name}_{connections}": value for name, value in found.items()}
    idle = memory_mb(server.pid)
    lines, took = open_streams(server.port, _STREAMS)
    figures["streams_opened_per_s"] = _STREAMS / took
    figures["streams_ratio"] = figures["streams_opened_per_s"] / figures[f"fixed_per_s_{_CONNECTIONS}"]
    figures["kb_per_stream"] = (memory_mb(server.pid) - idle) * 1000 / _STREAMS
    figures["fixed_per_s_with_streams_open"] = load(server.port, _REQUESTS["fixed"], seconds / _ROUNDS, _CONNECTIONS)
    figures["stop_with_1000_streams_s"] = server.stop()
    for line in lines:
        line.close()
    return figures


def serve(folder: Path) -> None:
    """The server process: a Django with two views and a real outbox on SQLite, behind the front."""
    # Django must have its settings before anything of it is imported.
    # ruff: noqa: PLC0415
    import django
    from django.conf import settings

    settings.configure(
        SECRET_KEY="only-for-the-bench",
        ALLOWED_HOSTS=[HOST],
        ROOT_URLCONF="loading.views",
        INSTALLED_APPS=["klankbord.events"],
        USE_TZ=True,
        REDIS_URL="",
        DATABASES={
            "default": {
                "ENGINE": "klankbord.database.sqlite",
                "NAME": folder / "bench.sqlite3",
                "OPTIONS": {"transaction_mode": "IMMEDIATE", "init_command": "PRAGMA journal_mode=WAL"},
            }
        },
    )
    django.setup()
    from django.core.management import call_command
    from django.core.wsgi import get_wsgi_application

    from klankbord.cli.serve import Serving, run_server
    from klankbord.front.asgi import Front
    from klankbord.front.asgi_types import Receive, Scope, Send
    from klankbord.front.options import FrontOptions
    from loading.beside import Beside, fixed

    call_command("migrate", verbosity=0)

    hopping = HoppingBridge(get_wsgi_application())

    async def hop(scope: Scope, receive: Receive, send: Send) -> None:
        await hopping(scope | {"path": "/empty", "raw_path": b"/empty"}, receive, send)

    options = FrontOptions(access_log=False, streams_per_listener=_STREAMS)

    def make_front(readiness: Callable[[], Mapping[str, bool]]) -> Any:
        django = get_wsgi_application()
        front = Front(readiness=readiness, django=django, options=options, sqlite=folder / "bench.sqlite3")
        return Beside(front, {"/fixed": fixed(_BYTES), "/hopping": hop})

    def tell(found: Mapping[str, object]) -> None:
        print(json.dumps({"port": found["port"]}), flush=True)

    run_server(Serving(make_front=make_front, port=0, own_folder=folder, on_listening=tell))


class HoppingBridge:
    """What general bridges do (a2wsgi for one): a hop to the loop and back for each message of an answer."""

    def __init__(self, wsgi: Any) -> None:
        self._wsgi = wsgi
        self._threads = ThreadPoolExecutor(8)

    async def __call__(self, scope: Any, _receive: Any, send: Any) -> None:
        """Serve one request without a body."""
        from klankbord.front.bridge import environ_of

        loop = asyncio.get_running_loop()
        environ = environ_of(scope, io.BytesIO(), 0)

        async def pass_on(message: dict[str, Any]) -> None:
            await send(message)

        def say(message: dict[str, Any]) -> None:
            asyncio.run_coroutine_threadsafe(pass_on(message), loop).result()

        def start(status: str, headers: list[tuple[str, str]], _: object = None) -> None:
            pairs = [(name.lower().encode(), value.encode()) for name, value in headers]
            say({"type": "http.response.start", "status": int(status[:3]), "headers": pairs})

        def perform() -> None:
            parts = self._wsgi(environ, start)
            for part in parts:
                say({"type": "http.response.body", "body": part, "more_body": True})
            parts.close()
            say({"type": "http.response.body", "body": b""})

        await loop.run_in_executor(self._threads, perform)


def main() -> None:
    """Read the options and measure, or serve."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=2.0, help="how long each load lasts")
    parser.add_argument("--json", action="store_true", help="print one object")
    parser.add_argument("--serve", type=Path, help=argparse.SUPPRESS)
    chosen = parser.parse_args()
    if chosen.serve:
        serve(chosen.serve)
        return
    tell(measure(chosen.seconds), as_json=chosen.json)


if __name__ == "__main__":
    main()
