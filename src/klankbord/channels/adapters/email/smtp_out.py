"""Sending mail by SMTP: to a channel's own mail server, or to the installation's relay.

Every failure is sorted: what may pass or what an administrator can mend is tried again, what the other side refuses for
good is not. A line that drops after the whole mail was handed over leaves it open whether it arrived.
"""

from __future__ import annotations

import contextlib
import smtplib
import socket
import ssl
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from klankbord.channels.adapters.email.inside import LEADS_INSIDE, inside_of
from klankbord.channels.adapters.email.mime_out import as_bytes, wire_address
from klankbord.channels.contract import DeliveryFailed, NeverAgain, OutboundMessage, TryAgain
from klankbord.channels.settings_form import gettext_noop as _
from klankbord.outbound.addresses import ANYWHERE, NOTHING_INSIDE, Inside
from klankbord.outbound.connecting import LeadsInside, connect

PATIENCE = 30.0
"""Seconds for each answer; the server may take longer to judge the content (RFC 5321, 4.5.3.2)."""
PATIENCE_WITH_CONTENT = 120.0
LONGEST_SEND = 11 * 60.0
"""Seconds that sending takes at most when every answer comes at the last moment."""
_PORTS = {"starttls": 587, "tls": 465, "none": 25}
_SIGN_IN_FIRST = (530, 534, 535, 538)


@dataclass(frozen=True, slots=True)
class Server:
    """A mail server that takes our mail. `token` gives an OAuth access token when it wants one (XOAUTH2).

    It is called with a token that was just refused, else with an empty text. `tls` is `starttls` (encryption is
    demanded), `tls` (from the first byte) or `none`. `ca_file` names certificates to trust besides the system's.
    """

    host: str
    port: int
    tls: str = "starttls"
    user: str = ""
    password: str = ""
    token: Callable[[str], str] | None = None
    ca_file: str = ""
    inside: Inside = NOTHING_INSIDE


def server_of(settings: Mapping[str, object]) -> Server:
    """The channel's own server (`smtp_host`, `smtp_port`, `smtp_tls`, `smtp_user`, `smtp_password`, `smtp_ca_file`,
    `oauth_token`: text or callable, `reachable_inside`), else the relay (`relay_...`), which may stand anywhere: the
    operator chose it.

    Raises:
        NeverAgain: there is none.
        TryAgain: its settings cannot be used; an administrator can mend them.
    """
    prefix = "smtp" if settings.get("smtp_host") else "relay"
    host = str(settings.get(f"{prefix}_host") or "").strip()
    if not host:
        raise NeverAgain(_("No mail server is set for this channel."))
    tls = str(settings.get(f"{prefix}_tls") or "starttls")
    if tls not in _PORTS:
        raise TryAgain(_("The encryption of the mail server is set to something unknown."), tls)
    try:
        port = int(str(settings.get(f"{prefix}_port") or _PORTS[tls]))
    except ValueError:
        raise TryAgain(_("The port of the mail server is not a number.")) from None
    given = settings.get("oauth_token") if prefix == "smtp" else None
    return Server(
        host=host,
        port=port,
        tls=tls,
        user=str(settings.get(f"{prefix}_user") or ""),
        password=str(settings.get(f"{prefix}_password") or ""),
        token=given if callable(given) else (lambda _refused: str(given)) if given else None,
        ca_file=str(settings.get(f"{prefix}_ca_file") or ""),
        inside=inside_of(settings) if prefix == "smtp" else ANYWHERE,
    )


def settings_problems(settings: Mapping[str, object]) -> list[str]:
    """What is missing or wrong, in plain sentences."""
    try:
        server = server_of(settings)
    except DeliveryFailed as problem:
        return [str(problem)]
    problems = []
    by_token = server.token or settings.get("auth") == "oauth"
    if server.user and not (server.password or by_token):
        problems.append(_("There is a user name for the mail server, but no password."))
    if server.tls == "none" and (server.password or server.token) and not _is_this_machine(server.host):
        problems.append(_("The password goes to the mail server without encryption."))
    return problems


def _is_this_machine(host: str) -> bool:
    return host in ("localhost", "::1") or host.startswith("127.")


def send(message: OutboundMessage, settings: Mapping[str, object]) -> None:
    """Hand the message over.

    Automatic mail goes out with an empty return path, so that nothing can answer it (RFC 3834, 3.3); where the server
    takes no such mail, as a provider's that lets one send in one's own name only, with the address that it is from.

    Raises:
        TryAgain: it may succeed later; `uncertain` when it may have arrived all the same.
        NeverAgain: it will not.
    """
    server = server_of(settings)
    content = as_bytes(message)
    own = wire_address(message.envelope_sender or message.sender.address)
    recipients = [wire_address(party.address) for party in message.to]
    with _sorted_failures(), _connected(server) as line:
        _sign_in(line, server)
        if message.automatic:
            with contextlib.suppress(NeverAgain):
                _hand_over(line, "", recipients, content)
                return
            line.rset()
        _hand_over(line, own, recipients, content)


def try_to_sign_in(settings: Mapping[str, object]) -> None:
    """Connect and sign in as for sending, and leave; raises as `send`."""
    server = server_of(settings)
    with _sorted_failures(), _connected(server) as line:
        _sign_in(line, server)


