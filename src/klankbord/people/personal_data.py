"""What is kept of a person here: their name and addresses."""

from __future__ import annotations

from collections.abc import Sequence

from klankbord.people.contract import PersonalData
from klankbord.people.models import Address, Person, VisitorKey


class PersonsOwnData:
    """Provides `KeepsPersonalData` for persons and their addresses."""

    name = "person"

    def export(self, *, organisation_id: int, person_ids: Sequence[int]) -> PersonalData:
        """Names, addresses, and since when their browsers know them."""
        persons = Person.objects.of(organisation_id).filter(pk__in=person_ids).order_by("pk")
        addresses = Address.objects.of(organisation_id).filter(person_id__in=person_ids).order_by("pk")
        keys = VisitorKey.objects.of(organisation_id).filter(person_id__in=person_ids).order_by("pk")
        return PersonalData(
            {
                "names": list(persons.values("name", "pseudonym", "face", "language", "preference", "created_at")),
                "addresses": list(addresses.values("kind", "shown", "bounced_at", "created_at")),
                "browsers": list(keys.values("created_at", "seen_on", "revoked_at")),
            }
        )

    def erase(self, *, organisation_id: int, person_ids: Sequence[int]) -> None:
        """The row stays, as conversations point to it; nothing in it says who it was, and no browser opens it."""
        VisitorKey.objects.of(organisation_id).filter(person_id__in=person_ids).delete()
        Address.objects.of(organisation_id).filter(person_id__in=person_ids).delete()
        Person.objects.of(organisation_id).filter(pk__in=person_ids).update(
            name="", pseudonym="", face="", language="", preference=""
        )
