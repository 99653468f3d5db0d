"""What stands around every list and conversation: doors, teams, colleagues, opening hours. One query for all of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, time
from typing import Any

from django.db.models import CharField, F, QuerySet, TextField, Value
from django.db.models.functions import Cast

from klankbord.channels.models import Channel
from klankbord.people.models import ClosedDay, Membership, OpeningSpan, Organisation, Team
from klankbord.people.opening_hours import OpeningHours


@dataclass(frozen=True, slots=True)
class Named:
    """A door or a team: what a list can be about. `detail` is the kind of channel."""

    id: int
    name: str
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Colleague:
    """Someone who works here, as others see them."""

    id: int
    name: str
    face: str


@dataclass(frozen=True, slots=True)
class Surroundings:
    """All of it, for one organisation."""

    channels: tuple[Named, ...]
    teams: tuple[Named, ...]
    colleagues: tuple[Colleague, ...]
    hours: OpeningHours

    def channel(self, id_: int) -> Named | None:
        """The open door of this id."""
        return next((each for each in self.channels if each.id == id_), None)

    def team(self, id_: int) -> Named | None:
        """The team of this id."""
        return next((each for each in self.teams if each.id == id_), None)


def read_surroundings(membership: Membership, organisation: Organisation) -> Surroundings:
    """Read what stands around, in one query: five small tables of which each page needs all."""
    found: dict[str, list[tuple[int, str, str, str]]] = {}
    query = _rows("channel", Channel.objects.visible_to(membership).active(), F("name"), F("kind"))
    for kind, id_, first, second, third in query.union(
        _rows("team", Team.objects.visible_to(membership), F("name")),
        _rows("member", Membership.objects.visible_to(membership).active(), F("user__name"), F("user__face")),
        _rows("span", OpeningSpan.objects.visible_to(membership), F("weekday"), F("opens"), F("closes")),
        _rows("closed", ClosedDay.objects.visible_to(membership), F("day")),
        all=True,
    ):
        found.setdefault(kind, []).append((id_, first, second, third))
    return Surroundings(
        channels=tuple(Named(id_, name, kind) for id_, name, kind, _ in _by_name(found.get("channel", []))),
        teams=tuple(Named(id_, name) for id_, name, _, _ in _by_name(found.get("team", []))),
        colleagues=tuple(Colleague(id_, name, face) for id_, name, face, _ in _by_name(found.get("member", []))),
        hours=_hours(organisation, found.get("span", []), [day for _, day, _, _ in found.get("closed", [])]),
    )


def _rows(kind: str, rows: QuerySet[Any], *columns: F) -> QuerySet[Any, tuple[str, int, str, str, str]]:
    texts = [Cast(column, TextField()) for column in columns]
    texts += [Value("", output_field=TextField())] * (3 - len(columns))  # type: ignore[list-item]
    values: QuerySet[Any, tuple[str, int, str, str, str]] = (
        rows.order_by()
        .annotate(_kind=Value(kind, output_field=CharField()), _first=texts[0], _second=texts[1], _third=texts[2])
        .values_list("_kind", "pk", "_first", "_second", "_third")
    )
    return values


def _by_name(rows: list[tuple[int, str, str, str]]) -> list[tuple[int, str, str, str]]:
    return sorted(rows, key=lambda row: (row[1].casefold(), row[0]))


def _hours(organisation: Organisation, spans: list[tuple[int, str, str, str]], closed: list[str]) -> OpeningHours:
    week: dict[int, list[tuple[time, time]]] = {}
    for _, weekday, opens, closes in sorted(spans, key=lambda span: span[2]):
        week.setdefault(int(weekday), []).append((time.fromisoformat(opens), time.fromisoformat(closes)))
    return OpeningHours(zone=organisation.zone, week=week, closed=frozenset(map(date.fromisoformat, closed)))
