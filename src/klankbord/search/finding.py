"""Asking the index."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from django.conf import settings

from klankbord.search.contract import Audience
from klankbord.search.index import Found, Index, scope
from klankbord.search.keeping import open_index


@cache
def _index_in(folder: Path) -> Index:
    return open_index(folder)


def index_folder() -> Path:
    """Where this machine's index is."""
    return Path(settings.OPTIONS.dir) / "search"


def find(
    text: str, *, organisation_id: int, kind: str, audience: Audience = Audience.STAFF, limit: int = 50
) -> list[Found]:
    """What fits `text` best among what this audience of this organisation may find, best first.

    The index may be behind by a moment: check the rows through `visible_to` before showing anything.
    """
    return _index_in(index_folder()).find(text, scopes=[scope(organisation_id, kind, audience)], limit=limit)
