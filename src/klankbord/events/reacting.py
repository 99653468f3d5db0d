"""The work source that runs the reactions to what stands in the outbox."""

from __future__ import annotations

import logging
import time
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from itertools import batched, groupby

from django.db import connection, models, transaction

from klankbord import clock
from klankbord.database.trouble import may_pass
from klankbord.events.base import Event, UnknownEvent, load
from klankbord.events.contract import Reaction, reactions_to, together
from klankbord.events.models import OutboxEvent, ReactionRetry
from klankbord.events.work import WorkState

logger = logging.getLogger(__name__)

LEASE = timedelta(seconds=60)
BATCH = 64
TOGETHER = 64
ONE_BY_ONE = 16
"""Events at once whose reactions cannot all be done together; after these the clock is looked at."""
LONGEST_BATCH = 0.25
"""Seconds that one batch may hold the database's writer."""
LONGEST_WHILE_OTHERS_WAIT = 0.03
"""The same when somebody waits for it meanwhile: an agent who sends an answer, a visitor who votes."""


def reaction_name(reaction: Reaction) -> str:
    """The dotted name under which a failed reaction is remembered."""
    return f"{reaction.__module__}.{reaction.__qualname__}"


class ClaimLost(RuntimeError):
    """Another worker has it: our lease ran out while we were at it. What we did of it is rolled back."""


type Loaded = tuple[OutboxEvent, Event | None]
"""A row and the event in it; None when this version does not know it."""


def _loaded(rows: Iterable[OutboxEvent]) -> Iterator[Loaded]:
    for row in rows:
        try:
            yield row, load(row.name, row.fields)
        except UnknownEvent:
            logger.warning("event %s is unknown to this version; nothing follows from it", row.name)
            yield row, None


def _portions(loaded: Iterable[Loaded]) -> Iterator[tuple[Loaded, ...]]:
    """In their order, many at once of those whose reactions can be done for all at once."""
    for at_once, run in groupby(loaded, key=_can_be_done_at_once):
        yield from batched(run, TOGETHER if at_once else ONE_BY_ONE)


def _can_be_done_at_once(loaded: Loaded) -> bool:
    _, event = loaded
    return event is None or all(together(reaction) is not None for reaction in reactions_to(event))


def _others_wait() -> bool:
    """Whether this process has other writers in the queue; only SQLite has one."""
    return bool(getattr(connection, "is_waited_for", False))


class Reactions:
    """Runs all reactions of claimed events, each in a savepoint, a batch in one transaction.

    One that fails rolls back alone and becomes a `ReactionRetry` with its own attempts; the event itself is done.
    """

    name = "outbox"
    patience = 1.0

    def perform_batch(self, *, owner: str) -> int:
        """React to a batch of events, else to a batch of earlier failures; returns how many."""
        claimed = OutboxEvent.objects.claim(owner=owner, limit=BATCH, lease=LEASE)
        if claimed:
            return self._react_to_all(claimed, owner)
        return self._try_again(owner)

    def _react_to_all(self, claimed: list[OutboxEvent], owner: str) -> int:
        began = time.monotonic()
        done: list[int] = []
        with transaction.atomic():
            for portion in _portions(_loaded(claimed)):
                self._react(portion)
                done += [row.pk for row, _ in portion]
                if time.monotonic() - began > (LONGEST_WHILE_OTHERS_WAIT if _others_wait() else LONGEST_BATCH):
                    break
            mine = OutboxEvent.objects.filter(leased_by=owner, state=WorkState.READY)
            # Reactions and marks are one transaction: whoever comes too late undoes both.
            if mine.filter(pk__in=done).update(state=WorkState.DONE, finished_at=clock.now()) != len(done):
                raise ClaimLost(f"{owner} took longer than its lease over a batch of events")
            if len(done) < len(claimed):
                left = [row.pk for row in claimed[len(done) :]]
                mine.filter(pk__in=left).update(due_at=clock.now(), leased_by="")
        return len(done)

    def _react(self, portion: Sequence[Loaded]) -> None:
        by_reaction: dict[Reaction, list[tuple[OutboxEvent, Event]]] = {}
        known = [(row, event) for row, event in portion if event is not None]
        for row, event in known:
            for reaction in reactions_to(event):
                by_reaction.setdefault(reaction, []).append((row, event))
        for reaction, pairs in by_reaction.items():
            if not self._react_together(reaction, [event for _, event in pairs]):
                for row, event in pairs:
                    self._react_to_one(reaction, row, event)

    @staticmethod
    def _react_together(reaction: Reaction, events: list[Event]) -> bool:
        """Whether the reaction can be done for several at once, and was; what fails is left to be done one by one."""
        for_all = together(reaction)
        if for_all is None or len(events) < 2:
            return False
        try:
            with transaction.atomic():
                for_all(events)
        except Exception as error:
            if may_pass(error):
                raise
            logger.info("%s failed for several at once (%s)", reaction_name(reaction), type(error).__name__)
            return False
        return True

    def _react_to_one(self, reaction: Reaction, row: OutboxEvent, event: Event) -> None:
        try:
            with transaction.atomic():
                reaction(event)
        except Exception as error:
            logger.exception("%s failed for event %s", reaction_name(reaction), row.pk)
            self._remember(row, reaction, error)

    @staticmethod
    def _remember(row: OutboxEvent, reaction: Reaction, error: Exception) -> None:
        retry, _ = ReactionRetry.objects.get_or_create(
            event=row,
            reaction=reaction_name(reaction),
            defaults={"attempts": 1, "due_at": clock.now() + timedelta(seconds=5)},
        )
        ReactionRetry.objects.filter(pk=retry.pk).update(last_error=f"{type(error).__name__}: {error}"[:2000])

    def _try_again(self, owner: str) -> int:
        claimed = ReactionRetry.objects.select_related("event").claim(owner=owner, limit=10, lease=LEASE)
        for retry in claimed:
            event, reaction = self._find(retry)
            if event is None or reaction is None:
                retry.fail("This reaction is no longer part of the house.", final=True)
                continue
            try:
                with transaction.atomic():
                    reaction(event)
                    if not retry.finish():
                        raise ClaimLost(retry.reaction)
            except Exception as error:
                logger.exception("%s failed again for event %s", retry.reaction, retry.event_id)
                retry.fail(f"{type(error).__name__}: {error}"[:2000])
        return len(claimed)

    @staticmethod
    def _find(retry: ReactionRetry) -> tuple[Event | None, Reaction | None]:
        try:
            event = load(retry.event.name, retry.event.fields)
        except UnknownEvent:
            return None, None
        by_name = {reaction_name(reaction): reaction for reaction in reactions_to(event)}
        return event, by_name.get(retry.reaction)

    def next_due(self) -> datetime | None:
        """When the next event or retry is due."""
        return earliest(
            kind.objects.filter(state=WorkState.READY).aggregate(at=models.Min("due_at"))["at"]
            for kind in (OutboxEvent, ReactionRetry)
        )

    def release(self, owner: str) -> int:
        """Make due what `owner` had claimed; what anyone had when it is empty."""
        return OutboxEvent.objects.release(owner) + ReactionRetry.objects.release(owner)


def earliest(moments: Iterable[datetime | None]) -> datetime | None:
    """The first of those moments that are known."""
    known = [moment for moment in moments if moment is not None]
    return min(known, default=None)


def react_to_everything() -> int:
    """Run all due reactions here and now, also those that these publish; for tests, imports and the demo."""
    source, owner, done = Reactions(), "inline", 0
    while worked := source.perform_batch(owner=owner):
        done += worked
    return done
