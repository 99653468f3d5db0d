"""Ideas under load: votes against raw commits, and a board of 200,000 ideas against a fixed answer of 20 kB.

    python bench/ideas.py [--ideas 200000] [--seconds 4] [--json]

One server process on SQLite, with all that `klankbord serve` runs (background work included), loaded from this one.

1. `votes / commits`: votes a second of visitors who are known, sent over 16 connections to the page's own address,
   against single-row commits a second into SQLite with `synchronous=FULL` beside it. Aim: at least 0.15.
2. `kept / fixed`: the board for signed-out readers, unchanged, against 20 kB of fixed bytes from the same server. Aim:
   at least 0.5.
3. `anew / fixed`: the same page made anew for each request. Aim: at least 0.03.
4. `seen after`: how long after a vote was answered the board still shows the old number, in milliseconds. Aim: not at
   all (0).

Each ratio is the median of five turns, so that other work on the machine meets both.
"""
# ruff: noqa: PLC0415 - Django is loaded in the child only; SQL is long.

from __future__ import annotations

import argparse
import http.client
import json
import os
import re
import selectors
import socket
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing
from pathlib import Path
from typing import Any

HOST = "bench.localhost"
IDEAS, VOTERS = 200_000, 20_000
TURNS = 5
CONNECTIONS = 16
AIMS = {"votes": 0.15, "kept": 0.5, "anew": 0.03}
BODY = b"<p>sounding board</p>" * 950 + b"END"


