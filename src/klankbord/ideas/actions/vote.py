"""Voting for an idea, and taking the vote back."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from klankbord import clock
from klankbord.ideas.bursts import Cast
from klankbord.ideas.counting import count_anew, count_more, family, hold, voters
from klankbord.ideas.models import Idea
from klankbord.ideas.refusals import BoardClosed
from klankbord.participation.actions import FRESH, cast_vote, withdraw_vote
from klankbord.people.models import Person


@transaction.atomic
def vote(*, idea: Idea, person: Person, place: str = "", at: datetime | None = None) -> bool:
    """Count `person` for this idea, or for the one that it went on in. False when they counted already.

    The counters change in the same transaction, under the row's lock: of fifty votes of one person at once one counts,
    and of five hundred persons at once all.

    Raises:
        BoardClosed: the board takes no votes now.
    """
    row, person = hold(idea.root), person.canonical
    moment = at or clock.now()
    if not row.board.is_open(moment):
        raise BoardClosed
    if row.absorbed and person.pk in voters(row):
        return False
    if not cast_vote(message=row.opening, person=person, place=place, at=moment):
        return False
    if row.absorbed:
        count_anew(row)
    else:
        count_more(row, [Cast(moment, place, moment - person.created_at < FRESH)])
    return True


@transaction.atomic
def unvote(*, idea: Idea, person: Person) -> bool:
    """Take the vote back, also one that was cast for something that was merged into the idea. False: there was none."""
    row = hold(idea.root)
    gone = [withdraw_vote(message=each.opening, person=person) for each in family(row)]
    if not any(gone):
        return False
    count_anew(row)
    return True
