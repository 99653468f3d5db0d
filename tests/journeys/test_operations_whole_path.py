"""The whole path on real input: a mail comes in, is answered over HTTP, and the customer's answer joins it.

Through `serve` after `setup`, and (long) through `demo` with the very line that it prints. What was written to the log
meanwhile says nothing about anybody.
"""

from __future__ import annotations

import re
import shlex
import smtplib
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from klankbord.cli.serve_command import mail_line
from tests.command import PASSWORD, Running
from tests.long import long
from tests.pace import PATIENCE, wait_until
from tests.visitor import Visitor

MAILBOX = "info@deklank.example"
CUSTOMER = "annelies.kwak@example.org"
MAIL = f"""From: Annelies Kwakernaak <{CUSTOMER}>\r
To: {MAILBOX}\r
Subject: Mijn zeldzame onderwerp\r
Message-ID: <kwak-1@example.org>\r
\r
Waar vind ik de trompetpartituren?\r
"""
REPLY = "Op de tweede verdieping, naast de piano."
ANSWER = "Dank, gevonden bij de vleugel."


def send(port: int, recipient: str, content: str) -> None:
    with smtplib.SMTP("127.0.0.1", port, timeout=PATIENCE) as server:
        server.sendmail(CUSTOMER, [recipient], content.encode())


def path_to(visitor: Visitor, subject: str) -> str:
    """Wait until the mail stands in the inbox; the address of its conversation."""
    found: list[str] = []

    def stands_there() -> bool:
        text = visitor.get("/inbox/?view=waiting").text
        rows = re.findall(r'<a[^>]+href="(/inbox/\d+/)[^"]*"(?:(?!</a>).)*?' + re.escape(subject), text, re.DOTALL)
        found[:] = rows[-1:]
        return bool(rows)

    wait_until(stands_there, f"{subject!r} stands in the inbox", 10)
    return found[0]


def outgoing_with(visitor: Visitor, words: str) -> str:
    """Wait until the outbox page has a mail with these words; that mail's page."""
    found: list[str] = []

    def is_there() -> bool:
        for number in re.findall(r'href="\?mail=(\d+)"', visitor.get("/inbox/outgoing/").text)[:5]:
            page = visitor.get(f"/inbox/outgoing/?mail={number}").text
            if words in page:
                found.append(page)
                return True
        return False

    wait_until(is_there, f"a mail with {words!r} stands in the outbox page", 15)
    return found[0]


def answered(visitor: Visitor, subject: str, smtp_port: int) -> str:
    """Answer the mail with this subject, and let the customer answer that; the conversation's address."""
    path = path_to(visitor, subject)
    visitor.submit(path, "seen", to=f"{path}reply/", text=REPLY)
    page = outgoing_with(visitor, REPLY)
    reply_to = re.search(r"[\w.]+\+[\w.+-]+@[\w.]+", page)
    assert reply_to, "the reply says where an answer is to go"
    head = f"From: {CUSTOMER}\r\nTo: {reply_to[0]}\r\nSubject: iets anders\r\nMessage-ID: <kwak-2@example.org>"
    send(smtp_port, reply_to[0], f"{head}\r\n\r\n{ANSWER}\r\n")
    wait_until(lambda: ANSWER in visitor.get(path).text, "the answer joins the conversation", 10)
    return path


@pytest.fixture
def running(own_installation: Path, tmp_path: Path) -> Iterator[Running]:
    arguments = ("--dir", own_installation, "--port", "0", "--smtp-port", "0", "--json")
    one = Running("serve", *arguments, log=tmp_path / "log", outbox="keep", metrics_port="0")
    yield one
    one.close()


@pytest.mark.slow
def test_after_setup_a_mail_is_answered_and_the_answer_to_that_joins_it(running: Running):
    port, smtp_port = int(running.told["port"]), int(running.told["smtp_port"])
    send(smtp_port, MAILBOX, MAIL)
    visitor = Visitor(port)
    visitor.sign_in("marlies@deklank.example", PASSWORD)
    answered(visitor, "Mijn zeldzame onderwerp", smtp_port)
    link = re.search(r"http://deklank\.localhost:(\d+)/g/", outgoing_with(visitor, "/g/"))
    assert link
    assert link[1] == str(port), "links in mails name the port on which the pages really are"

    metrics = Visitor(int(running.told["metrics_port"])).get("/metrics").text
    assert 'klankbord_work_failing{kind="arrival"} 0' in metrics
    assert "klankbord_search_lag_events" in metrics

    assert running.stop() == (0, ""), "nothing but the one JSON object stands on its standard output"
    said = running.said().lower()
    assert "post /inbox/*/reply/ 302" in said, "it does log"
    for personal in ("annelies", "kwak", "example.org", "deklank.example", "marlies", "trompet", "zeldzame", "vleugel"):
        assert personal not in said, f"the log says {personal!r}"


@long
def test_the_demo_takes_the_very_line_that_it_prints(tmp_path: Path):
    running = Running("demo", "--dir", tmp_path, "--port", "0", "--smtp-port", "0", "--json", log=tmp_path / "log")
    try:
        told = running.told
        assert set(told) >= {"url", "inbox", "port", "smtp_port", "sign_in", "mail_to"}
        line = shlex.split(mail_line(told["mail_to"], told["smtp_port"]))
        assert line[0] == "python3"
        subprocess.run([sys.executable, *line[1:]], check=True)
        visitor = Visitor(told["port"])
        visitor.sign_in(**told["sign_in"])
        answered(visitor, "Mijn boek is zoek", told["smtp_port"])
        code, rest = running.stop()
        assert (code, rest) == (0, "")
    finally:
        running.close()
