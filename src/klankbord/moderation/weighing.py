"""What a flag weighs: by how often this person was right before, and what they earned by helping."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Count, Q

from klankbord.moderation import rules
from klankbord.moderation.models import Flag
from klankbord.people.models import Membership, Person
from klankbord.reputation.actions import may
from klankbord.reputation.rules import Right


@dataclass(frozen=True, slots=True)
class Record:
    """How somebody's earlier flags turned out."""

    upheld: int
    judged: int

    @property
    def accuracy(self) -> float:
        """The share that was right, with one right and one wrong flag added (Laplace); a half before the first."""
        return (self.upheld + 1) / (self.judged + 2)

    @property
    def is_abuse(self) -> bool:
        """Whether they are so often wrong that what they report weighs nothing."""
        return self.judged >= rules.ABUSE_AFTER and self.accuracy < rules.ABUSE_BELOW


def record_of(person: Person) -> Record:
    """How the earlier flags of this person (whoever they were merged with) turned out."""
    family = Person.objects.of(person.organisation_id).same_as(person)
    counted = Flag.objects.of(person.organisation_id).by(family).judged()
    found = counted.aggregate(judged=Count("pk"), upheld=Count("pk", filter=Q(upheld=True)))
    return Record(found["upheld"], found["judged"])


def weight_of(person: Person, membership: Membership | None, *, enough: float) -> float:
    """What a flag of this person weighs; `enough` is the weight that hides a post.

    Twice the accuracy, so 1 for a first flag and nearly 2 for who is always right; twice that with standing; at most
    2.5, so that nobody hides anything alone. Who works here is believed at once. Who is nearly always wrong weighs
    nothing.
    """
    if membership is not None and membership.is_active:
        return enough
    record = record_of(person)
    if record.is_abuse:
        return 0.0
    doubled = 2 if may(person, Right.FLAG_WEIGHT) else 1
    return min(rules.MOST_WEIGHT, 2 * record.accuracy * doubled)


def together(flags: list[tuple[float, str]]) -> float:
    """What flags weigh together, each given as weight and place: those from one network after the first count half.

    A family, or one person with several mailboxes, sits behind one network.
    """
    halved = halved_by_network(flags)
    total = sum(
        weight * (rules.SAME_PLACE if half else 1) for (weight, _place), half in zip(flags, halved, strict=True)
    )
    return round(total, 4)


def halved_by_network(flags: Iterable[tuple[float, str]]) -> list[bool]:
    """For each of these flags, whether it counts half: the weightiest one of its network counts whole."""
    rows = list(flags)
    seen: set[str] = set()
    halved = [False] * len(rows)
    for number in sorted(range(len(rows)), key=lambda each: rows[each], reverse=True):
        place = rows[number][1]
        halved[number] = bool(place) and place in seen
        seen.add(place)
    return halved
