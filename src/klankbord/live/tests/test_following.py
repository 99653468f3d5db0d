"""Following the outbox, and knowing whether that is recent enough; with a real SQLite file."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self

from klankbord.events.base import Event
from klankbord.events.follower import Position
from klankbord.live.contract import Announcement
from klankbord.live.freshness import ServerFreshness, SqliteFreshness
from klankbord.live.hub import Hub
from klankbord.live.tail import Tail, announcements_of
from tests.pace import PATIENCE, ends_in_time


@dataclass(frozen=True, slots=True, kw_only=True)
class Noticed(Event):
    thing_id: int = 1


class Tells:
    def topics(self, event: Event) -> Iterable[tuple[str, str, int]]:
        if isinstance(event, Noticed):
            if event.thing_id == 13:
                raise RuntimeError("an announcer with a fault")
            yield "organisation:1:inbox", "message", event.thing_id
            yield "organisation:1:inbox", "message", event.thing_id


@dataclass
class SqliteOutbox:
    """Follows a table in a SQLite file on a connection of its own, as the real follower does."""

    path: Path
    position: Position = field(default_factory=Position)
    broken = False

    def __post_init__(self) -> None:
        self._link = sqlite3.connect(self.path, isolation_level=None, check_same_thread=False)

    def read(self, _limit: int = 500, /) -> list[tuple[Position, Event]]:
        if SqliteOutbox.broken:
            raise sqlite3.OperationalError("away")
        rows = self._link.execute(
            "SELECT id, thing FROM outbox WHERE id > ? ORDER BY id", [self.position.id]
        ).fetchall()
        found: list[tuple[Position, Event]] = []
        for key, thing in rows:
            self.position = Position(0, key)
            found.append((self.position, Noticed(organisation_id=1, thing_id=thing)))
        return found


class House:
    """A database, a hub, and a tail that follows."""

    def __init__(self, folder: Path, **tail: Any) -> None:
        self.path = folder / "house.sqlite3"
        self.writer = sqlite3.connect(self.path, isolation_level=None)
        self.writer.execute("PRAGMA journal_mode=WAL")
        self.writer.execute("CREATE TABLE IF NOT EXISTS outbox (id INTEGER PRIMARY KEY, thing INTEGER)")
        self.hub = Hub()
        self.tail = Tail(
            loop=asyncio.get_running_loop(),
            hub=self.hub,
            announcers=[Tells()],
            open_follower=lambda position: SqliteOutbox(self.path, position or Position()),
            is_held_back=lambda _: False,
            **{"patience": 0.01, **tail},
        )

    def publish(self, thing: int) -> None:
        self.writer.execute("INSERT INTO outbox (thing) VALUES (?)", [thing])

    async def __aenter__(self) -> Self:
        self.tail.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        self.tail.stop()
        await asyncio.to_thread(self.tail.join, PATIENCE)
        self.writer.close()


def test_what_is_committed_is_heard_without_a_wake_up(tmp_path: Path):
    async def follow() -> None:
        async with House(tmp_path) as house:
            assert await house.tail.caught_up()
            screen = house.hub.subscribe(["organisation:1:inbox"])
            house.publish(7)
            async with ends_in_time(1):
                while not screen.pending:  # noqa: ASYNC110 - what is waited for lies in a thread
                    await asyncio.sleep(0.002)
            assert screen.take() == ("0-1", [Announcement("organisation:1:inbox", "message", 7)], False)

    asyncio.run(follow())


def test_sqlite_itself_says_that_somebody_committed(tmp_path: Path):
    async def follow() -> None:
        async with House(tmp_path, patience=60) as house:
            fresh = SqliteFreshness(house.path, house.tail)
            assert not fresh.is_settled()
            assert await fresh.settle()
            assert fresh.is_settled()
            house.publish(1)
            await asyncio.sleep(0)
            assert not fresh.is_settled()
            assert await fresh.settle()
            assert house.hub.position == "0-1"
            assert fresh.is_settled()
            fresh.close()
            await asyncio.sleep(0)
            assert not fresh.is_settled()

    asyncio.run(follow())


def test_on_a_server_a_change_here_or_a_second_of_silence_means_not_settled(tmp_path: Path):
    async def follow() -> None:
        now = 0.0
        async with House(tmp_path, patience=60) as house:
            fresh = ServerFreshness(house.tail, monotonic=lambda: house.tail.read_at + now)
            assert not fresh.is_settled()
            assert await fresh.settle()
            assert fresh.is_settled()
            now = 1.01
            assert not fresh.is_settled()
            now = 0.0
            fresh.touch()
            assert not fresh.is_settled()
            house.publish(1)
            assert await fresh.settle()
            assert (fresh.is_settled(), house.hub.position) == (True, "0-1")

    asyncio.run(follow())


def test_a_database_that_was_away_skips_nothing(tmp_path: Path):
    async def follow() -> None:
        async with House(tmp_path) as house:
            assert await house.tail.caught_up()
            SqliteOutbox.broken = True
            try:
                assert not await house.tail.caught_up()
                house.publish(1)
                house.publish(2)
            finally:
                SqliteOutbox.broken = False
            assert await house.tail.caught_up()
            assert house.hub.sequence == 2

    asyncio.run(follow())


def test_an_announcer_with_a_fault_makes_everything_old_and_stops_nothing(tmp_path: Path):
    async def follow() -> None:
        async with House(tmp_path) as house:
            assert await house.tail.caught_up()
            screen = house.hub.subscribe(["anything"])
            house.publish(13)
            house.publish(2)
            assert await house.tail.caught_up()
            assert screen.take()[2] is True
            assert house.hub.position == "0-2"

    asyncio.run(follow())


def test_who_waits_when_the_tail_stops_is_told_that_nothing_is_promised(tmp_path: Path):
    async def follow() -> None:
        async with House(tmp_path) as house:
            house.tail.stop()
            await asyncio.to_thread(house.tail.join, PATIENCE)
            assert not await house.tail.caught_up()

    asyncio.run(follow())


def test_all_announcers_are_asked_and_each_thing_is_told_once():
    event = Noticed(organisation_id=1, thing_id=4)
    assert announcements_of(event, [Tells(), Tells()]) == [Announcement("organisation:1:inbox", "message", 4)]
