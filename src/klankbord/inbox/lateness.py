"""How late an answer is, as the promise counts: in opening time. A night or a weekend makes nobody later."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.utils.translation import gettext as _

from klankbord import clock
from klankbord.design import moments
from klankbord.people.opening_hours import OpeningHours

_COUNTED_EXACTLY = timedelta(days=30)
_A_DAY = timedelta(days=1)


def lateness(hours: OpeningHours, due: datetime | None) -> str:
    """How late in words, a "day" being as much time as one day of opening; empty while it is not late."""
    now = clock.now()
    if due is None or due >= now:
        return ""
    return _("%(span)s late") % {"span": moments.length(_in_days_of_opening(hours, due, now))}


def _in_days_of_opening(hours: OpeningHours, due: datetime, now: datetime) -> timedelta:
    """Opening time since `due`, in which a whole day of opening counts as 24 hours; what is less stays as it is."""
    if now - due > _COUNTED_EXACTLY:  # who waits for weeks is counted in days on which it was open
        return max(_A_DAY, _A_DAY * _days_open(hours, due, now))
    late = hours.between(due, now)
    day = _day_of_opening(hours)
    return max(timedelta(), late if late < day else _A_DAY * (late // day))


def _day_of_opening(hours: OpeningHours) -> timedelta:
    """How long it is open on a day on which it is, taken over the week."""
    spans = [span for day in hours.week.values() for span in day]
    minutes = sum(
        ((closes.hour * 60 + closes.minute) or 1440) - opens.hour * 60 - opens.minute for opens, closes in spans
    )
    days = sum(1 for day in hours.week.values() if day)
    return timedelta(minutes=minutes / days) if minutes > 0 else _A_DAY


def _days_open(hours: OpeningHours, due: datetime, now: datetime) -> int:
    first, last = due.astimezone(hours.zone).date(), now.astimezone(hours.zone).date()
    ahead = ((first + timedelta(days=number)) for number in range(1, (last - first).days + 1))
    return sum(1 for day in ahead if hours.week.get(day.weekday()) and day not in hours.closed)