def main() -> int:
    """Measure, and say whether the aims are met."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("--ideas", type=int, default=IDEAS)
    parser.add_argument("--seconds", type=float, default=4.0, help="how long each load lasts, all turns together")
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--serve", type=Path, help=argparse.SUPPRESS)
    chosen = parser.parse_args()
    if chosen.serve:
        serve(chosen.serve, chosen.ideas)
        return 0
    with tempfile.TemporaryDirectory(prefix="klankbord-bench-") as folder:
        found = measure(Path(folder), chosen.ideas, chosen.seconds)
    if chosen.json:
        print(json.dumps({name: round(value, 4) for name, value in found.items()}))
    else:
        for name, value in found.items():
            print(f"{name:24} {value:12,.3f}")
    met = all(found[f"{name}_ratio"] >= aim for name, aim in AIMS.items()) and found["seen_after_ms"] == 0
    return 0 if met else 1


def measure(folder: Path, ideas: int, seconds: float) -> dict[str, float]:
    """All figures, against one server process."""
    environment = {
        **os.environ,
        "KLANKBORD_DIR": str(folder),
        "KLANKBORD_LOG_LEVEL": "ERROR",
        "KLANKBORD_OUTBOX": "keep",
    }
    arguments = [sys.executable, __file__, "--serve", str(folder), "--ideas", str(ideas)]
    server = subprocess.Popen(arguments, env=environment, stdout=subprocess.PIPE, text=True)
    assert server.stdout is not None
    try:
        told = json.loads(server.stdout.readline())
        keys = iter(Path(told["keys"]).read_text().split())
        return _figures(told["port"], told["idea"], folder, keys, seconds)
    finally:
        server.kill()
        server.wait()
        server.stdout.close()


def _figures(port: int, idea: int, folder: Path, keys: Iterator[str], seconds: float) -> dict[str, float]:
    page = _request("/ideas/?sort=most")
    anew = _request("/ideas/?sort=most", cookie="somebody=1")
    fixed = _request("/fixed")
    for one in (page, anew, fixed):
        load(port, lambda one=one: one, 0.5, 4)
    rates: dict[str, list[float]] = {name: [] for name in ("fixed", "kept", "anew", "commits", "votes")}
    turn = seconds / TURNS
    for _ in range(TURNS):
        rates["fixed"].append(load(port, lambda: fixed, turn, CONNECTIONS))
        rates["kept"].append(load(port, lambda: page, turn, CONNECTIONS))
        rates["anew"].append(load(port, lambda: anew, turn, CONNECTIONS))
    # Last: what follows from a vote (points, words to who follows) is done behind the answer, and changes the board.
    for _ in range(TURNS):
        rates["commits"].append(commits(folder, turn))
        rates["votes"].append(load(port, lambda: _vote(idea, next(keys)), turn, CONNECTIONS))
    found = {f"{name}_per_s": statistics.median(values) for name, values in rates.items()}
    for name, against in (("kept", "fixed"), ("anew", "fixed"), ("votes", "commits")):
        pairs = zip(rates[name], rates[against], strict=True)
        found[f"{name}_ratio"] = statistics.median(one / other for one, other in pairs)
    found["seen_after_ms"] = seen_after(port, keys)
    return found


def load(port: int, make: Callable[[], bytes], seconds: float, connections: int) -> float:
    """Complete answers a second, over connections that stay open. Only 200 and 302 count."""
    selector, lines = selectors.DefaultSelector(), []
    for _ in range(connections):
        line = socket.create_connection(("127.0.0.1", port))
        line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        line.sendall(make())
        selector.register(line, selectors.EVENT_READ, data=_Answer())
        lines.append(line)
    done, began = 0, time.perf_counter()
    while time.perf_counter() - began < seconds:
        for key, _ in selector.select(1):
            line, answer = key.fileobj, key.data
            if answer.take(line.recv(262_144)):  # type: ignore[union-attr]  # a socket, as registered
                done += 1
                line.sendall(make())  # type: ignore[union-attr]  # as above
    took = time.perf_counter() - began
    for line in lines:
        line.close()
    return done / took


class _Answer:
    """How much of one answer has come in."""

    def __init__(self) -> None:
        self._got = b""

    def take(self, part: bytes) -> bool:
        """Whether it is complete now."""
        assert part, "the server closed the line"
        self._got += part
        head, gap, body = self._got.partition(b"\r\n\r\n")
        if not gap:
            return False
        length = int(re.search(rb"content-length: (\d+)", head, re.IGNORECASE)[1])  # type: ignore[index]
        if len(body) < length:
            return False
        assert head[9:12] in (b"200", b"302"), head[:200]
        self._got = b""
        return True


def _request(path: str, *, cookie: str = "") -> bytes:
    extra = f"cookie: {cookie}\r\n" if cookie else ""
    return f"GET {path} HTTP/1.1\r\nhost: {HOST}\r\naccept-language: nl\r\n{extra}\r\n".encode()


def _vote(idea: int, key: str) -> bytes:
    return (
        f"POST /ideas/{idea}/vote/ HTTP/1.1\r\nhost: {HOST}\r\nsec-fetch-site: same-origin\r\ncookie: visitor={key}\r\n"
        "content-type: application/x-www-form-urlencoded\r\ncontent-length: 0\r\n\r\n"
    ).encode()


def commits(folder: Path, seconds: float) -> float:
    """Single-row commits a second, each on disk before the next."""
    with closing(sqlite3.connect(folder / "raw.sqlite3")) as link:
        link.execute("PRAGMA journal_mode=WAL")
        link.execute("PRAGMA synchronous=FULL")
        link.execute("CREATE TABLE IF NOT EXISTS votes (idea INTEGER, person INTEGER, at TEXT)")
        count, began = 0, time.perf_counter()
        while time.perf_counter() - began < seconds:
            link.execute("INSERT INTO votes VALUES (1, ?, '2026-03-04')", (count,))
            link.commit()
            count += 1
        return count / (time.perf_counter() - began)


def seen_after(port: int, keys: Iterator[str], rounds: int = 20) -> float:
    """How long, at worst, the board for signed-out readers shows the old number once a vote was answered."""
    worst = 0.0
    with closing(http.client.HTTPConnection("127.0.0.1", port)) as link:
        for _ in range(rounds):
            before, idea = _top(link)
            link.request(
                "POST",
                f"/ideas/{idea}/vote/",
                b"",
                {"host": HOST, "cookie": f"visitor={next(keys)}", "sec-fetch-site": "same-origin"},
            )
            link.getresponse().read()
            answered = time.perf_counter()
            while _top(link)[0] == before:
                worst = max(worst, (time.perf_counter() - answered) * 1000)
    return worst


def _top(link: http.client.HTTPConnection) -> tuple[int, int]:
    link.request("GET", "/ideas/?sort=most", headers={"host": HOST, "accept-language": "nl"})
    text = link.getresponse().read().decode()
    row = re.search(r'id="i(\d+)".*?<b>(\d+)</b>', text, re.DOTALL)
    assert row
    return int(row[2]), int(row[1])


def serve(folder: Path, ideas: int) -> None:
    """The server process: the whole house behind its front, and beside it fixed bytes to be compared with."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "klankbord.config.settings"
    import django

    django.setup()
    from django.core.management import call_command
    from django.core.wsgi import get_wsgi_application

    from klankbord.cli.serve import Serving, run_server
    from klankbord.cli.serve_command import _background_parts
    from klankbord.front.asgi import Front
    from klankbord.front.asgi_types import Receive, Scope, Send
    from klankbord.front.options import FrontOptions
    from klankbord.wiring.tables import ANNOUNCERS

    call_command("migrate", verbosity=0)
    idea, keys = seed(folder, ideas)
    headers = [(b"content-type", b"text/html; charset=utf-8"), (b"content-length", str(len(BODY)).encode())]

    class WithFixed(Front):
        """The front, and beside it what it is compared with."""

        async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
            if scope["type"] == "http" and scope["path"] == "/fixed":
                await send({"type": "http.response.start", "status": 200, "headers": headers})
                await send({"type": "http.response.body", "body": BODY})
                return
            await super().__call__(scope, receive, send)

    def make_front(readiness: Callable[[], Mapping[str, bool]]) -> Front:
        return WithFixed(
            readiness=readiness,
            django=get_wsgi_application(),
            announcers=ANNOUNCERS,
            options=FrontOptions(access_log=False),
            sqlite=folder / "klankbord.sqlite3",
        )

    def tell(found: Mapping[str, object]) -> None:
        print(json.dumps({"port": found["port"], "idea": idea, "keys": str(keys)}), flush=True)

    run_server(
        Serving(
            make_front=make_front, port=0, own_folder=folder, on_listening=tell, parts=_background_parts(alone=True)
        )
    )


