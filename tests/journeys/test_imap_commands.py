"""A mailbox is added, tried, listed and closed from the command line, on a real server."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

from tests.fetched import Box
from tests.harness import ROOT, House, new_house
from tests.real_servers import PASSWORD, running_dovecot


def _channel(house: House, *words: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "klankbord", "channel", *words],
        env=house._environment() | environment,
        cwd=ROOT,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.slow
def test_a_mailbox_is_added_tried_listed_and_closed() -> None:
    with running_dovecot() as dovecot, new_house() as house:
        box = Box(dovecot)
        where = ["--imap-host", "127.0.0.1", "--imap-port", str(dovecot.imap_port), "--imap-tls", "none"]
        nobody = _channel(house, "add", box.user, *where)
        assert nobody.returncode == 2
        assert "KLANKBORD_IMAP_PASSWORD is empty" in nobody.stderr
        added = _channel(house, "add", box.user, *where, "--json", KLANKBORD_IMAP_PASSWORD=PASSWORD)
        assert json.loads(added.stdout)["settings"]["imap_user"] == box.user, added.stderr
        assert PASSWORD not in added.stdout

        tried = [json.loads(line) for line in _channel(house, "test", box.user, "--json").stdout.splitlines()]
        assert [(each["direction"], each["works"]) for each in tried] == [("in", True), ("out", False)]
        assert "0 mails in INBOX" in tried[0]["sentence"]
        assert tried[1]["sentence"] == "No mail server is set for this channel."

        listed = [json.loads(line) for line in _channel(house, "list", "--json").stdout.splitlines()]
        assert box.user in {each["address"] for each in listed}
        assert PASSWORD not in json.dumps(listed)

        assert _channel(house, "remove", box.user, "--yes").returncode == 0
        assert house.rows("SELECT is_active, sealed FROM channels_channel WHERE address = ?", box.user) == [(0, "")]

        again = _channel(house, "add", box.user, *where, KLANKBORD_IMAP_PASSWORD="verkeerd")
        assert again.returncode == 0
        wrong = _channel(house, "test", box.user)
        assert wrong.returncode == 1
        assert "✗ in: The mail server refuses our user name or password." in wrong.stdout
