"""A mailbox on somebody's IMAP server: signing in, looking what is new, fetching it, waiting for more.

Nothing is marked as read by looking (EXAMINE and BODY.PEEK). Every failure becomes `MailboxTrouble` with one plain
sentence, sorted into what passes by itself and what an administrator has to mend.
"""

from __future__ import annotations

import contextlib
import imaplib
import logging
import re
import select
import socket
import ssl
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from imapclient import IMAPClient, SocketTimeout
from imapclient.exceptions import LoginError

from klankbord.channels.adapters.email import oauth
from klankbord.channels.adapters.email.inside import LEADS_INSIDE, inside_of
from klankbord.channels.settings_form import gettext_noop as _
from klankbord.outbound.addresses import NOTHING_INSIDE, Inside
from klankbord.outbound.connecting import LeadsInside, connect

# At its lowest level it writes whole conversations, with what we sign in with.
logging.getLogger("imapclient").setLevel(logging.WARNING)

PATIENCE = 60.0
"""Seconds for each answer of the server."""
PATIENCE_TO_CONNECT = 20.0
MOST_UIDS = 50_000
"""How many UIDs are asked for at once; the answer is one line, which imaplib takes up to a million bytes."""
NO_FOLDER = "-"
"""As `sent_folder`: do not follow any."""
HAS_NO_FOLDER = _("The mailbox has no folder %(name)s.")
_PORTS = {"tls": 993, "starttls": 143, "none": 143}
_MEANINGS = {
    "OVERQUOTA": _("The mailbox is full. Somebody has to make room in it."),
    "LIMIT": _("The mail server has too many connections open for this mailbox."),
    "INUSE": _("The mailbox is in use by another program just now."),
    "UNAVAILABLE": _("The mail server cannot open the mailbox just now."),
    "SERVERBUG": _("The mail server has a fault of its own."),
    "CONTACTADMIN": _("The mail server wants its administrator to look at this mailbox."),
    "EXPIRED": _("The password of the mailbox has expired."),
    "PRIVACYREQUIRED": _("The mail server wants an encrypted connection."),
}
"""Response codes of RFC 5530 and RFC 9208."""

type TokenSource = Callable[[str], str]
"""Gives an access token; called with the one that was just refused, else with an empty text."""


class MailboxTrouble(Exception):
    """The mailbox cannot be read now. `explanation` is one plain sentence, `detail` what the other side said.

    `mendable`: it stays until somebody changes something (password, folder, certificate); else it may pass by itself.
    """

    def __init__(self, explanation: str, detail: str = "", *, mendable: bool = False) -> None:
        super().__init__(f"{explanation} {detail}".strip())
        self.explanation = explanation
        self.detail = detail[:300]
        self.mendable = mendable


class NotHandedOver(MailboxTrouble):
    """The server refuses to give what it says is there; the line itself still works."""


@dataclass(frozen=True, slots=True)
class ImapServer:
    """Where a mailbox is. `tls` is `tls` (from the first byte), `starttls` (encryption is demanded) or `none`."""

    host: str
    port: int
    tls: str = "tls"
    user: str = ""
    password: str = ""
    token: TokenSource | None = None
    ca_file: str = ""
    inside: Inside = NOTHING_INSIDE


@dataclass(frozen=True, slots=True)
class Folder:
    """A folder as it was when it was opened: the next mail gets `uid_next` or more."""

    name: str
    uid_validity: int
    uid_next: int
    exists: int


@dataclass(frozen=True, slots=True)
class Waiting:
    """A mail in the folder that was not fetched yet: its size in bytes and when the server received it."""

    uid: int
    size: int
    received_at: datetime | None


def imap_server_of(settings: Mapping[str, object], token: TokenSource | None = None) -> ImapServer:
    """The server in a channel's settings (`imap_host`, `imap_port`, `imap_tls`, `imap_user`, `imap_password`,
    `imap_ca_file`, `auth`, `reachable_inside`); `token` is used when `auth` is `oauth`.

    Raises:
        MailboxTrouble: the settings cannot be used.
    """
    tls = str(settings.get("imap_tls") or "tls")
    if tls not in _PORTS:
        raise MailboxTrouble(_("The encryption of the mailbox is set to something unknown."), tls, mendable=True)
    try:
        port = int(str(settings.get("imap_port") or _PORTS[tls]))
    except ValueError:
        raise MailboxTrouble(_("The port of the mailbox is not a number."), mendable=True) from None
    server = ImapServer(
        host=str(settings.get("imap_host") or "").strip(),
        port=port,
        tls=tls,
        user=str(settings.get("imap_user") or settings.get("address") or "").strip(),
        password=str(settings.get("imap_password") or ""),
        token=token if settings.get("auth") == "oauth" else None,
        ca_file=str(settings.get("imap_ca_file") or ""),
        inside=inside_of(settings),
    )
    if tls == "none" and not is_this_machine(server.host):
        raise MailboxTrouble(
            _("Without encryption a mailbox is only read from a server on this machine."), server.host, mendable=True
        )
    return server


