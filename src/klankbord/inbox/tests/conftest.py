"""The small cast of these tests: a library with three who work there, a customer, and another organisation."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from datetime import UTC, datetime, time, timedelta
from types import SimpleNamespace

import pytest
from django.test import Client

from klankbord import clock
from klankbord.channels.contract import InboundAttachment, InboundMessage, Party
from klankbord.channels.models import Arrival, Channel
from klankbord.conversations.actions.receive_message import receive_message
from klankbord.conversations.actions.send_reply import send_reply
from klankbord.conversations.models import Conversation
from klankbord.conversations.signing import reply_address
from klankbord.files.actions import keep_file
from klankbord.inbox import undoing
from klankbord.people.models import Membership, Organisation, Role
from tests import cast as cast_

NOON = datetime(2026, 3, 4, 11, 0, tzinfo=UTC)
"""A Wednesday, noon in Amsterdam."""


class Clock:
    """Time stands still until a test moves it."""

    def __init__(self) -> None:
        self.now = NOON

    def __call__(self) -> datetime:
        return self.now

    def pass_(self, **span: float) -> None:
        self.now += timedelta(**span)


@pytest.fixture
def at_noon():
    moving = Clock()
    with clock.reading(moving):
        yield moving


@pytest.fixture
def unhurried(monkeypatch: pytest.MonkeyPatch) -> None:
    """An answer can be taken back for a minute: on a busy machine two pages may take more than ten seconds."""
    monkeypatch.setattr(undoing, "UNDO_SECONDS", 60)
    monkeypatch.setitem(inspect.unwrap(send_reply).__kwdefaults__, "undo_seconds", 60)


def library(name: str, host: str, address: str) -> tuple[Organisation, Channel]:
    house = cast_.organisation(name, host, language="en", promise_minutes=120)
    cast_.opens(house, range(5), time(9), time(17))
    return house, cast_.channel(house, name="E-mail", address=address)


@pytest.fixture
def cast(db, at_noon):
    house, mail = library("De Klank", cast_.HOST, "info@klank.example")
    return SimpleNamespace(
        house=house,
        mail=mail,
        marlies=cast_.member(house, "Marlies Verhoef", Role.ADMINISTRATOR),
        anja=cast_.member(house, "Anja de Boer"),
        team=cast_.team(house, "E-books"),
        clock=at_noon,
    )


@pytest.fixture
def neighbour(cast):
    """Another organisation on the same installation, with one of everything."""
    house, mail = library("Elsewhere", cast_.OTHER_HOST, "info@elsewhere.example")
    return SimpleNamespace(
        house=house,
        mail=mail,
        piet=cast_.member(house, "Piet Elders", domain="elsewhere.example"),
        team=cast_.team(house, "Team"),
        conversation=receive(mail, subject="Theirs", name="Their customer", address="theirs@example.org"),
    )


def receive(
    channel: Channel,
    *,
    subject: str = "Where is my book?",
    text: str = "I cannot find it. Can you?",
    name: str = "Mohamed Bouzid",
    address: str = "mohamed@example.org",
    into: Conversation | None = None,
    **more: object,
) -> Conversation:
    """A mail that comes in through the real action; returns its conversation."""
    number = Arrival.objects.of(channel.organisation_id).count()
    arrival = Arrival.objects.create(
        organisation_id=channel.organisation_id,
        channel=channel,
        source=Arrival.Source.SMTP,
        external_id=f"m{number}@example.org",
        digest=f"{number}",
        raw=b"raw",
        size=3,
        state="done",
    )
    files = more.pop("files", ())
    attachments = [
        (each, keep_file(organisation_id=channel.organisation_id, content=each.content, type=each.type))
        for each in files
    ]
    to = [reply_address(channel.organisation_id, into.pk, channel.address)] if into else [channel.address]
    inbound = InboundMessage(
        external_id=arrival.external_id,
        sender=Party(name, address),
        subject=subject,
        text=text,
        reply=text,
        delivered_to=to,
        attachments=[each for each, _ in attachments],
        **more,
    )
    received = receive_message(
        arrival=arrival, inbound=inbound, organisation=channel.organisation, attachments=attachments
    )
    assert received.message is not None
    return received.message.conversation


@pytest.fixture
def question(cast) -> Conversation:
    """A customer's question that waits for an answer."""
    return receive(cast.mail)


def sign_in(who: Membership) -> Client:
    return cast_.browser(who.organisation, who)


@pytest.fixture
def desk(cast) -> Client:
    """Marlies, signed in."""
    return sign_in(cast.marlies)


@pytest.fixture
def picture() -> Callable[..., InboundAttachment]:
    def make(**more: object) -> InboundAttachment:
        png = b"\x89PNG\r\n\x1a\n" + b"0" * 20
        return InboundAttachment(**{"name": "receipt.png", "type": "image/png", "content": png, **more})

    return make
