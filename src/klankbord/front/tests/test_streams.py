"""Live streams: the right to hear, what is heard, and every way in which a stream ends."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import pytest

from klankbord.front.asgi import Front
from klankbord.front.asgi_types import Message
from klankbord.front.tests.cast import Outbox, Site, ask, get, running, scope_of
from klankbord.live.views import QUESTION
from tests.pace import PATIENCE, ends_in_time

INBOX = "organisation:1:inbox"
STAFF = {"cookie": "sessionid=staff"}


class Desk(Site):
    """Lets the staff's session hear the inbox for as long as `allowed`."""

    def __init__(self) -> None:
        super().__init__()
        self.allowed = True
        self.down = False
        self.topics = [INBOX]
        self.page("/live/inbox", self.audience)

    def audience(self, environ: dict[str, Any]) -> bytes:
        said = {"topics": self.topics, "recheck_on": ["user:1:rights"], "listener": "user:1"}
        return json.dumps(said).encode()

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Any:
        self.seen.append(environ)
        may = self.allowed and environ.get(QUESTION) is True and environ.get("HTTP_COOKIE") == "sessionid=staff"
        status = "503 Down" if self.down else "200 OK" if may else "404 Not Found"
        start_response(status, [("Content-Type", "application/json")])
        return [self.audience(environ) if may else b""]


class Screen:
    """An open stream in a browser."""

    def __init__(self, front: Front, path: str = "/live/inbox", **headers: str) -> None:
        self._left = asyncio.Event()
        self.reading = asyncio.Event()
        self.reading.set()
        self._came = asyncio.Condition()
        self.messages: list[Message] = []
        self.text = ""
        pairs = [(name.replace("_", "-"), value) for name, value in (STAFF | headers).items()]
        self.task = asyncio.ensure_future(front(scope_of(path, headers=pairs), self._receive, self._send))

    async def _receive(self) -> Message:
        await self._left.wait()
        return {"type": "http.disconnect"}

    async def _send(self, message: Message) -> None:
        await self.reading.wait()
        async with self._came:
            self.messages.append(message)
            self.text += message.get("body", b"").decode()
            self._came.notify_all()

    async def hears(self, text: str) -> None:
        async with asyncio.timeout(PATIENCE), self._came:
            await self._came.wait_for(lambda: text in self.text)

    async def opened(self) -> Screen:
        await self.hears("retry: ")
        return self

    def leave(self) -> None:
        self._left.set()

    async def ended(self) -> None:
        async with asyncio.timeout(PATIENCE):
            await self.task


def test_new_mail_reaches_every_open_screen_with_ids_only():
    outbox = Outbox()

    async def watch() -> None:
        async with running(Desk(), outbox) as front:
            screens = [await Screen(front).opened() for _ in range(3)]
            outbox.publish(topic=INBOX, thing_id=17)
            for screen in screens:
                await screen.hears('data: [{"topic":"organisation:1:inbox","kind":"thing","id":17}]')
                assert "id: 0-1\nevent: change\n" in screen.text
            assert len(front.streams) == 3
            for screen in screens:
                screen.leave()
                await screen.ended()
            assert len(front.streams) == 0

    asyncio.run(watch())


@pytest.mark.parametrize("cookie", ["", "sessionid=stranger"])
def test_a_session_without_the_right_finds_nothing(cookie: str):
    async def watch() -> None:
        async with running(Desk()) as front:
            assert (await get(front, "/live/inbox", cookie=cookie)).status == 404
            assert (await ask(front, scope_of("/live/inbox", "POST"))).status == 404

    asyncio.run(watch())


def test_the_question_cannot_be_asked_from_outside():
    desk = Desk()

    async def watch() -> None:
        async with running(desk) as front:
            await get(front, "/live/inbox", **STAFF, klankbord_live_question="1", **{"klankbord.live_question": "1"})

    with pytest.raises(TimeoutError):
        asyncio.run(asyncio.wait_for(watch(), 0.1))
    assert all(key.startswith("HTTP_") or key == QUESTION for key in desk.seen[0] if "klank" in key.lower())


