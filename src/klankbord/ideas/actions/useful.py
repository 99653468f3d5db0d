"""Saying that a reaction to an idea is useful. One person, one vote."""

from __future__ import annotations

from django.db import transaction

from klankbord.conversations.models import Message
from klankbord.ideas.models import Idea
from klankbord.ideas.refusals import BoardClosed
from klankbord.participation.actions import cast_vote, refuse_own, withdraw_vote
from klankbord.people.models import Person


@transaction.atomic
def find_useful(*, idea: Idea, reaction: Message, person: Person, place: str = "") -> bool:
    """Count `person` for what was said about the idea, once however often. False: they counted.

    Raises:
        BoardClosed: the round is over.
        OwnWords: they said it.
    """
    if not idea.root.board.is_open():
        raise BoardClosed
    refuse_own(reaction, person)
    return cast_vote(message=reaction, person=person, place=place)


@transaction.atomic
def find_no_longer_useful(*, reaction: Message, person: Person) -> bool:
    """Take that back. False: they did not count."""
    return withdraw_vote(message=reaction, person=person)
