"""Timed work: each job of the schedule runs once in its interval, on whichever machine comes first."""

from __future__ import annotations

import logging
from datetime import datetime, timedelta

from django.db import models

from klankbord import clock
from klankbord.events.contract import jobs
from klankbord.events.models import OutboxEvent, ScheduledJob
from klankbord.events.work import WorkState

logger = logging.getLogger(__name__)

LEASE = timedelta(minutes=10)
KEPT_DAYS = 31
FORGOTTEN_AT_ONCE = 500


class Schedule:
    """Claims a due job, runs it, and sets its next time an interval after it began."""

    name = "schedule"
    patience = 5.0

    def __init__(self) -> None:
        self._entered = False

    def _enter_jobs(self) -> None:
        known = set(ScheduledJob.objects.values_list("name", flat=True))
        missing = [ScheduledJob(name=name) for name in jobs() if name not in known]
        ScheduledJob.objects.bulk_create(missing, ignore_conflicts=True)
        self._entered = True

    def perform_batch(self, *, owner: str) -> int:
        """Run one due job."""
        if not self._entered:
            self._enter_jobs()
        claimed = ScheduledJob.objects.filter(name__in=jobs()).claim(owner=owner, limit=1, lease=LEASE)
        for row in claimed:
            job = jobs()[row.name]
            began = clock.now()
            try:
                job.run()
            except Exception as error:
                logger.exception("scheduled job %s failed", row.name)
                row.fail(f"{type(error).__name__}: {error}"[:2000])
                continue
            row._settle(due_at=began + job.every, leased_by="", attempts=0, last_error="", finished_at=clock.now())
        return len(claimed)

    def next_due(self) -> datetime | None:
        """When the next job is due."""
        rows = ScheduledJob.objects.filter(state=WorkState.READY, name__in=jobs())
        moment: datetime | None = rows.aggregate(at=models.Min("due_at"))["at"]
        return moment

    def release(self, owner: str) -> int:
        """Make due what `owner` had claimed; what anyone had when it is empty."""
        return ScheduledJob.objects.release(owner)


def forget_old_events() -> None:
    """Delete events of more than 31 days ago to which everything has been done."""
    old = clock.now() - timedelta(days=KEPT_DAYS)
    done = OutboxEvent.objects.filter(occurred_at__lt=old, state=WorkState.DONE)
    forgettable = done.exclude(retries__state=WorkState.READY).order_by("pk").values_list("pk", flat=True)
    # A slice at a time: one delete of a month's events would keep all other writers waiting.
    while some := list(forgettable[:FORGOTTEN_AT_ONCE]):
        OutboxEvent.objects.filter(pk__in=some).delete()