@contextlib.contextmanager
def _sorted_failures() -> Iterator[None]:
    try:
        yield
    except ssl.SSLCertVerificationError as error:
        raise TryAgain(
            _("The mail server shows a certificate that is not trusted. An administrator can mend this."),
            error.verify_message,
        ) from None
    except ssl.SSLError as error:
        raise TryAgain(_("No encrypted connection to the mail server can be made."), str(error)) from None
    except TimeoutError:
        raise TryAgain(_("The mail server does not answer.")) from None
    except LeadsInside as refusal:
        raise TryAgain(LEADS_INSIDE, refusal.host) from None
    except socket.gaierror as error:
        raise TryAgain(_("The mail server's name is not known."), str(error)) from None
    except smtplib.SMTPServerDisconnected as error:
        raise TryAgain(_("The mail server dropped the line."), str(error)) from None
    except smtplib.SMTPResponseException as error:
        raise _sort(error.smtp_code, error.smtp_error, _("The mail server refuses us.")) from None
    except smtplib.SMTPException as error:
        raise TryAgain(_("The mail server gives an answer that is not understood."), str(error)) from None
    except OSError as error:
        raise TryAgain(_("The mail server cannot be reached."), error.strerror or str(error)) from None


def _sort(code: int, said: bytes | str, sentence: str) -> DeliveryFailed:
    """By the server's code: 5xx is for good (RFC 5321, 4.2.1), but for a refused sign-in, which can be mended."""
    detail = f"{code} {said.decode('utf-8', 'replace') if isinstance(said, bytes) else said}"[:500]
    if code in _SIGN_IN_FIRST:
        return TryAgain(_("The mail server refuses our user name or password. An administrator can mend this."), detail)
    return NeverAgain(sentence, detail) if 500 <= code < 600 else TryAgain(sentence, detail)


class _Line(smtplib.SMTP):
    """Connects to addresses that were looked at, not to whatever the name leads to by then."""

    def __init__(self, server: Server, context: ssl.SSLContext) -> None:
        self._server, self._context = server, context
        super().__init__(server.host, server.port, timeout=PATIENCE)

    def _get_socket(self, host: str, port: int, timeout: float) -> socket.socket:
        line = connect(host, port, timeout=timeout, inside=self._server.inside)
        return self._context.wrap_socket(line, server_hostname=host) if self._server.tls == "tls" else line


@contextlib.contextmanager
def _connected(server: Server) -> Iterator[smtplib.SMTP]:
    context = ssl.create_default_context()
    if server.ca_file:
        context.load_verify_locations(server.ca_file)
    line = _Line(server, context)
    try:
        line.ehlo_or_helo_if_needed()
        if server.tls == "starttls":
            if not line.has_extn("starttls"):
                raise TryAgain(
                    _("The mail server offers no encryption, so nothing is sent. An administrator can mend this.")
                )
            line.starttls(context=context)
            line.ehlo()
        yield line
        with contextlib.suppress(smtplib.SMTPException, OSError):
            line.quit()
    finally:
        line.close()


def _sign_in(line: smtplib.SMTP, server: Server) -> None:
    try:
        if server.token is not None:
            token = server.token("")
            try:
                _show_token(line, server.user, token)
            except smtplib.SMTPAuthenticationError:
                fresh = server.token(token)
                if fresh == token:
                    raise
                _show_token(line, server.user, fresh)
        elif server.user:
            line.login(server.user, server.password)
    except smtplib.SMTPNotSupportedError:
        raise TryAgain(
            _("The mail server lets nobody sign in as we are set to. An administrator can mend this.")
        ) from None


def _show_token(line: smtplib.SMTP, user: str, token: str) -> None:
    line.auth("XOAUTH2", lambda challenge=None: _xoauth2(user, token) if challenge is None else "")


def _xoauth2(user: str, token: str) -> str:
    return f"user={user}\x01auth=Bearer {token}\x01\x01"


def _hand_over(line: smtplib.SMTP, sender: str, recipients: list[str], content: bytes) -> None:
    options = [f"SIZE={len(content)}"] if line.has_extn("size") else []
    if not all(each.isascii() for each in (sender, *recipients)):
        if not line.has_extn("smtputf8"):
            raise NeverAgain(_("The mail server cannot handle an address with such letters."))
        line.command_encoding = "utf-8"
        options.append("SMTPUTF8")
    _expect(*line.mail(sender, options), _("The mail server does not take mail from our address."))
    for recipient in recipients:
        _expect(*line.rcpt(recipient), _("The mail server does not take mail for this address."))
    code, said = line.docmd("DATA")
    if code != 354:
        raise _sort(code, said, _("The mail server does not take this mail."))
    line.send(_with_doubled_dots(content) + b".\r\n")
    if line.sock is not None:
        line.sock.settimeout(PATIENCE_WITH_CONTENT)
    try:
        code, said = line.getreply()
    except (OSError, smtplib.SMTPException) as error:
        raise TryAgain(_("The line dropped before the mail server confirmed."), str(error), uncertain=True) from None
    _expect(code, said, _("The mail server does not take this mail."))


def _with_doubled_dots(content: bytes) -> bytes:
    content = content if content.endswith(b"\r\n") else content + b"\r\n"
    return (b"." + content if content.startswith(b".") else content).replace(b"\r\n.", b"\r\n..")


def _expect(code: int, said: bytes, sentence: str) -> None:
    if not 200 <= code < 300:
        raise _sort(code, said, sentence)
