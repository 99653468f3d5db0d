"""A few long-lived children that run one pure function on untrusted bytes, each job within limits.

A child that was started fresh for each mail manages some 26 a second; one that stays does hundreds. It is replaced
when a job takes too long, crashes it, or was so large that it may have grown.
"""

from __future__ import annotations

import os
import queue
import threading
from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from types import TracebackType
from typing import Self

from klankbord.sandbox.errors import (
    SandboxCrashed,
    SandboxError,
    SandboxRefused,
    SandboxTimeout,
)
from klankbord.sandbox.worker import Limits, Worker

__all__ = [
    "Sandbox",
    "SandboxCrashed",
    "SandboxError",
    "SandboxRefused",
    "SandboxTimeout",
]

MEGABYTE = 1024 * 1024


class Sandbox:
    """Runs `function` in child processes. Safe to use from many threads, and after a fork (each process gets its own).

    Children start at the first job (or with `start()`), so making a Sandbox costs nothing.

    Args:
        function: `package.module:name` of a function from bytes to bytes. It may raise `SandboxRefused` with a
            sentence. A function `prepare()` in the same module runs once before the child is locked up: import there
            what jobs need, because afterwards nothing can be opened.
        workers: Number of children.
        seconds: Wall-clock limit for one job.
        memory_mb: Address space of one child.
        largest_payload, largest_result: In bytes. A payload over it is refused without being sent.
    """

    def __init__(
        self,
        function: str,
        *,
        workers: int = 1,
        seconds: float = 10,
        memory_mb: int = 300,
        largest_payload: int = 64 * MEGABYTE,
        largest_result: int = 64 * MEGABYTE,
    ) -> None:
        self._limits = Limits(function, seconds, memory_mb * MEGABYTE, largest_payload, largest_result)
        self._count = workers
        self._lock = threading.Lock()
        self._closed = False
        self._fill()

    def _fill(self) -> None:
        self._process = os.getpid()
        self._workers = [Worker(self._limits) for _ in range(self._count)]
        # Last in, first out: with little to do one child stays warm and the others need never start.
        self._free: queue.LifoQueue[Worker] = queue.LifoQueue()
        for worker in reversed(self._workers):
            self._free.put(worker)

    def start(self) -> None:
        """Start the first child now, so that the first job does not wait for it."""
        worker = self._take()
        try:
            worker.start()
        finally:
            self._free.put(worker)

    def run(self, payload: bytes) -> bytes:
        """Run one job; waits for a free child.

        Raises:
            SandboxRefused: Payload or result over a limit, or the function refused.
            SandboxTimeout: It took too long.
            SandboxCrashed: The child died.
        """
        if len(payload) > self._limits.largest_payload:
            raise SandboxRefused(
                f"{len(payload)} bytes are more than the {self._limits.largest_payload} that are read."
            )
        worker = self._take()
        try:
            return worker.run(payload)
        finally:
            self._free.put(worker)

    def map(self, payloads: Iterable[bytes]) -> Iterator[bytes | SandboxError]:
        """Run many jobs over all children, in order; a job that fails gives its error and the rest go on.

        Reads ahead no further than two payloads for each child, so `payloads` may be endless.
        """
        with ThreadPoolExecutor(self._count, thread_name_prefix="sandbox") as threads:
            underway: deque[Future[bytes | SandboxError]] = deque()
            for payload in payloads:
                underway.append(threads.submit(self._attempt, payload))
                if len(underway) > 2 * self._count:
                    yield underway.popleft().result()
            while underway:
                yield underway.popleft().result()

    def _attempt(self, payload: bytes) -> bytes | SandboxError:
        try:
            return self.run(payload)
        except SandboxError as problem:
            return problem

    def _take(self) -> Worker:
        with self._lock:
            if self._closed:
                raise SandboxCrashed("The sandbox was closed.")
            if os.getpid() != self._process:
                # A fork copied the pipes of the parent's children; leave those alone and begin anew.
                for worker in self._workers:
                    worker.forget()
                self._fill()
        return self._free.get()

    def close(self) -> None:
        """Kill the children. Jobs under way end as crashed."""
        with self._lock:
            self._closed = True
            if os.getpid() == self._process:
                for worker in self._workers:
                    worker.kill()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        problem: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()
