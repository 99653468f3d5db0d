"""The threads in which Django answers: a fixed number, and a bounded queue in front of them."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from queue import SimpleQueue
from typing import Any


class TooBusyError(Exception):
    """All threads are at work and the queue is full."""


class _Job[R]:
    __slots__ = ("abandoned", "arguments", "call", "future", "loop")

    def __init__(self, loop: asyncio.AbstractEventLoop, call: Callable[..., R], arguments: tuple[Any, ...]) -> None:
        self.loop = loop
        self.future: asyncio.Future[R] = loop.create_future()
        self.call = call
        self.arguments = arguments
        self.abandoned = False

    def perform(self) -> None:
        """In a thread: make the call and hand its outcome to the loop, unless nobody waits for it any more."""
        if self.abandoned:
            return
        result: Any = None
        problem: BaseException | None = None
        try:
            result = self.call(*self.arguments)
        except BaseException as error:
            problem = error
        try:
            self.loop.call_soon_threadsafe(self.settle, result, problem)
        except RuntimeError:  # the loop has closed: the process is ending and nobody waits
            return

    def settle(self, result: R, problem: BaseException | None) -> None:
        """On the loop: resolve the future."""
        if self.future.done():
            return
        if problem is None:
            self.future.set_result(result)
        else:
            self.future.set_exception(problem)


class Pool:
    """Runs calls in threads. Cheaper than `concurrent.futures`: one queue in, one `call_soon_threadsafe` out."""

    def __init__(self, *, threads: int, waiting: int, name: str = "django") -> None:
        """`threads` work at once and `waiting` calls may wait for them."""
        self._jobs: SimpleQueue[_Job[Any] | None] = SimpleQueue()
        self._most = threads + waiting
        self._size = threads
        self._name = name
        self._threads: list[threading.Thread] = []
        self.outstanding = 0

    @property
    def is_busy(self) -> bool:
        """Whether the next call will have to wait for a thread."""
        return self.outstanding >= self._size

    async def run[R](self, call: Callable[..., R], *arguments: Any, urgent: bool = False) -> R:
        """The outcome of `call(*arguments)`. Cancelled while it waits for a thread, it is never made.

        `urgent` is for the rest of what has begun already (the next part of a file): never refused.

        Raises:
            TooBusyError: the queue is full.
        """
        if self.outstanding >= self._most and not urgent:
            raise TooBusyError
        if len(self._threads) < self._size and self.outstanding >= len(self._threads):
            self._add_thread()
        job = _Job(asyncio.get_running_loop(), call, arguments)
        self.outstanding += 1
        self._jobs.put(job)
        try:
            return await job.future
        finally:
            job.abandoned = True
            self.outstanding -= 1

    def close(self) -> None:
        """Let the threads end after what was begun; returns without waiting."""
        for _ in self._threads:
            self._jobs.put(None)

    def _add_thread(self) -> None:
        thread = threading.Thread(target=self._work, name=f"{self._name}-{len(self._threads)}", daemon=True)
        self._threads.append(thread)
        thread.start()

    def _work(self) -> None:
        while (job := self._jobs.get()) is not None:
            job.perform()
            del job  # or this thread would keep the last request and its answer alive while it waits
