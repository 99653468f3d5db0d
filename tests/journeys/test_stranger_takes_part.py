"""A stranger takes part: no account, no mouse, no JavaScript, a screen of 320 px, and a minute for each thing.

A real installation sends real mail; what it says is read where it arrives. Everything on the pages is done with Tab,
Enter and typing, and every key is counted: what a person needs for it is reckoned by the keystroke-level model of Card,
Moran and Newell (1983): 0.28 s a key for an average typist, 1.35 s to see what a page wants, twice a page.
"""

from __future__ import annotations

import contextlib
import re
import sqlite3
from collections.abc import Iterator
from email import message_from_bytes, policy
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller

from tests.browser import TOO_WIDE
from tests.command import PASSWORD, Running
from tests.pace import wait_until
from tests.real_servers import free_port
from tests.visitor import Visitor

A_KEY, A_LOOK = 0.28, 1.35
A_MINUTE = 60.0
QUESTION = "Hoe verleng ik een boek dat een ander wil lenen?"
IDEA = "Een bankje bij de ingang"


class Mailbox:
    """Where the installation's mail arrives: what came last for whom."""

    def __init__(self) -> None:
        self.came: dict[str, str] = {}

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802 - aiosmtpd's name
        """Keep the text that a reader sees."""
        mail = message_from_bytes(envelope.content, policy=policy.default)
        body = mail.get_body(("plain",))
        assert body is not None
        for recipient in envelope.rcpt_tos:
            self.came[recipient] = body.get_content()
        return "250 OK"

    def read(self, address: str, pattern: str) -> str:
        """Wait for a mail to this address; what in it fits the pattern."""
        wait_until(lambda: address in self.came, f"a mail for {address} arrives", 15)
        found = re.search(pattern, self.came.pop(address))
        assert found is not None
        return found[1]


@pytest.fixture
def mailbox(own_installation: Path) -> Iterator[Mailbox]:
    """A mail server, through which the installation sends."""
    box = Mailbox()
    server = Controller(box, hostname="127.0.0.1", port=free_port())
    server.start()
    database = own_installation / "klankbord.sqlite3"
    with contextlib.closing(sqlite3.connect(database)) as link, link:
        way = "json_object('smtp_host', '127.0.0.1', 'smtp_port', ?, 'smtp_tls', 'none')"
        link.execute(f"UPDATE channels_channel SET settings = {way} WHERE kind = 'email'", [server.port])
    yield box
    server.stop()


@pytest.fixture
def port(own_installation: Path, mailbox: Mailbox, tmp_path: Path) -> Iterator[int]:
    """The installation serves; staff asked a question and had an idea, for others to find."""
    arguments = ("--dir", own_installation, "--port", "0", "--smtp-port", "0", "--json")
    running = Running("serve", *arguments, log=tmp_path / "log", reachable_inside="127.0.0.1")
    try:
        number = int(running.told["port"])
        staff = Visitor(number)
        staff.sign_in("marlies@deklank.example", PASSWORD)
        staff.post("/questions/ask/", {"title": QUESTION, "text": "De knop is grijs."})
        staff.post("/ideas/new/", {"title": IDEA, "text": "Dan kan ik even zitten."})
        yield number
    finally:
        running.close()


