"""Earning, reversing, thanking, granting."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import IntegrityError, transaction
from django.db.models import Sum

from klankbord import clock
from klankbord.conversations.models import Message
from klankbord.events.publish import publish
from klankbord.people.models import Membership, Person
from klankbord.reputation.events import PerkGranted, StandingChanged, Thanked
from klankbord.reputation.models import Entry, Perk, PerkGiven, Standing, Thanks
from klankbord.reputation.ranks import rank_of, ranks
from klankbord.reputation.rules import DAILY_CAP, FROM_ONE_GIVER, THRESHOLDS, WORTH, Right, Rule

GIVERS_SPAN = timedelta(days=30)


class CannotThank(Exception):
    """There is nobody else to thank, or it was done before."""


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
    at: datetime | None = None,
) -> bool:
    """Let `person` earn what `rule` gives, once for this `cause`; False when they did, or when it gives nothing.

    Nobody earns from themselves, and who works here earns nothing: they are thanked in other ways. What was reversed
    before for the same cause counts again.
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
        if not rows.filter(reversed_at__isnull=False).update(reversed_at=None, why_reversed=""):
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
            award(person=person, rule=each.rule, cause=each.cause, about=each.about, giver=giver, at=each.at)
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
                    points=worth.points,
                    at=each.at or moment,
                )
            )
    Entry.objects.bulk_create(entries)
    since: dict[Person, datetime] = {}
    for entry in entries:
        since[entry.person] = min(entry.at, since.get(entry.person, entry.at))
    for person, first in since.items():
        recount(person=person, since=first)


@transaction.atomic
def reverse(*, rule: Rule, cause: str, organisation_id: int, why: str = "") -> bool:
    """Take back what followed from `cause`; False when nothing stands. What the caps had cut off may count again."""
    rows = Entry.objects.of(organisation_id).standing().filter(rule=rule, cause=cause).select_related("person")
    entries = list(rows)
    for entry in entries:
        entry.reversed_at, entry.why_reversed, entry.counted = clock.now(), why[:60], 0
        entry.save(update_fields=["reversed_at", "why_reversed", "counted"])
        recount(person=entry.person.canonical, since=entry.at)
    return bool(entries)


@transaction.atomic
def recount(*, person: Person, since: datetime | None = None) -> int:
    """Compute anew what counts of a person's entries from a day before `since` on (or of all), and their sum.

    In the order of time: an entry of a capped rule counts as far as the giver's share of 30 days and the day's cap
    leave room. So when one is reversed, one that was cut off that day takes its place.
    """
    person = person.canonical
    everyone = Person.objects.of(person.organisation_id).same_as(person)
    # One writer at a time for one person's sum.
    standing, _made = Standing.objects.select_for_update().get_or_create(
        organisation_id=person.organisation_id, person=person
    )
    rows = Entry.objects.of(person.organisation_id).of_persons(everyone).standing().order_by("at", "pk")
    if since is not None:
        _count_caps(list(rows.filter(at__gte=since - GIVERS_SPAN)), person, since - timedelta(days=1))
    else:
        _count_caps(list(rows), person, None)
    found = rows.aggregate(points=Sum("counted"))
    last = rows.values_list("at", flat=True).last()
    standing.points, standing.last_earned_at = found["points"] or 0, last
    standing.save()
    publish(StandingChanged(organisation_id=person.organisation_id, person_id=person.pk))
    return standing.points


def _count_caps(entries: Sequence[Entry], person: Person, since: datetime | None) -> None:
    """Set `counted` of these entries of one person, in the order of time; those before `since` only fill the caps."""
    zone = person.organisation.zone
    by_day: Counter[date] = Counter()
    by_giver: defaultdict[int, list[tuple[datetime, int]]] = defaultdict(list)
    changed: list[Entry] = []
    for entry in entries:
        before, day, giver = entry.counted, entry.at.astimezone(zone).date(), entry.giver_id
        if since is None or entry.at >= since:
            room = entry.points
            if WORTH[Rule(entry.rule)].capped:
                given = sum(points for at, points in by_giver[giver] if at > entry.at - GIVERS_SPAN) if giver else 0
                room = min(DAILY_CAP - by_day[day], FROM_ONE_GIVER - given)
            entry.counted = max(0, min(entry.points, room))
            if entry.counted != before:
                changed.append(entry)
        if WORTH[Rule(entry.rule)].capped:
            by_day[day] += entry.counted
            if giver is not None:
                by_giver[giver].append((entry.at, entry.counted))
    Entry.objects.of(person.organisation_id).bulk_update(changed, ["counted"], batch_size=500)


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


@transaction.atomic
def thank(*, to: Person, by: Person, words: str, about: Message | None = None) -> Thanks:
    """Thank somebody with words, for everybody to read; they earn something by it.

    Raises:
        CannotThank: oneself, without words, or a second time for the same.
    """
    to, by, words = to.canonical, by.canonical, " ".join(words.split())[:300]
    if to.pk == by.pk or not words:
        raise CannotThank
    if Thanks.objects.of(to.organisation_id).filter(to=to, by=by, about=about).exists():
        raise CannotThank
    row = Thanks.objects.create(organisation_id=to.organisation_id, to=to, by=by, about=about, words=words)
    award(person=to, rule=Rule.THANKED, cause=f"thanks:{row.pk}", about=about, giver=by)
    publish(Thanked(organisation_id=to.organisation_id, thanks_id=row.pk, person_id=to.pk))
    return row


@transaction.atomic
def take_off_the_wall(*, thanks: Thanks, why: str = "hidden") -> None:
    """Hide a thank-you and what was earned by it. Twice is once."""
    if thanks.hidden_at is None:
        thanks.hidden_at = clock.now()
        thanks.save(update_fields=["hidden_at"])
        reverse(rule=Rule.THANKED, cause=f"thanks:{thanks.pk}", organisation_id=thanks.organisation_id, why=why)
        publish(Thanked(organisation_id=thanks.organisation_id, thanks_id=thanks.pk, person_id=thanks.to_id))


@transaction.atomic
def grant_perk(*, perk: Perk, person: Person, code: str = "", by: Membership | None = None) -> PerkGiven:
    """Give somebody a perk; a second call gives the same one."""
    row, made = PerkGiven.objects.get_or_create(
        organisation_id=perk.organisation_id,
        perk=perk,
        person=person.canonical,
        defaults={"code": code.strip()[:40], "by": by},
    )
    if made:
        publish(PerkGranted(organisation_id=perk.organisation_id, given_id=row.pk, person_id=row.person_id))
    return row


def perks_of(person: Person) -> tuple[list[PerkGiven], list[Perk]]:
    """What somebody got, and what is offered from their height on and they do not have yet."""
    everyone = Person.objects.of(person.organisation_id).same_as(person)
    given = list(
        PerkGiven.objects.of(person.organisation_id)
        .filter(person_id__in=everyone)
        .select_related("perk")
        .order_by("at")
    )
    offered = Perk.objects.of(person.organisation_id).filter(is_active=True, from_points__lte=points_of(person))
    return given, list(offered.exclude(pk__in=[row.perk_id for row in given]).order_by("from_points"))
