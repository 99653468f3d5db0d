"""Taking in mail by SMTP (RFC 5321) and LMTP (RFC 2033): the conversation with the sender, without any storage.

Who is answered to and where a mail is kept is asked of a `Doorkeeper`. The sender hears "accepted" only after the
doorkeeper has kept the mail; whatever goes wrong before that is a 4xx, so that the sender keeps it and tries again.

The reading of content is our own: aiosmtpd's refuses lines over 998 bytes, which real mail has, reads line by line, and
keeps an endless line in memory.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import re
import ssl
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from aiosmtpd.lmtp import LMTP
from aiosmtpd.smtp import SMTP, syntax

logger = logging.getLogger(__name__)
# Its lines hold addresses of senders and recipients, and logs hold no personal data.
logging.getLogger("mail.log").setLevel(logging.CRITICAL)

MOST_RECIPIENTS = 100
MOST_HOPS = 50
"""Servers that a mail may have passed; more is a loop (RFC 5321, 6.3)."""
MOST_CONNECTIONS = 200
MOST_HELD = 192 * 1024 * 1024
"""Bytes of mails that are being received and not kept yet, over all connections."""
LONGEST_COMMAND = 2048
IDLE_SECONDS = 120.0
STORE_SECONDS = 300.0
_CHUNK = 128 * 1024
_END = b"\r\n.\r\n"
_PATH = re.compile(r"\s*<(?:@[^:<>]*:)?((?:\"(?:[^\"\\]|\\.)*\"|[^<>\s\"])*)>\s*(.*)", re.DOTALL)
_BARE_PATH = re.compile(r"\s*([^<>\s]+)\s*(.*)", re.DOTALL)
_RECEIVED = re.compile(rb"^received:", re.IGNORECASE | re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Delivery:
    """One mail as it is handed over. `sender` is empty for the null return path; `client` is the peer's address."""

    protocol: str
    sender: str
    recipients: tuple[str, ...]
    client: str
    raw: bytes


class Doorkeeper(Protocol):
    """Knows the doors and keeps what comes in. Called in the server's event loop; an exception means "try later"."""

    async def answers_to(self, recipient: str) -> bool:
        """Whether mail to this address is ours to take."""
        ...

    async def keep(self, delivery: Delivery) -> Mapping[str, bool]:
        """Keep the mail durably; say for each recipient whether that succeeded."""
        ...


class Hall:
    """What the connections of one server share: the doorkeeper, the limits and how full it is."""

    def __init__(
        self,
        doorkeeper: Doorkeeper,
        *,
        largest: int,
        hostname: str,
        tls: ssl.SSLContext | None,
        idle: float = IDLE_SECONDS,
    ) -> None:
        """`largest`: bytes of one mail."""
        self.doorkeeper = doorkeeper
        self.largest = largest
        self.hostname = hostname
        self.tls = tls
        self.idle = idle
        self.connections: set[asyncio.BaseTransport] = set()
        self.held = 0
        self.nothing_held = asyncio.Event()
        self.nothing_held.set()

    def smtp(self) -> _Smtp:
        """A protocol for one SMTP connection."""
        return _Smtp(self)

    def lmtp(self) -> _Lmtp:
        """A protocol for one LMTP connection."""
        return _Lmtp(self)

    async def handle_EHLO(  # noqa: N802 - aiosmtpd's name
        self, server: SMTP, session: Any, envelope: Any, hostname: str, responses: list[str]
    ) -> list[str]:
        """Greet, and say that commands may come in one go (RFC 2920). Nobody signs in here."""
        del server, envelope
        session.host_name = hostname
        offered = [each for each in responses[:-1] if not each.startswith("250-AUTH")]
        return [*offered, "250-PIPELINING", responses[-1]]

    async def handle_MAIL(self, server: SMTP, session: Any, envelope: Any, address: str, options: list[str]) -> str:  # noqa: N802
        """Take note of the sender; `<>` for none."""
        del server, session
        envelope.mail_from = address
        envelope.mail_options.extend(options)
        return "250 2.1.0 OK"

    async def handle_RCPT(self, server: SMTP, session: Any, envelope: Any, address: str, options: list[str]) -> str:  # noqa: N802
        """Take only what is for a channel of this installation; nothing is relayed."""
        del server, session, options
        if len(envelope.rcpt_tos) >= MOST_RECIPIENTS:
            return "452 4.5.3 Too many recipients at once"
        if not await self.doorkeeper.answers_to(address):
            return "550 5.1.1 Nobody here reads mail for this address"
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 OK"

    async def handle_exception(self, error: Exception) -> str:
        """Whatever goes wrong with us is no reason for the sender to give up."""
        logger.error("mail intake: %s", type(error).__name__, exc_info=error)
        return "451 4.3.0 Something is wrong on our side, please try again later"


