"""`klankbord serve`: the pages and all other parts of one process, from start to a clean stop.

The parts (runner, mail intake, mailboxes) come in through a small contract. A part that dies is made anew with growing
pauses, while the others go on; `/ready` says which parts work.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import logging
import os
import signal
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from klankbord.cli.folder_lock import PART_FAILED, PORT_TAKEN, WEB_FAILED, CannotServeError, FolderLock
from klankbord.cli.memory import give_back_large_blocks
from klankbord.front.asgi import Front
from klankbord.front.server import PortTakenError, WebServer, open_listener

logger = logging.getLogger(__name__)
_LOOK_EVERY = 0.5
_FIRST_PAUSE = 1.0
_LONGEST_PAUSE = 60.0
_STOP_WITHIN = 5.0


class ProcessPart(Protocol):
    """Something that runs beside the pages in the same process. `start` and `stop` may block; a thread calls them.

    An attribute `ports` (name to number, such as `{"smtp_port": 2525}`) is reported when everything listens.
    """

    def start(self) -> None:
        """Begin; return when it runs (and listens). An OSError at the first start ends the command with a sentence."""
        ...

    def stop(self) -> None:
        """Finish what was begun and end, within five seconds."""
        ...

    def is_alive(self) -> bool:
        """Whether it still does its work. Must be quick."""
        ...


type MakePart = Callable[[], ProcessPart]


@dataclass(slots=True)
class _Kept:
    make: MakePart
    part: ProcessPart | None = None
    pause: float = _FIRST_PAUSE
    started_at: float = 0.0
    next_try: float = 0.0


class Supervisor:
    """Starts the parts, makes those that died anew, and stops them all."""

    def __init__(self, parts: Mapping[str, MakePart], *, first_pause: float = _FIRST_PAUSE) -> None:
        """`first_pause`: seconds before the first new try; doubled each time up to a minute."""
        self._first_pause = first_pause
        self._kept = {name: _Kept(make, pause=first_pause) for name, make in parts.items()}
        self._stopping = False

    def states(self) -> dict[str, bool]:
        """Each part's name and whether it works."""
        return {name: kept.part is not None and kept.part.is_alive() for name, kept in self._kept.items()}

    def ports(self) -> dict[str, int]:
        """The ports on which the parts listen."""
        found: dict[str, int] = {}
        for kept in self._kept.values():
            found.update(getattr(kept.part, "ports", None) or {})
        return found

    async def start(self) -> None:
        """Start all parts.

        Raises:
            CannotServeError: a part's port is taken, or another resource of the machine cannot be had.
        """
        for name, kept in self._kept.items():
            try:
                await self._begin(kept)
            except OSError as error:
                reason = error.strerror or str(error)
                raise CannotServeError(f"{name} cannot start: {reason}.", PART_FAILED) from error
            except Exception:
                self._died(name, kept, "could not be started")

    async def watch(self) -> None:
        """Look after the parts until cancelled."""
        while True:
            await asyncio.sleep(min(_LOOK_EVERY, self._first_pause))
            for name, kept in self._kept.items():
                await self._look_after(name, kept)

    async def stop(self) -> bool:
        """Stop all parts at once; False when one did not end in time."""
        self._stopping = True
        parts = [kept.part for kept in self._kept.values() if kept.part is not None]
        if not parts:
            return True
        stops = [asyncio.ensure_future(asyncio.to_thread(part.stop)) for part in parts]
        done, late = await asyncio.wait(stops, timeout=_STOP_WITHIN)
        for one in done:
            if one.exception() is not None:
                logger.error("a part failed while it stopped", exc_info=one.exception())
        return not late

    async def _begin(self, kept: _Kept) -> None:
        part = kept.make()
        await asyncio.to_thread(part.start)
        kept.part = part
        kept.started_at = time.monotonic()

    async def _look_after(self, name: str, kept: _Kept) -> None:
        now = time.monotonic()
        if kept.part is not None:
            if kept.part.is_alive():
                if now - kept.started_at > _LONGEST_PAUSE:
                    kept.pause = self._first_pause
                return
            dead, kept.part = kept.part, None
            with contextlib.suppress(Exception):
                await asyncio.to_thread(dead.stop)
            self._died(name, kept, "died")
        elif now >= kept.next_try:
            try:
                await self._begin(kept)
                logger.info("%s runs again", name)
            except Exception:
                self._died(name, kept, "could not be started")

    def _died(self, name: str, kept: _Kept, what: str) -> None:
        logger.error("%s %s; trying again in %.0f s", name, what, kept.pause, exc_info=sys.exc_info()[1])
        kept.next_try = time.monotonic() + kept.pause
        kept.pause = min(kept.pause * 2, _LONGEST_PAUSE)


