"""What every channel adapter speaks: messages in, messages out, and how a failure is sorted.

No Django and no database here: an adapter can be written, tested and shipped with this file alone.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import ClassVar, Protocol, runtime_checkable


@dataclass(frozen=True, slots=True)
class Party:
    """Someone named in a message: a display name (may be empty) and an address as that channel writes it."""

    name: str
    address: str


@dataclass(frozen=True, slots=True)
class InboundAttachment:
    """A file that came with a message.

    `inline` is what the sender said of it; only when `content_id` is set does the HTML body show it (in `data-cid`),
    and only then may a view leave it out of its list of files.
    """

    name: str
    type: str
    content: bytes
    inline: bool = False
    content_id: str | None = None

    @property
    def size(self) -> int:
        """Size in bytes."""
        return len(self.content)


@dataclass(frozen=True, slots=True)
class Bounce:
    """A delivery report about something that we sent (RFC 3464).

    `status` is the enhanced code such as `5.1.1`; `action` is `failed`, `delayed`, `delivered`, `relayed` or
    `expanded`.
    """

    recipient: str
    status: str
    action: str
    original_message_id: str | None = None


@dataclass(frozen=True, slots=True)
class InboundMessage:
    """One contribution as it came through a door, already parsed and made safe.

    Attributes:
        external_id: The id that the outside world gave it (e-mail: Message-ID without angle brackets), or a hash of the
            content when it had none.
        sender: Who says to have written it; never trusted to be staff.
        delivered_to: The addresses it was really delivered to (envelope, or Delivered-To), lower case.
        text: The whole text body. `reply` is what was newly written, `quoted` the history, `signature` the rest.
        html: The sanitised HTML body; None when there is none, empty when it is too complicated to be shown. Remote
            images wait in `data-src` and images of the mail itself in `data-cid`, until a view gives them a `src`.
        remote_images: Whether `html` has images that load only when asked for.
        automatic: Why this was not written by a person just now (`auto-replied`, `list`, `bulk`, `bounce`, ...), or
            None.
        marks: What an agent should know: `signed`, `sealed` (the words are within the signature), `encrypted`,
            `calendar`, `forwarded`, `tnef`.
        defects: What could not be read, in English sentences.
        details: What a form asked beside the text (`kind`, `phone`, ...); of a mail the `event` that it invites to, in
            a line, and the address of the `list` that it came through.
    """

    external_id: str
    sender: Party | None
    subject: str = ""
    text: str = ""
    reply: str = ""
    quoted: str = ""
    signature: str = ""
    html: str | None = None
    remote_images: bool = False
    to: Sequence[Party] = ()
    cc: Sequence[Party] = ()
    reply_to: Sequence[Party] = ()
    delivered_to: Sequence[str] = ()
    in_reply_to: str | None = None
    references: Sequence[str] = ()
    sent_at: datetime | None = None
    attachments: Sequence[InboundAttachment] = ()
    automatic: str | None = None
    bounce: Bounce | None = None
    marks: Sequence[str] = ()
    defects: Sequence[str] = ()
    details: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class OutboundAttachment:
    """A file to send along. With `content_id` it is shown inside the HTML body (a face)."""

    name: str
    type: str
    content: bytes
    content_id: str | None = None


@dataclass(frozen=True, slots=True)
class OutboundMessage:
    """One utterance to send. `message_id` is the same for all attempts; `automatic` marks acknowledgements and digests.

    `unsubscribe_url` is set on what a person can sign off from (RFC 8058); never on an answer to what they asked.
    """

    message_id: str
    sender: Party
    to: Sequence[Party]
    subject: str
    text: str
    html: str | None = None
    reply_to: str | None = None
    in_reply_to: str | None = None
    references: Sequence[str] = ()
    attachments: Sequence[OutboundAttachment] = ()
    automatic: bool = False
    envelope_sender: str | None = None
    unsubscribe_url: str | None = None
    language: str = "nl"


class DeliveryFailed(Exception):
    """Sending did not succeed. The adapter sorts it: `TryAgain` or `NeverAgain`.

    `explanation` is one plain sentence for the agent; `detail` is what the other side said.
    """

    def __init__(self, explanation: str, detail: str = "") -> None:
        super().__init__(f"{explanation} {detail}".strip())
        self.explanation = explanation
        self.detail = detail


class TryAgain(DeliveryFailed):
    """A passing failure: greylisting, no connection, a dropped line, a full mailbox.

    `uncertain` when the other side may have the message all the same (the line dropped after the content).
    """

    def __init__(self, explanation: str, detail: str = "", *, uncertain: bool = False) -> None:
        super().__init__(explanation, detail)
        self.uncertain = uncertain


class NeverAgain(DeliveryFailed):
    """A final failure: no such address, refused content, wrong configuration."""


class CannotParse(Exception):
    """The bytes cannot be read within the limits; the Arrival is quarantined with its bytes and can be replayed."""


@runtime_checkable
class Adapter(Protocol):
    """A kind of channel. One instance serves all channels of its kind and holds no state about any of them.

    `settings` is the channel's own configuration (secrets already decrypted).
    """

    kind: ClassVar[str]
    name: ClassVar[str]

    def parse(self, raw: bytes) -> InboundMessage:
        """Turn the raw bytes of an Arrival into a message, or raise `CannotParse`."""
        ...

    def identify(self, raw: bytes) -> tuple[str, str]:
        """Return `(external_id, digest)` cheaply, without parsing bodies: digest is the same for the same content."""
        ...

    def send(self, message: OutboundMessage, settings: Mapping[str, object]) -> None:
        """Deliver, or raise `TryAgain` or `NeverAgain`."""
        ...

    def problems(self, settings: Mapping[str, object]) -> list[str]:
        """Say in plain sentences what is wrong with a channel's settings; empty when all is well."""
        ...
