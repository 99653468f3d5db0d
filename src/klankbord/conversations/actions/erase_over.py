"""Erasing what has been over for long."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from klankbord.channels.models import Arrival, Dispatch
from klankbord.conversations.erasing import Selection, became_no_message, bury, empty_dispatches, erase
from klankbord.conversations.models import Conversation, Message
from klankbord.events.work import WorkState

AT_ONCE = 100


@transaction.atomic
def erase_over(*, organisation_id: int, before: datetime, most: int = AT_ONCE) -> int:
    """Erase what was said in conversations that were over before this moment, those silent longest first.

    At most `most` of them; how many that were. Nobody waits in them, and what is public is not among them. A second
    call goes on where the first ended.
    """
    rows = Conversation.objects.of(organisation_id).over_since(before).select_for_update(of=("self",))
    found = [conversation.pk for conversation in rows[:most]]
    if found:
        erase(
            Selection(
                organisation_id=organisation_id,
                messages=Message.objects.of(organisation_id).filter(conversation_id__in=found),
                conversations=Conversation.objects.of(organisation_id).filter(pk__in=found),
            )
        )
    return len(found)


@transaction.atomic
def erase_stray_mail(*, organisation_id: int, before: datetime, most: int = AT_ONCE) -> int:
    """Erase mail from before this moment that belongs to no message: codes and links that were sent, reports, second
    copies. What could not be read stays until somebody looked at it. How many that were, at most `most` of each.
    """
    old = Dispatch.objects.of(organisation_id).filter(said__isnull=True, created_at__lt=before).exclude(recipient="")
    sent = list(old.exclude(state=WorkState.READY).order_by("pk").values_list("pk", flat=True)[:most])
    empty_dispatches(Dispatch.objects.of(organisation_id).filter(pk__in=sent))
    stray = became_no_message(organisation_id).filter(state=WorkState.DONE, received_at__lt=before)
    came = list(stray.order_by("pk").values_list("pk", flat=True)[:most])
    bury(organisation_id, Arrival.objects.of(organisation_id).filter(pk__in=came))
    return len(sent) + len(came)
