"""When we are there and how to reach us: on the home page, and the search box's first answer to who asks it, or
asks for one of us by name.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from klankbord.participation.asked_for import Colleague, asks_to_reach, colleagues_asked_for
from klankbord.people.models import ClosedDay, Organisation
from klankbord.people.opening_words import now_line, week_rows

_AHEAD = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Reach:
    """Opening hours and address in words; phone and e-mail stand on the organisation. `people` were asked for."""

    is_open: bool
    now_line: str
    week: list[tuple[str, str]]
    closed_days: list[ClosedDay]
    address_lines: list[str]
    people: Sequence[Colleague] = ()


def how_to_reach(organisation: Organisation, now: datetime) -> Reach:
    """All that is known of it, in the active language."""
    hours = organisation.opening_hours
    return Reach(
        is_open=hours.is_open(now),
        now_line=now_line(hours, now),
        week=week_rows(hours),
        closed_days=_closed_days(organisation, now),
        address_lines=[line for line in organisation.visiting_address.splitlines() if line.strip()],
    )


def answer_of_the_house(organisation: Organisation, text: str, now: datetime) -> Reach | None:
    """What a search for opening hours, phone, address or one of us is answered with; None for a search for anything
    else.
    """
    people = colleagues_asked_for(organisation, text)
    if not people and not asks_to_reach(organisation, text):
        return None
    found = replace(how_to_reach(organisation, now), people=people)
    return found if people or found.week or found.address_lines or organisation.phone or organisation.email else None


def _closed_days(organisation: Organisation, now: datetime) -> list[ClosedDay]:
    """Days in the next month on which it is closed though it is usually open."""
    today = now.astimezone(organisation.zone).date()
    rows = ClosedDay.objects.of(organisation).filter(day__gte=today, day__lte=today + _AHEAD).order_by("day")
    return [row for row in rows if organisation.opening_hours.week.get(row.day.weekday())]
