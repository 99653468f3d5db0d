"""Who plays in the tests of taking part."""

from __future__ import annotations

import pytest

from tests.cast import DeKlank, de_klank


@pytest.fixture
def klank(db: None) -> DeKlank:
    """Bibliotheek De Klank, whose mailbox has a way out."""
    house = de_klank()
    house.mailbox.settings = {"smtp_host": "mail.deklank.example"}
    house.mailbox.save()
    return house
