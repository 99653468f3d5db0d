"""Work to be done stands in rows: due, claimed under a lease, done or given up.

A claim moves `due_at` to the end of the lease. So a row whose worker died is simply due again when its lease has run
out, and one partial index serves both new and abandoned work.
"""

from __future__ import annotations

import os
import secrets
import socket
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, ClassVar, Self

from django.db import connections, models, router, transaction
from django.utils.translation import gettext_lazy as _

from klankbord import clock

BACK_OFF = (30, 120, 600, 1800, 3600, 7200, 14400, 28800, 43200, 86400)
"""Seconds until the next attempt, by the number of attempts made; the last counts for all further ones."""

_OURS: set[str] = set()
"""The workers that this process has had."""


def new_owner() -> str:
    """A name for one worker of one process, unique for ever: a later process never takes it for its own."""
    owner = f"{_this_host()}:{os.getpid()}:{secrets.token_hex(4)}"
    _OURS.add(owner)
    return owner


def _this_host() -> str:
    return socket.gethostname()[:40]


def has_ended(owner: str) -> bool:
    """Whether the process of this worker has certainly ended: it was of this machine, and is not there any more."""
    host, _, rest = owner.rpartition(":")[0].rpartition(":")
    if host != _this_host() or not rest.isdigit():
        return False
    if int(rest) == os.getpid():  # a container that begins anew gives the same number again
        return owner not in _OURS
    try:
        os.kill(int(rest), 0)
    except ProcessLookupError:
        return True
    except OSError:
        return False
    return False


class WorkState(models.TextChoices):
    """Where a piece of work stands."""

    READY = "ready", _("to do")
    DONE = "done", _("done")
    GIVEN_UP = "given_up", _("given up")
    CANCELLED = "cancelled", _("cancelled")


class WorkQuerySet[M: LeasedWork](models.QuerySet[M]):
    """Questions about work, and the claim."""

    def due(self, moment: datetime | None = None) -> Self:
        """What may be claimed now: new, to be tried again, or abandoned by a worker whose lease ran out."""
        return self.filter(state=WorkState.READY, due_at__lte=moment or clock.now())

    def claim(self, *, owner: str, limit: int, lease: timedelta) -> list[M]:
        """Take at most `limit` due rows, oldest due first, for `lease`. Nobody else gets them before it ends."""
        moment = clock.now()
        if not self.due(moment).exists():  # on SQLite, looking does not need the one writer's place
            return []
        with transaction.atomic(using=self.db):
            rows = self.due(moment).order_by("due_at", "pk")
            if connections[self.db].features.has_select_for_update_skip_locked:
                rows = rows.select_for_update(skip_locked=True, of=("self",))
            claimed = list(rows[:limit])
            if claimed:
                self.model._base_manager.using(self.db).filter(pk__in=[row.pk for row in claimed]).update(
                    leased_by=owner, due_at=moment + lease, attempts=models.F("attempts") + 1
                )
        for row in claimed:
            row.leased_by, row.due_at, row.attempts = owner, moment + lease, row.attempts + 1
        return claimed

    def finish_all(self, claimed: Sequence[M]) -> int:
        """Mark these as done at once; how many of them were still claimed by who claimed them."""
        owners = {row.leased_by for row in claimed}
        rows = self.filter(pk__in=[row.pk for row in claimed], state=WorkState.READY, leased_by__in=owners)
        return rows.update(state=WorkState.DONE, finished_at=clock.now(), last_error="")

    def release(self, owner: str = "") -> int:
        """Make due at once what `owner` had claimed and will not go on with.

        Without an owner: what anyone had. Only when no other process can be working on it (embedded start).
        """
        claimed = self.filter(state=WorkState.READY).exclude(leased_by="")
        rows = claimed.filter(leased_by=owner) if owner else claimed
        return rows.update(leased_by="", due_at=clock.now())


class LeasedWork(models.Model):
    """A row that someone has to do something about, once."""

    MOST_ATTEMPTS: ClassVar[int] = 12

    state = models.CharField(max_length=10, choices=WorkState.choices, default=WorkState.READY)
    attempts = models.PositiveIntegerField(default=0, help_text="How often it was claimed.")
    due_at = models.DateTimeField(default=clock.now, help_text="When it may be claimed (again).")
    leased_by = models.CharField(max_length=80, blank=True, default="", help_text="Who claimed it last.")
    last_error = models.TextField(blank=True, default="", help_text="What went wrong last, for people.")
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        abstract = True

    @property
    def has_failed(self) -> bool:
        """Whether at least one attempt went wrong."""
        return bool(self.last_error)

    def _settle(self, **changes: Any) -> bool:
        """Write `changes` if the claim is still ours; False when the lease was lost to another worker."""
        using = router.db_for_write(type(self), instance=self)
        rows = type(self)._base_manager.using(using).filter(pk=self.pk, state=WorkState.READY, leased_by=self.leased_by)
        if not rows.update(**changes):
            return False
        for name, value in changes.items():
            setattr(self, name, value)
        return True

    def give_back(self) -> bool:
        """Let go of what was claimed and not begun, as if it had not been claimed. False when the claim was lost."""
        return self._settle(due_at=clock.now(), leased_by="", attempts=max(self.attempts - 1, 0))

    def finish(self, **changes: Any) -> bool:
        """Mark as done, together with `changes`. False when the claim was lost."""
        return self._settle(state=WorkState.DONE, finished_at=clock.now(), last_error="", **changes)

    def begin_anew(self) -> bool:
        """Forget what went wrong before, for an attempt that begins now. False when the claim was lost."""
        return self._settle(last_error="")

    def fail(self, explanation: str, *, final: bool = False) -> bool:
        """Note what went wrong and try again after a while, or give up after a final failure or too many attempts."""
        if final or self.attempts >= self.MOST_ATTEMPTS:
            return self._settle(state=WorkState.GIVEN_UP, finished_at=clock.now(), last_error=explanation)
        wait = BACK_OFF[min(max(self.attempts, 1), len(BACK_OFF)) - 1]
        return self._settle(due_at=clock.now() + timedelta(seconds=wait), leased_by="", last_error=explanation)


def due_index(name: str) -> models.Index:
    """The index that makes finding due work cheap however much is done already."""
    return models.Index(fields=["due_at", "id"], condition=models.Q(state=WorkState.READY), name=name)
