"""What a person is called on the screen: by name, else by as much of an address as a list may show."""

from __future__ import annotations

from django.db.models import CharField, F, OuterRef, Subquery, Value
from django.db.models.functions import Coalesce, Concat, NullIf
from django.utils.translation import gettext

from klankbord.people.models import Address, AddressKind, Organisation


def persons_name(person: str = "person") -> Coalesce:
    """The name of who stands at this end of a row's path; where they were merged, of who they are now."""
    return Coalesce(
        NullIf(F(f"{person}__merged_into__name"), Value("")), F(f"{person}__name"), output_field=CharField()
    )


def persons_address(organisation: Organisation | int, person: str = "person") -> Subquery:
    """Their first mail address, else phone number, as `email:eva@example.org`; what `called` reads."""
    known = Address.objects.of(organisation).filter(
        person_id=OuterRef(f"{person}_id"), kind__in=(AddressKind.EMAIL, AddressKind.PHONE)
    )
    first = known.order_by("kind", "id").annotate(_told=Concat("kind", Value(":"), "shown", output_field=CharField()))
    return Subquery(first.values("_told")[:1])


def called(name: str | None, address: str | None) -> str:
    """The name, else the masked address (`eva@…`), else that nobody knows."""
    if name:
        return name
    kind, _, shown = (address or "").partition(":")
    return Address(kind=kind, shown=shown).masked if shown else gettext("Unknown")
