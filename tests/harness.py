"""Runs houses as real processes on a folder and a database of their own, to be killed, filled up and restarted."""

from __future__ import annotations

import atexit
import contextlib
import functools
import json
import os
import shutil
import signal
import smtplib
import socket
import sqlite3
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import IO, Any

import psycopg
import pytest

from tests import once
from tests.once import ROOT, SECRET
from tests.pace import PATIENCE, wait_until

ADDRESS = "info@deklank.example"
SECOND_ADDRESS = "kinderen@deklank.example"


class House:
    """An installation in `folder`, on SQLite there or on the PostgreSQL database at `database`."""

    def __init__(self, folder: Path, database: str = "") -> None:
        self.folder = folder
        self.database = database
        self.ports: dict[str, int] = {}
        self.environment: dict[str, str] = {}
        self.pid = 0
        self._heard: IO[str] | None = None
        self._others: list[House] = []

    def prepare(self) -> None:
        """Make the installation: tables, one library, two mailboxes."""
        command = [sys.executable, "-m", "tests.house", "prepare"]
        made = subprocess.run(command, env=self._environment(), cwd=ROOT, capture_output=True, text=True, check=False)
        if made.returncode:
            pytest.fail(f"the house cannot be made:\n{made.stderr[-3000:]}")

    def other(self) -> House:
        """One more process of the same installation, not started yet. It ends with this one."""
        beside = House(self.folder, self.database)
        beside.environment = self.environment
        self._others.append(beside)
        return beside

    def start(self, **options: Any) -> House:
        """Start its process; returns when its doors are open. For `options` see `tests/house.py`."""
        assert not self.pid, "it runs already"
        heard, said = os.pipe()
        with (self.folder / "log").open("a") as log:
            _forks().ask({"environment": self._environment(), "options": options}, said, log.fileno())
        os.close(said)
        self._forget()
        self._heard = os.fdopen(heard)
        found = self._hear()
        self.pid = found.pop("pid")
        self.ports = found
        return self

    def _hear(self) -> dict[str, int]:
        assert self._heard is not None
        line = self._heard.readline()
        if not line:
            pytest.fail(f"the house does not start:\n{self.said()[-3000:]}")
        found: dict[str, int] = json.loads(line)
        if "ended" in found:
            pytest.fail(f"the house fell over:\n{self.said()[-3000:]}")
        return found

    def _forget(self) -> None:
        if self._heard is not None:
            self._heard.close()
            self._heard = None

    def _environment(self) -> dict[str, str]:
        kept = {name: value for name, value in os.environ.items() if not name.startswith("KLANKBORD_")}
        return kept | {
            "KLANKBORD_DIR": str(self.folder),
            "KLANKBORD_DATABASE": self.database,
            "KLANKBORD_SECRET_KEY": SECRET,
            "KLANKBORD_REACHABLE_INSIDE": "127.0.0.1",  # its mail servers are real ones, on this machine
            "DJANGO_SETTINGS_MODULE": "klankbord.config.settings",
            **self.environment,
        }

    def said(self) -> str:
        """Its log."""
        return (self.folder / "log").read_text(errors="replace")

    def kill(self) -> None:
        """End it as a power cut would: at once, without a last word."""
        self._end(signal.SIGKILL)

    def stop(self) -> None:
        """Ask it to stop, and wait until it has."""
        self._end(signal.SIGTERM)

    def _end(self, number: signal.Signals) -> None:
        pid, self.pid = self.pid, 0
        if pid:
            os.kill(pid, number)
            assert self._heard is not None
            self._heard.readline()  # that it ended

    def close(self) -> None:
        """Leave nothing running."""
        for other in self._others:
            other.close()
        self.kill()
        self._forget()

    def change(self, statement: str, *values: Any) -> None:
        """Change something in its database, past the house itself. Write placeholders as `?`."""
        if self.database:
            with psycopg.connect(self.database) as link:
                link.execute(statement.replace("?", "%s"), values)
            return
        with contextlib.closing(sqlite3.connect(self.folder / "klankbord.sqlite3", timeout=PATIENCE)) as link, link:
            link.execute(statement, values)

    def send_through(self, port: int) -> None:
        """Let its mailboxes send by the mail server on this port."""
        settings = {"smtp_host": "127.0.0.1", "smtp_port": port, "smtp_tls": "none"}
        self.change("UPDATE channels_channel SET settings = ?", json.dumps(settings))

    def rows(self, query: str, *values: Any) -> list[tuple[Any, ...]]:
        """What its database says, asked past the house itself. Write placeholders as `?`."""
        if self.database:
            with psycopg.connect(self.database) as link:
                return link.execute(query.replace("?", "%s"), values).fetchall()
        with contextlib.closing(sqlite3.connect(self.folder / "klankbord.sqlite3", timeout=PATIENCE)) as link:
            return link.execute(query, values).fetchall()

    def count(self, query: str, *values: Any) -> int:
        """The one number that a query gives."""
        number: int = self.rows(query, *values)[0][0]
        return number

    def undone(self) -> int:
        """Arrivals and events that wait to be worked on or are being worked on."""
        return self.count(
            "SELECT (SELECT count(*) FROM channels_arrival WHERE state = 'ready')"
            " + (SELECT count(*) FROM events_outboxevent WHERE state = 'ready')"
        )

    def wait_until_done(self, seconds: float = 60.0) -> None:
        """Wait until all that came in has become messages and everything that follows from them is done."""
        wait_until(lambda: not self.undone(), f"all work is done; the log ends with {self.said()[-500:]!r}", seconds)

    def message_ids(self) -> list[str]:
        """The Message-IDs of all contributions, one for each message."""
        return [
            row[0] for row in self.rows("SELECT external_id FROM conversations_message WHERE direction = 'inbound'")
        ]


