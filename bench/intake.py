"""How fast mail comes in: accepted a second, and turned into messages a second.

Two figures, each a ratio or a rate on this machine in this run:

1. `accepted / commits`: mails that the SMTP intake accepts a second (stored and fsynced; 8 connections, 50 mails of
   4 kB each) against single-row commits a second of the same 4 kB into SQLite with `synchronous=FULL`. Aim: ≥ 0.2.
2. `messages a second a core`: arrivals turned into messages with all that follows from them (here: an acknowledgement
   to each, composed and kept in the outbox), divided by the processor time of all processes that took part, intake and
   parsing children included. Aim: at least 150, sustained (`--minutes 5`).

Run: python bench/intake.py [--minutes 5] [--json]
"""

from __future__ import annotations

import argparse
import json
import sqlite3
import subprocess
import sys
import tempfile
import time
from contextlib import closing
from pathlib import Path

from loading.processes import cpu_seconds, family

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from tests.harness import House, Sender, mail, new_house

CONNECTIONS = 8
EACH = 50
BODY = "Is het boek dat ik gisteren zocht vandaag wel in huis? " * 68
"""About 4 kB."""


def commits_a_second(seconds: float = 2.0) -> float:
    """Single-row commits of 4 kB into SQLite, each on disk before the next."""
    content = mail("x", text=BODY)
    with tempfile.TemporaryDirectory() as folder, closing(sqlite3.connect(Path(folder) / "raw.sqlite3")) as link:
        link.execute("PRAGMA journal_mode=WAL")
        link.execute("PRAGMA synchronous=FULL")
        link.execute("CREATE TABLE raw (id INTEGER PRIMARY KEY, content BLOB)")
        count, began = 0, time.perf_counter()
        while time.perf_counter() - began < seconds:
            link.execute("INSERT INTO raw (content) VALUES (?)", (content,))
            link.commit()
            count += 1
        return count / (time.perf_counter() - began)


SENDER = """
import sys, smtplib, threading
from tests.harness import Sender, mail
port, first, connections, each = map(int, sys.argv[1:5])
body = sys.stdin.read()
shares = [
    [(str(n), mail(n, text=body)) for n in range(first + c * each, first + (c + 1) * each)]
    for c in range(connections)
]
senders = [Sender(port, share) for share in shares]
print("ready", flush=True)
sys.stdin.close()
for sender in senders: sender.start()
for sender in senders: sender.join()
print(sum(len(sender.accepted) for sender in senders), flush=True)
"""


def accepted_a_second(house: House, first: int, each: int = EACH) -> float:
    """Mails accepted a second over eight connections; the senders are a process of their own."""
    arguments = [house.ports["smtp_port"], first, CONNECTIONS, each]
    root = Path(__file__).resolve().parent.parent
    process = subprocess.Popen(
        [sys.executable, "-c", SENDER, *map(str, arguments)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        cwd=root,
    )
    assert process.stdin is not None
    assert process.stdout is not None
    process.stdin.write(BODY)
    process.stdin.close()
    process.stdout.readline()
    began = time.perf_counter()
    accepted = int(process.stdout.readline())
    seconds = time.perf_counter() - began
    process.wait()
    assert accepted == CONNECTIONS * each
    return accepted / seconds


def _cpu_seconds(pid: int) -> float:
    """Processor time of a process and all that it started."""
    return sum(cpu_seconds(one) for one in family(pid))


def messages_a_second_a_core(house: House, minutes: float) -> tuple[float, float, int]:
    """`(messages a second a core, messages a second, messages)`: mail keeps coming in as fast as it is worked on."""
    house.environment = {"KLANKBORD_OUTBOX": "keep"}
    house.start(alone=True)
    count, used, began = 0, _cpu_seconds(house.pid), time.perf_counter()
    while count == 0 or time.perf_counter() - began < minutes * 60:
        shares = [range(count + each * EACH, count + (each + 1) * EACH) for each in range(CONNECTIONS)]
        senders = [Sender(house.ports["smtp_port"], [(str(n), mail(n, text=BODY)) for n in share]) for share in shares]
        for sender in senders:
            sender.start()
        for sender in senders:
            sender.join()
        count += CONNECTIONS * EACH
        house.wait_until_done(300)
    seconds, used = time.perf_counter() - began, _cpu_seconds(house.pid) - used
    assert len(house.message_ids()) == count
    house.stop()
    return count / used, count / seconds, count


def main() -> None:
    """Measure and print."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--minutes", type=float, default=0.3)
    arguments.add_argument("--json", action="store_true")
    chosen = arguments.parse_args()
    with new_house() as house:
        house.start(parts=["intake"])
        accepted_a_second(house, 10_000_000, 5)
        commits = commits_a_second()
        accepted = max(accepted_a_second(house, 20_000_000 + each * 1000) for each in range(3))
        house.stop()
    with new_house() as house:
        per_core, per_second, count = messages_a_second_a_core(house, chosen.minutes)
    found = {
        "raw_commits_a_second": round(commits),
        "accepted_a_second": round(accepted),
        "accepted_to_commits": round(accepted / commits, 2),
        "messages": count,
        "messages_a_second": round(per_second),
        "messages_a_second_a_core": round(per_core),
    }
    if chosen.json:
        print(json.dumps(found))
        return
    print(f"raw commits a second    {commits:8.0f}")
    print(f"accepted a second       {accepted:8.0f}   ratio {accepted / commits:.2f} (aim 0.2)")
    print(f"messages a second       {per_second:8.0f}   over {count}")
    print(f"... a core              {per_core:8.0f}   (aim 150)")


if __name__ == "__main__":
    main()
