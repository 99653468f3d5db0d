"""The promise and its figures in words a person would say."""

from __future__ import annotations

from datetime import date, timedelta

from django.utils.dateformat import format as format_date
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from klankbord.conversations.score import Length
from klankbord.people.models import Organisation
from klankbord.people.opening_hours import OpeningHours
from klankbord.people.opening_words import open_length, usual_day


def promise_in_words(organisation: Organisation) -> str:
    """`within one working day`: a working day is as long as the house is open on most days."""
    day = usual_day(organisation.opening_hours)
    if not day:  # without opening hours there is no moment to promise
        return _("as soon as we can")
    promised = timedelta(minutes=organisation.promise_minutes)
    if promised % day == timedelta():
        days = promised // day
        if days == 1:
            return _("within one working day")
        return ngettext("within %(count)s working day", "within %(count)s working days", days) % {"count": days}
    return _("within %(span)s of opening time") % {"span": _promised_length(promised)}


def _promised_length(span: timedelta) -> str:
    """`25 min`, `30 hours`: a promise is told exactly, also where that is no whole day."""
    minutes = round(span.total_seconds() / 60)
    if minutes < 60:
        return _("%(count)s min") % {"count": max(1, minutes)}
    hours = round(minutes / 60)
    return ngettext("%(count)s hour", "%(count)s hours", hours) % {"count": hours}


def median_in_words(hours: OpeningHours, length: Length | None) -> str:
    """`3 hours`, or `more than 3 hours` while somebody in the faster half still waits; a dash for nothing."""
    if length is None:
        return "–"
    words = open_length(hours, length.span)
    return _("more than %(span)s") % {"span": words} if length.at_least else words


def median_line(hours: OpeningHours, length: Length | None) -> str:
    """The middle in one sentence; empty for nothing."""
    if length is None:
        return ""
    words = {"span": open_length(hours, length.span)}
    if length.at_least:
        return _("Half waited longer than %(span)s, or still wait.") % words
    return _("Half had an answer within %(span)s.") % words


def slowest_in_words(hours: OpeningHours, length: Length | None) -> str:
    """What one in ten waited longer than; true as well while they still wait."""
    return open_length(hours, length.span) if length else "–"


def day_words(day: date) -> str:
    """`4 March`."""
    return format_date(day, pgettext("date format", "j F"))


def size_words(size: int) -> str:
    """A number of bytes as people know it: `88 kB`, `3 MB`."""
    if not size:
        return _("empty")
    if size < 1_000_000:
        return _("%(count)s kB") % {"count": max(1, round(size / 1000))}
    return _("%(count)s MB") % {"count": round(size / 1_000_000)}
