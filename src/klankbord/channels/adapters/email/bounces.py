"""Delivery reports: the standard ones (RFC 3464) and what qmail, Exim, Exchange, Gmail, Postfix and sendmail write
in prose.
"""

from __future__ import annotations

import re

from klankbord.channels.adapters.email import charsets, headers, ids
from klankbord.channels.adapters.email.structure import Part
from klankbord.channels.contract import Bounce

_MOST_PROSE = 20_000
_MOST_BLOCKS = 200
_ACTIONS = ("failed", "delayed", "delivered", "relayed", "expanded")
_STATUS = re.compile(r"(?<![\d.])([245]\.\d{1,3}\.\d{1,3})(?![\d.]*\d)")
_REPLY_CODE = re.compile(r"(?<![\d.])([45])\d\d[ -]")
_BLOCK_END = re.compile(rb"\n[ \t]*\r?\n")

_MACHINE = re.compile(r"^(?:mailer-daemon|postmaster|mail-?daemon|mdaemon|mail\.?system)", re.IGNORECASE)
_SUBJECT = re.compile(
    r"undeliver|delivery (?:status|fail|has failed|unsuccessful|incomplete|problem|notification|delayed)"
    r"|failure notice|returned mail|returned to sender"
    r"|mail(?: system)? (?:error|delivery)|could not (?:be delivered|send)|onbestelbaar|niet (?:afgeleverd|bezorgd)"
    r"|unzustellbar|zustellung|nicht zugestellt|non remis|échec de (?:la )?remise|non délivré",
    re.IGNORECASE,
)
_BARE = r"[^\s<>\"'()\[\]:;,@]{1,64}@[^\s<>\"'()\[\]:;,@]{1,255}"
_ADDRESS = rf"[\"'<(]?({_BARE})[\"'>)]?"
_PROSE = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        # qmail and old Postfix: a line with the address in brackets and a colon
        rf"^<({_BARE})>:",
        # Exim
        rf"address(?:\(es\)|es)? failed:\s{{1,20}}{_ADDRESS}(?:\s|$)",
        # Gmail
        rf"following recipients? failed(?: permanently)?:\s{{1,20}}{_ADDRESS}(?:\s|$)",
        rf"wasn't delivered to {_ADDRESS}\s",
        # Exchange, old and new, in the languages of its users
        rf"(?:not be reached|niet worden bereikt|nicht erreicht werden|pas être joints?)\s?:\s{{1,20}}{_ADDRESS}\s",
        (
            rf"(?:these recipients(?: or groups)?|deze geadresseerden(?: of groepen)?|diese Empfänger(?: oder Gruppen)?"
            rf"|destinataires ou groupes)[^:\n]{{0,80}}:\s{{1,20}}[^\n@]{{0,80}}?{_ADDRESS}\s"
        ),
        # sendmail
        rf"addresses had (?:\w+ (?:non-)?fatal errors|delivery problems)[^\n]{{0,20}}\n\s{{0,20}}{_ADDRESS}",
        rf"could not be delivered to:?\s{{1,20}}{_ADDRESS}\s",
    )
)
_COPY_BELOW = re.compile(
    r"^-{2,} ?(?:below this line is a copy of the message|this is a copy of (?:the|your) message|original message"
    r"|unsent message below|the message that follows|message header|returned message|forwarded message)[^\n]*$",
    re.IGNORECASE | re.MULTILINE,
)
_ID_LINE = re.compile(r"^message-id:[ \t]*<?([^\s<>]{3,998})>?", re.IGNORECASE | re.MULTILINE)


def find_bounce(root: Part, *, sender: str, subject: str, text: str) -> Bounce | None:
    """Find what a delivery report says of the first recipient that failed.

    Args:
        root: The mail.
        sender: The address that it says to be from.
        subject: Decoded.
        text: The whole text body.

    Returns:
        The report, or None when this is none.
    """
    from_machine = bool(_MACHINE.match(sender)) or root.headers.plain("return-path").replace(" ", "") == "<>"
    failed = root.headers.plain("x-failed-recipients")
    if root.type == "multipart/report" or from_machine:
        reports = _standard(root)
        if reports:
            recipient, status, action = next((one for one in reports if one[2] == "failed"), reports[0])
            return Bounce(recipient, _clearer(status, _told(text)), action, _original_id(root, text))
    if (
        root.type == "multipart/report"
        and root.parameters.get("report-type", "delivery-status").lower() != "delivery-status"
    ):
        return None
    if failed or (from_machine and (_SUBJECT.search(subject) or root.type == "multipart/report")):
        return _from_prose(root, failed, text)
    return None