class _Forks:
    """A process that has loaded the code and starts houses in no time; one for all houses of a test process."""

    def __init__(self) -> None:
        self._folder = tempfile.mkdtemp(prefix="klankbord-forks-")
        self._ask, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        with theirs:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "tests.house", "forks", "--socket", str(theirs.fileno())],
                env=House(Path(self._folder))._environment(),
                cwd=ROOT,
                pass_fds=[theirs.fileno()],
            )

    def ask(self, request: dict[str, Any], said: int, log: int) -> None:
        """Have a house started that speaks to the open file `said` and logs to `log`."""
        socket.send_fds(self._ask, [json.dumps(request).encode()], [said, log])

    def close(self) -> None:
        """Leave nothing running."""
        self._ask.close()
        self._process.wait()
        shutil.rmtree(self._folder, ignore_errors=True)


@functools.cache
def _forks() -> _Forks:
    forks = _Forks()
    atexit.register(forks.close)
    return forks


def _prepare(folder: Path) -> None:
    shutil.copy(once.tables(), folder)
    House(folder).prepare()


@contextlib.contextmanager
def new_house(database: str = "") -> Iterator[House]:
    """An installation for as long as the block lasts, not started yet: on SQLite, or on the PostgreSQL database at
    `database`, a copy of the `postgres_house`.
    """
    folder = Path(tempfile.mkdtemp(prefix="klankbord-house-"))
    house = House(folder, database)
    try:
        if not database:
            shutil.copytree(once.made_once("house", _prepare), folder, dirs_exist_ok=True)
        yield house
    finally:
        house.close()
        shutil.rmtree(folder, ignore_errors=True)


def mail(number: int | str, *, text: str = "Is de bibliotheek zondag open?", sender: str = "") -> bytes:
    """A customer's mail, number so-and-so; the same number is the same mail."""
    sender = sender or f"klant{number}@example.org"
    return (
        f"From: Klant {number} <{sender}>\r\nTo: {ADDRESS}\r\nSubject: Vraag {number}\r\n"
        f"Date: Mon, 2 Mar 2026 10:00:00 +0100\r\nMessage-ID: <vraag-{number}@example.org>\r\n"
        f"MIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n{text}\r\n"
    ).encode()


class Sender(threading.Thread):
    """Sends mails one after another over one connection, and remembers which were accepted. A sender who is not told
    "accepted" keeps the mail, as every mail server does.
    """

    def __init__(self, port: int, mails: Sequence[tuple[str, bytes]], *, recipient: str = ADDRESS) -> None:
        """`mails`: name and content of each."""
        super().__init__(daemon=True)
        self.accepted: list[str] = []
        self.refused: dict[str, int] = {}
        self._port = port
        self._mails = list(mails)
        self._recipient = recipient

    def run(self) -> None:
        """Send until done, or until the line drops."""
        dropped = contextlib.suppress(OSError, smtplib.SMTPServerDisconnected)
        with dropped, smtplib.SMTP("127.0.0.1", self._port, timeout=PATIENCE) as server:
            for name, content in self._mails:
                try:
                    server.sendmail("klant@example.org", [self._recipient], content)
                except smtplib.SMTPDataError as error:
                    self.refused[name] = error.smtp_code
                except smtplib.SMTPRecipientsRefused as error:
                    self.refused[name] = error.recipients[self._recipient][0]
                except smtplib.SMTPSenderRefused as error:
                    self.refused[name] = error.smtp_code
                else:
                    self.accepted.append(name)
