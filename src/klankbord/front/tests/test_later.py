"""Answers that are given once something else is done."""

from __future__ import annotations

import asyncio
import threading
from concurrent.futures import Future
from types import SimpleNamespace
from typing import Any

import pytest

from klankbord.front.asgi_types import Environ
from klankbord.front.bridge import Bridge
from klankbord.front.options import FrontOptions
from klankbord.front.pool import TooBusyError
from klankbord.front.tests.cast import Reply, Site, ask, scope_of
from klankbord.live.later import once
from tests.pace import PATIENCE


class Counter(Site):
    """A site whose page `/count` is answered once somebody has counted."""

    def __init__(self) -> None:
        super().__init__()
        self.begun: list[Future[None]] = []
        self.has_begun = threading.Semaphore(0)
        self.page("/count", self._count)

    def _begin(self) -> Future[None]:
        future: Future[None] = Future()
        self.begun.append(future)
        self.has_begun.release()
        return future

    def _count(self, environ: Environ) -> bytes:
        said = environ["wsgi.input"].read(int(environ["CONTENT_LENGTH"] or 0))
        request: Any = SimpleNamespace(META=environ)
        try:
            once(request, self._begin)
        except ValueError as refusal:
            return f"refused: {refusal} of {said.decode()}".encode()
        return b"counted " + said


async def _votes(bridge: Bridge, site: Counter, number: int) -> list[asyncio.Task[Reply]]:
    """So many requests, each as far as it gets before anybody has counted."""
    headers = [("content-length", "4")]
    tasks = [
        asyncio.ensure_future(ask(bridge, scope_of("/count", "POST", headers), [f"n{n:03}".encode()]))
        for n in range(number)
    ]
    async with asyncio.timeout(PATIENCE):
        await asyncio.to_thread(lambda: [site.has_begun.acquire() for _ in range(number)])
        await bridge.pool.run(int)  # comes back after them
    return tasks


def test_what_waits_holds_no_thread_and_is_answered_only_when_it_is_done():
    async def story() -> None:
        site = Counter()
        tasks = await _votes(Bridge(site, FrontOptions(threads=1)), site, 5)
        assert not any(task.done() for task in tasks)
        for future in site.begun:
            future.set_result(None)
        assert {(await task).body for task in tasks} == {f"counted n{n:03}".encode() for n in range(5)}
        assert len(site.seen) == 5

    asyncio.run(story())


def test_what_failed_is_told_by_the_view_itself_and_begun_only_once():
    async def story() -> None:
        site = Counter()
        (task,) = await _votes(Bridge(site), site, 1)
        site.begun[0].set_exception(ValueError("closed"))
        assert (await task).body == b"refused: closed of n000"
        assert len(site.begun) == 1

    asyncio.run(story())


def test_who_comes_while_too_many_wait_is_refused_at_once():
    async def story() -> None:
        site = Counter()
        bridge = Bridge(site, FrontOptions(threads=1, waiting=3))
        tasks = await _votes(bridge, site, 3)
        with pytest.raises(TooBusyError):
            await ask(bridge, scope_of("/count", "POST"))
        for future in site.begun:
            future.set_result(None)
        await asyncio.gather(*tasks)

    asyncio.run(story())


def test_without_anybody_who_answers_later_the_view_waits():
    request: Any = SimpleNamespace(META={})
    done: Future[None] = Future()
    done.set_result(None)
    once(request, lambda: done)
    failed: Future[None] = Future()
    failed.set_exception(ValueError("closed"))
    with pytest.raises(ValueError, match="closed"):
        once(request, lambda: failed)
