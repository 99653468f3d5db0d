"""What happens to standing."""

from __future__ import annotations

from dataclasses import dataclass

from klankbord.events.base import Event


@dataclass(frozen=True, slots=True, kw_only=True)
class StandingChanged(Event):
    """Somebody earned points, or some were reversed."""

    person_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Thanked(Event):
    """Somebody was thanked in words, or a thank-you was taken off the wall."""

    thanks_id: int
    person_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PerkGranted(Event):
    """Somebody got a perk."""

    given_id: int
    person_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PerkRunsOut(Event):
    """Of a perk with codes few are left, or none."""

    perk_id: int
    left: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RulesOfStandingChanged(Event):
    """The organisation changed its ranks or perks."""
