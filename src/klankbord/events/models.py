"""The outbox, what remains to be reacted to, and the schedule."""

from __future__ import annotations

from typing import Any

from django.db import models

from klankbord import clock
from klankbord.events.work import LeasedWork, WorkQuerySet, due_index


class CurrentTransaction(models.Func):
    """The id of the running transaction on PostgreSQL, 0 on SQLite.

    PostgreSQL hands out row ids before commit, so a reader who remembers the last id it saw would skip rows of a
    transaction that commits late. Ordered by transaction, and reading only below the oldest still running, it cannot.
    SQLite has one writer: there the row id itself is the order of commits.
    """

    template = "0"
    output_field = models.BigIntegerField()

    def as_postgresql(self, _compiler: Any, _connection: Any, **_context: Any) -> tuple[str, list[Any]]:
        """`pg_current_xact_id()` as a bigint."""
        return "(pg_current_xact_id()::text::bigint)", []


class OutboxEvent(LeasedWork):
    """One event, written in the transaction that made it true, kept 31 days."""

    transaction = models.BigIntegerField(db_default=CurrentTransaction())
    name = models.CharField(max_length=80)
    version = models.PositiveSmallIntegerField(default=1)
    organisation_id = models.BigIntegerField()
    fields = models.JSONField()
    occurred_at = models.DateTimeField(default=clock.now, db_index=True)

    objects = WorkQuerySet["OutboxEvent"].as_manager()

    class Meta:
        indexes = [
            due_index("outbox_due"),
            models.Index(fields=["transaction", "id"], name="outbox_order"),
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.pk}"


class ReactionRetry(LeasedWork):
    """A reaction that failed for one event and is to be tried again by itself; the others are done."""

    event = models.ForeignKey(OutboxEvent, on_delete=models.CASCADE, related_name="retries")
    reaction = models.CharField(max_length=160, help_text="Dotted name of the reaction.")

    objects = WorkQuerySet["ReactionRetry"].as_manager()

    class Meta:
        indexes = [due_index("retry_due")]
        constraints = [models.UniqueConstraint(fields=["event", "reaction"], name="one_retry_per_reaction")]

    def __str__(self) -> str:
        return f"{self.reaction} for {self.event_id}"


class ScheduledJob(LeasedWork):
    """When a job of the schedule is due next, on whichever machine comes first."""

    MOST_ATTEMPTS = 2**31 - 1

    name = models.CharField(max_length=120, unique=True)

    objects = WorkQuerySet["ScheduledJob"].as_manager()

    class Meta:
        indexes = [due_index("job_due")]

    def __str__(self) -> str:
        return self.name
