"""How a mail about ideas reaches one person: where, in which language, and when again if it could not be sent."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from django.utils import timezone, translation

from klankbord.participation.letters import Letter
from klankbord.people.models import Address, AddressKind, Organisation, Person

LATER = timedelta(hours=6)
"""For so long nothing is tried once today's share of mail is used up."""


def mailbox_of(person: Person) -> Address | None:
    """Where mail reaches this person; None when nowhere."""
    everyone = Person.objects.of(person.organisation_id).same_as(person)
    rows = Address.objects.of(person.organisation_id).filter(person_id__in=everyone, kind=AddressKind.EMAIL)
    return rows.filter(bounced_at__isnull=True).order_by("pk").first()


def in_their_language(organisation: Organisation, language: str, make: Callable[[], Letter]) -> Letter:
    with translation.override(organisation.speaks(language)), timezone.override(organisation.zone):
        return make()
