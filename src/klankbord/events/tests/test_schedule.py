"""Timed work runs once, on whichever machine comes first."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest

from klankbord import clock
from klankbord.events import schedule
from klankbord.events.contract import Job
from klankbord.events.models import OutboxEvent, ReactionRetry, ScheduledJob
from klankbord.events.schedule import Schedule, forget_old_events
from klankbord.events.tests.conftest import Furnish
from klankbord.events.tests.happenings import ring
from klankbord.events.work import WorkState
from tests.services import in_thread

pytestmark = pytest.mark.usefixtures("database")
HOUR = timedelta(hours=1)


class Chime:
    def __init__(self) -> None:
        self.times = 0
        self.broken = False

    def __call__(self) -> None:
        self.times += 1
        if self.broken:
            raise RuntimeError("the clapper is loose")


def test_a_job_runs_once_in_its_interval(furnish: Furnish):
    chime, machines = Chime(), (Schedule(), Schedule())
    furnish(jobs=(Job("chime", HOUR, chime),))
    for machine in machines:
        while machine.perform_batch(owner=str(id(machine))):
            pass
    assert chime.times == 1
    due = machines[0].next_due()
    assert due is not None
    assert timedelta(minutes=59) < due - clock.now() <= HOUR
    with clock.reading(clock.now() + HOUR):
        assert machines[1].perform_batch(owner="second") == 1
    assert chime.times == 2


def test_machines_that_begin_at_the_same_moment_run_it_once(furnish: Furnish):
    chime, start = Chime(), threading.Barrier(4)
    furnish(jobs=(Job("chime", HOUR, chime),))

    def machine() -> int:
        start.wait(60)
        return Schedule().perform_batch(owner=f"machine {threading.get_ident()}")

    done: list[int] = []
    threads = [threading.Thread(target=lambda: done.append(in_thread(machine))) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert sorted(done) == [0, 0, 0, 1]
    assert chime.times == 1


def test_a_job_that_fails_is_tried_again_soon_and_is_never_given_up(furnish: Furnish):
    chime = Chime()
    chime.broken = True
    furnish(jobs=(Job("chime", HOUR, chime),))
    machine = Schedule()
    moment = clock.now()
    for _ in range(15):
        with clock.reading(moment):
            assert machine.perform_batch(owner="one") == 1
        moment += timedelta(days=2)
    row = ScheduledJob.objects.get()
    assert (row.state, row.last_error) == (WorkState.READY, "RuntimeError: the clapper is loose")
    chime.broken = False
    with clock.reading(moment):
        machine.perform_batch(owner="one")
    row.refresh_from_db()
    assert (row.last_error, row.attempts) == ("", 0)
    assert row.due_at == moment + HOUR


def test_a_job_of_a_machine_that_died_is_taken_over_after_its_lease(furnish: Furnish):
    chime = Chime()
    furnish(jobs=(Job("chime", HOUR, chime),))
    machine = Schedule()
    machine._enter_jobs()
    ScheduledJob.objects.claim(owner="dead", limit=1, lease=schedule.LEASE)
    assert machine.perform_batch(owner="next") == 0
    with clock.reading(clock.now() + schedule.LEASE + timedelta(seconds=1)):
        assert machine.perform_batch(owner="next") == 1
    assert chime.times == 1


def test_a_job_that_left_the_house_is_left_alone(furnish: Furnish):
    ScheduledJob.objects.create(name="of an older version")
    furnish(jobs=())
    assert Schedule().perform_batch(owner="one") == 0
    assert Schedule().next_due() is None


def test_old_events_are_forgotten_but_nothing_that_is_still_to_be_done(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(schedule, "FORGOTTEN_AT_ONCE", 2)
    ring(*range(8))
    old = clock.now() - timedelta(days=32)
    rows = list(OutboxEvent.objects.order_by("pk"))
    OutboxEvent.objects.update(state=WorkState.DONE, occurred_at=old)
    OutboxEvent.objects.filter(pk=rows[0].pk).update(state=WorkState.READY)
    ReactionRetry.objects.create(event=rows[1], reaction="a.b")
    ReactionRetry.objects.create(event=rows[2], reaction="a.b", state=WorkState.DONE)
    OutboxEvent.objects.filter(pk=rows[3].pk).update(occurred_at=clock.now() - timedelta(days=30))
    forget_old_events()
    kept = {rows[0].pk, rows[1].pk, rows[3].pk}
    assert set(OutboxEvent.objects.values_list("pk", flat=True)) == kept
    assert ReactionRetry.objects.count() == 1
