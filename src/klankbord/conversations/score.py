"""The arithmetic of the promise's score. No database here; what each figure means is written in docs/promise.md."""

from __future__ import annotations

import math
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from klankbord.people.opening_hours import OpeningHours

FEWEST_SHOWN = 10
"""Below this many nothing is shown: one answer more or less would change the figure by more than a tenth."""
FEWEST_FIRM = 30
"""Below this many a figure is marked as indicative."""
_Z = 1.959963984540054
"""The normal deviate of a 95 % interval."""


@dataclass(frozen=True, slots=True)
class Wait:
    """One person's wait: when it began, when the answer was due, when it came (None: not yet)."""

    began_at: datetime
    due_at: datetime
    answered_at: datetime | None


@dataclass(frozen=True, slots=True)
class Length:
    """A length of time; `at_least` when somebody in it still waits, so that the true figure is larger."""

    span: timedelta
    at_least: bool = False


@dataclass(frozen=True, slots=True)
class Score:
    """How a promise was kept.

    Attributes:
        n: Answers that were due.
        in_time: How many of them came in time.
        unanswered: How many have not come at all.
        median: Half were answered within this opening time; None without waits.
        slowest_tenth: One in ten took longer than this opening time; None without waits.
    """

    n: int
    in_time: int
    unanswered: int
    median: Length | None
    slowest_tenth: Length | None

    @property
    def is_shown(self) -> bool:
        """Whether there are enough to say anything."""
        return self.n >= FEWEST_SHOWN

    @property
    def is_indicative(self) -> bool:
        """Whether there are so few that it is an indication only."""
        return self.n < FEWEST_FIRM

    @property
    def percent(self) -> int:
        """The share in time in whole percents; 100 only when all were, 0 only when none was."""
        if not self.n:
            return 0
        share = round(100 * self.in_time / self.n)
        return min(share, 99) if self.in_time < self.n else 100 if self.n == self.in_time else share

    @property
    def interval(self) -> tuple[int, int]:
        """Between which percents the share lies with 95 % certainty, rounded outwards."""
        return percents(self.in_time, self.n)


def percents(hits: int, n: int) -> tuple[int, int]:
    """The 95 % score interval of a share in whole per cents, rounded outwards."""
    low, high = wilson(hits, n)
    # The rounding takes away what is only noise of the floating point.
    return math.floor(round(low * 100, 9)), math.ceil(round(high * 100, 9))


def wilson(hits: int, n: int) -> tuple[float, float]:
    """The 95 % score interval of a share, 0 to 1 (E. B. Wilson, 1927); (0, 1) when nothing was counted.

    It is honest for few cases and for shares near 0 and 1, where the usual formula gives nonsense.
    """
    if not n:
        return 0.0, 1.0
    share, z2 = hits / n, _Z * _Z
    middle = (share + z2 / (2 * n)) / (1 + z2 / n)
    half = _Z / (1 + z2 / n) * math.sqrt(share * (1 - share) / n + z2 / (4 * n * n))
    return max(0.0, middle - half), min(1.0, middle + half)


class OpenTime:
    """Opening time between two moments, counted once for a period so that thousands of waits can ask."""

    def __init__(self, hours: OpeningHours, first: datetime, last: datetime) -> None:
        self._begins: list[datetime] = []
        self._ends: list[datetime] = []
        self._before: list[timedelta] = []
        total = timedelta()
        day, end = first.astimezone(hours.zone).date(), last.astimezone(hours.zone).date()
        while day <= end:
            for opens, closes in hours.spans(day):
                self._begins.append(opens)
                self._ends.append(closes)
                self._before.append(total)
                total += closes - opens
            day += timedelta(days=1)

    def between(self, start: datetime, end: datetime) -> timedelta:
        """How much opening time lies between; both must be within the period."""
        return max(self._until(end) - self._until(start), timedelta())

    def _until(self, moment: datetime) -> timedelta:
        place = bisect_right(self._begins, moment) - 1
        if place < 0:
            return timedelta()
        return self._before[place] + min(moment, self._ends[place]) - self._begins[place]


def score(waits: Sequence[Wait], hours: OpeningHours, now: datetime) -> Score:
    """The score of `waits` as it is `now`. Who still waits has waited until now, and counts as late."""
    if not waits:
        return Score(0, 0, 0, None, None)
    time = OpenTime(hours, min(wait.began_at for wait in waits), now)
    lengths = sorted(
        ((time.between(wait.began_at, wait.answered_at or now), wait.answered_at is None) for wait in waits),
        key=lambda length: length[0],
    )
    waiting = [span for span, is_waiting in lengths if is_waiting]
    in_time = sum(wait.answered_at is not None and wait.answered_at <= wait.due_at for wait in waits)

    def at(share: float) -> Length:
        """The nearest rank: the smallest wait that at least `share` of all do not exceed."""
        span, _ = lengths[math.ceil(share * len(lengths)) - 1]
        return Length(span, at_least=any(other <= span for other in waiting))

    return Score(len(waits), in_time, len(waiting), at(0.5), at(0.9))
