"""Earning, reversing, thanking, granting."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from operator import attrgetter

from django.db import IntegrityError, transaction

from klankbord import clock
from klankbord.conversations.models import Message
from klankbord.people.models import Membership, Person
from klankbord.reputation.counting import enter, recount
from klankbord.reputation.models import Entry, Standing
from klankbord.reputation.ranks import rank_of, ranks
from klankbord.reputation.rules import THRESHOLDS, WORTH, Right, Rule, Sign


@dataclass(frozen=True, slots=True)
class StandingLine:
    """What stands beside somebody's name."""

    points: int
    rank: str


@transaction.atomic
def award(
    *,
    person: Person,
    rule: Rule,
    cause: str,
    about: Message | None = None,
    giver: Person | None = None,
    place: str = "",
    at: datetime | None = None,
) -> bool:
    """Let `person` earn what `rule` gives, once for this `cause`; False when they did, or when it gives nothing.

    `place` is a keyed hash of the network from which it was given.
    Nobody earns from themselves, and who works here earns nothing: they are thanked in other ways. What was reversed
    before for the same cause counts again, unless it was taken for an agreement.
    """
    worth, person = WORTH[rule], person.canonical
    if worth.needs_giver and (giver is None or giver.canonical.pk == person.pk):
        return False
    if Membership.objects.of(person.organisation_id).filter(person=person, is_active=True).exists():
        return False
    moment = at or clock.now()
    rows = Entry.objects.of(person.organisation_id).filter(rule=rule, cause=cause, person=person)
    known = rows.first()
    if known is not None:
        again = rows.filter(reversed_at__isnull=False).exclude(why_reversed__in=Sign.values)
        if not again.update(reversed_at=None, why_reversed=""):
            return False
        moment = known.at
    else:
        entry = Entry(
            organisation_id=person.organisation_id,
            person=person,
            rule=rule,
            cause=cause,
            about=about,
            giver=giver.canonical if giver else None,
            place=place,
            points=worth.points,
            at=moment,
        )
        try:
            with transaction.atomic():
                entry.save()
        except IntegrityError:
            return False
    recount(person=person, since=moment)
    return True


@dataclass(frozen=True, slots=True)
class Award:
    """Something that is to be earned, as `award` takes it."""

    person: Person
    rule: Rule
    cause: str
    about: Message | None = None
    giver: Person | None = None
    place: str = ""
    at: datetime | None = None


@transaction.atomic
def award_all(*, organisation_id: int, awards: Sequence[Award]) -> None:
    """As `award` for each of these of one organisation, counting each person anew once: a popular idea earns hundreds
    of times in an hour.
    """
    moment = clock.now()
    members = set(Membership.objects.of(organisation_id).filter(is_active=True).values_list("person_id", flat=True))
    causes = {each.cause for each in awards}
    rows = Entry.objects.of(organisation_id).filter(cause__in=causes).values_list("rule", "cause", "person_id")
    known, entries = set(rows), []
    for each in awards:
        person, giver = each.person.canonical, each.giver.canonical if each.giver else None
        key = (each.rule.value, each.cause, person.pk)
        worth = WORTH[each.rule]
        if worth.needs_giver and (giver is None or giver.pk == person.pk):
            continue
        if key in known:  # perhaps reversed before: that is for `award`
            award(
                person=person,
                rule=each.rule,
                cause=each.cause,
                about=each.about,
                giver=giver,
                place=each.place,
                at=each.at,
            )
            continue
        if person.pk not in members:
            known.add(key)
            entries.append(
                Entry(
                    organisation_id=organisation_id,
                    person=person,
                    rule=each.rule,
                    cause=each.cause,
                    about=each.about,
                    giver=giver,
                    place=each.place,
                    points=worth.points,
                    at=each.at or moment,
                )
            )
    by_person: dict[Person, list[Entry]] = {}
    for entry in entries:
        by_person.setdefault(entry.person, []).append(entry)
    # Always in the same order, so that two processes never wait for each other.
    for person in sorted(by_person, key=attrgetter("pk")):
        enter(person=person, entries=by_person[person])


@transaction.atomic
def reverse(*, rule: Rule, cause: str, organisation_id: int, why: str = "") -> bool:
    """Take back what followed from `cause`; False when nothing stands. What the caps had cut off may count again."""
    rows = Entry.objects.of(organisation_id).filter(rule=rule, cause=cause)
    entries = list(rows.standing().select_related("person"))
    # What was taken for an agreement, and is taken back now, does not come back when staff say that it was none.
    rows.filter(why_reversed__in=Sign.values).update(why_reversed=why[:60])
    for entry in entries:
        entry.reversed_at, entry.why_reversed, entry.counted = clock.now(), why[:60], 0
        entry.save(update_fields=["reversed_at", "why_reversed", "counted"])
        recount(person=entry.person.canonical, since=entry.at)
    return bool(entries)


def may(person: Person | None, right: Right, *, membership: Membership | None = None) -> bool:
    """Whether somebody has a right: by their points, or because they work here."""
    if membership is not None and membership.is_active:
        return True
    if person is None:
        return False
    return points_of(person) >= THRESHOLDS[right].points


def points_of(person: Person) -> int:
    """How many points a person has."""
    rows = Standing.objects.of(person.organisation_id).filter(person=person.canonical)
    return rows.values_list("points", flat=True).first() or 0


def standings(*, organisation_id: int, person_ids: Collection[int]) -> dict[int, StandingLine]:
    """Points and rank of these (canonical) persons; who never earned anything is left out."""
    rows = Standing.objects.of(organisation_id).filter(person_id__in=person_ids, points__gt=0)
    found = dict(rows.values_list("person_id", "points"))
    if not found:
        return {}
    heights = ranks(organisation_id)
    return {key: StandingLine(points, rank_of(points, heights)) for key, points in found.items()}


@dataclass(frozen=True, slots=True)
class Height:
    """Somebody's place among those who help."""

    person_id: int
    points: int
    is_active: bool


def active_since() -> datetime:
    """Who earned something since this moment is active this year. It is shown, and changes nobody's points."""
    return clock.now() - timedelta(days=365)


def highest(*, organisation_id: int, number: int) -> list[Height]:
    """Who earned most, highest first; persons that were merged into another count there."""
    rows = Standing.objects.of(organisation_id).filter(points__gt=0, person__merged_into__isnull=True)
    since = active_since()
    return [
        Height(row.person_id, row.points, row.last_earned_at is not None and row.last_earned_at >= since)
        for row in rows.order_by("-points", "person_id")[:number]
    ]
