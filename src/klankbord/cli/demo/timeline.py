"""When each message of the demo was said, counted back from now.

Staff only speak in opening hours, customers at any time, and nothing lies ahead of us: whenever the demo starts, its
clocks stand as they were meant to.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from klankbord.cli.demo.material import Conversation, DueIn, OnDay, Organisation, WorkingAgo
from klankbord.people.opening_hours import OpeningHours

_DAY = timedelta(days=1)


def moments(conversation: Conversation, organisation: Organisation, now: datetime) -> tuple[datetime, ...]:
    """The moment of each message of `conversation`, in UTC, in their order, none after `now` (aware).

    A conversation on a fixed day that would not be over yet, because the house was closed in between, happened as
    many days earlier as it takes.
    """
    zone = organisation.hours.zone
    today = now.astimezone(zone).date()
    hours = organisation.hours.reckoning(today)
    match conversation.arrived:
        case OnDay(days, at):
            said = _said(conversation, datetime.combine(today - days * _DAY, at, zone), hours)
            while said[-1] > now:
                days += 1
                said = _said(conversation, datetime.combine(today - days * _DAY, at, zone), hours)
            return said
        case WorkingAgo(minutes):
            return _said(conversation, before(now, timedelta(minutes=minutes), hours), hours)
        case DueIn(minutes):
            worked = timedelta(minutes=organisation.promise_minutes - minutes)
            return _said(conversation, before(now, worked, hours), hours)


def before(moment: datetime, work: timedelta, hours: OpeningHours) -> datetime:
    """The moment (UTC) since which there has been `work` of opening time until `moment`; some day must be open."""
    left, day = work, moment.astimezone(hours.zone).date()
    while True:
        for begin, end in reversed(hours.spans(day)):
            until = min(end, moment)
            if until - begin >= left:
                return (until - left).astimezone(UTC)
            left -= max(until - begin, timedelta(0))
        day -= _DAY


def _said(conversation: Conversation, first: datetime, hours: OpeningHours) -> tuple[datetime, ...]:
    said = [first.astimezone(UTC)]
    for message in conversation.messages[1:]:
        last = said[-1]
        answered = hours.add(last, message.after) if message.author else last + message.after
        said.append(answered or last)
    return tuple(said)
