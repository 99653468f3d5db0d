"""Was this written by a person just now? What a machine wrote must never get an automatic answer (RFC 3834)."""

from __future__ import annotations

import re

from klankbord.channels.adapters.email.headers import Headers

_MACHINE = re.compile(
    r"^(?:mailer-daemon|postmaster|mail-?daemon|mdaemon|bounces?|listserv|majordomo|(?:.*[._+-])?no[._-]?reply(?:[._+-].*)?"
    r"|(?:.*[._+-])?do[._-]?not[._-]?reply(?:[._+-].*)?|niet[._-]?(?:be)?antwoorden|.*noreply)$"
)
_OUT_OF_OFFICE = re.compile(
    r"^\[?(?:"
    r"auto(?:matic|matisch|matische|matisches)?[ :-]*(?:reply|response|answer|antwoord|antwort)"
    r"|automatisch(?:e[sr]?)? (?:antwoord|antwort|bericht|beantwoording)"
    r"|out of (?:the )?office|vacation (?:reply|notice)|abwesenheits"
    r"|r(?:é|e)ponse automatique|message d['’]absence"
    r")",
    re.IGNORECASE,
)
_ALSO_SAID_BY_PEOPLE = (
    r"(?:away from (?:the|my) office"
    r"|niet aanwezig|afwezig(?:heid|heidsbericht|heidsmelding)?\b|ik ben afwezig|buiten kantoor"
    r"|vakantie(?:bericht|melding)|abwesend|nicht im b(?:ü|ue)ro|au(?:ß|ss)er haus|(?:absence|absente?) du bureau)"
)
"""A customer who cannot come to the book club writes `Afwezig donderdag`, and does wait for us."""
_AWAY = re.compile(rf"^\[?{_ALSO_SAID_BY_PEOPLE}", re.IGNORECASE)
_NOTHING_BUT_AWAY = re.compile(rf"^\[?{_ALSO_SAID_BY_PEOPLE}\W*(?:$|(?:re|aw|antw|sv): ?)", re.IGNORECASE)
_GROUP = re.compile(r"(?:^|;)\s*list\s+([^\s;<>]{3,320}@[^\s;<>]{1,255})|<mailto:([^\s<>?]{3,320})", re.IGNORECASE)
_SUPPRESSED = re.compile(r"\b(?:all|autoreply|oof)\b")


def reason(
    headers: Headers,
    *,
    sender: str,
    subject: str,
    root_type: str,
    report_type: str,
    bounced: bool,
) -> str | None:
    """Say in one word why a mail counts as automatic, strongest sign first; None when a person seems to have
    written it.

    Args:
        headers: Of the mail.
        sender: The address that it says to be from.
        subject: Decoded.
        root_type: Content type of the whole.
        report_type: The `report-type` parameter of a multipart/report.
        bounced: Whether a delivery report was found.

    Returns:
        `bounce`, `receipt`, `report`, `auto-replied`, `auto-generated`, `auto-notified`, `list`, `bulk`, `junk`,
        `empty-return-path`, `mailer-daemon`, `no-reply` or `out-of-office` (a guess by the subject alone).

    Exchange calls its out-of-office `auto-generated`, as a web form does that makes a mail for a person. Told apart by
    the subject; and what answers a mail was not generated out of the blue (RFC 3834, 5). Words that people use too
    count only in an answer, beside another sign of a machine, or when the subject says nothing else.
    """
    if bounced:
        return "bounce"
    if root_type == "multipart/report":
        return {"disposition-notification": "receipt", "delivery-status": "bounce"}.get(report_type.lower(), "report")
    found = _by_header(headers) or _by_envelope(headers, sender)
    if found in (None, "auto-generated", "auto-notified", "no-reply"):
        certain = found is not None or "in-reply-to" in headers
        if _OUT_OF_OFFICE.match(subject) or (_AWAY if certain else _NOTHING_BUT_AWAY).match(subject):
            return "out-of-office"
    answers = "in-reply-to" in headers and "auto-submitted" in headers
    return "auto-replied" if found in ("auto-generated", "auto-notified") and answers else found


def list_address(headers: Headers) -> str:
    """The address of the list through which it came, in lower case; empty when it says none."""
    found = (_GROUP.search(headers.plain(name)[:2000]) for name in ("mailing-list", "list-post"))
    return next(((match[1] or match[2]).lower() for match in found if match), "")


def _by_header(headers: Headers) -> str | None:
    submitted = _word(headers.plain("auto-submitted"))
    if submitted and submitted != "no":
        return submitted if submitted in ("auto-replied", "auto-generated", "auto-notified") else "auto-generated"
    precedence = _word(headers.plain("precedence").replace("_", "-"))
    answering = _says_yes(
        headers, "x-autoreply", "x-autorespond", "x-autoreply-from", "x-auto-reply", "x-autoresponder"
    )
    if answering or "auto-reply" in (precedence, _word(headers.plain("x-precedence").replace("_", "-"))):
        return "auto-replied"
    if any(name in headers for name in ("list-id", "list-unsubscribe", "list-post", "x-mailing-list", "mailing-list")):
        return "list"
    if precedence in ("bulk", "junk", "list"):
        return precedence
    suppressed = _SUPPRESSED.search(headers.plain("x-auto-response-suppress").lower())
    return "auto-generated" if suppressed else None


def _says_yes(headers: Headers, *names: str) -> bool:
    return any(name in headers and headers.plain(name).lower() not in ("no", "false", "0") for name in names)


def _by_envelope(headers: Headers, sender: str) -> str | None:
    box = sender.rpartition("@")[0].lower()
    if _MACHINE.match(box[:100]):
        return "mailer-daemon" if "daemon" in box or box == "postmaster" else "no-reply"
    if headers.plain("return-path").replace(" ", "") == "<>":
        return "empty-return-path"
    return None


def _word(value: str) -> str:
    """`auto-generated (warning-timeout); x=y` → `auto-generated`."""
    match = re.match(r"[a-z-]+", value.strip().lower())
    return match[0] if match else ""
