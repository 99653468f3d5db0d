"""What people give each other by agreement, or give themselves under another name: found once a day, and undone.

Whatever way it was given counts: votes, accepted answers, thanks, what the organisation made its own. What is undone is
the standing that came of it; votes and thanks stay, staff see what was found and can say that it was fine after all.
The signs stand in `reputation.rules.AGREEMENTS`; docs/standing.md explains them:

- **a ring**: a strongly connected group of few persons (Tarjan, 1972) in the graph whose edges are giver → receiver
  where enough was given, and at least half of all that the giver gave;
- **self-dealing**: enough given to one person, from their own network, by a new name that gave nobody else anything;
- **a favour**: one colleague gave somebody enough, nobody else gave them anything, and other colleagues gave to others:
  who works alone, in a community that just began, is nobody's favour.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from klankbord import clock
from klankbord.events.publish import publish
from klankbord.participation.actions import FRESH
from klankbord.participation.events import AgreementUndone
from klankbord.participation.models import Ring
from klankbord.people.models import Membership, Organisation, Person
from klankbord.reputation.actions import reverse
from klankbord.reputation.counting import recount
from klankbord.reputation.models import Entry
from klankbord.reputation.rules import AGREEMENT_SPAN, AGREEMENTS, LARGEST_RING, LEAST_SHARE, Rule, Sign

type Edge = tuple[int, int]
"""Giver and receiver, by the ids of canonical persons."""


@dataclass(frozen=True, slots=True)
class Gift:
    """One line of the ledger that somebody gave. `thing` is the message that it was for."""

    entry_id: int
    edge: Edge
    thing: int | None
    place: str
    at: datetime


type Edges = Mapping[Edge, Sequence[Gift]]


def undo_rings() -> None:
    """The job: look through every organisation, and undo what is found."""
    for organisation in Organisation.objects.all():
        undo_rings_of(organisation)


def undo_rings_of(organisation: Organisation) -> list[Ring]:
    """Find and undo; what was found and judged before is not found again."""
    staff = set(Membership.objects.of(organisation).filter(person__isnull=False).values_list("person", flat=True))
    edges = _edges(organisation)
    among = {edge: given for edge, given in edges.items() if not staff & set(edge)}
    found: list[Ring] = []
    for group in rings({edge: things(given) for edge, given in among.items()}):
        within = [gift for edge, given in among.items() if set(edge) <= group for gift in given]
        found += _undo(organisation, Sign.RING, group, within)
    for edge, own in _to_oneself(organisation, among):
        found += _undo(organisation, Sign.SELF, set(edge), own)
    for edge, favour in _favours(edges, staff):
        found += _undo(organisation, Sign.FAVOUR, set(edge), favour)
    return found


def things(given: Iterable[Gift]) -> int:
    """For how many different things something was given: a vote, thanks and acceptance for one answer are one."""
    return len({gift.thing for gift in given})


def rings(weights: dict[Edge, int]) -> list[set[int]]:
    """Groups of two to six who mostly give to each other. `weights`: for how many things each gave each."""
    given: Counter[int] = Counter()
    for (giver, _receiver), number in weights.items():
        given[giver] += number
    strong: defaultdict[int, set[int]] = defaultdict(set)
    for (giver, receiver), number in weights.items():
        if number >= AGREEMENTS[Sign.RING].least and number >= LEAST_SHARE * given[giver]:
            strong[giver].add(receiver)
    # Half of what one gives can go to two at most, so these graphs are thin: a walk of few steps finds each group.
    groups = {frozenset(group) for start in strong for group in _around(start, strong)}
    return [set(group) for group in sorted(groups, key=sorted)]


def _around(start: int, strong: dict[int, set[int]]) -> Iterator[set[int]]:
    """Those whom `start` reaches and who reach `start`, if they are few."""
    ahead = _reached(start, strong)
    group = {start} | {other for other in ahead if start in _reached(other, strong)}
    if 2 <= len(group) <= LARGEST_RING:
        yield group


def _reached(start: int, strong: dict[int, set[int]]) -> set[int]:
    seen: set[int] = set()
    layer = {start}
    while layer:
        layer = {other for each in layer for other in strong.get(each, ())} - seen
        seen |= layer
    return seen


def _to_oneself(organisation: Organisation, edges: Edges) -> Iterator[tuple[Edge, list[Gift]]]:
    places: defaultdict[int, set[str]] = defaultdict(set)
    receivers: defaultdict[int, set[int]] = defaultdict(set)
    for (giver, receiver), given in edges.items():
        places[giver] |= {gift.place for gift in given if gift.place}
        receivers[giver].add(receiver)
    least = AGREEMENTS[Sign.SELF].least
    near = {
        (giver, receiver): [gift for gift in given if gift.place in places.get(receiver, ())]
        for (giver, receiver), given in edges.items()
        if receivers[giver] == {receiver}
    }
    likely = {edge: given for edge, given in near.items() if things(given) >= least}
    since = _known_since(organisation, {giver for giver, _receiver in likely})
    for edge, given in likely.items():
        new = [gift for gift in given if gift.at - since[edge[0]] < FRESH]
        if things(new) >= least:
            yield edge, new


def _favours(edges: Edges, staff: set[int]) -> Iterator[tuple[Edge, Sequence[Gift]]]:
    givers: defaultdict[int, set[int]] = defaultdict(set)
    for giver, receiver in edges:
        givers[receiver].add(giver)
    if len(staff & {giver for giver, _receiver in edges}) < 2:
        return
    for (giver, receiver), given in edges.items():
        is_favour = giver in staff and receiver not in staff and givers[receiver] == {giver}
        if is_favour and things(given) >= AGREEMENTS[Sign.FAVOUR].least:
            yield (giver, receiver), given


def _edges(organisation: Organisation) -> Edges:
    """All that was given lately between two persons, also what was undone before: who goes on is found again."""
    judged = Ring.objects.of(organisation).filter(restored_at__isnull=False).values("entries")
    rows = Entry.objects.of(organisation).given().filter(at__gte=clock.now() - AGREEMENT_SPAN).exclude(pk__in=judged)
    merged = Person.objects.of(organisation).filter(merged_into__isnull=False).select_related("merged_into")
    now = {person.pk: person.canonical.pk for person in merged}
    edges: defaultdict[Edge, list[Gift]] = defaultdict(list)
    for pk, giver, receiver, thing, place, at in rows.order_by("pk").values_list(
        "pk", "giver_id", "person_id", "about_id", "place", "at"
    ):
        edge = now.get(giver, giver), now.get(receiver, receiver)
        if edge[0] != edge[1]:
            edges[edge].append(Gift(pk, edge, thing, place, at))
    return edges


def _known_since(organisation: Organisation, person_ids: set[int]) -> dict[int, datetime]:
    return dict(Person.objects.of(organisation).filter(pk__in=person_ids).values_list("pk", "created_at"))


@transaction.atomic
def _undo(organisation: Organisation, sign: Sign, group: set[int], given: Sequence[Gift]) -> list[Ring]:
    standing = Entry.objects.of(organisation).standing().filter(pk__in=[gift.entry_id for gift in given])
    causes = list(standing.values_list("rule", "cause"))
    if not causes:
        return []
    for rule, cause in causes:
        reverse(rule=Rule(rule), cause=cause, organisation_id=organisation.pk, why=sign.value)
    ring = Ring.objects.create(organisation=organisation, sign=sign)
    ring.persons.set(group)
    ring.entries.set([gift.entry_id for gift in given])
    publish(AgreementUndone(organisation_id=organisation.pk, ring_id=ring.pk))
    return [ring]


@transaction.atomic
def restore_ring(*, ring: Ring, by: Membership) -> None:
    """It was fine after all: what was undone counts again, and is not found a second time. Twice is once.

    What was taken back since by who gave it stays taken back.
    """
    if ring.restored_at is not None:
        return
    ring.restored_at, ring.restored_by = clock.now(), by
    ring.save(update_fields=["restored_at", "restored_by"])
    undone = ring.entries.filter(reversed_at__isnull=False, why_reversed=ring.sign)
    persons = Person.objects.of(ring.organisation_id).filter(pk__in=undone.values("person"))
    touched = {person.canonical.pk: person.canonical for person in persons.select_related("merged_into")}
    undone.update(reversed_at=None, why_reversed="")
    for person in touched.values():
        recount(person=person)
