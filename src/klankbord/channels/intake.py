"""The mail intake of this process: SMTP and LMTP in front, the group-committing writer behind.

It runs in a thread with an event loop of its own, so that it goes on whatever the pages are doing.
"""

from __future__ import annotations

import asyncio
import logging
import socket
import ssl
import threading
import time
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from django.conf import settings
from django.db import close_old_connections, connection

from klankbord.channels.adapters.email.intake import Delivery, Hall, Listener, port_of, tls_context
from klankbord.channels.arrivals import ArrivalWriter, NewArrival
from klankbord.channels.models import Arrival, Channel
from klankbord.channels.shadow import is_copy_address

logger = logging.getLogger(__name__)

FRESH_SECONDS = 3.0
"""How long a known address is believed to be still ours."""
LOOK_AGAIN_SECONDS = 0.25
"""How soon an unknown address may have become a channel's."""
FINISH_SECONDS = 3.0


def same_form(address: str) -> str:
    """The form in which two spellings of an address are equal: lower case, the domain as it is in DNS (punycode)."""
    local, at, domain = address.strip().lower().rpartition("@")
    if not domain.isascii():
        try:
            domain = domain.encode("idna").decode("ascii")
        except UnicodeError:
            return f"{local}{at}{domain}"
    return f"{local}{at}{domain}"


def without_tag(address: str) -> str:
    """`info+anything@example.org` is delivered to `info@example.org`."""
    local, at, domain = address.rpartition("@")
    return f"{local.partition('+')[0]}{at}{domain}"


class Doors:
    """The mail addresses of all channels, remembered for a few seconds. Read in one thread."""

    def __init__(self) -> None:
        self._reader = ThreadPoolExecutor(1, thread_name_prefix="mail-doors")
        self._known: dict[str, Channel] = {}
        self._read_at = float("-inf")

    async def find(self, recipient: str) -> Channel | None:
        """The channel that mail to this address is for: its own address, else one with a tag (`info+...@`).

        Raises:
            DatabaseError: it cannot be known now.
        """
        address = same_form(recipient)
        age = time.monotonic() - self._read_at
        found = self._look(address) if age < FRESH_SECONDS else None
        if found is None and age > LOOK_AGAIN_SECONDS:
            self._known = await asyncio.get_running_loop().run_in_executor(self._reader, _read_channels)
            self._read_at = time.monotonic()
            found = self._look(address)
        return found

    def _look(self, address: str) -> Channel | None:
        return self._known.get(address) or self._known.get(without_tag(address))

    def close(self) -> None:
        """Let the thread and its connection go."""
        self._reader.submit(connection.close)
        self._reader.shutdown(wait=False)


def _read_channels() -> dict[str, Channel]:
    close_old_connections()
    channels = Channel.objects.across_organisations("one intake serves all").active().filter(kind="email")
    return {same_form(channel.address): channel for channel in channels if channel.address}


class Storing:
    """The doorkeeper: a channel's addresses are answered to, and every mail is on disk before it is accepted."""

    def __init__(self, writer: ArrivalWriter) -> None:
        self._writer = writer
        self.doors = Doors()

    async def answers_to(self, recipient: str) -> bool:
        """Whether a channel has this address."""
        return await self.doors.find(recipient) is not None

    async def keep(self, delivery: Delivery) -> Mapping[str, bool]:
        """Store the mail once for each channel among its recipients."""
        by_channel: dict[int, tuple[Channel, list[str]]] = {}
        for recipient in delivery.recipients:
            channel = await self.doors.find(recipient)
            if channel is not None:
                by_channel.setdefault(channel.pk, (channel, []))[1].append(recipient)
        waiting = [
            self._writer.store(_arrival(delivery, channel, recipients)) for channel, recipients in by_channel.values()
        ]
        kept: dict[str, bool] = {}
        for (_, recipients), outcome in zip(
            by_channel.values(), await asyncio.gather(*waiting, return_exceptions=True), strict=True
        ):
            if isinstance(outcome, BaseException):
                logger.error("a mail could not be stored (%s: %s)", type(outcome).__name__, outcome)
            kept.update(dict.fromkeys(recipients, not isinstance(outcome, BaseException)))
        return kept


def _arrival(delivery: Delivery, channel: Channel, recipients: list[str]) -> NewArrival:
    envelope: dict[str, Any] = {"sender": delivery.sender, "recipients": recipients, "client": delivery.client}
    if any(is_copy_address(channel, recipient) for recipient in recipients):
        envelope["by_staff"] = True
    return NewArrival(channel=channel, source=Arrival.Source(delivery.protocol), raw=delivery.raw, envelope=envelope)


class MailIntake:
    """Built-in SMTP and LMTP servers for a mail server to deliver to. `start` and `stop` from any thread."""

    name = "mail-intake"

    def __init__(
        self,
        host: str = "127.0.0.1",
        smtp_port: int | None = None,
        lmtp_port: int | None = None,
        *,
        largest: int | None = None,
        certificate: str = "",
        key: str = "",
    ) -> None:
        """A port of None is no door; 0 lets the system choose, and `smtp_port` and `lmtp_port` tell the choice."""
        self.host = host
        self.smtp_port = smtp_port
        self.lmtp_port = lmtp_port
        self._largest = largest or settings.LARGEST_MAIL
        self._tls: ssl.SSLContext | None = tls_context(certificate, key) if certificate else None
        self._writer = ArrivalWriter()
        self._thread: threading.Thread | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._stopping: asyncio.Event | None = None
        self._ready = threading.Event()
        self._trouble: OSError | None = None

    def start(self) -> None:
        """Open the doors; returns when they are open. `OSError` when a port is taken."""
        self._writer.start()
        self._thread = threading.Thread(target=self._run, name=self.name, daemon=True)
        self._thread.start()
        self._ready.wait()
        if self._trouble is not None:
            self._writer.stop()
            raise self._trouble

    def stop(self, timeout: float = FINISH_SECONDS + 2) -> None:
        """Take nothing more, let finish what is being delivered, and store it."""
        if self._loop is not None and self._stopping is not None and self.is_alive():
            self._loop.call_soon_threadsafe(self._stopping.set)
        if self._thread is not None:
            self._thread.join(timeout)
        self._writer.stop()

    @property
    def ports(self) -> dict[str, int]:
        """The real ports of the doors that are open."""
        both = {"smtp_port": self.smtp_port, "lmtp_port": self.lmtp_port}
        return {name: port for name, port in both.items() if port is not None}

    def is_alive(self) -> bool:
        """Whether it serves and can store."""
        return self._thread is not None and self._thread.is_alive() and self._writer.is_alive()

    def _run(self) -> None:
        try:
            asyncio.run(self._serve())
        except OSError as error:
            self._trouble = error
        finally:
            self._ready.set()

    async def _serve(self) -> None:
        self._loop, self._stopping = asyncio.get_running_loop(), asyncio.Event()
        storing = Storing(self._writer)
        hall = Hall(storing, largest=self._largest, hostname=socket.gethostname() or "klankbord", tls=self._tls)
        listener = Listener(hall)
        try:
            await listener.open(self.host, self.smtp_port, self.lmtp_port)
            self.smtp_port = port_of(listener.smtp) or None
            self.lmtp_port = port_of(listener.lmtp) or None
            self._ready.set()
            await self._stopping.wait()
        finally:
            await listener.close(FINISH_SECONDS)
            storing.doors.close()
