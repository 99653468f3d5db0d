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
import os
import re
import selectors
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

_CONNECTIONS = 32
_STREAMS = 1_000
_ROUNDS = 5
_PATHS = ("fixed", "kept", "empty", "hopping")
"""Fixed bytes; a page from memory; an empty view through our bridge, and through one that hops for each message."""


def load(port: int, path: str, seconds: float, connections: int) -> float:
    """Requests per second that come back complete, over connections that stay open."""
    request = f"GET {path} HTTP/1.1\r\nhost: bench.localhost\r\naccept-language: nl\r\n\r\n".encode()
    selector = selectors.DefaultSelector()
    for _ in range(connections):
        line = socket.create_connection(("127.0.0.1", port))
        line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        line.sendall(request)
        selector.register(line, selectors.EVENT_READ)
    done = 0
    began = time.perf_counter()
    while time.perf_counter() - began < seconds:
        for key, _ in selector.select(1):
            line = key.fileobj  # type: ignore[assignment]  # a socket, as registered
            got = line.recv(262_144)
            if b"END" in got[-24:]:
                done += 1
                line.sendall(request)
    took = time.perf_counter() - began
    for key in list(selector.get_map().values()):
        key.fileobj.close()  # type: ignore[union-attr]  # a socket, as registered
    return done / took


def cpu_seconds(pid: int) -> float:
    """Processor time of one process so far."""
    user, system = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[11:13]
    return (int(user) + int(system)) / os.sysconf("SC_CLK_TCK")


def by_turns(pid: int, port: int, seconds: float, connections: int) -> dict[str, float]:
    """Rates and ratios of each path, from five rounds in which each had its turn."""
    rates: dict[str, list[float]] = {path: [] for path in _PATHS}
    costs: dict[str, list[float]] = {path: [] for path in _PATHS}
    for _ in range(_ROUNDS):
        for path in _PATHS:
            used = cpu_seconds(pid)
            rate = load(port, f"/{path}", seconds / _ROUNDS, connections)
            rates[path].append(rate)
            costs[path].append((cpu_seconds(pid) - used) / (rate * seconds / _ROUNDS))
    found: dict[str, float] = {}
    for path in _PATHS:
        found[f"{path}_per_s"] = statistics.median(rates[path])
        found[f"{path}_cpu_us"] = statistics.median(costs[path]) * 1e6
        if path != "fixed":
            found[f"{path}_ratio"] = found[f"{path}_per_s"] / found["fixed_per_s"]
            found[f"{path}_cpu_ratio"] = found["fixed_cpu_us"] / found[f"{path}_cpu_us"]
    return {f"{name}_{connections}": value for name, value in found.items()}


def proportional_set_size(pid: int) -> float:
    """Memory of one process in MB, its share of shared pages included."""
    found = re.search(r"^Pss:\s+(\d+)", Path(f"/proc/{pid}/smaps_rollup").read_text(), re.MULTILINE)
    assert found is not None
    return int(found[1]) / 1024


def open_streams(port: int, count: int) -> tuple[list[socket.socket], float]:
    """Open live streams and wait until each has said something; the sockets, and how long it took."""
    began = time.perf_counter()
    lines = []
    for _ in range(count):
        line = socket.create_connection(("127.0.0.1", port))
        line.sendall(b"GET /live/inbox HTTP/1.1\r\nhost: bench.localhost\r\n\r\n")
        lines.append(line)
    for line in lines:
        got = b""
        while b"retry: " not in got:
            got += line.recv(4_096)
    return lines, time.perf_counter() - began


def measure(seconds: float) -> dict[str, float]:
    """All figures, against one server process."""
    with tempfile.TemporaryDirectory() as folder:
        server = subprocess.Popen([sys.executable, __file__, "--serve", folder], stdout=subprocess.PIPE, text=True)
        assert server.stdout is not None
        try:
            return _figures(server, int(server.stdout.readline()), seconds)
        finally:
            server.kill()
            server.wait()
            server.stdout.close()


def _figures(server: subprocess.Popen[str], port: int, seconds: float) -> dict[str, float]:
    figures: dict[str, float] = {"memory_mb": proportional_set_size(server.pid)}
    for path in _PATHS:
        load(port, f"/{path}", 0.3, 8)
    for connections in (1, _CONNECTIONS):
        figures |= by_turns(server.pid, port, seconds, connections)
    idle = proportional_set_size(server.pid)
    lines, took = open_streams(port, _STREAMS)
    figures["streams_opened_per_s"] = _STREAMS / took
    figures["streams_ratio"] = figures["streams_opened_per_s"] / figures[f"fixed_per_s_{_CONNECTIONS}"]
    figures["kb_per_stream"] = (proportional_set_size(server.pid) - idle) * 1024 / _STREAMS
    figures["fixed_per_s_with_streams_open"] = load(port, "/fixed", seconds / _ROUNDS, _CONNECTIONS)
    began = time.perf_counter()
    server.send_signal(signal.SIGTERM)
    server.wait(20)
    figures["stop_with_1000_streams_s"] = time.perf_counter() - began
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
        ALLOWED_HOSTS=["bench.localhost"],
        ROOT_URLCONF="serving_urls",
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

    call_command("migrate", verbosity=0)

    hopping = HoppingBridge(get_wsgi_application())

    class WithBaselines(Front):
        """The front, and beside it what it is compared with."""

        async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
            if scope["type"] == "http" and scope["path"] == "/fixed":
                await send({"type": "http.response.start", "status": 200, "headers": _FIXED_HEADERS})
                await send({"type": "http.response.body", "body": _BODY})
                return
            if scope["type"] == "http" and scope["path"] == "/hopping":
                await hopping(scope | {"path": "/empty", "raw_path": b"/empty"}, receive, send)
                return
            await super().__call__(scope, receive, send)

    options = FrontOptions(access_log=False, streams_per_listener=_STREAMS)

    def make_front(readiness: Callable[[], Mapping[str, bool]]) -> Front:
        return WithBaselines(
            readiness=readiness, django=get_wsgi_application(), options=options, sqlite=folder / "bench.sqlite3"
        )

    def tell(found: Mapping[str, object]) -> None:
        print(found["port"], flush=True)

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


_BODY = b"<p>sounding board</p>" * 400 + b"END"
_FIXED_HEADERS = [(b"content-type", b"text/html; charset=utf-8"), (b"content-length", str(len(_BODY)).encode())]


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
    figures = measure(chosen.seconds)
    if chosen.json:
        print(json.dumps({name: round(value, 4) for name, value in figures.items()}))
        return
    for name, value in figures.items():
        print(f"{name:34} {value:12,.3f}")


if __name__ == "__main__":
    main()
