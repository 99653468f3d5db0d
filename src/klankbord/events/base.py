"""The event base class and its journey to and from the outbox's JSON."""

from __future__ import annotations

import dataclasses
import typing
from dataclasses import dataclass
from enum import Enum
from functools import cache
from typing import Any, ClassVar, Self

_types: dict[str, type[Event]] = {}


class UnknownEvent(LookupError):
    """The outbox holds an event that this version of the code does not know (it was removed, or is newer)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """Something that happened, in one organisation. Holds ids and enums only, never content.

    Subclasses are frozen, keyword-only dataclasses in the publisher's `events.py`. `name` is `<package>.<Class>`; raise
    `version` when a field changes its meaning, and give new fields a default so that older rows still load.
    """

    name: ClassVar[str] = "events.Event"
    version: ClassVar[int] = 1

    organisation_id: int

    def __init_subclass__(cls, **kwargs: Any) -> None:
        # Called twice for a slotted dataclass (the second class replaces the first), with the same name both times.
        # No zero-argument super(): its cell still holds the class from before slots were added.
        cls.name = f"{cls.__module__.split('.')[-2]}.{cls.__name__}"
        _types[cls.name] = cls

    def as_json(self) -> dict[str, int | str | bool | None]:
        """The fields as the outbox stores them; enums by value."""
        found: dict[str, int | str | bool | None] = {}
        for field in dataclasses.fields(self):
            value = getattr(self, field.name)
            if isinstance(value, Enum):
                value = value.value
            if not isinstance(value, int | str | bool | None):
                raise TypeError(
                    f"{self.name}.{field.name}: an event holds ids and enums only, not {type(value).__name__}"
                )
            found[field.name] = value
        return found

    @classmethod
    def from_json(cls, fields: dict[str, Any]) -> Self:
        """The event that `as_json` gave these fields; fields that this version does not know are left out."""
        hints = _hints_of(cls.name)
        known: dict[str, Any] = {}
        for field in dataclasses.fields(cls):
            if field.name in fields:
                kind = hints[field.name]
                value = fields[field.name]
                is_enum = isinstance(kind, type) and issubclass(kind, Enum)
                known[field.name] = kind(value) if is_enum and value is not None else value
        return cls(**known)


@cache
def _hints_of(name: str) -> dict[str, Any]:
    """The types of an event's fields. Working them out compiles each annotation, which is dear for each event anew."""
    return typing.get_type_hints(_types[name])


def load(name: str, fields: dict[str, Any]) -> Event:
    """The event called `name` with these stored fields.

    Raises:
        UnknownEvent: no class of that name is loaded.
    """
    try:
        kind = _types[name]
    except KeyError:
        raise UnknownEvent(name) from None
    return kind.from_json(fields)


def known_events() -> dict[str, type[Event]]:
    """All event classes that have been loaded, by name."""
    return dict(_types)
