"""What a height is called: the organisation's own ranks, or those that everybody begins with."""

from __future__ import annotations

from klankbord.reputation.models import Rank
from klankbord.reputation.rules import RANKS

type Heights = list[tuple[int, str]]
"""Points and name, lowest first."""


def ranks(organisation_id: int) -> Heights:
    """The ranks of this organisation, in the active language where they are not its own."""
    own = list(Rank.objects.of(organisation_id).order_by("points").values_list("points", "name"))
    return own or [(points, str(name)) for points, name in RANKS]


def rank_of(points: int, heights: Heights) -> str:
    """The name of the highest rank that so many points reach, or nothing."""
    return next((name for height, name in reversed(heights) if points >= height), "")
