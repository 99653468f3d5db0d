"""How late an answer is and how long a wait was, as the promise counts: in opening time. A night makes nobody later."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.utils.translation import gettext as _

from klankbord import clock
from klankbord.conversations.score import Length
from klankbord.design import moments
from klankbord.people.opening_hours import OpeningHours
from klankbord.people.opening_words import open_length, with_days_of_opening

_COUNTED_EXACTLY = timedelta(days=30)
_A_DAY = timedelta(days=1)


def lateness(hours: OpeningHours, due: datetime | None) -> str:
    """How late in words, a "day" being as much time as one day of opening; empty while it is not late."""
    now = clock.now()
    if due is None or due >= now:
        return ""
    return _("%(span)s late") % {"span": moments.length(_in_days_of_opening(hours, due, now))}


def wait_in_words(hours: OpeningHours, length: Length) -> str:
    """`3 hours`, or `more than 3 hours` while somebody among those still waits."""
    words = open_length(hours, length.span)
    return _("more than %(span)s") % {"span": words} if length.at_least else words


def _in_days_of_opening(hours: OpeningHours, due: datetime, now: datetime) -> timedelta:
    """Opening time since `due`, in which a whole day of opening counts as 24 hours; what is less stays as it is."""
    if now - due > _COUNTED_EXACTLY:  # who waits for weeks is counted in days on which it was open
        return max(_A_DAY, _A_DAY * _days_open(hours, due, now))
    return max(timedelta(), with_days_of_opening(hours, hours.between(due, now)))


def _days_open(hours: OpeningHours, due: datetime, now: datetime) -> int:
    """Days after the one on which it was due, without counting them one by one: an archive has waits of years."""
    first, last = due.astimezone(hours.zone).date(), now.astimezone(hours.zone).date()
    weeks, rest = divmod((last - first).days, 7)
    open_on = [bool(hours.week.get(weekday)) for weekday in range(7)]
    beyond = sum(open_on[(first.weekday() + ahead) % 7] for ahead in range(1, rest + 1))
    closed = sum(1 for day in hours.closed if first < day <= last and open_on[day.weekday()])
    return weeks * sum(open_on) + beyond - closed
