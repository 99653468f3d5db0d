"""The arithmetic of opening hours: when is it due if one works only while the doors are open. No database here."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

MOST_DAYS = 730
"""How far ahead an answer is looked for; an organisation that never opens has no due moment."""


@dataclass(frozen=True, slots=True)
class OpeningHours:
    """When an organisation is open.

    Attributes:
        zone: The organisation's time zone; hours are its wall clock, also across a change of summer time.
        week: For each weekday (Monday is 0) the spans `(opens, closes)` in order; an absent day is closed.
        closed: Dates on which it stays closed.
    """

    zone: ZoneInfo
    week: Mapping[int, Sequence[tuple[time, time]]] = field(default_factory=dict)
    closed: Collection[date] = frozenset()

    def spans(self, day: date) -> list[tuple[datetime, datetime]]:
        """The moments (UTC) between which it is open on `day`."""
        if day in self.closed:
            return []
        found = []
        for opens, closes in self.week.get(day.weekday(), ()):
            begin = datetime.combine(day, opens, self.zone).astimezone(UTC)
            end_day = day + timedelta(days=1) if closes == time(0) else day
            found.append((begin, datetime.combine(end_day, closes, self.zone).astimezone(UTC)))
        return found

    def is_open(self, moment: datetime) -> bool:
        """Whether it is open at `moment`."""
        return self.closes_at(moment) is not None

    def closes_at(self, moment: datetime) -> datetime | None:
        """When it closes if it is open at `moment`, else None."""
        for begin, end in self.spans(moment.astimezone(self.zone).date()):
            if begin <= moment < end:
                return end
        return None

    def opens_after(self, moment: datetime) -> datetime | None:
        """The next opening after `moment`, or None when it never opens within two years."""
        day = moment.astimezone(self.zone).date()
        for ahead in range(MOST_DAYS):
            for begin, _ in self.spans(day + timedelta(days=ahead)):
                if begin > moment:
                    return begin
        return None

    def add(self, start: datetime, work: timedelta) -> datetime | None:
        """The moment at which `work` of opening time has passed since `start`; None when it never does."""
        left = work
        day = start.astimezone(self.zone).date()
        for ahead in range(MOST_DAYS):
            for begin, end in self.spans(day + timedelta(days=ahead)):
                if end <= start:
                    continue
                span = end - max(begin, start)
                if span >= left:
                    return end - span + left
                left -= span
        return None

    def between(self, start: datetime, end: datetime) -> timedelta:
        """How much opening time lies between two moments; zero when `end` is not after `start`."""
        total = timedelta()
        day = start.astimezone(self.zone).date()
        last = end.astimezone(self.zone).date()
        while day <= last:
            for opens, closes in self.spans(day):
                overlap = min(closes, end) - max(opens, start)
                if overlap > timedelta():
                    total += overlap
            day += timedelta(days=1)
        return total
