"""Votes that people give each other by agreement, or give themselves under another name: found once a day, and undone.

What is undone is the standing that came of it; the votes stay, and staff see what was found and can say that it was
fine after all. The thresholds are documented in docs/standing.md.

Two signs, both over the last 30 days:

- **a ring**: a strongly connected group of at most six persons (Tarjan, 1972) in the graph whose edges are giver →
  receiver with at least five votes that are at least half of all that the giver gave;
- **self-dealing**: at least three votes for one author, from the author's own network, by somebody who was known for
  less than a day and voted for nobody else.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from datetime import timedelta

from django.db import transaction

from klankbord import clock
from klankbord.participation.models import Ring, Vote
from klankbord.people.models import Membership, Organisation
from klankbord.reputation.actions import award, reverse
from klankbord.reputation.models import Entry
from klankbord.reputation.rules import Rule

SPAN = timedelta(days=30)
LEAST_VOTES = 5
LEAST_SHARE = 0.5
LARGEST = 6
LEAST_TO_ONESELF = 3

type Edge = tuple[int, int]
"""Giver and receiver, by the ids of canonical persons."""


def undo_rings() -> None:
    """The job: look through every organisation, and undo what is found."""
    for organisation in Organisation.objects.all():
        undo_rings_of(organisation)


def undo_rings_of(organisation: Organisation) -> list[Ring]:
    """Find and undo; what was found and judged before is not found again."""
    votes = list(_votes(organisation))
    edges: defaultdict[Edge, list[Vote]] = defaultdict(list)
    for vote in votes:
        author = vote.message.person
        if author is not None and author.canonical.pk != vote.person.canonical.pk:
            edges[vote.person.canonical.pk, author.canonical.pk].append(vote)
    found: list[Ring] = []
    for group in rings({edge: len(given) for edge, given in edges.items()}):
        within = [vote for edge, given in edges.items() if set(edge) <= group for vote in given]
        found += _undo(organisation, Ring.Sign.RING, group, within)
    for edge, given in _to_oneself(edges):
        found += _undo(organisation, Ring.Sign.SELF, set(edge), given)
    return found


def rings(weights: dict[Edge, int]) -> list[set[int]]:
    """Groups of two to six who mostly vote for each other. `weights`: how many votes each gave each."""
    given: Counter[int] = Counter()
    for (giver, _receiver), number in weights.items():
        given[giver] += number
    strong: defaultdict[int, set[int]] = defaultdict(set)
    for (giver, receiver), number in weights.items():
        if number >= LEAST_VOTES and number >= LEAST_SHARE * given[giver]:
            strong[giver].add(receiver)
    # Half of one's votes can go to two at most, so these graphs are thin: a walk of six steps finds each group.
    groups = {frozenset(group) for start in strong for group in _around(start, strong)}
    return [set(group) for group in sorted(groups, key=sorted)]


def _around(start: int, strong: dict[int, set[int]]) -> Iterator[set[int]]:
    """Those whom `start` reaches and who reach `start`, if they are few."""
    ahead = _reached(start, strong)
    group = {start} | {other for other in ahead if start in _reached(other, strong)}
    if 2 <= len(group) <= LARGEST:
        yield group


def _reached(start: int, strong: dict[int, set[int]]) -> set[int]:
    seen: set[int] = set()
    layer = {start}
    while layer:
        layer = {other for each in layer for other in strong.get(each, ())} - seen
        seen |= layer
    return seen


def _to_oneself(edges: dict[Edge, list[Vote]]) -> Iterator[tuple[Edge, list[Vote]]]:
    places: defaultdict[int, set[str]] = defaultdict(set)
    receivers: defaultdict[int, set[int]] = defaultdict(set)
    for (giver, receiver), given in edges.items():
        places[giver] |= {vote.place for vote in given if vote.place}
        receivers[giver].add(receiver)
    for (giver, receiver), given in edges.items():
        fresh = [vote for vote in given if vote.is_fresh and vote.place and vote.place in places.get(receiver, set())]
        if len(fresh) >= LEAST_TO_ONESELF and receivers[giver] == {receiver}:
            yield (giver, receiver), fresh


def _votes(organisation: Organisation) -> Iterable[Vote]:
    rows = Vote.objects.of(organisation).filter(at__gte=clock.now() - SPAN)
    judged = Ring.objects.of(organisation).filter(restored_at__isnull=False).values("votes")
    staff = Membership.objects.of(organisation).filter(person__isnull=False).values("person")
    together = rows.exclude(pk__in=judged).exclude(person__in=staff).exclude(message__person__in=staff)
    return together.select_related(
        "person", "person__merged_into", "message", "message__person", "message__person__merged_into"
    )


@transaction.atomic
def _undo(organisation: Organisation, sign: Ring.Sign, group: set[int], votes: list[Vote]) -> list[Ring]:
    standing = Entry.objects.of(organisation).standing().filter(cause__in=[f"vote:{vote.pk}" for vote in votes])
    causes = list(standing.values_list("rule", "cause"))
    if not causes:
        return []
    for rule, cause in causes:
        reverse(rule=Rule(rule), cause=cause, organisation_id=organisation.pk, why=sign.value)
    ring = Ring.objects.create(organisation=organisation, sign=sign)
    ring.persons.set(group)
    ring.votes.set(votes)
    return [ring]


@transaction.atomic
def restore_ring(*, ring: Ring, by: Membership) -> None:
    """It was fine after all: what was undone counts again, and is not found a second time. Twice is once."""
    if ring.restored_at is not None:
        return
    ring.restored_at, ring.restored_by = clock.now(), by
    ring.save(update_fields=["restored_at", "restored_by"])
    causes = [f"vote:{key}" for key in ring.votes.values_list("pk", flat=True)]
    undone = Entry.objects.of(ring.organisation_id).filter(cause__in=causes, why_reversed=ring.sign)
    for entry in undone.select_related("person", "giver"):
        award(person=entry.person, rule=Rule(entry.rule), cause=entry.cause, giver=entry.giver)
