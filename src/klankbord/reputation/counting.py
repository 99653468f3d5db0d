"""What counts of the ledger: the caps, in the order of time, and the sum."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta, tzinfo
from operator import attrgetter

from django.db import transaction
from django.db.models import Q, Sum

from klankbord.events.publish import publish
from klankbord.people.models import Organisation, Person
from klankbord.reputation.events import StandingChanged
from klankbord.reputation.models import Entry, EntryQuerySet, Standing
from klankbord.reputation.rules import DAILY_CAP, FROM_ONE_GIVER, WORTH, Rule

GIVERS_SPAN = timedelta(days=30)
_CAPPED = frozenset(rule for rule, worth in WORTH.items() if worth.capped)
_SHARED = frozenset(rule for rule, worth in WORTH.items() if worth.shared)


@transaction.atomic
def recount(*, person: Person, since: datetime | None = None) -> int:
    """Compute anew what counts of a person's entries from a day before `since` on (or of all), and their sum.

    In the order of time: an entry counts as far as the giver's share of 30 days and, of a capped rule, the day's cap
    leave room. So when one is reversed, one that was cut off that day takes its place. What somebody gave who turned
    out to be the same person counts for nothing, and two givers who turned out to be one have one share.
    """
    person = person.canonical
    everyone = Person.objects.of(person.organisation_id).same_as(person)
    standing, _made = _hold(person)
    rows = Entry.objects.of(person.organisation_id).of_persons(everyone).standing().order_by("at", "pk")
    if since is not None:
        _count_caps(list(rows.filter(at__gte=since - GIVERS_SPAN)), person, everyone, since - timedelta(days=1))
    else:
        _count_caps(list(rows), person, everyone, None)
    found = rows.aggregate(points=Sum("counted"))
    last = rows.values_list("at", flat=True).last()
    _settle(standing, found["points"] or 0, last)
    return standing.points


@transaction.atomic
def enter(*, person: Person, entries: Sequence[Entry]) -> None:
    """Store new entries of one person, and count them.

    As storing them and `recount`. But what is later than everything else takes nothing from what was earned before it:
    then the day's and the givers' sums say what is left, however much was earned before.
    """
    person, entries = person.canonical, sorted(entries, key=attrgetter("at"))
    everyone = Person.objects.of(person.organisation_id).same_as(person)
    standing, made = _hold(person)
    first, rows = entries[0].at, Entry.objects.of(person.organisation_id).of_persons(everyone).standing()
    last = standing.last_earned_at
    if made or (last is not None and last > first):
        Entry.objects.bulk_create(entries)
        recount(person=person, since=first)
        return
    caps = _caps_before(rows, entries, person, everyone)
    for entry in entries:
        entry.counted = caps.count(entry)
        caps.take(entry)
    Entry.objects.bulk_create(entries)
    _settle(standing, standing.points + sum(entry.counted for entry in entries), entries[-1].at)


def _caps_before(rows: EntryQuerySet, entries: Sequence[Entry], person: Person, everyone: Collection[int]) -> _Caps:
    """The room that is left to these new entries by what their day and their givers gave already."""
    first, zone = entries[0].at, person.organisation.zone
    midnight = first.astimezone(zone).replace(hour=0, minute=0, second=0, microsecond=0)
    today = rows.filter(at__gte=midnight, rule__in=_CAPPED).aggregate(points=Sum("counted"))["points"] or 0
    givers = {entry.giver_id for entry in entries if entry.giver_id is not None}
    if today >= DAILY_CAP and all(
        entry.rule in _CAPPED and entry.at.astimezone(zone).date() == midnight.date() for entry in entries
    ):
        givers = set()  # nothing counts today, whoever gives it
    merged = _merged_into(givers, person.organisation_id)
    caps = _Caps(zone, everyone, merged)
    caps.day_gave(first, today)
    if givers:
        given = rows.filter(at__gt=first - GIVERS_SPAN, giver_id__in=givers | set(merged), rule__in=_SHARED)
        for at, giver_id, counted in given.values_list("at", "giver_id", "counted"):
            caps.giver_gave(at, giver_id, counted)
    return caps


def _hold(person: Person) -> tuple[Standing, bool]:
    """A person's sum, for one writer at a time, and whether it is a new one."""
    rows = Standing.objects.select_for_update()
    return rows.get_or_create(organisation_id=person.organisation_id, person=person)


def _settle(standing: Standing, points: int, last: datetime | None) -> None:
    if (standing.points, standing.last_earned_at) != (points, last):
        standing.points, standing.last_earned_at = points, last
        standing.save(update_fields=["points", "last_earned_at"])
        publish(StandingChanged(organisation_id=standing.organisation_id, person_id=standing.person_id))


