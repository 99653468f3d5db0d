"""Changing and taking back what one said: an idea, or a reaction to one. What stood there stays to be seen."""

from __future__ import annotations

from django.db import transaction

from klankbord.conversations.actions.speak_publicly import withdraw_publicly
from klankbord.conversations.models import Message
from klankbord.design.writing import has_no_word
from klankbord.ideas.counting import count_reactions, hold
from klankbord.ideas.models import Idea
from klankbord.ideas.refusals import BoardClosed, NoTitle, OthersWantIt
from klankbord.participation.actions import is_own, revise
from klankbord.participation.contract import NotYoursToChange
from klankbord.people.models import Membership, Person, Role


def may_change(*, message: Message, person: Person, membership: Membership | None) -> bool:
    """Whether this person may change what it says: their own, and anything for a moderator."""
    return is_own(message, person) or (membership is not None and membership.may(Role.MODERATOR))


@transaction.atomic
def change_words(
    *,
    idea: Idea,
    message: Message,
    by: Person,
    text: str,
    title: str | None = None,
    membership: Membership | None = None,
    reason: str = "",
) -> bool:
    """Change what an idea (with `title`) or a reaction says. False when nothing changed.

    Raises:
        NotYoursToChange: see `may_change`.
        BoardClosed: the round is over, and `by` does not work here.
        NoTitle, NothingWritten, TooLong: the words.
    """
    if not may_change(message=message, person=by, membership=membership):
        raise NotYoursToChange
    if membership is None and not idea.root.board.is_open():
        raise BoardClosed
    is_opening = message.pk == idea.opening_id
    if is_opening and has_no_word(title or ""):
        raise NoTitle
    subject = " ".join((title or "").split()) if is_opening else None
    return revise(message=message, by=by, text=text, subject=subject, reason=reason) is not None


@transaction.atomic
def take_back(*, idea: Idea, message: Message, by: Person) -> bool:
    """The author takes a reaction back; or an idea, as long as it is nobody else's too. False: it was taken back.

    Raises:
        NotYoursToChange: somebody else wrote it.
        OthersWantIt: others voted for the idea, or said something about it.
    """
    if not is_own(message, by):
        raise NotYoursToChange
    row = hold(idea.root)
    if message.pk == idea.opening_id and (row.pk != idea.pk or row.score > 1 or row.comments or row.absorbed):
        raise OthersWantIt
    if not withdraw_publicly(message=message):
        return False
    count_reactions(row)
    return True
