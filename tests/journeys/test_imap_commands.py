"""A mailbox is added, tried, listed and closed from the command line, on a real server."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from klankbord.channels.models import Channel
from tests import cast
from tests.command import Done, invoke
from tests.fetched import Box
from tests.real_servers import PASSWORD, Dovecot


@pytest.mark.django_db(transaction=True)
def test_a_mailbox_is_added_tried_listed_and_closed(
    dovecot: Dovecot, tmp_path: Path, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(settings.OPTIONS.values, "reachable_inside", ("127.0.0.1",))
    house, box = cast.de_klank(), Box(dovecot)
    where = ["--imap-host", "127.0.0.1", "--imap-port", str(dovecot.imap_port), "--imap-tls", "none"]

    def channel(*words: str, **settings: str) -> Done:
        return invoke("channel", *words, "--dir", tmp_path, **settings)

    assert "KLANKBORD_IMAP_PASSWORD is empty" in channel("add", box.user, *where).sentence(2)
    added = channel("add", box.user, *where, "--json", imap_password=PASSWORD)
    assert added.told()["settings"]["imap_user"] == box.user
    assert PASSWORD not in added.said

    tried = [json.loads(line) for line in channel("test", box.user, "--json").said.splitlines()]
    assert [(each["direction"], each["works"]) for each in tried] == [("in", True), ("out", False)]
    assert "INBOX: 0 mails lie there" in tried[0]["sentence"]
    assert tried[1]["sentence"] == "No mail server is set for this channel."

    listed = channel("list", "--json")
    assert box.user in {json.loads(line)["address"] for line in listed.said.splitlines()}
    assert PASSWORD not in listed.said

    assert channel("remove", box.user, "--yes").code == 0
    closed = Channel.objects.of(house.organisation).get(address=box.user)
    assert (closed.is_active, closed.sealed) == (False, "")

    assert channel("add", box.user, *where, imap_password="verkeerd").code == 0
    wrong = channel("test", box.user)
    assert wrong.code == 1
    assert "✗ in: The mail server refuses our user name or password." in wrong.said
