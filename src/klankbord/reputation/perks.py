"""What an organisation gives to who helps: by hand, from a height on, and out of a stock of codes."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import transaction

from klankbord import clock
from klankbord.events.publish import publish
from klankbord.people.models import Membership, Person
from klankbord.reputation.actions import points_of
from klankbord.reputation.events import PerkGranted, PerkRunsOut
from klankbord.reputation.models import Perk, PerkCode, PerkGiven, PerkKind

LONGEST_CODE = 40


class NoCodeLeft(Exception):
    """The stock is empty."""


class NotForThem(Exception):
    """It is not given out now, asks for more points, or is not taken but given."""


@transaction.atomic
def grant_perk(*, perk: Perk, person: Person, code: str = "", by: Membership | None = None) -> PerkGiven:
    """Give somebody a perk; a second call gives the same one. Without a `code` of its own one is taken from the stock
    of a perk that has one: each is handed out once, also when many ask at this very moment.

    Raises:
        NoCodeLeft: the stock is empty.
    """
    # One at a time: who asks for the last code at the same moment waits, and sees that it is gone.
    Perk.objects.of(perk.organisation_id).select_for_update(no_key=True).get(pk=perk.pk)
    had = _had(perk, person)
    if had is not None:
        return had
    row = PerkGiven.objects.create(
        organisation_id=perk.organisation_id,
        perk=perk,
        person=person.canonical,
        code=code.strip()[:LONGEST_CODE],
        by=by,
    )
    if perk.kind == PerkKind.CODES and not row.code:
        row.code = _take_code(perk, row)
        row.save(update_fields=["code"])
    publish(PerkGranted(organisation_id=perk.organisation_id, given_id=row.pk, person_id=row.person_id))
    return row


@transaction.atomic
def take_perk(*, perk: Perk, person: Person) -> PerkGiven:
    """Somebody takes what is offered from their height on; a second call gives the same one.

    Raises:
        NotForThem: it is not offered to them, or one asks for it at the desk.
        NoCodeLeft: the stock is empty.
    """
    had = _had(perk, person)
    if had is not None:
        return had
    offered = perk.is_active and perk.from_points is not None and perk.from_points <= points_of(person)
    if not offered or perk.kind == PerkKind.DESK:
        raise NotForThem
    return grant_perk(perk=perk, person=person)


@dataclass(frozen=True, slots=True)
class Offer:
    """A perk that somebody may have. `can_take`: here and now, with one click."""

    perk: Perk
    can_take: bool


def perks_of(person: Person) -> tuple[list[PerkGiven], list[Offer]]:
    """What somebody got, and what is offered from their height on and they do not have yet."""
    everyone = Person.objects.of(person.organisation_id).same_as(person)
    rows = PerkGiven.objects.of(person.organisation_id).filter(person_id__in=everyone)
    given = list(rows.select_related("perk").order_by("at"))
    perks = Perk.objects.of(person.organisation_id).filter(is_active=True, from_points__lte=points_of(person))
    offered = perks.exclude(pk__in=[row.perk_id for row in given]).order_by("from_points", "pk")
    return given, [
        Offer(perk, perk.kind == PerkKind.FEATURE or (perk.kind == PerkKind.CODES and perk.left > 0))
        for perk in offered
    ]


def features_of(person: Person) -> list[str]:
    """What somebody may call themselves, by name, as everybody sees it."""
    everyone = Person.objects.of(person.organisation_id).same_as(person)
    rows = PerkGiven.objects.of(person.organisation_id).filter(person_id__in=everyone, perk__kind=PerkKind.FEATURE)
    return list(dict.fromkeys(rows.order_by("at").values_list("perk__name", flat=True)))


def running_out(organisation_id: int) -> list[Perk]:
    """Perks of which few codes are left, or none; for staff."""
    rows = Perk.objects.of(organisation_id).filter(is_active=True, kind=PerkKind.CODES).order_by("name")
    return [perk for perk in rows if perk.is_low]


def _had(perk: Perk, person: Person) -> PerkGiven | None:
    everyone = Person.objects.of(perk.organisation_id).same_as(person)
    return PerkGiven.objects.of(perk.organisation_id).filter(perk=perk, person_id__in=everyone).first()


def _take_code(perk: Perk, row: PerkGiven) -> str:
    """The oldest code that nobody has; the caller holds the perk."""
    stock = PerkCode.objects.of(perk.organisation_id)
    found = stock.in_stock(perk).order_by("pk").first()
    if found is None:
        raise NoCodeLeft
    found.taken_at, found.given = clock.now(), row
    found.save(update_fields=["taken_at", "given"])
    left = perk.left
    if left in {perk.low_at, 0}:
        publish(PerkRunsOut(organisation_id=perk.organisation_id, perk_id=perk.pk, left=left))
    return found.code