class _Smtp(SMTP):
    """One SMTP connection."""

    line_length_limit = _CHUNK
    protocol_name = "smtp"

    def __init__(self, hall: Hall) -> None:
        super().__init__(
            hall,
            data_size_limit=hall.largest,
            enable_SMTPUTF8=True,
            hostname=hall.hostname,
            ident="Klankbord",
            tls_context=hall.tls,
            timeout=hall.idle,
            auth_exclude_mechanism=("LOGIN", "PLAIN"),
            command_call_limit={"NOOP": 100, "RSET": 1000, "VRFY": 20, "HELP": 20, "*": 100_000},
            loop=asyncio.get_running_loop(),
        )
        self._hall = hall
        self._held = 0
        self.command_size_limits = defaultdict(lambda: LONGEST_COMMAND)
        self.command_size_limit = LONGEST_COMMAND

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Turn away who comes when the hall is full."""
        secured = self._original_transport is not None
        if not secured and len(self._hall.connections) >= MOST_CONNECTIONS:
            transport.write(b"421 4.7.0 Too many connections, please try again later\r\n")  # type: ignore[attr-defined]
            transport.close()
            self.session = self._create_session()
            self._reset_timeout()
            self._handler_coroutine = self.loop.create_task(asyncio.sleep(0))
            return
        super().connection_made(transport)
        if not secured:
            self._hall.connections.add(transport)

    def connection_lost(self, error: Exception | None) -> None:
        """Give back what this connection held."""
        self._hall.connections.discard(self._original_transport or self.transport)
        self._let_go()
        super().connection_lost(error)

    def _hold(self, count: int) -> None:
        self._held += count
        self._hall.held += count
        self._hall.nothing_held.clear()

    def _let_go(self) -> None:
        self._hall.held -= self._held
        self._held = 0
        if not self._hall.held:
            self._hall.nothing_held.set()

    def _getaddr(self, arg: str) -> tuple[str | None, str | None]:
        """The address in `<...>` and what follows it; in linear time, which the standard library's parser is not."""
        match = _PATH.match(arg) or _BARE_PATH.match(arg)
        if match is None:
            return None, None
        return match[1] or "<>", match[2]

    @syntax("VRFY <address>")
    async def smtp_VRFY(self, arg: str) -> None:  # noqa: N802 - aiosmtpd's name
        """Say nothing about who is here."""
        del arg
        await self.push("252 2.5.0 Send mail and you will hear")

    @syntax("DATA")
    async def smtp_DATA(self, arg: str) -> None:  # noqa: N802 - aiosmtpd's name
        """Receive the content, have it kept, and only then say so."""
        if await self.check_helo_needed():
            return
        envelope = self.envelope
        if envelope is None or not envelope.rcpt_tos:
            await self.push("503 5.5.1 Say first for whom it is (RCPT)")
            return
        if arg:
            await self.push("501 5.5.4 Syntax: DATA")
            return
        await self.push("354 End with a dot on a line of its own")
        try:
            raw, refusal = await self._content()
            answers = [refusal] * self._answers_due(envelope) if refusal else await self._keep(envelope, raw)
            self.envelope = self._create_envelope()
            self._reset_timeout()
            await self.push("\r\n".join(answers))
        finally:
            self._let_go()

    async def _content(self) -> tuple[bytes, str]:
        """Read up to the end mark and undo the doubling of dots: `(content, refusal)`, one of them empty.

        What is too much is read on and thrown away, for the answer may come only after the end (RFC 5321, 4.5.3.2.5).
        Only CR LF dot CR LF ends a mail: taking a lone LF for a line end lets one mail smuggle in a second.
        """
        pieces: list[bytes] = []
        # A line end before the first line, so that an empty mail ends like all others. What was sent already stays
        # behind it, and what comes after the end mark stays in the reader, for commands may come in one go.
        self._reader._buffer[:0] = b"\r\n"  # type: ignore[attr-defined]
        size, refusal, ended = -len(_END), "", False
        while not ended:
            self._reset_timeout()
            try:
                piece = await self._reader.readuntil(_END)
                ended = True
            except asyncio.LimitOverrunError as overrun:
                piece = await self._reader.read(overrun.consumed)
            size += len(piece)
            if size > self._hall.largest:
                refusal = f"552 5.3.4 This mail is larger than the {self._hall.largest} bytes that are accepted"
            elif not refusal and self._hall.held > MOST_HELD:
                refusal = "452 4.3.1 Too much mail at once, please try again later"
            if refusal:
                pieces.clear()
                self._let_go()
            else:
                pieces.append(piece)
                self._hold(len(piece))
        if refusal:
            return b"", refusal
        raw = b"".join(pieces)
        pieces.clear()
        raw = raw[:-3].replace(b"\r\n.", b"\r\n")[2:]
        if _is_looping(raw):
            return b"", "554 5.4.6 This mail goes round in a circle"
        return raw, ""

    async def _keep(self, envelope: Any, raw: bytes) -> list[str]:
        self._reset_timeout(STORE_SECONDS)
        recipients = tuple(dict.fromkeys(envelope.rcpt_tos))
        peer: object = self.session.peer if self.session else None
        delivery = Delivery(
            protocol=self.protocol_name,
            sender="" if envelope.mail_from == "<>" else _text(envelope.mail_from or ""),
            recipients=tuple(_text(each) for each in recipients),
            client=str(peer[0]) if isinstance(peer, tuple) and peer else "",
            raw=raw,
        )
        try:
            kept = await self._hall.doorkeeper.keep(delivery)
        except Exception as error:
            logger.error("mail intake: a mail could not be kept (%s: %s)", type(error).__name__, error)
            kept = {}
        return self._answers(envelope, [bool(kept.get(_text(each))) for each in envelope.rcpt_tos])

    def _answers_due(self, envelope: Any) -> int:
        """How many answers follow the content."""
        del envelope
        return 1

    def _answers(self, envelope: Any, kept: list[bool]) -> list[str]:
        """One answer for all: accepted only when it was kept for everyone. A second copy adds nothing."""
        del envelope
        return [_ACCEPTED if all(kept) else _NOT_NOW]


