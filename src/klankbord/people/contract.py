"""What upper packages provide so that a person can see, take along and be rid of what is kept about them.

Every package that keeps something about persons provides one `KeepsPersonalData`; `wiring/` lists them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol


@dataclass(frozen=True, slots=True)
class PersonalData:
    """What one package keeps about one person.

    Attributes:
        values: JSON types, in words that the person understands.
        files: Content by file name; names may hold folders, never `..`.
    """

    values: Any
    files: dict[str, bytes] = field(default_factory=dict)


class KeepsPersonalData(Protocol):
    """A package's answer to: what do you keep of this person, and forget it."""

    name: str
    """The file name of its part of an export, without an extension."""

    def export(self, *, organisation_id: int, person_ids: Sequence[int]) -> PersonalData:
        """Everything kept about the person known by all of `person_ids` (rows that were merged)."""
        ...

    def erase(self, *, organisation_id: int, person_ids: Sequence[int]) -> None:
        """Erase it, in the caller's transaction. Ids may stay, words and addresses may not. Twice is once."""
        ...


_keepers: list[KeepsPersonalData] = []


def register(keepers: Sequence[KeepsPersonalData]) -> None:
    """Called once by `wiring/`, in the order in which they erase: what refers to others first."""
    _keepers[:] = keepers


def keepers() -> tuple[KeepsPersonalData, ...]:
    """All who keep something about persons."""
    return tuple(_keepers)
