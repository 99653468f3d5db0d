"""What every adapter promises, built-in or not: tried on each one that is installed."""

from __future__ import annotations

import contextlib
import random
from collections.abc import Mapping

import pytest

from klankbord.channels.contract import Adapter, CannotParse, DeliveryFailed, InboundMessage, OutboundMessage, Party
from klankbord.channels.registry import adapters

ALL = [pytest.param(adapter, id=kind) for kind, adapter in sorted(adapters().items())]
MESSAGE = OutboundMessage(
    message_id="een@deklank.example",
    sender=Party("De Klank", "info@deklank.example"),
    to=[Party("Ans", "ans@example.org")],
    subject="Uw vraag",
    text="Zondag zijn we open.",
)
SETTINGS: list[Mapping[str, object]] = [
    {},
    {"smtp_host": "127.0.0.1", "smtp_port": 1, "smtp_tls": "none", "address": "info@deklank.example"},
    {"smtp_host": "127.0.0.1", "smtp_port": "no number"},
    {"smtp_host": None, "imap_host": "mail.example.org", "imap_tls": "sideways", "auth": "oauth"},
    {"imap_host": "mail.example.org", "imap_port": "no number", "smtp_host": 7},
]


def _noise() -> list[bytes]:
    chance = random.Random(7)
    starts = [
        b"",
        b"{",
        b'{"text": 7}',
        b"From: a@b\r\n\r\n",
        b"Content-Type: multipart/mixed; boundary=x\r\n\r\n--x\r\n",
    ]
    return [start + chance.randbytes(chance.randrange(200)) for start in starts for _ in range(6)]


def test_the_built_in_ones_come_in_through_the_entry_point() -> None:
    assert {"email", "form"} <= set(adapters())


@pytest.mark.parametrize("adapter", ALL)
def test_it_says_what_it_is(adapter: Adapter) -> None:
    assert isinstance(adapter, Adapter)
    assert adapters()[adapter.kind] is adapter
    assert adapter.name


@pytest.mark.parametrize("adapter", ALL)
def test_the_same_bytes_are_always_the_same_contribution(adapter: Adapter) -> None:
    for raw in _noise():
        external_id, digest = adapter.identify(raw)
        assert (external_id, digest) == adapter.identify(bytes(raw))
        assert 0 < len(external_id) <= 400
        assert len(digest) == 64


@pytest.mark.parametrize("adapter", ALL)
def test_whatever_comes_in_is_a_message_or_cannot_be_parsed(adapter: Adapter) -> None:
    for raw in _noise():
        with contextlib.suppress(CannotParse):
            assert isinstance(adapter.parse(raw), InboundMessage)


@pytest.mark.parametrize("settings", SETTINGS)
@pytest.mark.parametrize("adapter", ALL)
def test_a_failure_to_send_is_sorted_and_explained(adapter: Adapter, settings: Mapping[str, object]) -> None:
    with pytest.raises(DeliveryFailed) as failure:
        adapter.send(MESSAGE, settings)
    assert _is_sentence(failure.value.explanation)


@pytest.mark.parametrize("settings", SETTINGS)
@pytest.mark.parametrize("adapter", ALL)
def test_problems_are_sentences(adapter: Adapter, settings: Mapping[str, object]) -> None:
    assert all(_is_sentence(problem) for problem in adapter.problems(settings))


def _is_sentence(text: str) -> bool:
    return " " in text and text[0].isupper() and "Traceback" not in text
