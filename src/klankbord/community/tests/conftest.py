"""For all tests of the community: De Klank, its pictures in a folder of their own, and nothing kept from before."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.core.cache import cache

from klankbord.community.reading.fragments import BLOCKS, WORDS
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
