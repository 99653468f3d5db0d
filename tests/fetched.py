"""A house whose mailbox lies on a real Dovecot: putting mail there, and telling the house where it is."""

from __future__ import annotations

import contextlib
import itertools
import json
import smtplib
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.test import override_settings
from imapclient import IMAPClient

from klankbord.channels import secrets
from tests.harness import ADDRESS, SECRET, House
from tests.pace import wait_until
from tests.real_servers import PASSWORD, Dovecot

_number = itertools.count(1)
PACE = {"lease": 5.0, "look": 0.2, "first_pause": 0.2, "longest_pause": 0.5, "first_pause_when_mendable": 0.2}


def new_user() -> str:
    """A mailbox that no other test uses."""
    return f"bieb{next(_number)}@deklank.example"


class Box:
    """One mailbox on `server`, as its owner and as those who write to it see it."""

    def __init__(self, server: Dovecot, user: str = "") -> None:
        self.server = server
        self.user = user or new_user()

    def deliver(self, *mails: bytes) -> None:
        """Let a mail server deliver these to its inbox."""
        with smtplib.LMTP("127.0.0.1", self.server.lmtp_port) as line:
            for content in mails:
                line.sendmail("klant@example.org", [self.user], content)

    @contextlib.contextmanager
    def opened(self, folder: str = "INBOX", *, readonly: bool = False) -> Iterator[IMAPClient]:
        """As the mail program of its owner."""
        with IMAPClient("127.0.0.1", port=self.server.imap_port, ssl=False, timeout=20) as client:
            client.login(self.user, PASSWORD)
            client.select_folder(folder, readonly=readonly)
            yield client

    def file(self, content: bytes, folder: str = "Sent", moment: datetime | None = None) -> None:
        """Put a mail into a folder, as a mail program does with what it sent."""
        with self.opened(folder) as client:
            client.append(folder, content, msg_time=moment)

    def settings(self, **changes: Any) -> dict[str, Any]:
        """What a house has to know to fetch it."""
        return {
            "imap_host": "127.0.0.1",
            "imap_port": self.server.imap_port,
            "imap_tls": "starttls",
            "imap_user": self.user,
            "imap_ca_file": str(self.server.certificate),
            "imap_interval": 1,
            **changes,
        }

    def given_to(self, house: House, *, password: str = PASSWORD, **changes: Any) -> Box:
        """Let the house fetch it as the mailbox of its first channel."""
        with override_settings(SECRET_KEY=SECRET):
            sealed = secrets.seal({"imap_password": password})
        house.change(
            "UPDATE channels_channel SET settings = ?, sealed = ? WHERE address = ?",
            json.dumps(self.settings(**changes)),
            sealed,
            ADDRESS,
        )
        return self


def connected(house: House, folder: str = "INBOX") -> None:
    """Wait until the house has looked into the folder for the first time: from now on counts what comes."""
    query = "SELECT count(*) FROM channels_mailboxposition WHERE folder = ?"
    wait_until(lambda: house.count(query, folder) > 0, f"the mailbox is watched; {house.said()[-800:]}")


def received(house: House) -> set[str]:
    """The numbers of the mails (as in `harness.mail`) that are messages by now."""
    return {each.removeprefix("vraag-").partition("@")[0] for each in house.message_ids()}


def wait_for(house: House, wanted: set[str], seconds: float = 20.0) -> None:
    """Wait until exactly these have become messages."""
    wait_until(lambda: received(house) >= wanted, f"{sorted(wanted)[:5]}… came; {house.said()[-800:]}", seconds)
    house.wait_until_done()
    assert sorted(house.message_ids()) == sorted(f"vraag-{name}@example.org" for name in wanted)


def trouble(house: House) -> str:
    """What the house says is wrong with its mailbox."""
    text: str = house.rows("SELECT trouble FROM channels_channel WHERE address = ?", ADDRESS)[0][0]
    return text
