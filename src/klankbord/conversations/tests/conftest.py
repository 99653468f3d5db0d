"""A house whose mail comes in as bytes through the real reader, and a clock that stands still."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from klankbord import clock
from klankbord.channels.adapters.email.mime_out import as_bytes
from klankbord.channels.arrivals import NewArrival, store_arrivals
from klankbord.channels.dispatch import outbound_message
from klankbord.channels.models import Arrival, Channel, Dispatch
from klankbord.conversations.models import Conversation, Direction, Message
from klankbord.conversations.receiving import Receiving
from klankbord.events.reacting import react_to_everything
from tests import cast

NOON = datetime(2026, 3, 4, 11, 0, tzinfo=UTC)
"""A Wednesday, noon in Amsterdam; the library is open from 9 to 20."""


class StillClock:
    """Time stands still until a test moves it."""

    def __init__(self) -> None:
        self.moment = NOON

    def forward(self, **time: float) -> None:
        """Move on by so many `hours=`, `seconds=`."""
        self.moment += timedelta(**time)


class Post:
    """Brings mails to a house and tells what became of them."""

    def __init__(self, house: cast.House, receiving: Receiving) -> None:
        self.house = house
        self.receiving = receiving

    def letter(
        self,
        name: str = "1",
        text: str = "Is de bibliotheek zondag open?",
        sender: str = "ans@example.org",
        **more: str,
    ) -> bytes:
        """A mail; `more` are further fields, `In_Reply_To="<...>"`."""
        fields = {
            "From": f"Ans de Vries <{sender}>",
            "To": self.house.mailbox.address,
            "Subject": "Zondag",
            "Date": "Wed, 4 Mar 2026 12:00:00 +0100",
            "Message-ID": f"<{name}@example.org>",
        } | {key.replace("_", "-"): value for key, value in more.items()}
        head = "".join(f"{key}: {value}\r\n" for key, value in fields.items() if value)
        return f"{head}\r\n{text}\r\n".encode()

    def bring(self, *letters: bytes, to: str = "", door: Channel | None = None, **envelope: Any) -> list[Message]:
        """Have these stored and received, and all that follows done; gives what customers have said since."""
        door = door or self.house.mailbox
        before = list(Message.objects.of(door.organisation_id).values_list("pk", flat=True))
        given = {"sender": "ans@example.org", "recipients": [to or door.address], **envelope}
        source = Arrival.Source.IMAP if "uid" in envelope else Arrival.Source.SMTP
        store_arrivals([NewArrival(door, source, each, given) for each in letters])
        self.receive()
        said = Message.objects.of(door.organisation_id).exclude(pk__in=before).filter(direction=Direction.INBOUND)
        return list(said.order_by("pk"))

    def receive(self) -> None:
        """Turn what was stored into messages, and do what follows."""
        while self.receiving.perform_batch(owner="a"):
            pass
        react_to_everything()

    def question(self) -> Conversation:
        """A conversation that a mail began."""
        (message,) = self.bring(self.letter("question"))
        return message.conversation

    def acknowledgements(self, house: cast.House | None = None) -> list[Dispatch]:
        """Those that were queued."""
        rows = Dispatch.objects.of((house or self.house).organisation)
        return list(rows.filter(purpose=Dispatch.Purpose.ACKNOWLEDGEMENT).order_by("pk"))


def on_the_wire(dispatch: Dispatch) -> bytes:
    """The bytes of this mail as they go out."""
    return as_bytes(outbound_message(dispatch))


@pytest.fixture
def still_clock() -> Iterator[StillClock]:
    still = StillClock()
    with clock.reading(lambda: still.moment):
        yield still


@pytest.fixture
def house(db: None, still_clock: StillClock) -> cast.DeKlank:
    return cast.de_klank()


@pytest.fixture(scope="session")
def receiving() -> Receiving:
    return Receiving()


@pytest.fixture
def post(house: cast.DeKlank, receiving: Receiving) -> Post:
    return Post(house, receiving)


@pytest.fixture
def wire() -> Any:
    return on_the_wire
