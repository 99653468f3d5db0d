"""Who a person is after all mergings, and every address they are known by. One query, however deep the mergings go."""

from __future__ import annotations

from dataclasses import dataclass, field

from django.db import connection
from django.utils.translation import gettext

from klankbord.people.models import Address, AddressKind, Membership

# UNION, not UNION ALL: a circle of pointers (which the actions refuse) would end instead of running for ever. Whose
# the rows are is looked at afterwards: asked for it here, SQLite first reads everybody of the organisation.
_FAMILY = """
WITH RECURSIVE upward(id, merged_into_id) AS (
    SELECT id, merged_into_id FROM people_person WHERE id = %(person)s AND organisation_id = %(organisation)s
    UNION
    SELECT above.id, above.merged_into_id FROM people_person above JOIN upward ON above.id = upward.merged_into_id
),
family(id) AS (
    SELECT id FROM upward WHERE merged_into_id IS NULL
    UNION
    SELECT below.id FROM people_person below JOIN family ON below.merged_into_id = family.id
)
SELECT person.organisation_id, person.id, person.name, person.language, person.preference, person.merged_into_id,
       address.id, address.kind, address.shown, address.bounced_at, address.bounce_reason
FROM family
JOIN people_person person ON person.id = family.id
LEFT JOIN people_address address ON address.person_id = person.id
ORDER BY person.id, address.id
"""


@dataclass(frozen=True, slots=True)
class KnownAddress:
    """One way in which the person is known; masked until somebody asks for it."""

    id: int
    person_id: int
    kind: str
    shown: str
    has_bounced: bool
    bounce_reason: str

    @property
    def masked(self) -> str:
        """Enough to recognise, too little to misuse."""
        return Address(kind=self.kind, shown=self.shown).masked

    @property
    def kind_label(self) -> str:
        """The kind in words."""
        return str(AddressKind(self.kind).label)


@dataclass(frozen=True, slots=True)
class Member:
    """One row that is this person."""

    id: int
    name: str
    merged_into: int | None


@dataclass(slots=True)
class Family:
    """A person with everyone merged into them.

    Attributes:
        id: The canonical row's.
        members: All rows, the canonical one among them.
    """

    id: int = 0
    name: str = ""
    language: str = ""
    preference: str = ""
    members: list[Member] = field(default_factory=list)
    addresses: list[KnownAddress] = field(default_factory=list)

    @property
    def called(self) -> str:
        """What they are called on the screen: the name, else an address, masked."""
        known = self.mail_address(self.id) or next(
            (each for each in self.addresses if each.kind == AddressKind.PHONE), None
        )
        return self.name or (known.masked if known else gettext("Unknown"))

    @property
    def ids(self) -> list[int]:
        """Of all rows that are this person."""
        return [member.id for member in self.members]

    @property
    def merged(self) -> list[Member]:
        """Those that were merged in; each can become someone of their own again."""
        return [member for member in self.members if member.merged_into is not None]

    def mail_address(self, person_id: int | None = None) -> KnownAddress | None:
        """Where an answer goes: a working mail address of who wrote last, else any; the bounced ones come last."""
        mail = [address for address in self.addresses if address.kind == AddressKind.EMAIL]
        mail.sort(key=lambda address: (address.person_id != person_id, address.has_bounced, address.id))
        return mail[0] if mail else None


def read_family(membership: Membership, person_id: int) -> Family | None:
    """The person behind `person_id` in the member's own organisation; None when nobody here has that id."""
    family = Family()
    with connection.cursor() as cursor:
        cursor.execute(_FAMILY, {"person": person_id, "organisation": membership.organisation_id})
        for row in cursor.fetchall():
            owner, id_, name, language, preference, merged_into, address_id, kind, shown, bounced_at, reason = row
            if owner != membership.organisation_id:
                continue
            if not family.members or family.members[-1].id != id_:
                family.members.append(Member(id_, name, merged_into))
            if merged_into is None:
                family.id, family.name, family.language, family.preference = id_, name, language, preference
            if address_id is not None:
                address = KnownAddress(address_id, id_, kind, shown, bounced_at is not None, reason)
                family.addresses.append(address)
    return family if family.members else None
