"""A delivery report attaches to what bounced, marks the address, and mails nobody."""

from __future__ import annotations

from klankbord import clock
from klankbord.channels.contract import Bounce
from klankbord.channels.models import Dispatch
from klankbord.conversations.events import AddressBounced
from klankbord.conversations.models import Message
from klankbord.events.publish import publish
from klankbord.people.models import Address, AddressKind, Organisation


def attach_bounce(*, organisation: Organisation, bounce: Bounce) -> Dispatch | None:
    """Note the report on the message that it is about, in the caller's transaction; None when that is not ours.

    Only a report that names a Message-ID of ours counts: anyone can send something that looks like a report. A final
    failure marks the recipient's address; a delay only shows; a report of success takes away what an earlier one said.
    """
    if not bounce.original_message_id:
        return None
    dispatch = Dispatch.objects.of(organisation).filter(message_id=bounce.original_message_id).first()
    if dispatch is None:
        return None
    explanation = f"{bounce.action} {bounce.status}".strip() if bounce.action in ("failed", "delayed") else ""
    Dispatch.objects.of(organisation).filter(pk=dispatch.pk).update(last_error=explanation[:2000])
    message = Message.objects.of(organisation).filter(dispatch=dispatch).select_related("conversation").first()
    if bounce.action == "failed":
        address = Address.objects.of(organisation).known(AddressKind.EMAIL, [dispatch.recipient]).first()
        if address is not None:
            address.bounced_at, address.bounce_reason = clock.now(), explanation[:200]
            address.save(update_fields=["bounced_at", "bounce_reason"])
            publish(
                AddressBounced(
                    organisation_id=organisation.pk,
                    address_id=address.pk,
                    conversation_id=message.conversation_id if message else None,
                )
            )
    return dispatch
