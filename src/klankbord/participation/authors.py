"""Who said something, as everybody may see them: a name, a face, and whether they work here. Never an address."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _

from klankbord.people.models import Membership, Person
from klankbord.reputation.actions import standings


@dataclass(frozen=True, slots=True)
class Author:
    """Somebody in public.

    Attributes:
        id: The canonical person's.
        name: The name they chose; a member of staff's own.
        face: A spec or seed for `design.faces`.
        staff: Whether they work here.
        title: What they do here, for staff; what they earned by helping (a rank), for others; or empty.
        path: Their public page.
    """

    id: int
    name: str
    face: str
    staff: bool
    title: str
    path: str


def authors(*, organisation_id: int, person_ids: Iterable[int | None]) -> dict[int, Author]:
    """Everybody among these, by the id that was asked for; merged persons as who they are now."""
    wanted = {each for each in person_ids if each is not None}
    rows = list(Person.objects.of(organisation_id).filter(pk__in=wanted).select_related("merged_into"))
    canonical = {row.pk: row.canonical for row in rows}
    ids = {each.pk for each in canonical.values()}
    working = Membership.objects.of(organisation_id).filter(person_id__in=ids).select_related("user")
    members = {each.person_id: each for each in working}
    earned = standings(organisation_id=organisation_id, person_ids=ids)
    return {
        asked: _author(person, members.get(person.pk), earned[person.pk].rank if person.pk in earned else "")
        for asked, person in canonical.items()
    }


def author(person: Person) -> Author:
    """One of them."""
    return authors(organisation_id=person.organisation_id, person_ids=[person.pk])[person.pk]


def public_name(person: Person) -> str:
    """The name under which others see a customer."""
    return person.pseudonym or _("Somebody")


def _author(person: Person, member: Membership | None, rank: str) -> Author:
    path = reverse("participation:person", args=[person.pk])
    if member is not None and member.is_active:
        return Author(person.pk, member.user.name, member.user.face, True, member.title or _("member of staff"), path)
    return Author(person.pk, public_name(person), person.face or f"person-{person.pk}", False, rank, path)
