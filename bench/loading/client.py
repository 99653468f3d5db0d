"""Loads a server on this machine over connections that stay open, and weighs each kind of request against the first."""

from __future__ import annotations

import re
import selectors
import socket
import statistics
import time
from collections.abc import Callable, Iterator, Mapping

from loading.processes import Server, cpu_seconds

HOST = "bench.localhost"
CONNECTIONS = 16
_LENGTH = re.compile(rb"content-length: (\d+)", re.IGNORECASE)


type Request = Callable[[], bytes]
"""What to send next."""


def page(path: str, headers: str = "") -> Request:
    """The same request each time: for `path`, each further header ending with a line break (`cookie: a=b\\r\\n`)."""
    request = _get(path, headers)
    return lambda: request


def pages(paths: Iterator[str], headers: str = "") -> Request:
    """As `page`, another path each time."""
    return lambda: _get(next(paths), headers)


def _get(path: str, headers: str) -> bytes:
    return f"GET {path} HTTP/1.1\r\nhost: {HOST}\r\naccept-language: nl\r\n{headers}\r\n".encode()


def load(port: int, make: Request, seconds: float, connections: int = CONNECTIONS) -> float:
    """Complete answers a second, over at least one; `make` gives each request. Only 200 and 302 are answers."""
    with selectors.DefaultSelector() as selector:
        for _ in range(connections):
            line = socket.create_connection(("127.0.0.1", port))
            line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            line.sendall(make())
            selector.register(line, selectors.EVENT_READ, (line, _Answer()))
        done, began = 0, time.perf_counter()
        while not done or time.perf_counter() - began < seconds:
            for key, _ in selector.select(1):
                line, answer = key.data
                if answer.take(line.recv(262_144)):
                    done += 1
                    line.sendall(make())
        took = time.perf_counter() - began
        for key in selector.get_map().values():
            key.data[0].close()
    return done / took


class _Answer:
    """How much of an answer is still to come."""

    def __init__(self) -> None:
        self._left = 0

    def take(self, part: bytes) -> bool:
        """Whether it is complete with this part. The first one holds the whole head."""
        assert part, "the server closed the line"
        if not self._left:
            head = part.index(b"\r\n\r\n") + 4
            length = _LENGTH.search(part, 0, head)
            assert length is not None, part[:head]
            assert part[9:12] in (b"200", b"302"), part[:head]
            self._left = head + int(length[1])
        self._left -= len(part)
        return self._left == 0


def by_turns(
    server: Server, requests: Mapping[str, Request], *, seconds: float, rounds: int, connections: int = CONNECTIONS
) -> dict[str, float]:
    """Figures of each kind of request, from rounds in which each had its turn of `seconds / rounds`.

    For each: `…_per_s`, requests a second; `…_cpu_us`, the server's processor
    time for one in microseconds. For all but the first: `…_ratio` and `…_cpu_ratio` against the first, as the median of
    the rounds, so that other work on the machine meets both. The second hardly meets it at all.
    """
    rates: dict[str, list[float]] = {name: [] for name in requests}
    costs: dict[str, list[float]] = {name: [] for name in requests}
    for _ in range(rounds):
        for name, request in requests.items():
            used = cpu_seconds(server.pid)
            rate = load(server.port, request, seconds / rounds, connections)
            rates[name].append(rate)
            costs[name].append((cpu_seconds(server.pid) - used) / (rate * seconds / rounds))
    first = next(iter(requests))
    figures: dict[str, float] = {}
    for name in requests:
        figures[f"{name}_per_s"] = statistics.median(rates[name])
        figures[f"{name}_cpu_us"] = statistics.median(costs[name]) * 1e6
        if name != first:
            figures[f"{name}_ratio"] = median_ratio(rates[name], rates[first])
            figures[f"{name}_cpu_ratio"] = statistics.median(costs[first]) / statistics.median(costs[name])
    return figures


def median_ratio(rates: list[float], against: list[float]) -> float:
    """The median of the ratios of what was measured in the same round."""
    return statistics.median(one / other for one, other in zip(rates, against, strict=True))
