"""Keeping the index up to date: one process of each machine follows the outbox; the others only read."""

from __future__ import annotations

import logging
import shutil
import threading
from collections.abc import Iterator, Sequence
from itertools import batched
from pathlib import Path

from django.db import DatabaseError, InterfaceError, close_old_connections, connection

from klankbord.events import wake
from klankbord.events.follower import Follower, Position
from klankbord.events.models import OutboxEvent
from klankbord.search.contract import Searchable
from klankbord.search.forgetting import Forgetting, segments
from klankbord.search.index import Index, IndexInUse, Writer
from klankbord.search.position import read_position, save_position

logger = logging.getLogger(__name__)

BATCH = 500
PORTION = 200
"""Documents that are written anew before new ones have their turn."""
PATIENCE = 0.5
"""Seconds between two looks when nothing wakes it."""
TRY_AGAIN = 5.0
"""Seconds until another process's lock is tried again: how long a failover takes."""


class IndexKeeper:
    """The part of a process that writes the index, if no other process of this machine does."""

    name = "search-index"

    def __init__(self, folder: Path, searchables: Sequence[Searchable]) -> None:
        self._folder = folder
        self._searchables = tuple(searchables)
        self._stopping = threading.Event()
        self._signal = threading.Event()
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        """Begin to follow."""
        self._unlisten = wake.listen(lambda _name: self._signal.set())
        self._thread = threading.Thread(target=self._run, name=self.name, daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Commit what was read and give the lock back."""
        self._stopping.set()
        self._signal.set()
        self._unlisten()
        if self._thread is not None:
            self._thread.join(timeout=4)

    def is_alive(self) -> bool:
        """Whether it follows, or waits for its turn."""
        return self._thread is not None and self._thread.is_alive()

    def _run(self) -> None:
        while not self._stopping.is_set():
            try:
                index = open_index(self._folder)
                writer = index.writer()
            except IndexInUse:
                self._stopping.wait(TRY_AGAIN)
                continue
            try:
                self._follow(writer)
            except (DatabaseError, InterfaceError) as error:
                logger.warning("the search index waits for the database (%s)", type(error).__name__)
                close_old_connections()
                self._stopping.wait(1)
            finally:
                writer.close()
        connection.close()

    def _follow(self, writer: Writer) -> None:
        position = read_position(self._folder)
        if position is None or is_behind_the_outbox(position):
            position = rebuild(writer, self._searchables)
        follower = Follower(position)
        while not self._stopping.is_set():
            self._signal.clear()
            if not catch_up(writer, follower, self._searchables):
                if Forgetting(self._folder).is_due():
                    self._forget(writer, follower)
                self._signal.wait(PATIENCE)

    def _forget(self, writer: Writer, follower: Follower) -> None:
        """Let removed words leave the files, while new ones keep coming in."""
        for _ in forget(writer, self._searchables):
            while catch_up(writer, follower, self._searchables):
                pass
            if self._stopping.is_set():
                return


def open_index(folder: Path) -> Index:
    """The index in `folder`; one that cannot be opened (another version, damaged) is thrown away: it can be rebuilt."""
    try:
        return Index(folder)
    except ValueError as error:
        logger.warning("the search index is made anew: %s", error)
        shutil.rmtree(folder)
        return Index(folder)


def is_behind_the_outbox(position: Position) -> bool:
    """Whether events after `position` may have been deleted, or the database is another (restored) one."""
    end = Follower.end()
    if position > end:
        return True
    oldest = OutboxEvent.objects.order_by("transaction", "id").values_list("transaction", "id").first()
    return oldest is not None and position < Position(*oldest) and position != Position()


def catch_up(writer: Writer, follower: Follower, searchables: Sequence[Searchable]) -> int:
    """Follow one batch of events and commit; how many were read."""
    read = follower.read(BATCH)
    if not read:
        return 0
    changed = False
    for searchable in searchables:
        ids = sorted({id_ for _, event in read for id_ in searchable.touched(event)})
        if ids:
            if writer.replace(searchable.kind, ids, searchable.documents(ids)):
                Forgetting(writer.folder).note()
            changed = True
    if changed:
        _commit(writer, follower.position)
    return len(read)


def rebuild(writer: Writer, searchables: Sequence[Searchable]) -> Position:
    """Make the index anew from the database; returns the position from which to follow."""
    position = Follower.end()
    writer.clear()
    for searchable in searchables:
        for ids in _batches(searchable):
            writer.replace(searchable.kind, (), searchable.documents(ids))
    _commit(writer, position)
    Forgetting(writer.folder).done()
    return position


def forget(writer: Writer, searchables: Sequence[Searchable]) -> Iterator[None]:
    """Write every document anew, yielding after each portion: then no file has words of what was removed."""
    forgetting = Forgetting(writer.folder)
    old = forgetting.begin(writer)
    for searchable in searchables:
        for ids in batched(searchable.all_ids(), PORTION):
            writer.replace(searchable.kind, ids, searchable.documents(ids))
            writer.commit()
            yield
    writer.tidy()
    if old & segments(writer.folder):
        # Something in it is known to nobody any more: only an index without it is certain to be rid of it.
        rebuild(writer, searchables)
    forgetting.done()


def _commit(writer: Writer, position: Position) -> None:
    """Make it findable, then remember how far the outbox was followed: a crash between the two repeats work."""
    writer.commit()
    save_position(writer.folder, position)


def _batches(searchable: Searchable) -> Iterator[tuple[int, ...]]:
    return batched(searchable.all_ids(), BATCH)