class Stranger:
    """Somebody with only a keyboard, at a narrow window without JavaScript, who never was here before."""

    def __init__(self, browser: Any, port: int, mailbox: Mailbox, address: str) -> None:
        self.address = address
        self._mailbox = mailbox
        self._base = f"http://deklank.localhost:{port}"
        window = {"width": 320, "height": 568}
        self.context = browser.new_context(
            base_url=self._base, viewport=window, java_script_enabled=False, locale="nl-NL", color_scheme="dark"
        )
        self.page = self.context.new_page()
        self.keys = self.pages = 0
        self.page.on("load", lambda _page: self._looks())
        self.page.goto("/")

    def _looks(self) -> None:
        self.pages += 1

    def press(self, key: str) -> None:
        """One key."""
        self.keys += 1
        self.page.keyboard.press(key)

    def go_to(self, name: str, *, at_most: int = 40) -> None:
        """Press Tab until this is where the keyboard is: a link, a button or a field by its name."""
        for _each in range(at_most):
            self.press("Tab")
            here = self.page.locator(":focus")
            if here.count() and name in self._name(here):
                assert here.bounding_box() is not None, f"{name!r} has the keyboard and is not to be seen"
                return
        pytest.fail(f"no {name!r} within {at_most} tabs on {self.page.url}: {self.says()}")

    def _name(self, here: Any) -> str:
        own = here.get_attribute("id")
        label = self.page.locator(f'label[for="{own}"]') if own else None
        words = [here.inner_text(), here.get_attribute("aria-label") or ""]
        return " ".join([*words, label.inner_text() if label is not None and label.count() else ""])

    def choose(self, name: str) -> None:
        """Go there, and press Enter; the page that comes fits the window."""
        self.go_to(name)
        self.keys += 1
        with self.page.expect_navigation():
            self.page.keyboard.press("Enter")
        assert self.page.evaluate(TOO_WIDE) == [], self.page.url

    def fill_in(self, name: str, words: str) -> None:
        """Go to a field and type."""
        self.go_to(name)
        self.keys += len(words)
        self.page.keyboard.type(words)

    def clicks_in_the_mail(self) -> None:
        """The link from the mail, and the button on the page that it opens."""
        link = self._mailbox.read(self.address, r"(http://deklank\.localhost:\d+/confirm/\S+)")
        self.page.goto(link)
        self.choose("Ja, dat was ik")

    def types_the_code(self) -> None:
        """The six digits from the mail, on the page that is still open."""
        self.fill_in("code uit de mail", self._mailbox.read(self.address, r"\b(\d{6})\b"))
        self.press("Enter")
        self.page.wait_for_url(lambda address: "/take-part/" not in address)

    def says(self) -> str:
        """What stands on the page."""
        words: str = self.page.locator("main").inner_text()
        return words

    def was_quick(self) -> None:
        """Within a minute, as the model reckons it."""
        seconds = self.keys * A_KEY + self.pages * 2 * A_LOOK
        assert seconds < A_MINUTE, f"{self.keys} keys and {self.pages} pages take {seconds:.0f} s"


@pytest.mark.slow
def test_a_stranger_asks_suggests_votes_and_follows_within_a_minute_each(
    chromium: Any, port: int, mailbox: Mailbox
) -> None:
    asks = Stranger(chromium, port, mailbox, "ans@example.org")
    asks.choose("Stel je vraag")
    asks.fill_in("Je vraag in één zin", "Mag mijn hond mee naar binnen?")
    asks.fill_in("E-mailadres", asks.address)
    asks.fill_in("Je naam voor anderen", "Ans")
    asks.choose("Plaats mijn vraag")
    asks.clicks_in_the_mail()
    assert "Mag mijn hond mee naar binnen?" in asks.says()
    assert "We kijken er eerst even naar" in asks.says(), (
        "the first words of somebody new are looked at first, and they are told"
    )
    asks.was_quick()

    suggests = Stranger(chromium, port, mailbox, "bas@example.org")
    suggests.choose("Deel een idee")
    suggests.fill_in("Wat zou je graag willen", "Koffie in de avond")
    suggests.fill_in("E-mailadres", suggests.address)
    suggests.fill_in("Je naam voor anderen", "Bas")
    suggests.choose("Deel dit idee")
    suggests.types_the_code()
    assert "Koffie in de avond" in suggests.says()
    suggests.was_quick()

    votes = Stranger(chromium, port, mailbox, "cor@example.org")
    votes.choose("Ideeën")
    votes.choose(f"Dit wil ik ook: {IDEA}")
    votes.fill_in("E-mailadres", votes.address)
    votes.choose("Stuur mij de mail")
    votes.clicks_in_the_mail()
    assert IDEA in votes.says()
    assert votes.page.locator(".vote[aria-pressed=true] b").inner_text() == "1"
    votes.was_quick()

    follows = Stranger(chromium, port, mailbox, "dirk@example.org")
    follows.choose("Vragen")
    follows.choose(QUESTION)
    follows.choose("Volg deze vraag")
    follows.fill_in("E-mailadres", follows.address)
    follows.choose("Stuur mij de mail")
    follows.types_the_code()
    assert "Niet meer volgen" in follows.says()
    follows.was_quick()

    for one in (asks, suggests, votes, follows):
        one.context.close()
