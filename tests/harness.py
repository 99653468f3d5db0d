"""Runs houses as real processes on a folder and a database of their own, to be killed, filled up and restarted."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import signal
import smtplib
import sqlite3
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import psycopg
import pytest

from tests.real_servers import Postgres, wait_until

ADDRESS = "info@deklank.example"
SECOND_ADDRESS = "kinderen@deklank.example"
ROOT = Path(__file__).resolve().parent.parent
_SECRET = "only-for-tests-and-nothing-else-0123456789"


class House:
    """An installation in `folder`, on SQLite there or on the PostgreSQL database at `database`."""

    def __init__(self, folder: Path, database: str = "") -> None:
        self.folder = folder
        self.database = database
        self.ports: dict[str, int] = {}
        self._process: subprocess.Popen[str] | None = None

    def prepare(self, relay_port: int = 0) -> None:
        """Make the installation: tables, one library, two mailboxes that send through `relay_port`."""
        command = [sys.executable, "-m", "tests.house", "prepare", "--relay-port", str(relay_port)]
        made = subprocess.run(command, env=self._environment(), cwd=ROOT, capture_output=True, text=True, check=False)
        if made.returncode:
            pytest.fail(f"the house cannot be made:\n{made.stderr[-3000:]}")

    def start(self, *options: str) -> House:
        """Start its process; returns when its doors are open."""
        log = (self.folder / "log").open("a")
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.house", "run", *options],
            env=self._environment(),
            cwd=ROOT,
            stdout=subprocess.PIPE,
            stderr=log,
            text=True,
            start_new_session=True,
        )
        log.close()
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        if not line:
            pytest.fail(f"the house does not start:\n{self.said()[-3000:]}")
        self.ports = json.loads(line)
        return self

    def _environment(self) -> dict[str, str]:
        kept = {name: value for name, value in os.environ.items() if not name.startswith("KLANKBORD_")}
        return kept | {
            "KLANKBORD_DIR": str(self.folder),
            "KLANKBORD_DATABASE": self.database,
            "KLANKBORD_SECRET_KEY": _SECRET,
            "DJANGO_SETTINGS_MODULE": "klankbord.config.settings",
        }

    def said(self) -> str:
        """Its log."""
        return (self.folder / "log").read_text(errors="replace")

    @property
    def pid(self) -> int:
        """Its process id."""
        assert self._process is not None
        return self._process.pid

    def kill(self) -> None:
        """End it as a power cut would: at once, and all it started with it."""
        if self._process is not None:
            with contextlib.suppress(ProcessLookupError):
                os.kill(self._process.pid, signal.SIGKILL)
            self._close()

    def stop(self) -> int:
        """Ask it to stop; its exit code."""
        assert self._process is not None
        self._process.terminate()
        return self._close()

    def _close(self) -> int:
        process, self._process = self._process, None
        assert process is not None
        assert process.stdout is not None
        process.stdout.close()
        return process.wait(timeout=20)

    def rows(self, query: str, *values: Any) -> list[tuple[Any, ...]]:
        """What its database says, asked past the house itself. Write placeholders as `?`."""
        if self.database:
            with psycopg.connect(self.database) as link:
                return link.execute(query.replace("?", "%s"), values).fetchall()
        with contextlib.closing(sqlite3.connect(self.folder / "klankbord.sqlite3", timeout=20)) as link:
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


@contextlib.contextmanager
def new_house(postgres: Postgres | None = None, *, relay_port: int = 0) -> Iterator[House]:
    """An installation for as long as the block lasts, not started yet."""
    folder = Path(tempfile.mkdtemp(prefix="klankbord-house-"))
    house = House(folder, postgres.new_database() if postgres else "")
    try:
        house.prepare(relay_port)
        yield house
    finally:
        house.kill()
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
        with dropped, smtplib.SMTP("127.0.0.1", self._port, timeout=30) as server:
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
