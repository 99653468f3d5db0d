"""Who of us is asked for by name, and whether somebody only wants to reach us: public search boxes ask this first."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from klankbord.database.prepared import Prepared
from klankbord.people.models import Membership, Organisation
from klankbord.understanding.reaching import asks_how_to_reach_us, who_is_asked_for


@dataclass(frozen=True, slots=True)
class Colleague:
    """One who works here and is shown to visitors."""

    name: str
    face: str
    title: str


def colleagues_asked_for(organisation: Organisation, text: str) -> list[Colleague]:
    """Those of us whom `text` names, none when it is about something else."""
    shown = [Colleague(*row) for row in _SHOWN.plain(organisation=organisation.pk)]
    return [shown[place] for place in who_is_asked_for(text, [each.name for each in shown], names=[organisation.name])]


def asks_to_reach(organisation: Organisation, text: str) -> bool:
    """Whether `text` only asks when we are there and how to reach us."""
    return asks_how_to_reach_us(text, names=[organisation.name])


def _shown(*, organisation: int) -> Any:
    rows = Membership.objects.of(organisation).public().order_by("pk")
    return rows.values_list("user__name", "user__face", "title")


_SHOWN = Prepared(_shown, ("organisation",))
