"""Putting two ideas together, and taking them apart again. No vote and no word moves, so that nothing can get lost."""

from __future__ import annotations

from django.db import transaction

from klankbord import clock
from klankbord.audit.actions import record
from klankbord.events.publish import publish
from klankbord.ideas.counting import count_anew, count_reactions, hold
from klankbord.ideas.events import IdeasMerged
from klankbord.ideas.models import Idea
from klankbord.ideas.refusals import CannotMerge
from klankbord.people.models import Membership


@transaction.atomic
def merge(*, idea: Idea, into: Idea, by: Membership) -> None:
    """Let `idea` go on as part of `into`: who voted for both counts once, from their first vote on.

    Votes, reactions and who contributed stay where they are and are shown and counted together. Twice is once.

    Raises:
        CannotMerge: the same idea, of two organisations, or between a private board and another.
    """
    if idea.organisation_id != into.organisation_id:
        raise CannotMerge
    first, second = sorted((idea, into), key=lambda each: each.pk)
    rows = {row.pk: row for row in (hold(first), hold(second))}  # always in the same order: no deadlock
    row, target = rows[idea.pk], rows[into.pk].root
    if row.merged_into_id is not None and row.root.pk == target.pk:
        return
    if row.pk == target.pk or row.is_merged or _apart(row, target):
        raise CannotMerge
    target = hold(target)
    row.merged_into, row.merged_at, row.in_lists = target, clock.now(), False
    row.save(update_fields=["merged_into", "merged_at", "in_lists"])
    target.absorbed += 1
    target.save(update_fields=["absorbed"])
    _count(target)
    _tell(row, target, by, apart=False)


@transaction.atomic
def unmerge(*, idea: Idea, by: Membership) -> None:
    """Let `idea` stand by itself again, with its own votes and reactions. Without effect when it does."""
    row = hold(idea)
    if row.merged_into is None:
        return
    target = hold(row.merged_into)
    row.merged_into, row.merged_at, row.in_lists = None, None, not row.board.is_private
    row.save(update_fields=["merged_into", "merged_at", "in_lists"])
    target.absorbed -= 1
    target.save(update_fields=["absorbed"])
    _count(row)
    _count(target)
    if target.is_merged:
        _count(hold(target.root))
    _tell(row, target, by, apart=True)


def _apart(one: Idea, other: Idea) -> bool:
    """Whether a panel's idea would come before everybody, or the other way round."""
    return one.board_id != other.board_id and (one.board.is_private or other.board.is_private)


def _count(idea: Idea) -> None:
    count_anew(idea)
    count_reactions(idea)


def _tell(idea: Idea, target: Idea, by: Membership, *, apart: bool) -> None:
    verb = "took_ideas_apart" if apart else "merged_ideas"
    record(organisation_id=idea.organisation_id, membership_id=by.pk, verb=verb, subject=idea, into=target.pk)
    publish(
        IdeasMerged(
            organisation_id=idea.organisation_id,
            idea_id=idea.pk,
            conversation_id=idea.conversation_id,
            into_id=target.pk,
            into_conversation_id=target.conversation_id,
            by_id=by.pk,
            apart=apart,
        )
    )
