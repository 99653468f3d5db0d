"""The bytes of a mail that we send.

The header is written here line by line and only the body is left to the standard library: its header classes differ
between patch releases in how they fold names with a comma, and nothing that came from outside may end up as a header of
its own.
"""

from __future__ import annotations

import quopri
import re
from collections.abc import Iterable, Sequence
from email import encoders, policy
from email.header import Header
from email.mime.base import MIMEBase
from email.mime.multipart import MIMEMultipart
from email.mime.nonmultipart import MIMENonMultipart
from email.utils import format_datetime

from klankbord import clock
from klankbord.channels.contract import NeverAgain, OutboundAttachment, OutboundMessage, Party
from klankbord.channels.settings_form import gettext_noop

_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]+")
_NOT_IN_ID = re.compile(r"[^!-;=?-~]+")
_NOT_IN_URL = re.compile(r"[^!-;=?-~]+")
_TYPE = re.compile(r"[a-z0-9][a-z0-9.+-]{0,60}/[a-z0-9][a-z0-9.+-]{0,60}")
_ATOM = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~ -]+")
_LOCAL = re.compile(r"[^\s<>()\[\]\\,;:@\"\x00-\x1f\x7f]{1,64}|\"[^\"\\\r\n\x00-\x1f\x7f]{1,62}\"")
_DOMAIN = re.compile(r"[A-Za-z0-9]([A-Za-z0-9.-]{0,252}[A-Za-z0-9])?|\[[0-9A-Fa-f.:IPv]{2,60}\]")
_LINE = 76


def wire_address(address: str) -> str:
    """The address as it goes over the wire: an international domain in punycode, the local part as it is.

    Raises:
        NeverAgain: this can be no address.
    """
    local, _, domain = address.strip().rpartition("@")
    try:
        domain = domain if domain.isascii() else domain.lower().encode("idna").decode("ascii")
    except UnicodeError:
        domain = ""
    if not _LOCAL.fullmatch(local) or not _DOMAIN.fullmatch(domain) or ".." in domain:
        raise NeverAgain(gettext_noop("This is not an e-mail address."), _line(address)[:200])
    return f"{local}@{domain}"


def as_bytes(message: OutboundMessage) -> bytes:
    """The whole mail with CR LF line ends, 7-bit but for addresses that are not (RFC 6531).

    Raises:
        NeverAgain: an address in it can be none.
    """
    head = "".join(f"{name}: {value}\r\n" for name, value in _header(message))
    return head.encode("utf-8") + _body(message).as_bytes(policy=policy.compat32.clone(linesep="\r\n"))


def _header(message: OutboundMessage) -> Iterable[tuple[str, str]]:
    yield "Date", format_datetime(clock.now())
    yield "From", _party(message.sender, len("From: "))
    yield "To", ",\r\n ".join(_party(party, 1) for party in message.to)
    yield "Subject", _words(message.subject, len("Subject: "))
    yield "Message-ID", _id(message.message_id)
    if message.reply_to:
        yield "Reply-To", f"<{wire_address(message.reply_to)}>"
    if message.in_reply_to:
        yield "In-Reply-To", _id(message.in_reply_to)
    if message.references:
        yield "References", "\r\n ".join(_id(each) for each in message.references)
    if message.automatic:
        # RFC 3834 asks for the first; the others are what Exchange and older responders look at.
        yield "Auto-Submitted", "auto-replied" if message.in_reply_to else "auto-generated"
        yield "X-Auto-Response-Suppress", "All"
        yield "Precedence", "bulk"
    if message.unsubscribe_url:
        yield "List-Unsubscribe", f"<{_NOT_IN_URL.sub('', message.unsubscribe_url)}>"
        yield "List-Unsubscribe-Post", "List-Unsubscribe=One-Click"
    if re.fullmatch(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*", message.language):
        yield "Content-Language", message.language


def _line(text: str) -> str:
    """Without anything that ends or hides a line."""
    return _CONTROL.sub(" ", text).encode("utf-8", "replace").decode().strip()


def _words(text: str, already: int) -> str:
    """Unstructured text, in encoded words (RFC 2047) when it is not plain, folded; `already` characters are taken."""
    text = _line(text)
    kind = "us-ascii" if text.isascii() and "=?" not in text else "utf-8"
    folded = Header(text, kind, maxlinelen=_LINE, header_name=" " * max(already - 2, 0)).encode(linesep="\r\n")
    return folded.removesuffix("\r\n")


def _party(party: Party, already: int) -> str:
    address = f"<{wire_address(party.address)}>"
    name = _line(party.name)[:200]
    if not name:
        return address
    if not name.isascii() or "=?" in name:
        shown = _words(name, already)
    elif _ATOM.fullmatch(name):
        shown = name
    else:
        shown = '"' + name.replace("\\", "\\\\").replace('"', '\\"') + '"'
    return f"{shown}\r\n {address}" if len(shown) + len(address) + already > _LINE else f"{shown} {address}"


def _id(identifier: str) -> str:
    return f"<{_NOT_IN_ID.sub('', identifier)[:900]}>"


def _body(message: OutboundMessage) -> MIMEBase:
    inline = [each for each in message.attachments if each.content_id and message.html]
    files = [each for each in message.attachments if each not in inline]
    body: MIMEBase = _text(message.text, "plain")
    if message.html:
        body = _together("alternative", [body, _with_images(message.html, inline)])
    return _together("mixed", [body, *(_attachment(each) for each in files)]) if files else body


def _text(text: str, subtype: str) -> MIMENonMultipart:
    clean = re.sub(r"\r\n?", "\n", text).replace("\x00", "").encode("utf-8", "replace")
    part = MIMENonMultipart("text", subtype, charset="utf-8")
    part["Content-Transfer-Encoding"] = "quoted-printable"
    part.set_payload(quopri.encodestring(clean).decode("ascii"))
    return part


def _with_images(html: str, images: Sequence[OutboundAttachment]) -> MIMEBase:
    body = _text(html, "html")
    return _together("related", [body, *(_attachment(each) for each in images)]) if images else body


def _together(kind: str, parts: Sequence[MIMEBase]) -> MIMEMultipart:
    whole = MIMEMultipart(kind)
    for part in parts:
        del part["MIME-Version"]
        whole.attach(part)
    return whole


def _attachment(each: OutboundAttachment) -> MIMEBase:
    kind = each.type.lower() if _TYPE.fullmatch(each.type.lower()) else "application/octet-stream"
    if kind.startswith(("message/", "multipart/")):  # these may not be base64 (RFC 2046, 5.1 and 5.2)
        kind = "application/octet-stream"
    part = MIMEBase(*kind.split("/"))
    part.set_payload(each.content)
    encoders.encode_base64(part)
    name = _line(each.name)[:200] or "file"
    encoded = name if name.isascii() else ("utf-8", "", name)
    part.add_header("Content-Disposition", "inline" if each.content_id else "attachment", filename=encoded)
    if each.content_id:
        part["Content-ID"] = _id(each.content_id)
    return part
