"""Wake-ups: in this process at once, between processes by the real PostgreSQL and Redis."""

from __future__ import annotations

import secrets
import threading
import time
from collections.abc import Callable, Iterator

import psycopg
import pytest
import redis

from klankbord.events import transports, wake
from klankbord.events.tests.conftest import Furnish
from klankbord.events.transports import PostgresTransport, RedisTransport, Transport
from tests.pace import at_this_pace, wait_until


class Heard:
    """Notes each wake-up of one name in this process."""

    def __init__(self) -> None:
        self.name = f"bell-{secrets.token_hex(4)}"
        self.moment = threading.Event()
        self._stop = wake.listen(self._hear)

    def _hear(self, name: str) -> None:
        if name == self.name:
            self.moment.set()

    def close(self) -> None:
        self._stop()


@pytest.fixture
def heard() -> Iterator[Heard]:
    found = Heard()
    yield found
    found.close()


def test_a_wake_up_sets_the_flag_calls_listeners_and_is_told_to_others(heard: Heard, furnish: Furnish):
    told: list[str] = []
    detach = wake.attach(told.append)
    wake.everywhere(heard.name)
    detach()
    wake.everywhere(heard.name)
    assert heard.moment.is_set()
    assert wake.signal_for(heard.name).is_set()
    assert told == [heard.name]


def test_everyone_is_woken_when_wake_ups_may_have_been_missed():
    flags = [wake.signal_for(f"sleeper-{each}") for each in range(3)]
    for flag in flags:
        flag.clear()
    wake.everyone()
    assert all(flag.is_set() for flag in flags)


def _running(transport: Transport, is_listening: Callable[[], bool]) -> Transport:
    transport.start()
    wait_until(is_listening, "the transport listens")
    return transport


@pytest.mark.usefixtures("on_postgres")
def test_postgresql_carries_wake_ups_both_ways_and_comes_back_after_a_cut(heard: Heard, own_postgres: str):
    watch = psycopg.connect(own_postgres, autocommit=True)
    listening = "SELECT pid FROM pg_stat_activity WHERE query LIKE 'LISTEN%' OR query LIKE 'SELECT pg_notify%'"
    mine = f"{listening} AND datname = current_database() AND pid <> pg_backend_pid()"
    transport = _running(PostgresTransport(), lambda: bool(watch.execute(mine).fetchall()))
    try:
        watch.execute("SELECT pg_notify(%s, %s)", (transports.CHANNEL, heard.name))
        assert heard.moment.wait(30)
        watch.execute(f"LISTEN {transports.CHANNEL}")
        wake.everywhere("to-others")
        assert [notice.payload for notice in watch.notifies(timeout=30, stop_after=1)] == ["to-others"]

        flag = wake.signal_for("missed")
        flag.clear()
        for (pid,) in watch.execute(mine).fetchall():
            watch.execute("SELECT pg_terminate_backend(%s)", (pid,))
        wait_until(flag.is_set, "all sleepers are woken, as something may have been missed")
        wait_until(lambda: bool(watch.execute(mine).fetchall()), "it listens again")
        heard.moment.clear()
        watch.execute("SELECT pg_notify(%s, %s)", (transports.CHANNEL, heard.name))
        assert heard.moment.wait(30)
    finally:
        began = time.monotonic()
        transport.stop()
        watch.close()
    assert time.monotonic() - began < at_this_pace(1.5)
    assert not transport.is_alive()


def test_redis_carries_wake_ups_both_ways_and_survives_nonsense(heard: Heard, redis_address: str):
    with redis.Redis.from_url(redis_address) as link, link.pubsub(ignore_subscribe_messages=True) as others:
        transport = RedisTransport(redis_address)
        _running(transport, lambda: link.pubsub_numsub(transports.CHANNEL)[0][1] == 1)
        try:
            link.publish(transports.CHANNEL, heard.name)
            assert heard.moment.wait(30)
            others.subscribe(transports.CHANNEL)
            others.get_message(timeout=1)
            wake.everywhere("to-others")
            told = []
            wait_until(lambda: told.append(others.get_message(timeout=0.2)) or any(told), "others hear it")
            assert [each["data"] for each in told if each] == [b"to-others"]

            before = {each["id"] for each in link.client_list(_type="pubsub")}
            link.publish(transports.CHANNEL, b"\xff\xfe no text")
            after = lambda: {each["id"] for each in link.client_list(_type="pubsub")}  # noqa: E731
            wait_until(lambda: len(after()) == 2 and after() != before, "it left and came back on another line")
            assert transport.is_alive()
        finally:
            transport.stop()
    assert not transport.is_alive()


def test_a_service_that_is_not_there_is_waited_for(caplog: pytest.LogCaptureFixture):
    transport = RedisTransport("redis://127.0.0.1:1/0")
    transport.start()
    wait_until(lambda: "lost the connection" in caplog.text, "it says so")
    assert transport.is_alive()
    transport.stop()
    assert not transport.is_alive()
