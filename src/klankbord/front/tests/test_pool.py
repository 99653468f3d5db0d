"""Threads: few compute at once, and whoever waits for something else holds nobody up."""

from __future__ import annotations

import asyncio
import threading

import pytest

from klankbord.front.pool import Pool, TooBusyError


def test_only_as_many_calls_begin_at_once_as_may_compute():
    most = asyncio.run(_most_at_once(Pool(threads=8, waiting=16, at_once=2, patience=60)))

    assert most == 2


async def _most_at_once(pool: Pool) -> int:
    here, most, lock = 0, 0, threading.Lock()
    pair = threading.Barrier(2)

    def call() -> None:
        nonlocal here, most
        with lock:
            here += 1
            most = max(most, here)
        pair.wait(60)  # both of two are inside at the same time
        with lock:
            here -= 1

    await asyncio.gather(*(pool.run(call) for _ in range(10)))
    pool.close()
    return most


def test_calls_that_wait_for_something_else_do_not_hold_up_the_next():
    async def scene() -> str:
        pool = Pool(threads=4, waiting=4, at_once=2, patience=0.001)
        database = threading.Event()
        stuck = [asyncio.create_task(pool.run(database.wait, 60)) for _ in range(3)]
        answer = await pool.run(lambda: "answered")
        database.set()
        await asyncio.gather(*stuck)
        pool.close()
        return answer

    assert asyncio.run(scene()) == "answered"


def test_writes_begin_beside_each_other_so_that_they_can_wait_for_the_disk_together():
    async def scene() -> int:
        pool = Pool(threads=4, waiting=4, at_once=1, patience=60)
        together = threading.Barrier(4)
        await asyncio.gather(*(pool.run(together.wait, 10, waits=True) for _ in range(4)))
        pool.close()
        return len(pool._threads)

    assert asyncio.run(scene()) == 4


def test_never_more_calls_are_under_way_than_there_are_threads():
    async def scene() -> int:
        pool = Pool(threads=2, waiting=0, at_once=2, patience=0.001)
        database = threading.Event()
        stuck = [asyncio.create_task(pool.run(database.wait, 60)) for _ in range(2)]
        await asyncio.sleep(0)
        with pytest.raises(TooBusyError):
            await pool.run(lambda: "answered")
        database.set()
        pool_threads = len(pool._threads)
        await asyncio.gather(*stuck)
        pool.close()
        return pool_threads

    assert asyncio.run(scene()) == 2


def test_a_call_that_nobody_waits_for_any_more_is_never_made():
    made: list[str] = []

    async def scene() -> None:
        pool = Pool(threads=1, waiting=4, at_once=1, patience=60)
        database = threading.Event()
        first = asyncio.create_task(pool.run(database.wait, 60))
        left = asyncio.create_task(pool.run(made.append, "for who left"))
        last = asyncio.create_task(pool.run(made.append, "for who stayed"))
        await asyncio.sleep(0)
        left.cancel()
        await asyncio.sleep(0)  # only now does the loop tell it
        database.set()
        await asyncio.gather(first, last)
        pool.close()

    asyncio.run(scene())

    assert made == ["for who stayed"]


def test_what_goes_wrong_in_a_call_is_raised_where_it_is_waited_for():
    async def scene() -> None:
        pool = Pool(threads=1, waiting=1)
        with pytest.raises(ZeroDivisionError):
            await pool.run(lambda: 1 / 0)
        assert await pool.run(lambda: "the thread lives on") == "the thread lives on"
        pool.close()

    asyncio.run(scene())
