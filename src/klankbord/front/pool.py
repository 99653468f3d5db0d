"""The threads in which Django answers: a fixed number, of which few compute at once, and a bounded queue before them.

Python lets one thread compute at a time. Eight that all want to compute hand that right to each other at every question
to the database, from one processor to another and back, and half of the processor's time goes into that. So new work
begins only while fewer than `at_once` calls compute. One that takes longer than `patience` probably waits for something
else, a database or a disk: the next may begin beside it.
"""

from __future__ import annotations

import asyncio
import contextlib
import threading
import time
from collections import deque
from collections.abc import Callable
from queue import SimpleQueue
from typing import Any


class TooBusyError(Exception):
    """All threads are at work and the queue is full."""


class _Job:
    __slots__ = ("abandoned", "arguments", "began", "call", "future", "waits")

    def __init__(
        self, future: asyncio.Future[Any], call: Callable[..., Any], arguments: tuple[Any, ...], *, waits: bool
    ) -> None:
        self.future = future
        self.call = call
        self.arguments = arguments
        self.waits = waits
        self.began = 0.0
        self.abandoned = False

    def outcome(self) -> tuple[Any, BaseException | None]:
        """In a thread: make the call, unless nobody waits for it any more."""
        if self.abandoned:
            return None, None
        try:
            return self.call(*self.arguments), None
        except BaseException as error:
            return None, error

    def settle(self, result: Any, problem: BaseException | None) -> None:
        """On the loop: say how it ended."""
        if self.future.done():
            return
        if problem is None:
            self.future.set_result(result)
        else:
            self.future.set_exception(problem)


class Pool:
    """Runs calls in threads, for one event loop.

    A thread that has ended a call takes the next one itself: through the loop, nobody would compute until the loop had
    woken and had woken the thread again, which takes as long as a small page.
    """

    def __init__(
        self, *, threads: int, waiting: int, at_once: int = 1, patience: float = 0.01, name: str = "django"
    ) -> None:
        """`threads` work at most and `waiting` calls may wait; `at_once` compute, for up to `patience` seconds."""
        self._most = threads + waiting
        self._size = threads
        self._at_once = at_once
        self._patience = patience
        self._name = name
        self._look_again: asyncio.TimerHandle | None = None
        self.outstanding = 0
        # From here on for the loop and the threads, who hold the guard.
        self._guard = threading.Lock()
        self._jobs: SimpleQueue[_Job | None] = SimpleQueue()
        self._threads: list[threading.Thread] = []
        self._to_compute: deque[_Job] = deque()
        self._to_wait: deque[_Job] = deque()
        self._computing: dict[_Job, None] = {}
        self._begun = 0

    async def run[R](self, call: Callable[..., R], *arguments: Any, waits: bool = False, urgent: bool = False) -> R:
        """The outcome of `call(*arguments)`. Cancelled while it waits for a thread, it is never made.

        `waits` is for what waits more than it computes: a write, which waits for the disk together with others.
        `urgent` is for the rest of what has begun already (the next part of a file): never refused.

        Raises:
            TooBusyError: the queue is full.
        """
        if self.outstanding >= self._most and not urgent:
            raise TooBusyError
        loop = asyncio.get_running_loop()
        future: asyncio.Future[R] = loop.create_future()
        job = _Job(future, call, arguments, waits=waits or urgent)
        self.outstanding += 1
        with self._guard:
            (self._to_wait if job.waits else self._to_compute).append(job)
            self._hand_out(loop)
        try:
            return await future
        finally:
            job.abandoned = True
            self.outstanding -= 1

    def close(self) -> None:
        """Let the threads end after what was begun; returns without waiting."""
        for _ in self._threads:
            self._jobs.put(None)

    def _hand_out(self, loop: asyncio.AbstractEventLoop) -> None:
        """On the loop: begin what may begin now."""
        while (job := self._begin()) is not None:
            if self._begun > len(self._threads):
                self._add_thread()
            self._jobs.put(job)
        if self._to_compute and self._computing and self._look_again is None:
            self._look_again = loop.call_later(self._patience, self._look, loop)

    def _begin(self) -> _Job | None:
        """The next call, which has begun with that; None when none may begin."""
        while self._begun < self._size:
            if self._to_wait:
                job = self._to_wait.popleft()
            elif self._to_compute and len(self._computing) < self._at_once:
                job = self._to_compute.popleft()
            else:
                return None
            if not job.abandoned:
                job.began = time.monotonic()
                self._begun += 1
                if not job.waits:
                    self._computing[job] = None
                return job
        return None

    def _look(self, loop: asyncio.AbstractEventLoop) -> None:
        """On the loop: count no longer what has been going for so long that it waits for something else."""
        self._look_again = None
        until = time.monotonic() - self._patience
        with self._guard:
            for job in [job for job in self._computing if job.began <= until]:
                del self._computing[job]
            self._hand_out(loop)

    def _add_thread(self) -> None:
        thread = threading.Thread(target=self._work, name=f"{self._name}-{len(self._threads)}", daemon=True)
        self._threads.append(thread)
        thread.start()

    def _work(self) -> None:
        while (job := self._jobs.get()) is not None:
            while job is not None:
                result, problem = job.outcome()
                ended, job = job, self._next_after(job)
                with contextlib.suppress(RuntimeError):  # the loop has closed: the process ends and nobody waits
                    ended.future.get_loop().call_soon_threadsafe(ended.settle, result, problem)
                del ended, result, problem  # or this thread would keep the last request while it waits

    def _next_after(self, ended: _Job) -> _Job | None:
        """In a thread: what it does next, if anything may begin."""
        with self._guard:
            self._begun -= 1
            self._computing.pop(ended, None)
            return self._begin()
