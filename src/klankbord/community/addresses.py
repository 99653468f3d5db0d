"""Where somebody can be written to."""

from __future__ import annotations

from klankbord.people.models import Address, AddressKind, Person


def mail_address_of(person: Person) -> Address | None:
    """The mail address of this person, whoever they were merged with; None when there is none that takes mail."""
    everyone = Person.objects.of(person.organisation_id).same_as(person)
    rows = Address.objects.of(person.organisation_id).filter(person_id__in=everyone, kind=AddressKind.EMAIL)
    return rows.filter(bounced_at__isnull=True).order_by("pk").first()
