"""How the promise was kept lately: shares and times with how many they stand on, and how sure they are.

Share in time with its Wilson score interval at 95 % (E. B. Wilson, 1927); median and 90th percentile by the nearest
rank, in opening time. Fewer than 10 are not shown, fewer than 30 are called indicative.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from django.core.cache import cache

from klankbord import clock
from klankbord.conversations.models import Promise
from klankbord.people.models import Membership
from klankbord.people.opening_hours import OpeningHours

LEAST_SHOWN = 10
LEAST_SURE = 30
MOST_READ = 3000
_Z = 1.96
_KEPT_SECONDS = 60


@dataclass(frozen=True, slots=True)
class LastWeek:
    """The promises that began in the last seven days and have been answered.

    Attributes:
        answered: How many were answered by a person.
        in_time: How many of these in time.
        low, high: The interval of the share in time, in percent.
        median, ninetieth: Opening time until the answer, in the middle and for the slow tenth.
        is_cut: Whether there were more than are read; then the latest count.
    """

    answered: int
    in_time: int
    low: int
    high: int
    median: timedelta
    ninetieth: timedelta
    is_cut: bool

    @property
    def is_shown(self) -> bool:
        """Whether there are enough to say anything."""
        return self.answered >= LEAST_SHOWN

    @property
    def is_indicative(self) -> bool:
        """Whether there are so few that it only points in a direction."""
        return self.answered < LEAST_SURE

    @property
    def percent(self) -> int:
        """Share in time."""
        return round(100 * self.in_time / self.answered) if self.answered else 0


def wilson(successes: int, total: int) -> tuple[float, float]:
    """The 95 % score interval of a share; (0, 1) when nothing was counted."""
    if not total:
        return 0.0, 1.0
    share = successes / total
    middle = share + _Z**2 / (2 * total)
    reach = _Z * math.sqrt(share * (1 - share) / total + _Z**2 / (4 * total**2))
    whole = 1 + _Z**2 / total
    return max(0.0, (middle - reach) / whole), min(1.0, (middle + reach) / whole)


def nearest_rank(ordered: Sequence[timedelta], share: float) -> timedelta:
    """The value below or at which `share` of the ordered values lie; zero when there are none."""
    return ordered[max(0, math.ceil(share * len(ordered)) - 1)] if ordered else timedelta()


def last_week(membership: Membership, hours: OpeningHours) -> LastWeek:
    """The figures, at most a minute old."""
    key = f"inbox.last-week.{membership.organisation_id}"
    known: LastWeek | None = cache.get(key)
    if known is None:
        known = _read(membership, hours)
        cache.set(key, known, _KEPT_SECONDS)
    return known


def _read(membership: Membership, hours: OpeningHours) -> LastWeek:
    rows = Promise.objects.visible_to(membership).filter(
        began_at__gte=clock.now() - timedelta(days=7), answered_at__isnull=False
    )
    read = list(rows.order_by("-began_at").values_list("began_at", "due_at", "answered_at")[: MOST_READ + 1])
    used = [(began, due, answered) for began, due, answered in read[:MOST_READ] if answered]
    times = sorted(hours.between(began, answered) for began, _due, answered in used)
    in_time = sum(due is None or answered <= due for _began, due, answered in used)
    low, high = wilson(in_time, len(used))
    return LastWeek(
        answered=len(used),
        in_time=in_time,
        low=math.floor(100 * low),
        high=math.ceil(100 * high),
        median=nearest_rank(times, 0.5),
        ninetieth=nearest_rank(times, 0.9),
        is_cut=len(read) > MOST_READ,
    )
