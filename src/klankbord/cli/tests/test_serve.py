"""`serve`, in a real process where only that tells the truth."""

from __future__ import annotations

import asyncio
import contextlib
import json
import logging
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from klankbord.cli.folder_lock import FOLDER_TAKEN, PORT_TAKEN, CannotServeError, FolderLock
from klankbord.cli.serve import Serving, Supervisor, run_server
from klankbord.cli.serve_command import _welcome
from klankbord.front.server import open_listener
from tests.command import environment
from tests.pace import PATIENCE, at_this_pace, wait_until


@dataclass
class House:
    process: subprocess.Popen[str]
    where: dict[str, object]

    def open(self, path: str, until: bytes) -> socket.socket:
        line = socket.create_connection(("127.0.0.1", int(str(self.where["port"]))))
        line.sendall(f"GET {path} HTTP/1.1\r\nhost: x\r\n\r\n".encode())
        got = b""
        while until and until not in got:
            got += line.recv(4_096)
        return line

    def ready(self) -> int:
        try:
            return int(urllib.request.urlopen(f"{self.where['url']}ready", timeout=PATIENCE).status)
        except urllib.error.HTTPError as error:
            return error.code

    def stop(self, number: int = signal.SIGTERM) -> tuple[float, int]:
        began = time.monotonic()
        self.process.send_signal(number)
        code = self.process.wait(PATIENCE)
        return time.monotonic() - began, code


def start(folder: Path) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "klankbord.cli.tests.small_house", str(folder)],
        stdout=subprocess.PIPE,
        stderr=(folder / "log").open("w"),
        text=True,
    )


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    process = start(tmp_path)
    assert process.stdout is not None
    line = process.stdout.readline()
    assert line, (tmp_path / "log").read_text()
    yield House(process, json.loads(line))
    process.kill()
    process.wait()
    process.stdout.close()


@pytest.mark.slow
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_hundred_open_streams_do_not_keep_it_from_stopping(house: House, number: int):
    streams = [house.open("/live/inbox", b"retry: ") for _ in range(100)]
    seconds, code = house.stop(number)
    assert (code, seconds < at_this_pace(2)) == (0, True), seconds
    for stream in streams:
        while part := stream.recv(4_096):
            last = part
        assert last.endswith(b"0\r\n\r\n")
        stream.close()


@pytest.mark.slow
def test_work_that_never_ends_and_readers_that_never_read_cost_six_seconds_at_most(house: House):
    lines = [
        house.open("/slow", b""),
        house.open("/big", b"200"),
        *(house.open("/live/inbox", b"retry") for _ in range(9)),
    ]
    seconds, code = house.stop()
    assert (code, 4 < seconds < at_this_pace(6)) == (0, True), seconds
    for line in lines:
        line.close()


@pytest.mark.slow
def test_it_says_where_everything_listens_and_restarts_what_died(house: House, tmp_path: Path):
    assert house.where["smtp_port"] == 2525
    assert str(house.where["port"]) in str(house.where["url"])
    assert house.ready() == 200
    (tmp_path / "die").touch()
    wait_until(lambda: house.ready() == 503, "it is not ready")
    wait_until(lambda: "stop" in (tmp_path / "starts").read_text(), "what died is stopped")
    (tmp_path / "die").unlink()
    wait_until(lambda: house.ready() == 200, "it is ready again")
    assert (tmp_path / "starts").read_text().split()[:3] == ["start", "stop", "start"]
    assert "mortal died; trying again in 1 s" in (tmp_path / "log").read_text()
    assert house.stop()[1] == 0


@pytest.mark.slow
def test_two_servers_on_one_folder_are_refused_but_not_after_a_kill(house: House, tmp_path: Path):
    second = start(tmp_path)
    assert second.wait(PATIENCE) == FOLDER_TAKEN
    assert f"process {house.process.pid}" in (tmp_path / "log").read_text()
    house.process.kill()
    house.process.wait()
    FolderLock(tmp_path).acquire()


def _no_front(_: object) -> object:
    raise AssertionError("the port is taken, so no front is needed")


