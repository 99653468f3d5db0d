"""What upper packages provide to the runner; `wiring/` lists who does."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Protocol

from klankbord.events.base import Event

type Reaction = Callable[[Any], None]
"""Reacts to one event, within a transaction, idempotently: it may be called twice with the same event."""


class WorkSource(Protocol):
    """A kind of work that stands in rows. The runner gives each source a thread of its own.

    `patience` is how many seconds the thread sleeps at most when nothing wakes it.
    """

    name: str
    patience: float

    def perform_batch(self, *, owner: str) -> int:
        """Claim and do a batch of due work; return how many pieces were done, 0 when nothing was due."""
        ...

    def next_due(self) -> datetime | None:
        """When work that is not due yet will be, or None."""
        ...

    def release(self, owner: str) -> int:
        """Make due what `owner` had claimed and will not go on with; what anyone had when it is empty."""
        ...


@dataclass(frozen=True, slots=True)
class Job:
    """Something that runs once in `every`, across all machines. `run` is idempotent."""

    name: str
    every: timedelta
    run: Callable[[], None]


type Together = Callable[[Sequence[Any]], None]
"""Does for several events at once what a reaction does for one, with fewer queries."""

_together: dict[Reaction, Together] = {}
_reactions: dict[type[Event], tuple[Reaction, ...]] = {}
_jobs: dict[str, Job] = {}
_sources: list[WorkSource] = []


def register(
    *,
    reactions: dict[type[Event], tuple[Reaction, ...]],
    jobs: tuple[Job, ...],
    sources: tuple[WorkSource, ...],
    together: dict[Reaction, Together] | None = None,
) -> None:
    """Called once by `wiring/` when the house is complete."""
    _together.clear()
    _together.update(together or {})
    _reactions.clear()
    _reactions.update(reactions)
    _jobs.clear()
    _jobs.update({job.name: job for job in jobs})
    _sources[:] = sources


def reactions_to(event: Event) -> tuple[Reaction, ...]:
    """What follows when this happens."""
    return _reactions.get(type(event), ())


def together(reaction: Reaction) -> Together | None:
    """What does the same as this reaction for several events at once, if anything does."""
    return _together.get(reaction)


def all_reactions() -> dict[type[Event], tuple[Reaction, ...]]:
    """The whole table, for tests and documentation."""
    return dict(_reactions)


def jobs() -> dict[str, Job]:
    """The schedule by name."""
    return dict(_jobs)


def sources() -> tuple[WorkSource, ...]:
    """All kinds of work that stand in rows."""
    return tuple(_sources)
