"""Sending a letter to somebody who takes part, through the organisation's mailbox, as a Dispatch like all mail."""

from __future__ import annotations

import secrets

from django.conf import settings
from django.template.loader import render_to_string

from klankbord.channels.contract import OutboundMessage, Party
from klankbord.channels.dispatch import queue_dispatch
from klankbord.channels.models import Dispatch
from klankbord.conversations.signing import new_message_id, reply_address
from klankbord.participation.letters import Letter
from klankbord.people.models import Organisation
from klankbord.signin.mail import sending_mailbox


def public_url(organisation: Organisation, path: str) -> str:
    """The whole address of a page of this organisation."""
    return f"{settings.PUBLIC_SCHEME}://{organisation.host}{settings.PUBLIC_PORT}{path}"


def post_letter(
    *,
    organisation: Organisation,
    letter: Letter,
    to: str,
    language: str = "",
    purpose: Dispatch.Purpose = Dispatch.Purpose.NOTICE,
    answers_to: int | None = None,
    message_id: str = "",
) -> Dispatch | None:
    """Queue `letter` in the active language; None when there is no mailbox, or the address had its share for today.

    `answers_to` is the conversation to which an answer by mail belongs. With `message_id` (its local part) a second
    call queues nothing more.
    """
    channel = sending_mailbox(organisation)
    if channel is None:
        return None
    domain = channel.address.rpartition("@")[2]
    if answers_to is not None and not message_id:
        number = new_message_id(organisation.pk, answers_to, channel.address)
    else:
        number = f"{message_id or 'part.' + secrets.token_hex(16)}@{domain}"
    if message_id:
        sent = Dispatch.objects.of(organisation).filter(message_id=number).first()
        if sent is not None:
            return sent
    context = {"organisation": organisation, "letter": letter, "subject": letter.subject}
    outbound = OutboundMessage(
        message_id=number,
        sender=Party(organisation.name, channel.address),
        to=[Party("", to)],
        subject=letter.subject,
        text=letter.text,
        html=render_to_string("participation/mail.html", context),
        reply_to=reply_address(organisation.pk, answers_to, channel.address) if answers_to is not None else None,
        automatic=True,
        unsubscribe_url=letter.unsubscribe or None,
        language=organisation.speaks(language).partition("-")[0],
    )
    return queue_dispatch(channel=channel, purpose=purpose, message=outbound)
