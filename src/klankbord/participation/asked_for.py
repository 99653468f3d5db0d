"""Who of us is asked for by name, and whether somebody only wants to reach us: public search boxes ask this first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from klankbord.database.prepared import Prepared
from klankbord.design.kept import Kept
from klankbord.people.models import Membership, Organisation
from klankbord.understanding.reaching import asks_how_to_reach_us, who_is_asked_for


@dataclass(frozen=True, slots=True)
class Colleague:
    """One who works here and is shown to visitors."""

    name: str
    face: str
    title: str


_ASKED_FOR: Kept[tuple[Colleague, ...]] = Kept(1_000, lambda _found: 1)
_TO_REACH: Kept[bool] = Kept(1_000, lambda _found: 1)


def colleagues_asked_for(organisation: Organisation, text: str) -> Sequence[Colleague]:
    """Those of us whom `text` names, none when it is about something else."""
    known = _SHOWN.seen(organisation=organisation.pk)

    def ask() -> tuple[Colleague, ...]:
        shown = [Colleague(*row) for row in known.plain()]
        places = who_is_asked_for(text, [each.name for each in shown], names=[organisation.name])
        return tuple(shown[place] for place in places)

    return _ASKED_FOR.get_or((text, organisation.name, known.state), ask)


def asks_to_reach(organisation: Organisation, text: str) -> bool:
    """Whether `text` only asks when we are there and how to reach us."""
    return _TO_REACH.get_or((text, organisation.name), lambda: asks_how_to_reach_us(text, names=[organisation.name]))


def _shown(*, organisation: int) -> Any:
    rows = Membership.objects.of(organisation).public().order_by("pk")
    return rows.values_list("user__name", "user__face", "title")


_SHOWN = Prepared(_shown, ("organisation",))
