"""Reading the promise's score out of the rows that kept it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from klankbord import clock
from klankbord.conversations.models import Promise
from klankbord.people.models import Organisation
from klankbord.portal.score import Score, Wait, score

PERIOD = timedelta(days=30)
WEEKS = 12


@dataclass(frozen=True, slots=True)
class Week:
    """The score of the answers that were due in one week. `ends` is its Sunday; the running week is not over."""

    begins: date
    ends: date
    score: Score
    is_running: bool


def waits_due_between(organisation: Organisation, first: datetime, last: datetime) -> list[Wait]:
    """The waits whose answer was due after `first` and not after `last`. Those that needed no answer are left out.

    They are taken by when the answer was due and not by when it came: so each wait counts once, however late it is
    answered, and nobody falls out by never being answered.
    """
    rows = Promise.objects.of(organisation).filter(due_at__gt=first, due_at__lte=last, dropped_at__isnull=True)
    found = rows.values_list("began_at", "due_at", "answered_at")
    return [Wait(began, due, answered) for began, due, answered in found if due is not None]


def recent_score(organisation: Organisation) -> Score:
    """The score of the last 30 days."""
    now = clock.now()
    return score(waits_due_between(organisation, now - PERIOD, now), organisation.opening_hours, now)


def weekly_scores(organisation: Organisation) -> list[Week]:
    """The score of each of the last twelve weeks, Monday to Sunday, the running one included; oldest first."""
    now, zone = clock.now(), organisation.zone
    today = now.astimezone(zone).date()
    monday = today - timedelta(days=today.weekday())
    first = monday - timedelta(weeks=WEEKS - 1)
    begin = datetime.combine(first, datetime.min.time(), zone) - timedelta(microseconds=1)
    by_week: dict[date, list[Wait]] = {first + timedelta(weeks=number): [] for number in range(WEEKS)}
    for wait in waits_due_between(organisation, begin, now):
        day = wait.due_at.astimezone(zone).date()
        by_week[day - timedelta(days=day.weekday())].append(wait)
    return [
        Week(week, week + timedelta(days=6), score(waits, organisation.opening_hours, now), is_running=week == monday)
        for week, waits in by_week.items()
    ]