def mailbox_problems(settings: Mapping[str, object]) -> list[str]:
    """What is missing or wrong in how a mailbox is to be fetched, in plain sentences; nothing when it is not."""
    if not settings.get("imap_host"):
        return []
    try:
        server = imap_server_of(settings)
    except MailboxTrouble as trouble:
        return [str(trouble)]
    if settings.get("auth") != "oauth":
        return [] if server.password else [_("There is no password for the mailbox.")]
    try:
        oauth.provider_of(settings)
    except oauth.OAuthTrouble as trouble:
        return [str(trouble)]
    if not settings.get("oauth_refresh_token") and not oauth.is_app_only(settings):
        return [_("The mailbox was not connected to its provider yet.")]
    return []


def is_this_machine(host: str) -> bool:
    """Whether what goes to `host` stays on this machine."""
    return host in ("localhost", "::1") or host.startswith("127.")


@contextlib.contextmanager
def open_mailbox(server: ImapServer) -> Iterator[Mailbox]:
    """Connect and sign in, for as long as the block lasts.

    Raises:
        MailboxTrouble: also for whatever goes wrong with the connection within the block.
    """
    with _explained():
        client = _connect(server)
        try:
            _sign_in(client, server)
            yield Mailbox(client)
            with contextlib.suppress(OSError, imaplib.IMAP4.error):
                client.logout()
        finally:
            with contextlib.suppress(OSError, imaplib.IMAP4.error):
                client.shutdown()


class _Client(IMAPClient):  # type: ignore[misc]  # the library has no types
    """Connects to addresses that were looked at, not to whatever the name leads to by then."""

    def __init__(self, server: ImapServer, context: ssl.SSLContext) -> None:
        self._inside = server.inside
        super().__init__(
            server.host,
            port=server.port,
            ssl=server.tls == "tls",
            ssl_context=context,
            timeout=SocketTimeout(PATIENCE_TO_CONNECT, PATIENCE),
        )

    def _create_IMAP4(self) -> imaplib.IMAP4:  # noqa: N802 - the library's name
        try:
            line = connect(self.host, self.port, timeout=PATIENCE_TO_CONNECT, inside=self._inside)
        except LeadsInside:
            raise MailboxTrouble(LEADS_INSIDE, self.host, mendable=True) from None
        if self.ssl:
            line = self.ssl_context.wrap_socket(line, server_hostname=self.host)
        return _on(line, self.host, self.port)


def _on(line: socket.socket, host: str, port: int) -> imaplib.IMAP4:
    class Connected(imaplib.IMAP4):
        def _create_socket(self, _timeout: float | None) -> socket.socket:
            return line

    return Connected(host, port)


def _connect(server: ImapServer) -> IMAPClient:
    context = ssl.create_default_context()
    if server.ca_file:
        context.load_verify_locations(server.ca_file)
    client = _Client(server, context)
    client.normalise_times = False
    if server.tls == "starttls":
        try:
            if not client.has_capability("STARTTLS"):
                raise MailboxTrouble(_("The mail server offers no encryption, so we do not sign in."), mendable=True)
            client.starttls(context)
        except BaseException:
            with contextlib.suppress(OSError, imaplib.IMAP4.error):  # what went wrong before is what counts
                client.shutdown()
            raise
    return client


def _sign_in(client: IMAPClient, server: ImapServer) -> None:
    if server.token is None:
        # LOGIN knows no letters outside ASCII, and some servers have it switched off.
        plain = client.has_capability("AUTH=PLAIN")
        needs_plain = client.has_capability("LOGINDISABLED") or not (server.user + server.password).isascii()
        (client.plain_login if plain and needs_plain else client.login)(server.user, server.password)
        return
    token = server.token("")
    try:
        _show_token(client, server.user, token)
    except LoginError as refusal:
        if _passing(str(refusal)):
            raise
        # Revoked or expired before its time; one fresh one is tried, on the same connection.
        fresh = server.token(token)
        if fresh == token:
            raise
        _show_token(client, server.user, fresh)


