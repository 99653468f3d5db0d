"""Opening hours and opening time in words: `Open today until 20:00`, `Mon-Sat 9:00-20:00`, `3 hours`, `2 days`."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta

from django.utils.dateformat import format as format_date
from django.utils.dates import WEEKDAYS, WEEKDAYS_ABBR
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from klankbord.design import moments
from klankbord.people.opening_hours import OpeningHours

_A_DAY = timedelta(days=1)

type Spans = tuple[tuple[time, time], ...]


def now_line(hours: OpeningHours, moment: datetime) -> str:
    """Whether it is open at `moment` and until when, or when it opens; empty for one that never opens."""
    closes = hours.closes_at(moment)
    if closes is not None:
        return _("Open today until %(time)s") % {"time": _at(closes, hours)}
    opens = hours.opens_after(moment)
    if opens is None:
        return ""
    day, today = opens.astimezone(hours.zone).date(), moment.astimezone(hours.zone).date()
    values = {"time": _at(opens, hours), "day": _day(opens, hours)}
    if day == today:
        return _("Open today from %(time)s") % values
    if day == today + timedelta(days=1):
        return _("Closed now. Open tomorrow from %(time)s") % values
    return _("Closed now. Open again %(day)s from %(time)s") % values


def open_length(hours: OpeningHours, span: timedelta) -> str:
    """A length of opening time, in the unit in which everybody is told of it: `25 min`, `3 hours`, `2 days`."""
    return moments.length(with_days_of_opening(hours, span))


def with_days_of_opening(hours: OpeningHours, span: timedelta) -> timedelta:
    """The same opening time, in which each whole day of opening counts as 24 hours; less than one stays as it is."""
    day = usual_day(hours) or _A_DAY
    return span if span < day else _A_DAY * (span // day)


def usual_day(hours: OpeningHours) -> timedelta:
    """How long it is open on most of the days on which it is: a working day. Nothing for one that never opens."""
    lengths = [
        sum(_minutes(closes) - opens.hour * 60 - opens.minute for opens, closes in spans)
        for spans in hours.week.values()
        if spans
    ]
    return timedelta(minutes=Counter(lengths).most_common(1)[0][0]) if lengths else timedelta()


def _minutes(closes: time) -> int:
    return (closes.hour * 60 + closes.minute) or 24 * 60


def _at(moment: datetime, hours: OpeningHours) -> str:
    return pgettext("time of day", "%(hour)s") % {"hour": _hour(moment.astimezone(hours.zone).time())}


def _day(moment: datetime, hours: OpeningHours) -> str:
    local = moment.astimezone(hours.zone)
    return format_date(local, pgettext("date format", "l j F"))


def next_change(hours: OpeningHours, moment: datetime) -> datetime:
    """When what `now_line` says stops being true at the latest: closing, opening or midnight."""
    local = moment.astimezone(hours.zone)
    midnight = datetime.combine(local.date() + timedelta(days=1), time(0), hours.zone)
    found = [midnight, hours.closes_at(moment), hours.opens_after(moment)]
    return min(each for each in found if each is not None)


def week_rows(hours: OpeningHours) -> list[tuple[str, str]]:
    """The week in full: `("Monday to Saturday", "9:00 to 20:00")`, neighbouring days with the same hours together."""
    rows: list[tuple[str, str]] = []
    if not any(hours.week.values()):  # hours that nobody filled in are not "always closed"
        return rows
    for first, last, spans in _groups(hours):
        days = str(WEEKDAYS[first])
        if last == first + 1:
            days = _("%(first)s and %(last)s") % {"first": days, "last": WEEKDAYS[last]}
        elif last > first:
            days = _("%(first)s to %(last)s") % {"first": days, "last": WEEKDAYS[last]}
        rows.append((days, _(" and ").join(_full(*span) for span in spans) or _("closed")))
    return rows


def week_line(hours: OpeningHours) -> str:
    """The week in one short line, days that it is open only: `Mon-Sat 9:00-20:00`."""
    parts = []
    for first, last, spans in _groups(hours):
        if spans:
            days = str(WEEKDAYS_ABBR[first]) if first == last else f"{WEEKDAYS_ABBR[first]}–{WEEKDAYS_ABBR[last]}"
            parts.append(f"{days} " + ", ".join(f"{_short(opens)}–{_short(closes)}" for opens, closes in spans))
    # Translators: opening hours in one line; Dutch adds "uur".
    return pgettext("opening hours in short", "%(hours)s") % {"hours": ", ".join(parts)} if parts else ""


def _groups(hours: OpeningHours) -> Iterator[tuple[int, int, Spans]]:
    first = 0
    for day in range(1, 8):
        spans = tuple(hours.week.get(first, ()))
        if day == 7 or tuple(hours.week.get(day, ())) != spans:
            yield first, day - 1, spans
            first = day


def _full(opens: time, closes: time) -> str:
    return _("%(opens)s to %(closes)s") % {
        "opens": _hour(opens),
        "closes": pgettext("time of day", "%(hour)s") % {"hour": _hour(closes)},
    }


def _hour(at: time) -> str:
    if at == time(0):  # as a closing time it is the day's end
        return pgettext("midnight as a closing time", "24:00")
    return format_date(datetime.combine(date.min, at), pgettext("date format", "G:i"))


def _short(at: time) -> str:
    return (
        _hour(at)
        if at.minute or at == time(0)
        else format_date(datetime.combine(date.min, at), pgettext("whole hour in short", "G:i"))
    )
