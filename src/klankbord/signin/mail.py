"""Mail about signing in: through the organisation's own mailbox, as a Dispatch like all that goes out."""

from __future__ import annotations

import logging
import secrets
from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.core.mail import EmailMessage, EmailMultiAlternatives
from django.core.mail.backends.base import BaseEmailBackend
from django.template.loader import render_to_string

from klankbord.channels.contract import OutboundMessage, Party
from klankbord.channels.dispatch import keeps_outbox, queue_dispatch
from klankbord.channels.models import Channel
from klankbord.people.models import Organisation
from klankbord.signin.letters import Letter

logger = logging.getLogger(__name__)


class NoMailbox(RuntimeError):
    """The organisation has no mailbox that can send."""


def sending_mailbox(organisation: Organisation) -> Channel | None:
    """The mailbox through which mail about signing in goes: the first that has a way out; None when there is none."""
    has_relay = bool(settings.OPTIONS.relay_host) or keeps_outbox()
    boxes = Channel.objects.of(organisation).active().filter(kind="email").order_by("pk")
    return next((box for box in boxes if has_relay or box.settings.get("smtp_host")), None)


class HouseMail(EmailMultiAlternatives):
    """A mail that knows from which organisation it comes."""

    def __init__(self, organisation: Organisation, letter: Letter, to: str, language: str) -> None:
        super().__init__(letter.subject, letter.text, None, [to])
        self.organisation = organisation
        self.language = language
        self.purpose = letter.purpose
        context = {"organisation": organisation, "letter": letter, "subject": letter.subject}
        self.html = render_to_string("signin/mail.html", context)


class DispatchBackend(BaseEmailBackend):
    """Django's way out: each mail becomes a Dispatch, with its retries and its place on the outbox page."""

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        """Queue them; the number queued.

        Raises:
            NoMailbox: there is nothing to send them through, or it is not known from whom they come.
        """
        return sum(self._queue(message) for message in email_messages)

    @staticmethod
    def _queue(message: EmailMessage) -> bool:
        if not isinstance(message, HouseMail):
            raise NoMailbox("only an organisation sends mail")
        organisation = message.organisation
        channel = sending_mailbox(organisation)
        if channel is None:
            raise NoMailbox(organisation.name)
        outbound = OutboundMessage(
            message_id=f"signin.{secrets.token_hex(16)}@{channel.address.rpartition('@')[2]}",
            sender=Party(organisation.name, channel.address),
            to=[Party("", address) for address in message.to],
            subject=str(message.subject),
            text=str(message.body),
            html=message.html,
            automatic=True,
            language=message.language,
        )
        return queue_dispatch(channel=channel, purpose=message.purpose, message=outbound) is not None


def send_letter(*, organisation: Organisation, letter: Letter, to: str, language: str = "nl") -> None:
    """Send it.

    Raises:
        NoMailbox: the organisation cannot send mail.
    """
    HouseMail(organisation, letter, to, language).send()


def tell(*, organisation: Organisation, letter: Letter, to: str, language: str = "nl") -> None:
    """Send it if that is possible; for what is good to know, not for what is waited for."""
    try:
        send_letter(organisation=organisation, letter=letter, to=to, language=language)
    except NoMailbox:
        logger.info("a notice was not sent: organisation %s has no mailbox that sends", organisation.pk)


def absolute(organisation: Organisation, path: Any) -> str:
    """The whole address of a page of `organisation`."""
    return f"{settings.PUBLIC_SCHEME}://{organisation.host}{settings.PUBLIC_PORT}{path}"
