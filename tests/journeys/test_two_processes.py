"""Two servers of pages and two workers on one PostgreSQL, with and without Redis: what one does, the other knows."""

from __future__ import annotations

import signal
import smtplib
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import psycopg
import pytest

from tests.command import PASSWORD, SECRET, Running, stop_all
from tests.harness import mail
from tests.long import LONG
from tests.pace import PATIENCE, at_this_pace, wait_until
from tests.services import NewDatabases
from tests.visitor import Visitor

pytestmark = [pytest.mark.slow, pytest.mark.long]
MAILBOX = "info@deklank.example"
UNDONE = (
    "SELECT (SELECT count(*) FROM channels_arrival WHERE state = 'ready')"
    " + (SELECT count(*) FROM events_outboxevent WHERE state = 'ready')"
)


@dataclass
class Houses:
    """One house in four processes."""

    database: str
    first: Running
    second: Running
    workers: list[Running]

    def send(self, through: Running, *numbers: int) -> None:
        with smtplib.SMTP("127.0.0.1", through.told["smtp_port"], timeout=PATIENCE) as server:
            for number in numbers:
                server.sendmail("klant@example.org", [MAILBOX], mail(number))

    def count(self, query: str) -> int:
        with psycopg.connect(self.database) as link:
            row = link.execute(query).fetchone()
        assert row
        return int(row[0])


@pytest.fixture(params=["with Redis", "PostgreSQL alone"] if LONG else ["PostgreSQL alone"])
def houses(
    request: pytest.FixtureRequest, new_databases: NewDatabases, postgres_installation: str, tmp_path: Path
) -> Iterator[Houses]:
    settings = {
        "database": new_databases.copy_of(postgres_installation),
        "secret_key": SECRET,
        "outbox": "keep",
        "relay_host": "",
    }
    if request.param == "with Redis":
        settings["redis"] = request.getfixturevalue("redis_address")
    running: list[Running] = []
    try:
        for name in ("1", "2"):
            arguments = ("--dir", tmp_path / name, "--port", "0", "--smtp-port", "0", "--web-only", "--json")
            running.append(Running("serve", *arguments, log=tmp_path / f"log{name}", **settings))
        running += [
            Running("worker", "--dir", tmp_path / name, "--json", log=tmp_path / f"log{name}", **settings)
            for name in ("3", "4")
        ]
        yield Houses(settings["database"], running[0], running[1], running[2:])
    finally:
        stop_all(running)


def test_what_one_process_does_the_others_know(houses: Houses):
    at_first = Visitor(houses.first.told["port"])
    at_first.sign_in("marlies@deklank.example", PASSWORD)
    at_second = at_first.at(houses.second.told["port"])
    houses.send(houses.first, 1)  # the workers load what reads mails
    wait_until(lambda: "Vraag 1" in at_second.get("/inbox/?view=waiting").text, "it stands in the inbox", 30)
    with at_second.listening("/live/inbox") as stream:
        houses.send(houses.first, 2)
        seconds = stream.wait_for(b"event: change", PATIENCE)
    assert seconds < at_this_pace(2), f"a mail through one was announced by the other after {seconds:.1f} s"

    _a_kept_page_is_fresh(houses, at_first)
    _a_killed_worker_is_replaced(houses)


def _a_kept_page_is_fresh(houses: Houses, at_first: Visitor) -> None:
    reader = Visitor(houses.second.told["port"])
    for _ in range(3):
        assert "Bibliotheek De Klank" in reader.get("/").text
    changed = at_first.submit("/office/organisation/", "name", name="Bibliotheek De Galm")
    assert changed.status == 200, changed.text[:2000]
    began = time.monotonic()
    wait_until(lambda: "Bibliotheek De Galm" in reader.get("/").text, "the page of the other process is fresh")
    assert time.monotonic() - began < at_this_pace(1), f"only after {time.monotonic() - began:.1f} s"


def _a_killed_worker_is_replaced(houses: Houses) -> None:
    before = houses.count("SELECT count(*) FROM conversations_message WHERE direction = 'inbound'")
    houses.send(houses.second, *range(100, 160))
    victim = houses.workers[0]
    victim.process.send_signal(signal.SIGKILL)
    victim.process.wait(PATIENCE)
    with psycopg.connect(houses.database, autocommit=True) as link:
        # What the dead had claimed comes free when its lease ends; the test does not wait for that minute.
        dead = f"%:{victim.process.pid}:%"
        for table in ("channels_arrival", "events_outboxevent"):
            link.execute(f"UPDATE {table} SET due_at = now() WHERE state = 'ready' AND leased_by LIKE %s", (dead,))
    wait_until(lambda: houses.count(UNDONE) == 0, "the other worker did all of it", 40)
    after = houses.count("SELECT count(*) FROM conversations_message WHERE direction = 'inbound'")
    assert after - before == 60
    doubled = "SELECT count(*) - count(DISTINCT external_id) FROM conversations_message WHERE direction = 'inbound'"
    assert houses.count(doubled) == 0
