"""Counting votes that come in at the same moment with one commit for all of them (group commit).

A vote is a few rows and one fsync; when a newspaper writes about an idea, hundreds come within seconds. A thread takes
what waits, counts it in one transaction, and tells each voter. Nobody hears "counted" before it is on disk.
"""

from __future__ import annotations

import os
import queue
import threading
import time
from collections.abc import Sequence
from concurrent.futures import Future
from dataclasses import dataclass

from django.db import InterfaceError, OperationalError, connection, transaction

from klankbord import clock
from klankbord.ideas.actions.vote import vote
from klankbord.ideas.bursts import Cast
from klankbord.ideas.counting import count_more
from klankbord.ideas.models import Idea
from klankbord.ideas.refusals import BoardClosed
from klankbord.participation.actions import Casting, cast_votes
from klankbord.people.models import Person

MOST_TOGETHER = 128
GATHER = 0.02
"""Seconds to wait after votes that came together, so that more share the next commit. One that comes alone waits for
nothing."""
PATIENCE = 30.0
"""Seconds after which a voter is told that it did not work."""


@dataclass(frozen=True, slots=True)
class Ballot:
    """A vote of somebody who is known."""

    idea_id: int
    person: Person
    place: str


def vote_soon(*, idea_id: int, person: Person, place: str = "") -> Future[bool]:
    """As `vote`, in one commit with what others send at this moment; done once that is on disk, or why it is not.

    It may fail with `BoardClosed`. Cancelled before its turn it is not counted.
    """
    ballot = Ballot(idea_id, person, place)
    if not connection.in_atomic_block:
        return _writer().submit(ballot)
    counted: Future[bool] = Future()  # in the caller's own transaction it can only be counted there
    try:
        counted.set_result(_vote(ballot))
    except BoardClosed as refusal:
        counted.set_exception(refusal)
    return counted


def vote_together(*, idea_id: int, person: Person, place: str = "") -> bool:
    """As `vote_soon`, and wait for it.

    Raises:
        BoardClosed: the board takes no votes now.
    """
    return vote_soon(idea_id=idea_id, person=person, place=place).result(PATIENCE)


@transaction.atomic
def count_ballots(ballots: Sequence[Ballot]) -> list[bool | BoardClosed]:
    """Count them all, or none; for each whether it counted, or why it cannot."""
    found: dict[int, bool | BoardClosed] = {}
    for house in sorted({ballot.person.organisation_id for ballot in ballots}):
        own = {place: each for place, each in enumerate(ballots) if each.person.organisation_id == house}
        found |= _count_of_one_house(house, own)
    return [found[place] for place in range(len(ballots))]


def _count_of_one_house(house: int, ballots: dict[int, Ballot]) -> dict[int, bool | BoardClosed]:
    # Always in the same order, so that two processes never wait for each other.
    rows = Idea.objects.of(house).select_for_update(of=("self",)).select_related("opening", "board")
    held = {row.pk: row for row in rows.filter(pk__in={each.idea_id for each in ballots.values()}).order_by("pk")}
    moment = clock.now()
    found: dict[int, bool | BoardClosed] = {}
    simple: dict[int, Casting] = {}
    for place, ballot in ballots.items():
        row = held.get(ballot.idea_id)
        if row is None or row.is_merged or row.absorbed:  # rare: the whole family is looked at
            found[place] = _alone(ballot)
        elif not row.board.is_open(moment):
            found[place] = BoardClosed()
        else:
            simple[place] = Casting(row.opening, ballot.person, ballot.place, moment)
    votes = cast_votes(organisation_id=house, castings=list(simple.values()))
    fresh: dict[int, list[Cast]] = {}
    for place, cast in zip(simple, votes, strict=True):
        found[place] = cast is not None
        if cast is not None:
            fresh.setdefault(ballots[place].idea_id, []).append(Cast(cast.at, cast.place, cast.is_fresh))
    for pk, casts in fresh.items():
        count_more(held[pk], casts)
    return found


def _alone(ballot: Ballot) -> bool | BoardClosed:
    try:
        return _vote(ballot)
    except BoardClosed as refusal:
        return refusal


def _vote(ballot: Ballot) -> bool:
    idea = Idea.objects.of(ballot.person.organisation_id).get(pk=ballot.idea_id)
    return vote(idea=idea, person=ballot.person, place=ballot.place)


class VoteWriter(threading.Thread):
    """The thread that counts what several requests bring."""

    def __init__(self) -> None:
        super().__init__(name="vote-writer", daemon=True)
        self._queue: queue.SimpleQueue[tuple[Ballot, Future[bool]]] = queue.SimpleQueue()

    def submit(self, ballot: Ballot) -> Future[bool]:
        """Have it counted; the future is done when it is on disk, or carries why it is not."""
        counted: Future[bool] = Future()
        self._queue.put((ballot, counted))
        return counted

    def run(self) -> None:
        """Take what waits, count it together, tell each; for ever."""
        while True:
            group = [self._queue.get()]
            while len(group) < MOST_TOGETHER and not self._queue.empty():
                group.append(self._queue.get())
            self._count([each for each in group if each[1].set_running_or_notify_cancel()])
            if len(group) > 1:
                self._gather()

    @staticmethod
    def _gather() -> None:
        time.sleep(GATHER)

    def _count(self, group: Sequence[tuple[Ballot, Future[bool]]]) -> None:
        try:
            results: list[bool | Exception] = [*count_ballots([ballot for ballot, _ in group])]
        except Exception as error:
            connection.close()
            if len(group) > 1 and not isinstance(error, OperationalError | InterfaceError):
                for one in group:  # one of them is not acceptable: each by itself
                    self._count([one])
                return
            results = [error] * len(group)
        for (_, counted), result in zip(group, results, strict=True):
            if isinstance(result, Exception):
                counted.set_exception(result)
            else:
                counted.set_result(result)


_guard = threading.Lock()
_running: tuple[int, VoteWriter] | None = None


def _writer() -> VoteWriter:
    """This process's thread; a forked child begins its own."""
    global _running
    with _guard:
        if _running is None or _running[0] != os.getpid() or not _running[1].is_alive():
            writer = VoteWriter()
            writer.start()
            _running = (os.getpid(), writer)
        return _running[1]
