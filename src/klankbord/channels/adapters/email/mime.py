"""One mail, from raw bytes to an `InboundMessage`. Everything here runs in the sandboxed child.

`parse_mail` never raises on any bytes but `CannotParse` (over a limit of size, header, parts or nesting); what is wrong
but bearable is told in `defects`. All work is linear in the size of the mail.
"""

from __future__ import annotations

from dataclasses import replace

from klankbord.channels.adapters.email import (
    addresses,
    bodies,
    charsets,
    dates,
    ids,
    structure,
    wire,
)
from klankbord.channels.adapters.email.automatic import list_address, reason
from klankbord.channels.adapters.email.bounces import find_bounce
from klankbord.channels.adapters.email.headers import Headers, is_binary, is_mail
from klankbord.channels.adapters.email.ids import identify
from klankbord.channels.adapters.email.quoting import begins_with_forwarded, split_mail
from klankbord.channels.contract import CannotParse, InboundMessage, Party
from klankbord.markup.safe import TooComplicated, sanitise_html
from klankbord.sandbox.errors import SandboxRefused

__all__ = ["identify", "parse_for_sandbox", "parse_mail", "prepare"]

_NOT_A_MAIL = "This is not a mail: it has no header."
_LONGEST_SUBJECT = 2_000
_MOST_DEFECTS = 50
_SINGLE = ("from", "subject", "date", "message-id", "content-type")
_DELIVERED = (
    "delivered-to",
    "x-original-to",
    "envelope-to",
    "x-envelope-to",
    "x-delivered-to",
    "x-rcpt-to",
)


def prepare() -> None:
    """Load what is otherwise loaded at first use; the child cannot open files later."""
    charsets.prepare()
    parse_mail(_EXAMPLE)


def parse_for_sandbox(raw: bytes) -> bytes:
    """The child's function: a mail in, the encoded `InboundMessage` out.

    Raises:
        SandboxRefused: The mail is over a limit; with the sentence that says which.
    """
    try:
        return wire.encode(parse_mail(raw))
    except CannotParse as refusal:
        raise SandboxRefused(str(refusal)) from None


def parse_mail(raw: bytes) -> InboundMessage:
    """Read a mail.

    The HTML is sanitised and the text split into what is new, quoted and signature.

    Raises:
        CannotParse: The mail is over a limit.
    """
    root, defects = structure.parse(raw)
    headers = root.headers
    if not is_mail(headers):
        defects = [_NOT_A_MAIL]
    body = bodies.one_file(raw) if defects == [_NOT_A_MAIL] and is_binary(raw) else bodies.gather(root)
    sender, defects = _sender(headers, defects)
    lists, defects = _recipients(headers, defects)
    subject = headers.text("subject")[:_LONGEST_SUBJECT]
    sent_at, defect = dates.read_date(headers.plain("date")) if "date" in headers else (None, "There is no date.")
    defects += [defect] if defect else []
    address = sender.address if sender else ""
    text = body.text
    bounce = find_bounce(root, sender=address, subject=subject, text=text)
    split = split_mail(text, body.only_html, from_html=body.shows_html)
    if bounce:
        body.marks.discard("forwarded")  # the mail that came back is no forward
    elif begins_with_forwarded(split.quoted, subject):
        body.marks.add("forwarded")
    html, remote, html_defects = _safe(body)
    answered = ids.read_ids(_ids_text(headers, "in-reply-to"))
    message = InboundMessage(
        external_id=ids.message_id(headers) or "",
        sender=sender,
        subject=subject,
        text=text,
        reply=split.reply,
        quoted=split.quoted,
        signature=split.signature,
        html=html,
        remote_images=remote,
        to=lists["to"],
        cc=lists["cc"],
        reply_to=[party for party in lists["reply-to"] if party.address],
        delivered_to=_delivered_to(headers),
        in_reply_to=answered[0] if answered else None,
        references=ids.read_ids(_ids_text(headers, "references")),
        sent_at=sent_at,
        attachments=body.attachments(),
        automatic=reason(
            headers,
            sender=address,
            subject=subject,
            root_type=root.type,
            report_type=root.parameters.get("report-type", ""),
            bounced=bounce is not None,
        ),
        bounce=bounce,
        marks=body.ordered_marks(),
        defects=list(dict.fromkeys([*defects, *_doubles(headers), *body.defects, *html_defects]))[:_MOST_DEFECTS],
        details={key: said for key, said in (("event", body.event), ("list", list_address(headers))) if said},
    )
    return message if message.external_id else replace(message, external_id=identify(raw)[0])


def _recipients(headers: Headers, defects: list[str]) -> tuple[dict[str, list[Party]], list[str]]:
    """The addresses of each field that has some, and what is wrong with them."""
    lists: dict[str, list[Party]] = {}
    for name in ("to", "cc", "reply-to"):
        lists[name], found = addresses.read_addresses(headers.texts(name))
        defects = defects + [f"{name.title()}: {one}" for one in found]
    return lists, defects


def _sender(headers: Headers, defects: list[str]) -> tuple[Party | None, list[str]]:
    """The first author; the Sender or the envelope when there is no From."""
    for name in ("from", "sender", "return-path"):
        parties, found = addresses.read_addresses(headers.texts(name))
        if parties:
            return parties[0], [*defects, *(f"{name.title()}: {one}" for one in found)]
    return None, [*defects, "It does not say who it is from."]


def _ids_text(headers: Headers, name: str) -> str:
    return " ".join(headers.texts(name))


def _delivered_to(headers: Headers) -> list[str]:
    found = [value for name in _DELIVERED for value in headers.texts(name)]
    return list(dict.fromkeys(party.address.lower() for party in addresses.read_addresses(found)[0] if party.address))


def _doubles(headers: Headers) -> list[str]:
    counted = [name for name, _ in headers.fields]
    return [f"There are {counted.count(name)} {name.title()} fields." for name in _SINGLE if counted.count(name) > 1]


def _safe(body: bodies.Body) -> tuple[str | None, bool, list[str]]:
    if not body.has_html:
        return None, False, []
    try:
        safe = sanitise_html(body.html)
    except TooComplicated as refusal:
        return "", False, [f"The HTML is not shown: {refusal}"]
    return safe.html, safe.remote_images > 0, []


_EXAMPLE = (
    b"From: =?utf-8?q?J=C3=B6?= <a@example.org>\r\nDate: Mon, 1 Jan 2024 10:00:00 +0100\r\nMIME-Version: 1.0\r\n"
    b"Content-Type: text/html; charset=utf-8\r\n\r\n<p style='color: red'>Hi<img src='cid:x'><br>&eacute;</p>\r\n"
)