def seed(folder: Path, ideas: int) -> tuple[int, Path]:
    """Fill the database: a board of so many ideas, and visitors whose browsers are known. The idea to vote for, and the
    file with the visitors' keys.
    """
    import hashlib

    from django.db import connection

    from klankbord import clock
    from klankbord.ideas.actions.boards import main_board
    from klankbord.ideas.actions.suggest import suggest
    from klankbord.limits import Limit
    from klankbord.participation import taking_part
    from klankbord.people.models import Organisation, Person, VisitorKey

    house = Organisation.objects.create(name="Bench", host=HOST, language="nl")
    board = main_board(house)
    first = suggest(board=board, person=_person(house, "Eerste"), title="Langer open op zondag", text="Graag.")
    people = Person.objects.bulk_create(
        (
            Person(organisation=house, name=f"k{n}", pseudonym=f"Klant {n}", created_at=clock.now())
            for n in range(VOTERS)
        ),
        batch_size=2000,
    )
    tokens = [hashlib.sha256(f"visitor {n}".encode()).hexdigest()[:32] for n in range(VOTERS)]
    VisitorKey.objects.bulk_create(
        (
            VisitorKey(
                organisation=house,
                person=person,
                token_hash=hashlib.sha256(token.encode()).hexdigest(),
                seen_on=clock.now().date(),
            )
            for person, token in zip(people, tokens, strict=True)
        ),
        batch_size=2000,
    )
    with connection.cursor() as cursor:
        for statement in _statements(first, ideas, people[0].pk):
            cursor.execute(statement)
        cursor.execute("ANALYZE")
    # Everybody votes from this one address here.
    taking_part.FROM_ONE_ADDRESS = taking_part.FROM_ONE_NETWORK = Limit("bench", 10**9, taking_part.timedelta(hours=1))
    keys = folder / "keys"
    keys.write_text("\n".join(tokens))
    return first.conversation_id, keys


def _person(house: Any, name: str) -> Any:
    from klankbord.people.models import Person

    return Person.objects.create(organisation=house, name=name, pseudonym=name)


def _statements(first: Any, ideas: int, author: int) -> list[str]:
    """The SQL that makes the ideas, each as one INSERT ... SELECT over a series of numbers."""
    numbers = f"WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {ideas})"
    conversation, message, idea = first.conversation_id, first.opening_id, first.pk
    ago = "(strftime('%Y-%m-%d %H:%M:%f', 'now', '-' || (i * 7) || ' minutes') || '000')"
    status = (
        "CASE i % 9 WHEN 1 THEN 'planned' WHEN 2 THEN 'started' WHEN 3 THEN 'done' WHEN 4 THEN 'review' ELSE 'new' END"
    )
    words = "'Ik kom hier vaak met mijn kinderen, en dan zou dit echt schelen. Nu lopen we steeds voor niets. ' || i"
    copied = [
        (
            "conversations_conversation",
            conversation,
            {
                "created_at": ago,
                "last_message_at": ago,
                "subject": "'Wens nummer ' || i || ': meer ruimte om te lezen'",
                "person_id": f"{author} + i % {VOTERS}",
            },
        ),
        (
            "conversations_message",
            message,
            {
                "conversation_id": f"{conversation} + i",
                "said_at": ago,
                "text": words,
                "person_id": f"{author} + i % {VOTERS}",
            },
        ),
        (
            "ideas_idea",
            idea,
            {
                "conversation_id": f"{conversation} + i",
                "opening_id": f"{message} + i",
                "created_at": ago,
                "status": status,
                "votes": "i * 7919 % 400",
                "score": "i * 7919 % 400",
                "rising": "110.0 - i / 1000.0",
            },
        ),
    ]
    return [_copy(table, key, changes, numbers) for table, key, changes in copied]


def _copy(table: str, key: int, changes: dict[str, str], numbers: str) -> str:
    """Rows like the one with this key, numbered on from it, but for `changes`."""
    from django.db import connection

    with connection.cursor() as cursor:
        columns = [
            each.name for each in connection.introspection.get_table_description(cursor, table) if each.name != "id"
        ]
    values = [changes.get(name, f"one.{name}") for name in columns]
    return (
        f"INSERT INTO {table} (id, {', '.join(columns)}) {numbers} SELECT {key} + i, {', '.join(values)} "
        f"FROM n, (SELECT * FROM {table} WHERE id = {key}) AS one"
    )


if __name__ == "__main__":
    raise SystemExit(main())
