"""Answers that never reached the customer: they came back, or could not be sent at all. Nobody else will tell."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Exists, OuterRef, Q

from klankbord import clock
from klankbord.channels.models import Dispatch
from klankbord.conversations.models import Direction, Message
from klankbord.events.work import WorkState
from klankbord.inbox.naming import called, persons_address
from klankbord.people.models import Membership

LATELY = timedelta(days=14)
MOST_SHOWN = 5


@dataclass(frozen=True, slots=True)
class Undelivered:
    """One answer: in which conversation, to whom, and why it did not arrive, in the other side's words."""

    conversation_id: int
    subject: str
    name: str
    reason: str
    sent_at: datetime


def undelivered(membership: Membership) -> list[Undelivered]:
    """The latest of the last two weeks after which nobody wrote again: an answer, or a note of how it went. One query.

    A delay that a mail server only reports is none: `delivery_of` tells the two apart in the same way.
    """
    failed = Q(state=WorkState.GIVEN_UP) | Q(state=WorkState.DONE, last_error__startswith="failed")
    written = Message.objects.visible_to(membership).filter(direction__in=(Direction.OUTBOUND, Direction.NOTE))
    later = written.filter(
        conversation=OuterRef("said__conversation"), said_at__gt=OuterRef("said__said_at"), automatic=""
    )
    rows = (
        Dispatch.objects.visible_to(membership)
        .filter(failed, created_at__gt=clock.now() - LATELY)
        .filter(said__direction=Direction.OUTBOUND, said__automatic="", said__withdrawn_at__isnull=True)
        .filter(~Exists(later))
        .order_by("-created_at", "-id")
        .annotate(_address=persons_address(membership.organisation_id, "said__conversation__person"))
        .values_list(
            "said__conversation_id", "said__conversation__subject", "said__conversation__person__name", "_address",
            "last_error", "created_at",
        )[:MOST_SHOWN]
    )  # fmt: skip
    return [
        Undelivered(conversation_id, subject, called(name, address), reason, sent_at)
        for conversation_id, subject, name, address, reason, sent_at in rows
    ]
