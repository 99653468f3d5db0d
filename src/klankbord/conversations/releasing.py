"""Reference codes go round: there are only 100,000 for each organisation."""

from __future__ import annotations

from datetime import timedelta

from klankbord import clock
from klankbord.conversations.models import Conversation, ConversationQuerySet
from klankbord.people.models import Organisation

KEPT = timedelta(days=365)
"""How long after the last word a code still leads to its conversation."""
KEPT_AT_LEAST = timedelta(days=60)
"""The same in an organisation so busy that its codes run short."""
MOST_IN_USE = 50_000
"""With more than this, half of what there is, a free code is hard to guess and a wrong one easy."""
AT_ONCE = 500


def release_codes() -> None:
    """Set free the codes of conversations that nobody has spoken in for long and in which nobody waits.

    After a year; in an organisation with too many in use the oldest after two months. The conversation stays, and gets
    a code again when somebody writes on in it.
    """
    for key in Organisation.objects.values_list("pk", flat=True):
        _release(_silent(key, KEPT), None)
        in_use = Conversation.objects.of(key).filter(code__isnull=False).count()
        if in_use > MOST_IN_USE:
            _release(_silent(key, KEPT_AT_LEAST), in_use - MOST_IN_USE)


def _silent(organisation_id: int, since: timedelta) -> ConversationQuerySet:
    """Those with a code in which the last word is so long ago, the oldest first."""
    rows = Conversation.objects.of(organisation_id).filter(code__isnull=False, waiting_since__isnull=True)
    return rows.filter(last_message_at__lt=clock.now() - since).order_by("last_message_at", "pk")


def _release(rows: ConversationQuerySet, most: int | None) -> None:
    """Free at most `most` of them. A slice at a time: one long update would keep all other writers waiting."""
    left = most
    while some := list(rows.values_list("pk", flat=True)[: AT_ONCE if left is None else min(AT_ONCE, left)]):
        # Asked again in the update: somebody may have written on in one of them meanwhile.
        if not rows.order_by().filter(pk__in=some).update(code=None):
            break
        left = None if left is None else left - len(some)
