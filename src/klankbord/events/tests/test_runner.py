"""The runner's threads: they wake, work, survive, and stop."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from django.db import OperationalError

from klankbord import clock
from klankbord.events import runner, wake
from klankbord.events.reacting import Reactions
from klankbord.events.runner import Runner
from klankbord.events.tests.conftest import Furnish
from klankbord.events.tests.happenings import Notebook, Rang, ring, states
from klankbord.events.work import WorkState
from tests.pace import at_this_pace


class Errands:
    """Work of a test: does what `todo` says, a piece a batch."""

    name = "errands"
    patience = 30.0

    def __init__(self, *todo: Callable[[], int]) -> None:
        self.todo = list(todo)
        self.released: list[str] = []
        self.idle = threading.Event()
        self.due: datetime | None = None

    def perform_batch(self, *, owner: str) -> int:
        del owner
        if self.todo:
            self.idle.clear()
            return self.todo.pop(0)()
        self.idle.set()
        return 0

    def next_due(self) -> datetime | None:
        return self.due

    def release(self, owner: str) -> int:
        self.released.append(owner)
        return 0


def fail(problem: Exception) -> Callable[[], int]:
    def errand() -> int:
        raise problem

    return errand


@pytest.fixture
def no_database(monkeypatch: pytest.MonkeyPatch) -> None:
    """The runner's own look after its connection is not what is tried here."""
    monkeypatch.setattr(runner, "connection", type("Closed", (), {"close": staticmethod(lambda: None)}))
    monkeypatch.setattr(runner, "close_old_connections", lambda: None)


@pytest.mark.usefixtures("no_database")
def test_it_works_until_nothing_is_left_sleeps_and_wakes_at_a_signal(furnish: Furnish):
    errands = Errands(lambda: 1, lambda: 1)
    furnish(sources=(errands,))
    work = Runner()
    work.start()
    try:
        assert errands.idle.wait(30)
        assert work.is_alive()
        errands.todo.append(lambda: 1)
        errands.idle.clear()
        wake.here("errands")
        assert errands.idle.wait(30)
    finally:
        began = time.monotonic()
        work.stop()
    assert time.monotonic() - began < at_this_pace(2), "a sleeper is woken to stop"
    assert not work.is_alive()


@pytest.mark.usefixtures("no_database")
@pytest.mark.parametrize("problem", [OperationalError("gone\nreally"), RuntimeError("a fault of ours")])
def test_a_batch_that_fails_is_let_go_and_tried_again(problem: Exception, furnish: Furnish):
    errands = Errands(fail(problem), lambda: 1)
    furnish(sources=(errands,))
    work = Runner()
    work.start()
    assert errands.idle.wait(30)
    work.stop()
    assert len(errands.released) == 1
    assert errands.released[0], "only what was its own"


@pytest.mark.usefixtures("no_database")
def test_it_wakes_by_itself_when_something_becomes_due(furnish: Furnish):
    errands = Errands()
    errands.due = clock.now() + timedelta(milliseconds=50)
    furnish(sources=(errands,))
    work = Runner()
    work.start()
    assert errands.idle.wait(30)
    errands.todo.append(lambda: 1)
    errands.idle.clear()
    assert errands.idle.wait(20), "before its patience of 30 seconds ended"
    work.stop()


@pytest.mark.usefixtures("no_database")
def test_the_only_process_frees_at_its_start_what_the_dead_had_claimed(furnish: Furnish):
    errands = Errands()
    furnish(sources=(errands,))
    for alone, freed in ((True, [""]), (False, [])):
        errands.released.clear()
        work = Runner(alone=alone)
        work.start()
        work.stop()
        assert errands.released == freed


@pytest.mark.usefixtures("database")
def test_what_is_published_is_reacted_to_at_once(furnish: Furnish):
    book = Notebook()
    rang = threading.Event()

    def hear(event: Rang) -> None:
        book.write(event)
        if len(book.lines) == 3:
            rang.set()

    furnish({Rang: (hear,)}, sources=(Reactions(),))
    work = Runner()
    work.start()
    try:
        ring(1)
        ring(2, 3)
        assert rang.wait(30)
    finally:
        work.stop()
    assert book.of("write") == [1, 2, 3]
    assert set(states()) == {WorkState.DONE}