def _show_token(client: IMAPClient, user: str, token: str) -> None:
    shown = iter([f"user={user}\x01auth=Bearer {token}\x01\x01"])
    # The second challenge carries the server's reason; the answer to it is empty (Google's description of XOAUTH2).
    client.sasl_login("XOAUTH2", lambda _challenge: next(shown, ""))


def _passing(said: str) -> bool:
    return any(f"[{code}" in said.upper() for code in ("UNAVAILABLE", "LIMIT", "INUSE", "SERVERBUG"))


@contextlib.contextmanager
def _explained() -> Iterator[None]:
    """Turn what the libraries raise into a sentence."""
    try:
        yield
    except MailboxTrouble:
        raise
    except LoginError as error:
        raise _refusal(error, _("The mail server refuses our user name or password.")) from None
    except ssl.SSLCertVerificationError as error:
        raise MailboxTrouble(
            _("The mail server shows a certificate that is not trusted."), error.verify_message, mendable=True
        ) from None
    except ssl.SSLError as error:
        raise MailboxTrouble(_("No encrypted connection to the mail server can be made."), str(error)) from None
    except TimeoutError:
        raise MailboxTrouble(_("The mail server does not answer.")) from None
    except socket.gaierror as error:
        raise MailboxTrouble(_("The mail server's name is not known."), error.strerror or "") from None
    except imaplib.IMAP4.abort as error:
        raise _refusal(error, _("The mail server dropped the line."), mendable=False) from None
    except imaplib.IMAP4.error as error:
        raise _refusal(error, _("The mail server refuses what we ask."), mendable=False) from None
    except OSError as error:
        raise MailboxTrouble(_("The mail server cannot be reached."), error.strerror or str(error)) from None


def _refusal(error: Exception, sentence: str, *, mendable: bool = True) -> MailboxTrouble:
    said = str(error)
    code = re.search(r"\[([A-Z]+)", said.upper())
    if code and code[1] in _MEANINGS:
        return MailboxTrouble(_MEANINGS[code[1]], said, mendable=code[1] in ("EXPIRED", "PRIVACYREQUIRED"))
    return MailboxTrouble(sentence, said, mendable=mendable)