def test_a_port_in_use_is_a_sentence_and_an_exit_code(tmp_path: Path):
    with open_listener("127.0.0.1", 0) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(CannotServeError, match=f"Port {port} on 127.0.0.1 is in use") as refused:
            run_server(Serving(make_front=_no_front, port=port, own_folder=tmp_path))  # type: ignore[arg-type]
    assert refused.value.exit_code == PORT_TAKEN
    FolderLock(tmp_path).acquire()


class Part:
    """A part of which the test decides how it fares."""

    def __init__(self, log: list[str], *, fails: type[BaseException] | None = None) -> None:
        self.log = log
        self.fails = fails
        self.alive = False

    def start(self) -> None:
        if self.fails is not None:
            raise self.fails(98, "Address already in use")
        self.alive = True
        self.log.append("start")

    def stop(self) -> None:
        self.alive = False
        self.log.append("stop")

    def is_alive(self) -> bool:
        return self.alive


def test_a_part_that_cannot_have_its_port_ends_the_start_with_a_sentence():
    supervisor = Supervisor({"mail intake": lambda: Part([], fails=OSError)})
    with pytest.raises(CannotServeError, match="mail intake cannot start: Address already in use"):
        asyncio.run(supervisor.start())


def test_a_part_that_dies_is_made_anew_with_growing_pauses_and_the_others_go_on(caplog: pytest.LogCaptureFixture):
    log: list[str] = []
    made: list[Part] = []

    def make() -> Part:
        made.append(Part(log, fails=ValueError if len(made) in (1, 2) else None))
        return made[-1]

    steady = Part([])

    async def live() -> None:
        supervisor = Supervisor({"mortal": make, "steady": lambda: steady}, first_pause=0.001)
        await supervisor.start()
        assert supervisor.states() == {"mortal": True, "steady": True}
        watch = asyncio.ensure_future(supervisor.watch())
        made[0].alive = False
        async with asyncio.timeout(PATIENCE):
            while not (len(made) == 4 and supervisor.states()["mortal"]):  # noqa: ASYNC110 - it lies in threads
                await asyncio.sleep(0.001)
        watch.cancel()
        assert await supervisor.stop()

    with caplog.at_level(logging.ERROR):
        asyncio.run(live())
    assert log == ["start", "stop", "start", "stop"]
    assert steady.log == ["start", "stop"]
    assert [message.split(";")[0] for message in caplog.messages] == [
        "mortal died",
        "mortal could not be started",
        "mortal could not be started",
    ]


def test_a_lock_is_free_once_it_was_released(tmp_path: Path):
    first, second = FolderLock(tmp_path / "new"), FolderLock(tmp_path / "new")
    first.acquire()
    with pytest.raises(CannotServeError, match="already serves the data"):
        second.acquire()
    first.release()
    second.acquire()
    with contextlib.suppress(CannotServeError):
        second.release()


def test_a_page_that_cannot_be_loaded_ends_the_start_instead_of_saying_that_all_is_ready(own_installation: Path):
    code = "import sys; sys.modules['klankbord.office.urls'] = None; from klankbord.cli.main import main; main()"
    ended = subprocess.run(
        [sys.executable, "-c", code, "serve", "--dir", str(own_installation), "--port", "0", "--json"],
        env=environment(),
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
    )
    assert (ended.returncode, ended.stdout) == (1, "")
    assert "klankbord.office.urls" in ended.stderr


def test_who_starts_it_reads_on_which_port_mail_comes_in():
    said = _welcome(["http://klank.localhost:8000/"], {"port": 8000, "smtp_port": 2526, "lmtp_port": 2424}, {}, "")
    assert "port 2526 (SMTP)" in said
    assert "port 2424 (LMTP)" in said
    assert "Mail comes in" not in _welcome(["http://klank.localhost:8000/"], {"port": 8000}, {}, "")


def test_who_starts_it_reads_the_address_of_every_organisation():
    said = _welcome(["http://klank.localhost:8000/", "http://veen.localhost:8000/"], {"port": 8000}, {}, "")
    assert "Klankbord is at    http://klank.localhost:8000/\n" in said
    assert "And at             http://veen.localhost:8000/\n" in said
    assert "And at" not in _welcome(["http://klank.localhost:8000/"], {"port": 8000}, {}, "")
