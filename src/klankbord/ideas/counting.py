"""Counting votes and reactions: one more, or all of them anew. The only place that writes these counters."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from django.db import models
from django.db.models import Q

from klankbord.conversations.models import Message, MessageQuerySet
from klankbord.ideas.bursts import NETWORK_SPAN, NEW_SPAN, Burst, Cast, burst, next_weights, weights
from klankbord.ideas.models import Idea, StatusChange
from klankbord.ideas.rising import rising_of, with_vote
from klankbord.participation.models import Vote
from klankbord.people.models import Person


def hold(idea: Idea) -> Idea:
    """The idea's row, locked for the rest of the transaction and read anew."""
    rows = Idea.objects.of(idea.organisation_id).select_for_update(of=("self",))
    return rows.select_related("opening", "board", "conversation").get(pk=idea.pk)


def family(idea: Idea) -> list[Idea]:
    """The idea and everything that was merged into it, however deep."""
    found, layer = [idea], [idea] if idea.absorbed else []
    while layer:
        layer = list(Idea.objects.of(idea.organisation_id).filter(merged_into__in=layer).order_by("pk"))
        found += layer
    return found


def count_more(idea: Idea, casts: Sequence[Cast]) -> None:
    """Add votes of one moment that were just stored to a locked row into which nothing was merged."""
    moment = casts[0].at
    stored = Vote.objects.of(idea.organisation_id).on([idea.opening_id])
    near = {place: -count for place, count in Counter(cast.place for cast in casts).items() if place}
    if near:
        lately = stored.filter(at__gt=moment - NETWORK_SPAN, place__in=near)
        for place, count in lately.values_list("place").annotate(count=models.Count("pk")).order_by():
            near[place] += count
    new = -sum(cast.is_fresh for cast in casts)
    if new:
        new += stored.filter(at__gt=moment - NEW_SPAN, is_fresh=True).count()
    for weight in next_weights(casts, near=near, new=new):
        idea.rising = with_vote(idea.rising, at=moment, weight=weight)
        idea.damped += weight < 1
    idea.votes += len(casts)
    idea.score = idea.votes + idea.anonymous
    idea.save(update_fields=["votes", "score", "rising", "damped"])


def count_anew(idea: Idea) -> None:
    """Count the votes of a locked idea and of all that was merged into it: each person once, by their earliest vote."""
    ideas = family(idea)
    casts = _voters(ideas)
    each_weight = weights(casts.values())
    idea.votes, idea.anonymous = len(casts), sum(each.brought_in for each in ideas)
    idea.score = idea.votes + idea.anonymous
    idea.rising = rising_of(
        idea.created_at, ((cast.at, weight) for cast, weight in zip(casts.values(), each_weight, strict=True))
    )
    idea.damped = sum(1 for weight in each_weight if weight < 1)
    idea.save(update_fields=["votes", "anonymous", "score", "rising", "damped"])


def voters(idea: Idea) -> dict[int, Cast]:
    """Who counts for this idea, as canonical person id, by the earliest vote of each; in the order of time."""
    return _voters(family(idea))


def _voters(ideas: Sequence[Idea]) -> dict[int, Cast]:
    organisation_id = ideas[0].organisation_id
    rows = Vote.objects.of(organisation_id).on(each.opening_id for each in ideas).order_by("at", "pk")
    found: dict[int, Cast] = {}
    canonical: dict[int, int] = {}
    fields = ("person_id", "person__merged_into_id", "at", "place", "is_fresh")
    for person_id, merged_into, at, place, is_fresh in rows.values_list(*fields):
        if merged_into is not None and person_id not in canonical:
            canonical[person_id] = Person.objects.of(organisation_id).get(pk=person_id).canonical.pk
        found.setdefault(canonical.get(person_id, person_id), Cast(at, place, is_fresh))
    return found


def burst_of(idea: Idea) -> Burst:
    """The largest crowds among its votes, for staff."""
    return burst(voters(idea).values())


def count_reactions(idea: Idea) -> None:
    """Count what everybody may read below the locked idea and all that was merged into it."""
    messages = reactions_to(idea)
    idea.comments = messages.count()
    idea.save(update_fields=["comments"])


def reactions_to(idea: Idea) -> MessageQuerySet:
    """What others said of it and of all that was merged into it, in the order in which it was said. Not the ideas
    themselves, and not the sentences on their roads.
    """
    ideas = family(idea)
    said = (
        Message.objects.of(idea.organisation_id)
        .for_customer()
        .filter(conversation__in=[each.conversation_id for each in ideas], hidden_at__isnull=True)
        # What was merged and hidden since takes along what was said of it.
        .filter(Q(conversation=idea.conversation_id) | Q(conversation__hidden_at__isnull=True))
    )
    steps = StatusChange.objects.of(idea.organisation_id).filter(idea__in=ideas, message__isnull=False)
    others = said.exclude(pk__in=[each.opening_id for each in ideas]).exclude(pk__in=steps.values("message_id"))
    return others.in_order()
