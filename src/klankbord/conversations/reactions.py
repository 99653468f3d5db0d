"""What conversations themselves do when something has happened."""

from __future__ import annotations

import re

from django.utils import timezone, translation

from klankbord.channels.dispatch import queue_dispatch
from klankbord.channels.models import Channel, Dispatch
from klankbord.conversations.actions.private_link import new_private_link
from klankbord.conversations.codes import spoken
from klankbord.conversations.composing import compose, mail_channel, private_url, reply_recipient
from klankbord.conversations.events import MessageReceived
from klankbord.conversations.models import Direction, Message
from klankbord.notifications.acknowledgement import acknowledgement_text
from klankbord.notifications.etiquette import may_answer_automatically
from klankbord.people.models import Address, Membership

ACKNOWLEDGED = "acknowledgement"


def acknowledge(event: MessageReceived) -> None:
    """Tell the customer that their message arrived and when an answer is due: at most once, and never to a machine."""
    if not event.opened or event.quiet:
        return
    message = (
        Message.objects.of(event.organisation_id)
        .filter(pk=event.message_id)
        .select_related("conversation__channel", "conversation__organisation", "conversation__person")
        .first()
    )
    if message is None or not message.conversation.is_waiting:
        return
    conversation = message.conversation
    channel, recipient = mail_channel(conversation), reply_recipient(conversation)
    sent = Message.objects.of(event.organisation_id).filter(conversation=conversation, automatic=ACKNOWLEDGED)
    if channel is None or recipient is None or sent.exists() or not _is_polite(message, recipient):
        return
    organisation = conversation.organisation
    names = list(Membership.objects.of(organisation).public().order_by("pk").values_list("user__name", flat=True)[:3])
    with translation.override(organisation.language), timezone.override(organisation.zone):
        text = acknowledgement_text(
            name=recipient.person.name,
            due_at=conversation.due_at,
            names=[name.split()[0] for name in names],
            organisation=organisation.name,
            phone=organisation.phone,
            code=spoken(conversation.code) if conversation.code else "",
        )
        outbound = compose(
            conversation=conversation,
            channel=channel,
            recipient=recipient,
            text=text,
            by=None,
            organisation=organisation,
            automatic=True,
            link=private_url(organisation, new_private_link(conversation=conversation)),
        )
    dispatch = queue_dispatch(channel=channel, purpose=Dispatch.Purpose.ACKNOWLEDGEMENT, message=outbound)
    if dispatch is None:
        return
    Message.objects.create(
        organisation=organisation,
        conversation=conversation,
        direction=Direction.OUTBOUND,
        channel=channel,
        external_id=dispatch.message_id,
        text=text,
        automatic=ACKNOWLEDGED,
        dispatch=dispatch,
        said_at=dispatch.created_at,
    )


def _is_polite(message: Message, recipient: Address) -> bool:
    addresses = Channel.objects.of(message.organisation_id).filter(kind="email").values_list("address", flat=True)
    return may_answer_automatically(
        automatic=message.automatic,
        sender=recipient.value,
        own_addresses=frozenset(re.sub(r"\+[^@]*@", "@", each.lower()) for each in addresses),
        bounced=recipient.bounced_at is not None,
    )
