"""Reading waits out of the rows that kept the promise; what is worked out from them is in `score.py`."""

from __future__ import annotations

from datetime import datetime

from klankbord.conversations.models import Conversation, Promise
from klankbord.conversations.score import Wait


def waits_due_between(organisation_id: int, first: datetime, last: datetime) -> list[Wait]:
    """The waits whose answer was due after `first` and not after `last`. Those that needed no answer are left out.

    They are taken by when the answer was due and not by when it came: so each wait counts once, however late it is
    answered, and nobody falls out by never being answered.
    """
    rows = Promise.objects.of(organisation_id).filter(due_at__gt=first, due_at__lte=last, dropped_at__isnull=True)
    found = rows.values_list("began_at", "due_at", "answered_at")
    return [Wait(began, due, answered) for began, due, answered in found if due is not None]


def waits_still_late(organisation_id: int, moment: datetime, *, most: int) -> list[Wait]:
    """Whom we had promised an answer at `moment` or before, and who wait for it to this day; at most `most`."""
    rows = Conversation.objects.of(organisation_id).awaiting_answer().filter(due_at__lte=moment).order_by("due_at")
    found = rows.values_list("waiting_since", "due_at")[:most]
    return [Wait(since, due, None) for since, due in found if since and due]
