"""Moments in words: "10.12 uur", "gisteren", "nog 25 min", in the active language and time zone.

Every function takes an aware `datetime` and reads the time of now from the one clock. The formats themselves are
messages of the catalogue (with the context "date format"), so that a further language is a file and no code.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from django.utils import timezone
from django.utils.dateformat import format as format_date
from django.utils.translation import gettext, ngettext, pgettext

from klankbord import clock

_JUST_NOW = timedelta(minutes=1)
_HOUR = timedelta(hours=1)
_DAY = timedelta(days=1)
_BLINK = timedelta(microseconds=1)


def _here(moment: datetime) -> datetime:
    return timezone.localtime(moment)


def _days_away(moment: datetime) -> int:
    """Calendar days from today; negative in the past."""
    return (_here(moment).date() - _here(clock.now()).date()).days


def hour(moment: datetime) -> str:
    """The bare time: "10:12", in Dutch "10.12"."""
    # Translators: how a time of day is written, in Django's date letters; in Dutch "H.i".
    return format_date(_here(moment), pgettext("date format", "H:i"))


def clock_time(moment: datetime) -> str:
    """The time of day as one says it: "10:12", in Dutch "10.12 uur"."""
    return pgettext("time of day", "%(hour)s") % {"hour": hour(moment)}


def day(moment: datetime) -> str:
    """The day: "today", "yesterday", "tomorrow", "4 March", with the year if it is another."""
    away = _days_away(moment)
    named = {0: gettext("today"), -1: gettext("yesterday"), 1: gettext("tomorrow")}
    if away in named:
        return named[away]
    local = _here(moment)
    if local.year == _here(clock.now()).year:
        return format_date(local, pgettext("date format", "j F"))
    return format_date(local, pgettext("date format", "j F Y"))


def last_day(end: datetime) -> str:
    """The last day on which something is still so that ends at this moment, which may be the next midnight."""
    return day(end - _BLINK)


def moment_in_words(moment: datetime) -> str:
    """Day and time, as they stand in a sentence: "today 10:12", in Dutch "vandaag 10.12 uur"."""
    return _day_and(clock_time(moment), moment)


def _day_and(time_of_day: str, moment: datetime) -> str:
    return gettext("%(day)s %(hour)s") % {"day": day(moment), "hour": time_of_day}


def length(span: timedelta) -> str:
    """A span in its largest unit, rounded down: "25 min", "3 hours", "2 days". Less than a minute counts as one."""
    if span < _HOUR:
        minutes = max(1, int(span.total_seconds() // 60))
        return gettext("%(count)s min") % {"count": minutes}
    if span < _DAY:
        hours = int(span / _HOUR)
        return ngettext("%(count)s hour", "%(count)s hours", hours) % {"count": hours}
    days = span.days
    return ngettext("%(count)s day", "%(count)s days", days) % {"count": days}


def ago(moment: datetime, *, in_sentence: bool = False) -> str:
    """How long ago: "just now", "5 min ago", "3 hours ago", "yesterday 10:12", from two days back the day.

    Beside other things "gisteren 10.12" is enough in Dutch; `in_sentence` it is "gisteren 10.12 uur".
    """
    past = clock.now() - moment
    if past < _JUST_NOW:
        return gettext("just now")
    away = _days_away(moment)
    if past < _HOUR or away == 0:
        return gettext("%(span)s ago") % {"span": length(past)}
    if away == -1:
        return moment_in_words(moment) if in_sentence else _day_and(hour(moment), moment)
    if away > -7:
        return format_date(_here(moment), "l")
    return day(moment)


def duration(due: datetime) -> str:
    """How long still until `due`: "25 min left", "3 hours left", "tomorrow", "Friday", or "2 hours late"."""
    left = due - clock.now()
    if left < timedelta(0):
        return gettext("%(span)s late") % {"span": length(-left)}
    away = _days_away(due)
    if away == 0 or left < _HOUR:
        return gettext("%(span)s left") % {"span": length(left)}
    if 1 < away < 7:
        return format_date(_here(due), "l")
    return day(due)


def urgency(due: datetime) -> str:
    """`late`, `soon` (within the hour) or an empty text: the colour of a clock."""
    left = due - clock.now()
    if left < timedelta(0):
        return "late"
    return "soon" if left <= _HOUR else ""


def share_used(since: datetime, due: datetime) -> float:
    """The share of the time between `since` and `due` that is gone, 0 to 1, for a ring without opening hours."""
    whole = (due - since).total_seconds()
    gone = (clock.now() - since).total_seconds()
    return max(0.0, min(1.0, gone / whole)) if whole > 0 else 1.0