def _standard(root: Part) -> list[tuple[str, str, str]]:
    """(recipient, status, action) of each per-recipient block of message/delivery-status parts."""
    found = []
    for part in root.walk():
        if part.type not in (
            "message/delivery-status",
            "message/global-delivery-status",
        ):
            continue
        for block in _BLOCK_END.split(part.content()[: headers.MOST_HEADER_BYTES], _MOST_BLOCKS):
            fields, _ = headers.split(block.lstrip())
            report = _block(fields)
            if report:
                found.append(report)
    return found


def _block(fields: headers.Headers) -> tuple[str, str, str] | None:
    # `rfc822; <user@example.org>`
    named = (
        fields.plain(name).rpartition(";")[2].strip().strip("<>")
        for name in ("final-recipient", "original-recipient", "x-actual-recipient")
    )
    # Apple hides the final one: "********@*****".
    recipient = min(filter(None, named), key=lambda one: "**" in one, default="")
    action = fields.plain("action").lower().split(" ")[0].strip("();")
    if not recipient or (not action and "status" not in fields):
        return None
    status = _STATUS.search(fields.plain("status")[:200]) or _STATUS.search(fields.plain("diagnostic-code")[:500])
    if action not in _ACTIONS:
        action = "delayed" if status and status[1].startswith("4") else "failed"
    missing = {"failed": "5.0.0", "delayed": "4.0.0"}.get(action, "2.0.0")
    return recipient[:320], status[1] if status else missing, action


def _told(text: str) -> str:
    """What a report says to people, without the copy of the mail below it."""
    prose = text[:_MOST_PROSE]
    cut = _COPY_BELOW.search(prose)
    return prose[: cut.start()] if cut else prose


def _clearer(status: str, told: str) -> str:
    """The status that the words name, where the report itself only says that it failed, as OpenSMTPD's do."""
    if not status.endswith(".0.0"):
        return status
    named = (found[1] for found in _STATUS.finditer(told))
    return next((each for each in named if each[0] == status[0] and not each.endswith(".0.0")), status)


def _from_prose(root: Part, failed: str, text: str) -> Bounce | None:
    recipient = failed.partition(",")[0].strip().strip("<>")[:320]
    told = _told(text)
    for pattern in _PROSE:
        if recipient:
            break
        match = pattern.search(told) if not pattern.pattern.startswith("^") else _at_line_start(pattern, told)
        recipient = match[1].rstrip(".") if match else ""
    if not recipient:
        return None
    status = _STATUS.search(told)
    code = _REPLY_CODE.search(told)
    value = status[1] if status else f"{code[1]}.0.0" if code else "5.0.0"
    return Bounce(
        recipient,
        value,
        "delayed" if value.startswith("4") else "failed",
        _original_id(root, text),
    )


def _at_line_start(pattern: re.Pattern[str], text: str) -> re.Match[str] | None:
    return next(
        (match for line in text.split("\n") if line.startswith("<") and (match := pattern.match(line))),
        None,
    )


def _original_id(root: Part, text: str) -> str | None:
    """The Message-ID of the mail that the report is about."""
    for part in root.walk():
        if part.type in ("message/rfc822", "message/global") and part.parts:
            found = ids.message_id(part.parts[0].headers)
        elif part.type in (
            "text/rfc822-headers",
            "message/rfc822-headers",
            "message/global-headers",
        ):
            found = ids.message_id(headers.split(part.content().lstrip())[0])
        else:
            continue
        if found:
            return found
    cut = _COPY_BELOW.search(text[: 4 * _MOST_PROSE])
    match = _ID_LINE.search(text, cut.end(), cut.end() + _MOST_PROSE) if cut else None
    if match:
        return ids.read_message_id(match[1])
    answered = ids.read_ids(charsets.guess(root.headers.raw("in-reply-to") or root.headers.raw("references") or b""))
    return answered[-1] if answered else None
