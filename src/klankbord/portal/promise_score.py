"""The promise's score as everybody may see it: lately, and week by week."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from klankbord import clock
from klankbord.conversations.score import Score, Wait, score
from klankbord.conversations.waits import waits_due_between
from klankbord.people.models import Organisation

PERIOD = timedelta(days=30)
WEEKS = 12


@dataclass(frozen=True, slots=True)
class Week:
    """The score of the answers that were due in one week. `ends` is its Sunday; the running week is not over."""

    begins: date
    ends: date
    score: Score
    is_running: bool


def recent_score(organisation: Organisation) -> Score:
    """The score of the last 30 days."""
    now = clock.now()
    return score(waits_due_between(organisation.pk, now - PERIOD, now), organisation.opening_hours, now)


def weekly_scores(organisation: Organisation) -> list[Week]:
    """The score of each of the last twelve weeks, Monday to Sunday, the running one included; oldest first."""
    now, zone = clock.now(), organisation.zone
    today = now.astimezone(zone).date()
    monday = today - timedelta(days=today.weekday())
    first = monday - timedelta(weeks=WEEKS - 1)
    begin = datetime.combine(first, datetime.min.time(), zone) - timedelta(microseconds=1)
    by_week: dict[date, list[Wait]] = {first + timedelta(weeks=number): [] for number in range(WEEKS)}
    for wait in waits_due_between(organisation.pk, begin, now):
        day = wait.due_at.astimezone(zone).date()
        by_week[day - timedelta(days=day.weekday())].append(wait)
    return [
        Week(week, week + timedelta(days=6), score(waits, organisation.opening_hours, now), is_running=week == monday)
        for week, waits in by_week.items()
    ]
