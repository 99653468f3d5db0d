"""How an idea rises: recent votes count more, and nothing but votes counts.

Each vote counts for `weight × 2^(−age / HALF_LIFE)`. All ages grow alike, so the order of two ideas never changes by
the passing of time; then the sum can be written from a fixed moment on, as

    rising = log2( Σ weightᵢ × 2^((atᵢ − EPOCH) / HALF_LIFE) )

which is stored, sorted by and never recomputed for its own sake ("forward decay": Cormode, Shkapenyuk, Srivastava and
Xu, Forward Decay: A Practical Time Decay Model for Streaming Systems, ICDE 2009). Being a logarithm it neither
overflows nor needs a nightly job. A new vote is one addition; whatever takes votes away or puts voters together counts
anew from the earliest vote of each person. A status, a reaction, an edit and a merge add no term.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from math import exp2, log2

HALF_LIFE = timedelta(days=7)
"""A vote of a week ago counts for half a vote of now."""
EPOCH = datetime(2024, 1, 1, tzinfo=UTC)
_BEGINNING = 2.0**-20
"""An idea itself counts for a millionth of a vote at the moment it was posted, so that all have an order."""


def moment(at: datetime) -> float:
    """A point in time, in half-lives since the epoch."""
    return (at - EPOCH) / HALF_LIFE


def beginning(posted_at: datetime) -> float:
    """The value of an idea without votes."""
    return moment(posted_at) + log2(_BEGINNING)


def with_vote(rising: float, *, at: datetime, weight: float = 1.0) -> float:
    """The value after one more vote."""
    return _sum_in_logs(rising, moment(at) + log2(weight))


def rising_of(posted_at: datetime, votes: Iterable[tuple[datetime, float]]) -> float:
    """The value from all votes, each with its weight."""
    value = beginning(posted_at)
    for at, weight in votes:
        value = with_vote(value, at=at, weight=weight)
    return value


def recent_votes(rising: float, now: datetime) -> float:
    """What the value means today: how many votes of this very moment would weigh as much."""
    return exp2(min(rising - moment(now), 40.0))


def _sum_in_logs(one: float, other: float) -> float:
    """log2(2^one + 2^other), without leaving the numbers that a float can hold."""
    high, low = max(one, other), min(one, other)
    return high + log2(1.0 + exp2(low - high))
