"""Mail goes out with an OAuth token, and a token that the server refuses is renewed once."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult

from klankbord.channels.adapters.email.smtp_out import send
from klankbord.channels.contract import OutboundMessage, Party, TryAgain
from tests.real_servers import free_port

MESSAGE = OutboundMessage(
    message_id="een@deklank.example",
    sender=Party("De Klank", "info@deklank.example"),
    to=[Party("Ans", "ans@example.org")],
    subject="Uw vraag",
    text="Zondag zijn we open.",
)


class Provider:
    """A mail server that only knows XOAUTH2."""

    def __init__(self) -> None:
        self.good = {"fresh"}
        self.shown: list[str] = []
        self.accepted = 0

    async def auth_XOAUTH2(self, server: Any, words: list[str]) -> AuthResult:  # noqa: N802 - aiosmtpd finds it by name
        said = base64.b64decode(words[1]).decode()
        token = said.partition("auth=Bearer ")[2].strip("\x01")
        self.shown.append(token)
        if said.startswith("user=info@deklank.example\x01") and token in self.good:
            return AuthResult(success=True)
        await server.challenge_auth("eyJzdGF0dXMiOiI0MDEifQ==", encode_to_b64=False)
        return AuthResult(success=False, handled=False)

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802 - as above
        self.accepted += 1
        return "250 OK"


@pytest.fixture
def provider() -> Iterator[tuple[Provider, dict[str, object]]]:
    known = Provider()
    door = Controller(known, hostname="127.0.0.1", port=free_port(), auth_require_tls=False, auth_required=True)
    door.start()
    port = door.port
    settings: dict[str, object] = {
        "smtp_host": "127.0.0.1",
        "smtp_port": port,
        "smtp_tls": "none",
        "smtp_user": "info@deklank.example",
        "reachable_inside": ["127.0.0.1"],
    }
    try:
        yield known, settings
    finally:
        door.stop()


def test_a_refused_token_is_renewed_once(provider: tuple[Provider, dict[str, object]]) -> None:
    known, settings = provider
    send(MESSAGE, {**settings, "oauth_token": lambda refused: "fresh" if refused == "stale" else "stale"})
    assert known.shown == ["stale", "fresh"]
    assert known.accepted == 1


def test_when_the_new_one_is_refused_as_well_it_is_tried_later(provider: tuple[Provider, dict[str, object]]) -> None:
    known, settings = provider
    with pytest.raises(TryAgain, match="refuses our user name"):
        send(MESSAGE, {**settings, "oauth_token": lambda refused: f"{refused}x"})
    assert known.shown == ["x", "xx"]
    assert known.accepted == 0