class _Lmtp(_Smtp, LMTP):
    """One LMTP connection: an answer for each recipient (RFC 2033, 4.2)."""

    protocol_name = "lmtp"
    smtp_HELO = LMTP.smtp_HELO  # noqa: N815 - aiosmtpd's name
    smtp_EHLO = LMTP.smtp_EHLO  # noqa: N815

    def _answers_due(self, envelope: Any) -> int:
        return len(envelope.rcpt_tos)

    def _answers(self, envelope: Any, kept: list[bool]) -> list[str]:
        del envelope
        return [_ACCEPTED if each else _NOT_NOW for each in kept]


_ACCEPTED = "250 2.0.0 Received and kept"
_NOT_NOW = "451 4.3.0 It could not be kept now, please try again later"


def _text(address: str) -> str:
    """An address of bytes that are no UTF-8 must not break what stores it."""
    return address.encode("utf-8", "surrogateescape").decode("utf-8", "replace")


def _is_looping(raw: bytes) -> bool:
    end = raw.find(b"\r\n\r\n")
    return sum(1 for _ in _RECEIVED.finditer(raw, 0, end if end >= 0 else len(raw))) > MOST_HOPS


def tls_context(certificate: str, key: str) -> ssl.SSLContext:
    """For STARTTLS; `OSError` (which `ssl.SSLError` is) when the files cannot be used."""
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(certificate, key or None)
    return context


@dataclass(slots=True)
class Listener:
    """The open doors of one server."""

    hall: Hall
    smtp: asyncio.Server | None = None
    lmtp: asyncio.Server | None = None

    async def open(self, host: str, smtp_port: int | None, lmtp_port: int | None) -> None:
        """Begin to listen; a port of 0 is chosen by the system, None is no door. `OSError` when one is taken."""
        loop = asyncio.get_running_loop()
        if smtp_port is not None:
            self.smtp = await loop.create_server(self.hall.smtp, host, smtp_port, backlog=512)
        if lmtp_port is not None:
            self.lmtp = await loop.create_server(self.hall.lmtp, host, lmtp_port, backlog=512)

    async def close(self, patience: float) -> None:
        """Take no new connections; who is delivering may finish within `patience` seconds, then all are cut off."""
        for server in (self.smtp, self.lmtp):
            if server is not None:
                server.close()
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self.hall.nothing_held.wait(), patience)
        for transport in list(self.hall.connections):
            with contextlib.suppress(Exception):
                transport.abort()  # type: ignore[attr-defined]
        await asyncio.sleep(0)


def port_of(server: asyncio.Server | None) -> int:
    """The real port; 0 when there is none."""
    if server is None:
        return 0
    port: int = server.sockets[0].getsockname()[1]
    return port
