"""Carrying wake-ups between processes: LISTEN/NOTIFY on PostgreSQL, publish-subscribe on Redis.

Each transport is a thread that both listens and tells; wake-ups of the same name that pile up are told once.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.db import connection

from klankbord.events import wake

logger = logging.getLogger(__name__)
CHANNEL = "klankbord_wake"


class Transport(threading.Thread):
    """Shared life of both transports: connect, listen and tell, reconnect with patience, stop."""

    def __init__(self, name: str) -> None:
        super().__init__(name=name, daemon=True)
        self._stopping = threading.Event()
        self._to_tell: set[str] = set()
        self._guard = threading.Lock()
        self._detach: Callable[[], None] = lambda: None

    def start(self) -> None:
        """Begin to carry wake-ups."""
        self._detach = wake.attach(self.tell)
        super().start()

    def stop(self) -> None:
        """Stop within a second."""
        self._detach()
        self._stopping.set()
        if self.is_alive():
            self.join(timeout=3)

    def tell(self, name: str) -> None:
        """Have `name` told to other processes soon."""
        with self._guard:
            self._to_tell.add(name)

    def _take(self) -> set[str]:
        with self._guard:
            taken, self._to_tell = self._to_tell, set()
        return taken

    def run(self) -> None:
        """Carry until stopped; after a lost connection everything is woken, as something may have been missed."""
        while not self._stopping.is_set():
            try:
                self._carry()
            except Exception as error:  # whatever it is, a wake-up is only a hint, and the next may come through
                logger.warning("%s: lost the connection (%s), trying again", self.name, type(error).__name__)
                wake.everyone()
                self._stopping.wait(1)

    def _carry(self) -> None:
        raise AssertionError("a transport says how it carries")


class PostgresTransport(Transport):
    """LISTEN and NOTIFY on a connection of its own."""

    def __init__(self) -> None:
        super().__init__("wake-postgresql")

    def _carry(self) -> None:
        import psycopg  # noqa: PLC0415 - slow to load, and most houses have neither of the two

        params: dict[str, Any] = {**connection.get_connection_params()}
        for key in ("cursor_factory", "context", "prepare_threshold"):
            params.pop(key, None)
        with psycopg.connect(**params, autocommit=True) as link:
            link.execute(f"LISTEN {CHANNEL}")
            wake.everyone()
            while not self._stopping.is_set():
                for notice in link.notifies(timeout=0.05, stop_after=1):
                    wake.here(notice.payload)
                for name in self._take():
                    link.execute("SELECT pg_notify(%s, %s)", (CHANNEL, name))


class RedisTransport(Transport):
    """PUBLISH and SUBSCRIBE."""

    def __init__(self, url: str) -> None:
        super().__init__("wake-redis")
        self._url = url

    def _carry(self) -> None:
        import redis  # noqa: PLC0415 - as above

        with redis.Redis.from_url(self._url) as link, link.pubsub(ignore_subscribe_messages=True) as subscription:
            subscription.subscribe(CHANNEL)
            wake.everyone()
            while not self._stopping.is_set():
                heard = subscription.get_message(timeout=0.05)
                if heard:
                    wake.here(bytes(heard["data"]).decode())
                for name in self._take():
                    link.publish(CHANNEL, name)


def transport_kinds() -> dict[str, Callable[[], Transport]]:
    """How to make what this configuration calls for, by name; empty on the embedded default, where one process does
    everything.
    """
    kinds: dict[str, Callable[[], Transport]] = {}
    if connection.vendor == "postgresql":
        kinds["wake-ups by PostgreSQL"] = PostgresTransport
    if settings.REDIS_URL:
        kinds["wake-ups by Redis"] = lambda: RedisTransport(settings.REDIS_URL)
    return kinds


def transports() -> list[Transport]:
    """One of each, not started yet."""
    return [make() for make in transport_kinds().values()]
