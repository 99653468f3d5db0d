"""Who plays in the tests of moderation."""

from __future__ import annotations

import pytest

from klankbord.moderation.models import HouseRules
from klankbord.people.models import Person
from klankbord.reputation.models import Standing
from tests.cast import DeKlank, de_klank, helper


@pytest.fixture
def klank(db: None) -> DeKlank:
    """Bibliotheek De Klank, whose mailbox has a way out."""
    house = de_klank()
    house.mailbox.settings = {"smtp_host": "mail.deklank.example"}
    house.mailbox.save()
    return house


@pytest.fixture
def newcomer(klank: DeKlank) -> Person:
    """Somebody who never wrote anything here."""
    return helper(klank.organisation, "Nieuw")


@pytest.fixture
def regular(klank: DeKlank) -> Person:
    """Somebody with some standing: shown at once, may put links and pictures."""
    return with_points(helper(klank.organisation, "Vast"), 20)


def with_points(person: Person, points: int) -> Person:
    """This person, having earned so many points."""
    Standing.objects.update_or_create(
        organisation_id=person.organisation_id, person=person, defaults={"points": points}
    )
    return person


def house_rules(klank: DeKlank, **numbers: float | str) -> HouseRules:
    """Other rules than those that everybody begins with."""
    return HouseRules.objects.create(organisation=klank.organisation, **numbers)