@dataclass(slots=True, kw_only=True)
class Serving:
    """What is served, and where.

    Attributes:
        make_front: Makes the front; it is given the function that says which parts work.
        host: Address to listen on.
        port: Port to listen on; 0 for a free one.
        parts: What runs beside the pages, in the order in which it is started.
        own_folder: The data folder when it may only have one server (SQLite), or None.
        on_port: Called with the port as soon as it is ours, before any part starts.
        on_listening: Called once with `{"url", "port", ...ports of the parts}` when everything listens.
    """

    make_front: Callable[[Callable[[], Mapping[str, bool]]], Front]
    host: str = "127.0.0.1"
    port: int = 8000
    parts: Mapping[str, MakePart] = field(default_factory=dict)
    own_folder: Path | None = None
    on_port: Callable[[int], None] = lambda _port: None
    on_listening: Callable[[Mapping[str, object]], None] = lambda _found: None


def run_server(serving: Serving) -> int:
    """Serve until SIGTERM or SIGINT; return the exit code. Must be called in the main thread.

    Stopping refuses new work, ends the live streams, and gives what was begun five seconds. A second signal ends now.

    Raises:
        CannotServeError: the port or the folder is taken, or a part cannot start.
    """
    give_back_large_blocks()
    lock = FolderLock(serving.own_folder) if serving.own_folder is not None else None
    if lock is not None:
        lock.acquire()
    loop = asyncio.new_event_loop()
    asyncio.set_event_loop(loop)
    try:
        code, clean = loop.run_until_complete(_serve(serving))
        if not clean:
            _leave(code)
        try:
            loop.run_until_complete(asyncio.wait_for(loop.shutdown_default_executor(), 1.0))
        except TimeoutError:
            _leave(code)
    finally:
        asyncio.set_event_loop(None)
        loop.close()
        if lock is not None:
            lock.release()
    return code


def run_parts(parts: Mapping[str, MakePart], on_started: Callable[[Mapping[str, int]], None]) -> int:
    """Run parts without any pages until SIGTERM or SIGINT; return the exit code. Must be called in the main thread.

    Raises:
        CannotServeError: a part cannot start.
    """
    give_back_large_blocks()
    return asyncio.run(_run_parts(parts, on_started))


async def _run_parts(parts: Mapping[str, MakePart], on_started: Callable[[Mapping[str, int]], None]) -> int:
    supervisor = Supervisor(parts)
    stopping = asyncio.Event()
    _listen_to_signals(stopping)
    try:
        await supervisor.start()
    except CannotServeError:
        await supervisor.stop()
        raise
    on_started(supervisor.ports())
    watch = asyncio.ensure_future(supervisor.watch())
    await stopping.wait()
    watch.cancel()
    if not await supervisor.stop():
        _leave(0)
    return 0


async def _serve(serving: Serving) -> tuple[int, bool]:
    """Exit code, and whether everything ended by itself."""
    supervisor = Supervisor(serving.parts)
    try:
        listener = open_listener(serving.host, serving.port)
    except PortTakenError as taken:
        raise CannotServeError(str(taken), PORT_TAKEN) from None
    web = WebServer(serving.make_front(supervisor.states), listener)
    serving.on_port(web.port)
    stopping = asyncio.Event()
    _listen_to_signals(stopping)
    try:
        await supervisor.start()
    except CannotServeError:
        listener.close()
        await supervisor.stop()
        raise
    web.start()
    watch = asyncio.ensure_future(supervisor.watch())
    serving.on_listening({"url": _url(serving.host, web.port), "port": web.port, **supervisor.ports()})
    told = asyncio.ensure_future(stopping.wait())
    failed = asyncio.ensure_future(web.failed())
    await asyncio.wait([told, failed], return_when=asyncio.FIRST_COMPLETED)
    code = 0 if told.done() else WEB_FAILED
    if code:
        logger.error("the web server ended by itself; the process ends as well, so that it can be started anew")
    told.cancel()
    failed.cancel()
    watch.cancel()
    began = time.monotonic()
    web_ended, parts_ended = await asyncio.gather(web.stop(), supervisor.stop())
    logger.info("stopped in %.1f s", time.monotonic() - began)
    return code, web_ended and parts_ended


def _listen_to_signals(stopping: asyncio.Event) -> None:
    def told() -> None:
        if stopping.is_set():
            _leave(130)
        stopping.set()

    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, told)


def _leave(code: int) -> None:
    """End this process now: something in it does not let go. Nothing is lost: what was accepted stands in rows."""
    logging.shutdown()
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)


def _url(host: str, port: int) -> str:
    everywhere = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}  # noqa: S104 - only shown
    return f"http://{everywhere.get(host, f'[{host}]' if ':' in host else host)}:{port}/"


def as_json(found: Mapping[str, object]) -> str:
    """One line for `--json`."""
    return json.dumps(found, ensure_ascii=False)