class Mailbox:
    """An open connection, signed in. For one thread."""

    def __init__(self, client: IMAPClient) -> None:
        self._client = client
        self._selected: Folder | None = None

    @property
    def can_idle(self) -> bool:
        """Whether the server tells by itself when something comes (RFC 2177)."""
        return bool(self._client.has_capability("IDLE"))

    def select(self, name: str, *, readonly: bool = True) -> Folder:
        """Open a folder (again): its UIDVALIDITY and how far its UIDs go now.

        Raises:
            MailboxTrouble: there is no such folder.
        """
        try:
            found = self._client.select_folder(name, readonly=readonly)
        except imaplib.IMAP4.abort:
            raise
        except imaplib.IMAP4.error as error:
            if self._client.folder_exists(name):
                raise
            raise MailboxTrouble(HAS_NO_FOLDER % {"name": name}, str(error), mendable=True) from None
        validity = found.get(b"UIDVALIDITY")
        if validity is None:
            raise MailboxTrouble(_("The mail server does not number its mails lastingly."), mendable=True)
        exists = int(found.get(b"EXISTS", 0))
        uid_next = int(found.get(b"UIDNEXT", 0)) or (self._highest_uid() + 1 if exists else 1)
        self._selected = Folder(name, int(validity), uid_next, exists)
        return self._selected

    def _highest_uid(self) -> int:
        return max((int(uid) for uid in self._client.search(["UID", "*"])), default=0)

    def sent_folder(self) -> str | None:
        """The folder that the server marks as the one of sent mails (RFC 6154), or None."""
        found = [(name, flags) for flags, _, name in self._client.list_folders()]
        return next((str(name) for name, flags in found if b"\\sent" in [flag.lower() for flag in flags]), None)

    def status(self, name: str) -> tuple[int, int] | None:
        """UIDVALIDITY and UIDNEXT of a folder that is not open; None when the server cannot say."""
        try:
            found = self._client.folder_status(name, ["UIDVALIDITY", "UIDNEXT"])
        except imaplib.IMAP4.abort:
            raise
        except imaplib.IMAP4.error:
            return None
        if b"UIDVALIDITY" not in found or b"UIDNEXT" not in found:
            return None
        return int(found[b"UIDVALIDITY"]), int(found[b"UIDNEXT"])

    def uids_after(self, last_uid: int) -> list[int]:
        """UIDs above `last_uid` in the open folder, ascending; not all of them when there are very many."""
        folder = self._open_folder()
        if folder.uid_next <= last_uid + 1:
            return []
        if folder.exists <= MOST_UIDS:
            return self._search(f"{last_uid + 1}:*", last_uid)
        found = self._search(f"{last_uid + 1}:{last_uid + MOST_UIDS}", last_uid)
        if found:
            return found
        following = self._next_uid(last_uid + MOST_UIDS)
        return self._search(f"{following}:{following + MOST_UIDS}", last_uid) if following else []

    def _search(self, uids: str, last_uid: int) -> list[int]:
        # `n:*` also names the last mail when its UID is below n (RFC 9051, 9, seq-range).
        return sorted(int(uid) for uid in self._client.search(["UID", uids]) if uid > last_uid)

    def _next_uid(self, last_uid: int) -> int:
        """The lowest UID above `last_uid`, by halving: UIDs ascend with the place. 0 when there is none."""
        low, high, found = 1, self._open_folder().exists, 0
        self._client.use_uid = False
        try:
            while low <= high:
                middle = (low + high) // 2
                uid = int(self._client.fetch([middle], ["UID"]).get(middle, {}).get(b"UID", 0))
                if uid > last_uid:
                    found, high = uid, middle - 1
                elif uid:
                    low = middle + 1
                else:  # the folder got shorter
                    high = middle - 1
        finally:
            self._client.use_uid = True
        return found

    def first_uid_since(self, day: date) -> int:
        """The lowest UID of what the server received on that day or later; 0 when there is none.

        In a very large folder 1: the answer would be too long a line, and the caller looks at each mail's own time.
        """
        if self._open_folder().exists > MOST_UIDS:
            return 1
        found = self._client.search(["SINCE", day])
        return min((int(uid) for uid in found), default=0)

    def look_at(self, uids: Sequence[int]) -> list[Waiting]:
        """Size and time of these mails, ascending; what has vanished meanwhile is left out."""
        found = self._client.fetch(list(uids), ["RFC822.SIZE", "INTERNALDATE"])
        return [
            Waiting(uid, int(items.get(b"RFC822.SIZE", 0)), _in_utc(items.get(b"INTERNALDATE")))
            for uid, items in sorted(found.items())
        ]

    def fetch(self, uids: Sequence[int]) -> dict[int, bytes]:
        """The whole bytes of these mails, without marking them as read; what has vanished is left out."""
        return self._bodies(uids, "BODY.PEEK[]", b"BODY[]")

    def fetch_headers(self, uids: Sequence[int]) -> dict[int, bytes]:
        """Only the headers of these mails."""
        return self._bodies(uids, "BODY.PEEK[HEADER]", b"BODY[HEADER]")

    def _bodies(self, uids: Sequence[int], asked: str, given: bytes) -> dict[int, bytes]:
        try:
            found = self._client.fetch(list(uids), [asked])
        except imaplib.IMAP4.abort:
            raise
        except imaplib.IMAP4.error as error:
            raise NotHandedOver(_("The mail server does not hand over a mail."), str(error)) from None
        return {uid: items[given] for uid, items in found.items() if isinstance(items.get(given), bytes)}

    def mark_seen(self, uids: Sequence[int]) -> None:
        """Mark as read; the folder must be open for writing."""
        self._client.add_flags(list(uids), [b"\\Seen"], silent=True)

    def wait(self, seconds: float, waker: socket.socket) -> None:
        """Wait until the server says something (IDLE), `waker` becomes readable, or the time is over.

        Without IDLE, or with no folder open, only for the waker and the time. What the server said is not read into:
        the caller looks again anyway.
        """
        if not self.can_idle or self._selected is None:
            _poll(seconds, waker.fileno())
            return
        self._client.idle()
        line = self._client.socket()
        # Not idle_check(): it reads lines from a socket that does not block, and half a line is lost.
        if not (isinstance(line, ssl.SSLSocket) and line.pending()):
            _poll(seconds, line.fileno(), waker.fileno())
        self._client.idle_done()

    def _open_folder(self) -> Folder:
        if self._selected is None:
            raise MailboxTrouble(_("No folder is open."))
        return self._selected


def _poll(seconds: float, *numbers: int) -> None:
    poll = select.poll()
    for number in numbers:
        poll.register(number, select.POLLIN)
    poll.poll(seconds * 1000)


def _in_utc(moment: Any) -> datetime | None:
    if not isinstance(moment, datetime):
        return None
    try:
        return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
    except (OverflowError, ValueError):
        return None
