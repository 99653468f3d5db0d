"""What happens in these tests, and reactions that write down that they ran."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from enum import Enum

from django.db import connection, transaction

from klankbord.events.base import Event
from klankbord.events.models import OutboxEvent
from klankbord.events.publish import publish


class Colour(Enum):
    RED = "red"


@dataclass(frozen=True, slots=True, kw_only=True)
class Rang(Event):
    bell_id: int = 1
    colour: Colour = Colour.RED


@dataclass(frozen=True, slots=True, kw_only=True)
class Echoed(Event):
    bell_id: int = 1


class Notebook:
    """Reactions of a test: `wrote` may run many times, `fails` until it is mended, `breaks_sql` in the database."""

    def __init__(self) -> None:
        self.lines: list[tuple[str, int]] = []
        self.broken = True
        self._guard = threading.Lock()

    def write(self, event: Rang) -> None:
        with self._guard:
            self.lines.append(("write", event.bell_id))

    def fail(self, event: Rang) -> None:
        if self.broken:
            publish(Echoed(organisation_id=1, bell_id=-1))  # must be rolled back with the failure
            raise RuntimeError("the bell is cracked")
        with self._guard:
            self.lines.append(("fail", event.bell_id))

    def break_sql(self, event: Rang) -> None:
        if self.broken:
            connection.cursor().execute("SELECT * FROM there_is_no_such_table")
        with self._guard:
            self.lines.append(("break_sql", event.bell_id))

    def echo(self, event: Rang) -> None:
        publish(Echoed(organisation_id=event.organisation_id, bell_id=event.bell_id))

    def of(self, name: str) -> list[int]:
        return sorted(bell for what, bell in self.lines if what == name)


def ring(*bells: int) -> None:
    """Publish one event for each bell, in one transaction."""
    with transaction.atomic():
        for bell in bells or (1,):
            publish(Rang(organisation_id=1, bell_id=bell))


def states() -> list[str]:
    """The states of all events, oldest first."""
    return list(OutboxEvent.objects.order_by("pk").values_list("state", flat=True))
