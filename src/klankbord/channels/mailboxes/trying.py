"""Trying a mailbox for real, in and out, and saying in plain words what was done, how it went, and what to do next."""

from __future__ import annotations

import smtplib
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _

from klankbord.channels.adapters.email.imap import NO_FOLDER, Mailbox, MailboxTrouble, imap_server_of, open_mailbox
from klankbord.channels.adapters.email.oauth import OAuthTrouble
from klankbord.channels.adapters.email.smtp_out import server_of, try_to_sign_in
from klankbord.channels.contract import DeliveryFailed
from klankbord.channels.dispatch import keeps_outbox, relay_settings
from klankbord.channels.mailboxes.tokens import sending_settings, token_source
from klankbord.channels.models import Arrival, Channel
from klankbord.channels.secrets import CannotUnseal
from klankbord.channels.telling import in_words
from klankbord.design import moments

PATIENCE = 5.0
"""Seconds for our own mail door, which is near."""
_EVERYWHERE = ("0.0.0.0", "::", "")  # noqa: S104 - addresses that one listens on, not that one connects to


@dataclass(frozen=True, slots=True)
class Finding:
    """How one direction went, in the active language.

    Attributes:
        direction: `in` or `out`.
        sentence: What was tried and how it went.
        detail: What the other side said, when it does not work.
        next_step: What to do now; empty when nothing is left to do.
    """

    direction: str
    works: bool
    sentence: str
    detail: str = ""
    next_step: str = ""


def try_mailbox(channel: Channel) -> list[Finding]:
    """Sign in to read and to send, as the channel does it itself. Nothing is fetched, marked or sent."""
    try:
        chosen = {**channel.all_settings, "address": channel.address}
    except CannotUnseal:
        return [
            Finding(
                "in",
                False,
                in_words("The password of this mailbox was stored with another secret key. Enter it again."),
            )
        ]
    return [_fetched(channel, chosen) if chosen.get("imap_host") else _delivered(channel), _out(channel)]


def _fetched(channel: Channel, chosen: dict[str, Any]) -> Finding:
    try:
        with open_mailbox(imap_server_of(chosen, token_source(channel))) as mailbox:
            return Finding("in", True, _what_opens(mailbox, chosen))
    except (MailboxTrouble, OAuthTrouble) as trouble:
        return Finding("in", False, in_words(trouble.explanation), trouble.detail)


def _what_opens(mailbox: Mailbox, chosen: dict[str, Any]) -> str:
    folder = mailbox.select(str(chosen.get("imap_folder") or "INBOX"))
    named = str(chosen.get("sent_folder") or "")
    sent = None if named == NO_FOLDER else named or mailbox.sent_folder()
    if sent:
        mailbox.select(sent)
    sentences = [
        _("We signed in and opened %(folder)s: %(count)s mails lie there.")
        % {"folder": folder.name, "count": folder.exists},
        _("The server tells us at once when mail comes.")
        if mailbox.can_idle
        else _("We look for new mail every minute."),
    ]
    if sent:
        sentences.append(_("Sent mails are followed in %(folder)s.") % {"folder": sent})
    return " ".join(sentences)


def _delivered(channel: Channel) -> Finding:
    """A mail server is to bring the mail: does our door take it, and has any come?"""
    doors = _doors()
    came = Arrival.objects.of(channel.organisation_id).filter(
        channel=channel, source__in=[Arrival.Source.SMTP, Arrival.Source.LMTP]
    )
    last = came.order_by("-pk").values_list("received_at", flat=True).first()
    if last is not None:
        arrived = _("The last mail was delivered here %(when)s.") % {"when": moments.ago(last, in_sentence=True)}
    else:
        arrived = _("No mail has been delivered here yet.")
    if not doors:
        return Finding(
            "in",
            last is not None,
            " ".join([_("On this machine Klankbord has no mail door."), arrived]),
            next_step=""
            if last
            else _("Have whoever runs Klankbord open one (smtp_port), or let Klankbord fetch the mail."),
        )
    for port, speaks in doors:
        refused = _refusal_of(speaks, port, channel.address)
        if refused is not None:
            return refused
    ask = _(
        "Have your mail server deliver mail for %(address)s to this machine, port %(port)s. Then write to it yourself."
    )
    return Finding(
        "in",
        True,
        " ".join(
            [
                _("We knocked at our own mail door: it takes mail for %(address)s.") % {"address": channel.address},
                arrived,
            ]
        ),
        next_step="" if last else ask % {"address": channel.address, "port": doors[0][0]},
    )


def _doors() -> list[tuple[int, type[smtplib.SMTP]]]:
    """The ports on which mail is taken in, as far as they are known here, and who speaks there."""
    options = settings.OPTIONS
    return [
        (port, speaks)
        for port, speaks in ((options.smtp_port, smtplib.SMTP), (options.lmtp_port, smtplib.LMTP))
        if port
    ]


def _refusal_of(speaks: type[smtplib.SMTP], port: int, address: str) -> Finding | None:
    """Ask our own door as a mail server would, up to the moment at which the mail would follow."""
    host = str(settings.OPTIONS.smtp_host)
    try:
        with speaks("127.0.0.1" if host in _EVERYWHERE else host, port, timeout=PATIENCE) as line:
            line.ehlo_or_helo_if_needed()
            line.mail("")
            code, said = line.rcpt(address)
    except (OSError, smtplib.SMTPException) as error:
        return Finding(
            "in",
            False,
            _("Our own mail door at port %(port)s does not answer.") % {"port": port},
            str(error),
            _("Have whoever runs Klankbord look whether all of it runs."),
        )
    if code == 250:
        return None
    return Finding(
        "in",
        False,
        _("Our own mail door does not know %(address)s yet.") % {"address": address},
        said.decode("utf-8", "replace"),
        _("It learns new addresses within a minute. Is the mailbox in use? Then try again in a moment."),
    )


def _out(channel: Channel) -> Finding:
    if keeps_outbox():
        return Finding("out", True, _("Nothing is sent from this installation: mails are kept under Outgoing mail."))
    chosen = {**sending_settings(channel), **relay_settings(), "address": channel.address}
    try:
        try_to_sign_in(chosen)
    except DeliveryFailed as failure:
        step = (
            ""
            if chosen.get("smtp_host") or chosen["relay_host"]
            else _("Name one of your own, or have whoever runs Klankbord set one.")
        )
        return Finding("out", False, in_words(failure.explanation), failure.detail, step)
    server = server_of(chosen)
    return Finding(
        "out",
        True,
        _("We signed in at %(server)s, and it lets us send. Nothing was sent.")
        % {"server": f"{server.host}:{server.port}"},
    )
