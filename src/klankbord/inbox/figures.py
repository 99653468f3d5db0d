"""How the promise was kept in the last seven days, by the same arithmetic as the public score."""

from __future__ import annotations

from datetime import timedelta

from django.core.cache import cache

from klankbord import clock
from klankbord.conversations.score import Score, score
from klankbord.conversations.waits import waits_due_between, waits_still_late
from klankbord.people.models import Membership
from klankbord.people.opening_hours import OpeningHours

PERIOD = timedelta(days=7)
MOST_STILL_LATE = 3000
_KEPT_SECONDS = 60


def last_week(membership: Membership, hours: OpeningHours) -> Score:
    """The waits that were due in these days, and those of before that still are late; at most a minute old.

    Without the latter it could say that all was in time beside a list of who is late.
    """
    key = f"inbox.last-week.{membership.organisation_id}"
    known: Score | None = cache.get(key)
    if known is None:
        now = clock.now()
        waits = waits_due_between(membership.organisation_id, now - PERIOD, now)
        waits += waits_still_late(membership.organisation_id, now - PERIOD, most=MOST_STILL_LATE)
        known = score(waits, hours, now)
        cache.set(key, known, _KEPT_SECONDS)
    return known