@dataclass(frozen=True, slots=True)
class Recounted:
    """What somebody had before they were counted anew, and what they have now."""

    person_id: int
    before: int
    after: int


def recount_house(organisation: Organisation, *, try_out: bool = False) -> Iterator[Recounted]:
    """Count anew everybody who ever earned something, each in a transaction of their own; with `try_out` only say."""
    earned = Entry.objects.of(organisation).values("person")
    counted = Standing.objects.of(organisation).values("person")
    rows = Person.objects.of(organisation).filter(Q(pk__in=earned) | Q(pk__in=counted))
    persons = {row.canonical.pk: row.canonical for row in rows.select_related("merged_into", "organisation")}
    for key, person in sorted(persons.items()):
        with transaction.atomic():
            standing = Standing.objects.of(organisation).filter(person=person)
            before = standing.values_list("points", flat=True).first() or 0
            after = recount(person=person)
            if try_out:
                transaction.set_rollback(True)
        yield Recounted(key, before, after)


class _Caps:
    """How much room the caps leave one person, as their entries are taken in the order of time."""

    def __init__(self, zone: tzinfo, everyone: Collection[int], merged: Mapping[int, int]) -> None:
        """`everyone`: the rows that are this person; `merged`: who those givers are now that were merged."""
        self._zone = zone
        self._everyone = everyone
        self._merged = merged
        self._by_day: Counter[date] = Counter()
        self._by_giver: defaultdict[int, list[tuple[datetime, int]]] = defaultdict(list)

    def count(self, entry: Entry) -> int:
        """What counts of this one, after those that were taken."""
        worth, giver = WORTH[Rule(entry.rule)], entry.giver_id
        giver = giver and self._merged.get(giver, giver)
        room = [entry.points]
        if worth.capped:
            room.append(DAILY_CAP - self._by_day[self._day(entry.at)])
        if worth.shared and giver is not None:
            given = sum(points for at, points in self._by_giver[giver] if at > entry.at - GIVERS_SPAN)
            room.append(FROM_ONE_GIVER - given)
        if worth.needs_giver and giver in self._everyone:
            room.append(0)
        return max(0, min(room))

    def take(self, entry: Entry) -> None:
        """What counted of this one is gone."""
        worth = WORTH[Rule(entry.rule)]
        if worth.capped:
            self.day_gave(entry.at, entry.counted)
        if worth.shared and entry.giver_id is not None:
            self.giver_gave(entry.at, entry.giver_id, entry.counted)

    def day_gave(self, at: datetime, points: int) -> None:
        """The day of this moment gave so many by capped rules."""
        self._by_day[self._day(at)] += points

    def giver_gave(self, at: datetime, giver_id: int, points: int) -> None:
        """This giver gave so many at that moment by shared rules."""
        if points:
            self._by_giver[self._merged.get(giver_id, giver_id)].append((at, points))

    def _day(self, at: datetime) -> date:
        return at.astimezone(self._zone).date()


def _count_caps(entries: Sequence[Entry], person: Person, everyone: Collection[int], since: datetime | None) -> None:
    """Set `counted` of these entries of one person, in the order of time; those before `since` only fill the caps."""
    caps = _Caps(person.organisation.zone, everyone, _merged_givers(entries, person.organisation_id))
    changed: list[Entry] = []
    for entry in entries:
        if since is None or entry.at >= since:
            before, entry.counted = entry.counted, caps.count(entry)
            if entry.counted != before:
                changed.append(entry)
        caps.take(entry)
    Entry.objects.of(person.organisation_id).bulk_update(changed, ["counted"], batch_size=500)


def _merged_givers(entries: Sequence[Entry], organisation_id: int) -> dict[int, int]:
    """Who those givers are now that were merged into another."""
    givers = {entry.giver_id for entry in entries if entry.giver_id is not None}
    rows = Person.objects.of(organisation_id).filter(pk__in=givers, merged_into__isnull=False)
    return {row.pk: row.canonical.pk for row in rows.select_related("merged_into")}


def _merged_into(persons: Collection[int], organisation_id: int) -> dict[int, int]:
    """For each row that was merged into one of these canonical persons, however deep: into which."""
    found: dict[int, int] = {}
    layer = {pk: pk for pk in persons}
    while layer:
        rows = Person.objects.of(organisation_id).filter(merged_into_id__in=layer).values_list("pk", "merged_into_id")
        layer = {pk: layer[into] for pk, into in rows if into is not None and pk not in found}
        found |= layer
    return found