def test_a_screen_that_comes_back_hears_what_it_missed_or_reloads():
    outbox = Outbox()

    async def watch() -> None:
        async with running(Desk(), outbox) as front:
            first = await Screen(front).opened()
            outbox.publish(topic=INBOX, thing_id=1)
            await first.hears("0-1")
            first.leave()
            outbox.publish(topic=INBOX, thing_id=2)
            assert outbox.tail is not None
            await outbox.tail.caught_up()
            back = await Screen(front, last_event_id="0-1").opened()
            await back.hears('"id":2')
            assert '"id":1' not in back.text
            lost = await Screen(front, "/live/inbox?since=9-9").opened()
            await lost.hears("event: reload")
            back.leave()
            lost.leave()

    asyncio.run(watch())


@pytest.mark.parametrize("by_event", [True, False])
def test_a_stream_ends_when_the_right_is_gone(by_event: bool):
    desk, outbox = Desk(), Outbox()

    async def watch() -> None:
        async with running(desk, outbox, recheck=60.0 if by_event else 0.02) as front:
            screen = await Screen(front).opened()
            desk.allowed = False
            if by_event:
                outbox.publish(topic="user:1:rights")
            await screen.ended()
            assert screen.messages[-1] == {"type": "http.response.body", "body": b""}
            assert "rights" not in screen.text

    asyncio.run(watch())


def test_other_topics_than_before_take_effect_and_the_screen_reloads():
    desk, outbox = Desk(), Outbox()

    async def watch() -> None:
        async with running(desk, outbox) as front:
            screen = await Screen(front).opened()
            desk.topics = ["organisation:1:team:2"]
            outbox.publish(topic="user:1:rights")
            await screen.hears("event: reload")
            outbox.publish(topic=INBOX, thing_id=5)
            outbox.publish(topic="organisation:1:team:2", thing_id=6)
            await screen.hears('"id":6')
            assert '"id":5' not in screen.text
            screen.leave()

    asyncio.run(watch())


def test_while_django_cannot_say_a_stream_stays_but_none_is_opened():
    desk, outbox = Desk(), Outbox()

    async def watch() -> None:
        async with running(desk, outbox) as front:
            screen = await Screen(front).opened()
            desk.down = True
            outbox.publish(topic="user:1:rights")
            outbox.publish(topic=INBOX, thing_id=3)
            await screen.hears('"id":3')
            assert (await get(front, "/live/inbox", **STAFF)).status == 503
            screen.leave()

    asyncio.run(watch())


def test_a_silent_stream_says_that_it_is_there():
    async def watch() -> None:
        async with running(Desk(), heartbeat=0.01) as front:
            screen = await Screen(front).opened()
            await screen.hears("id: 0-0\n\nid: 0-0\n\n")
            screen.leave()

    asyncio.run(watch())


def test_a_reader_that_takes_nothing_is_dropped_and_harms_nobody():
    outbox = Outbox()

    async def watch() -> None:
        async with running(Desk(), outbox, stream_patience=0.02) as front:
            slow, quick = await Screen(front).opened(), await Screen(front).opened()
            slow.reading.clear()
            outbox.publish(topic=INBOX, thing_id=1)
            await quick.hears('"id":1')
            await slow.ended()
            assert len(front.streams) == 1
            quick.leave()

    asyncio.run(watch())


def test_one_person_has_a_limited_number_of_streams_and_so_has_the_process():
    async def watch(status: int, **limit: int) -> None:
        async with running(Desk(), **limit) as front:
            screens = [await Screen(front).opened() for _ in range(2)]
            refused = await get(front, "/live/inbox", **STAFF)
            assert refused.status == status
            screens[0].leave()
            await screens[0].ended()
            again = await Screen(front).opened()
            again.leave()
            screens[1].leave()

    asyncio.run(watch(429, streams_per_listener=2))
    asyncio.run(watch(503, streams=2))


def test_a_hundred_streams_end_at_once_when_the_server_stops():
    async def watch() -> None:
        async with running(Desk(), streams_per_listener=100) as front:
            screens = [await Screen(front).opened() for _ in range(100)]
            async with ends_in_time(1):
                await front.stop()
            for screen in screens:
                await screen.ended()
            assert (await get(front, "/live/inbox", **STAFF)).status == 503

    asyncio.run(watch())
