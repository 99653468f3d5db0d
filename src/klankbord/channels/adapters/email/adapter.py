"""The e-mail adapter: reading in a limited child process, sending by SMTP."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from typing import ClassVar

from klankbord.channels.adapters.email.ids import identify
from klankbord.channels.adapters.email.imap import mailbox_problems
from klankbord.channels.adapters.email.reading import mail_sandbox, read
from klankbord.channels.adapters.email.smtp_out import send, settings_problems
from klankbord.channels.contract import InboundMessage, OutboundMessage
from klankbord.sandbox.pool import Sandbox


class EmailAdapter:
    """All mailboxes of an installation share one small pool of parsing children, started at the first mail."""

    kind: ClassVar[str] = "email"
    name: ClassVar[str] = "E-mail"

    def __init__(self) -> None:
        self._sandbox: Sandbox | None = None
        self._guard = threading.Lock()

    def parse(self, raw: bytes) -> InboundMessage:
        """Read a mail; raises `CannotParse` when it goes past the limits."""
        with self._guard:
            if self._sandbox is None:
                self._sandbox = mail_sandbox()
        return read(raw, self._sandbox)

    def identify(self, raw: bytes) -> tuple[str, str]:
        """The Message-ID (or a hash) and the hash of what stays the same between two deliveries."""
        return identify(raw)

    def send(self, message: OutboundMessage, settings: Mapping[str, object]) -> None:
        """Hand it to the channel's own mail server, or to the installation's relay."""
        send(message, settings)

    def problems(self, settings: Mapping[str, object]) -> list[str]:
        """What is wrong with a mailbox's settings, out and in."""
        return [*settings_problems(settings), *mailbox_problems(settings)]
