"""The promise and its figures in words a person would say."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta

from django.utils.dateformat import format as format_date
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from klankbord.people.models import Organisation
from klankbord.people.opening_hours import OpeningHours
from klankbord.portal.score import Length


def promise_in_words(organisation: Organisation) -> str:
    """`within one working day`: a working day is as long as the house is open on most days."""
    day = _usual_day(organisation.opening_hours)
    if not day:  # without opening hours there is no moment to promise
        return _("as soon as we can")
    promised = timedelta(minutes=organisation.promise_minutes)
    if promised % day == timedelta():
        days = promised // day
        if days == 1:
            return _("within one working day")
        return ngettext("within %(count)s working day", "within %(count)s working days", days) % {"count": days}
    return _("within %(span)s of opening time") % {"span": open_length(promised)}


def _usual_day(hours: OpeningHours) -> timedelta:
    def minutes(opens_hour: int, opens_minute: int, closes_hour: int, closes_minute: int) -> int:
        end = (closes_hour * 60 + closes_minute) or 24 * 60
        return end - (opens_hour * 60 + opens_minute)

    lengths = [
        sum(minutes(opens.hour, opens.minute, closes.hour, closes.minute) for opens, closes in spans)
        for spans in hours.week.values()
        if spans
    ]
    return timedelta(minutes=Counter(lengths).most_common(1)[0][0]) if lengths else timedelta()


def open_length(span: timedelta) -> str:
    """A length of opening time: `25 min`, `3 hours`. Never in days, as a day of opening time is not 24 hours."""
    minutes = round(span.total_seconds() / 60)
    if minutes < 60:
        return _("%(count)s min") % {"count": max(1, minutes)}
    hours = round(minutes / 60)
    return ngettext("%(count)s hour", "%(count)s hours", hours) % {"count": hours}


def median_in_words(length: Length | None) -> str:
    """`3 hours`, or `more than 3 hours` while somebody in the faster half still waits; a dash for nothing."""
    if length is None:
        return "–"
    words = open_length(length.span)
    return _("more than %(span)s") % {"span": words} if length.at_least else words


def median_line(length: Length | None) -> str:
    """The middle in one sentence; empty for nothing."""
    if length is None:
        return ""
    words = {"span": open_length(length.span)}
    if length.at_least:
        return _("Half waited longer than %(span)s, or still wait.") % words
    return _("Half had an answer within %(span)s.") % words


def slowest_in_words(length: Length | None) -> str:
    """What one in ten waited longer than; true as well while they still wait."""
    return open_length(length.span) if length else "–"


def day_words(day: date) -> str:
    """`4 March`."""
    return format_date(day, pgettext("date format", "j F"))


def size_words(size: int) -> str:
    """A number of bytes as people know it: `88 kB`, `3 MB`."""
    if size < 1_000_000:
        return _("%(count)s kB") % {"count": max(1, round(size / 1000))}
    return _("%(count)s MB") % {"count": round(size / 1_000_000)}
