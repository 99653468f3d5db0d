"""For all tests of the community: De Klank, its pictures in a folder of their own, and nothing kept from before."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.core.cache import cache

from klankbord.community.reading.fragments import BLOCKS, WORDS
from klankbord.people.models import Person
from klankbord.reputation.models import Standing
from tests import cast


@pytest.fixture(autouse=True)
def _fresh(settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path / "files"
    cache.clear()
    BLOCKS.clear()
    WORDS.clear()


@pytest.fixture
def de_klank(db: None) -> cast.DeKlank:
    return cast.de_klank()


@pytest.fixture
def somebody(de_klank: cast.DeKlank) -> Any:
    """Makes people who have helped before, so that what they write is shown at once."""

    def make(name: str = "Fatima") -> Person:
        person = cast.helper(de_klank.organisation, name)
        Standing.objects.create(organisation=de_klank.organisation, person=person, points=20)
        return person

    return make
