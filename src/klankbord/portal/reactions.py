"""What the public pages do when something has happened."""

from __future__ import annotations

from dataclasses import replace

from django.utils import timezone, translation

from klankbord.channels.dispatch import queue_dispatch
from klankbord.channels.models import Dispatch
from klankbord.conversations.actions.private_link import new_private_link
from klankbord.conversations.composing import compose, mail_channel, private_url
from klankbord.conversations.models import Conversation
from klankbord.conversations.signing import conversation_token
from klankbord.notifications.way_back import way_back_text
from klankbord.people.models import Address
from klankbord.portal.events import WayBackAskedFor


def mail_way_back(event: WayBackAskedFor) -> None:
    """Mail the private link to the person who asked for it; once, however often this runs."""
    if event.conversation_id is None or event.address_id is None:
        return
    rows = Conversation.objects.of(event.organisation_id).select_related("organisation", "channel", "person")
    conversation = rows.filter(pk=event.conversation_id).first()
    recipient = Address.objects.of(event.organisation_id).filter(pk=event.address_id).select_related("person").first()
    channel = mail_channel(conversation) if conversation else None
    if conversation is None or recipient is None or channel is None:
        return
    organisation = conversation.organisation
    domain = channel.address.rpartition("@")[2]
    message_id = f"{conversation_token(organisation.pk, conversation.pk)}.link-{event.request}@{domain}"
    if Dispatch.objects.of(organisation).filter(message_id=message_id).exists():
        return
    with translation.override(recipient.person.language or organisation.language), timezone.override(organisation.zone):
        outbound = compose(
            conversation=conversation,
            channel=channel,
            recipient=recipient,
            text=way_back_text(name=recipient.person.name, organisation=organisation.name, phone=organisation.phone),
            by=None,
            organisation=organisation,
            automatic=True,
            link=private_url(organisation, new_private_link(conversation=conversation)),
        )
    queue_dispatch(channel=channel, purpose=Dispatch.Purpose.LINK, message=replace(outbound, message_id=message_id))
