"""Who was asked to come and work here, and for how long what is over is kept."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Self

from django.db import models

from klankbord import clock
from klankbord.people.models import Membership, Role
from klankbord.people.tenancy import TenantModel, TenantQuerySet

DAYS = 7
"""How long an invitation can be taken up."""


def _week_from_now() -> datetime:
    return clock.now() + timedelta(days=DAYS)


class InvitationQuerySet(TenantQuerySet["Invitation"]):
    """Questions about invitations."""

    def open(self) -> Self:
        """Those that can still be taken up."""
        return self.filter(accepted_at__isnull=True, withdrawn_at__isnull=True, expires_at__gt=clock.now())


class Invitation(TenantModel):
    """A mail that asks someone to come and work here. Its link is good once, for a week, and stored hashed."""

    email = models.EmailField()
    name = models.CharField(max_length=120, blank=True, default="")
    role = models.CharField(max_length=15, choices=Role.choices, default=Role.AGENT)
    title = models.CharField(max_length=80, blank=True, default="")
    is_public = models.BooleanField(default=False)
    token_hash = models.CharField(max_length=64, unique=True)
    invited_by = models.ForeignKey(Membership, null=True, on_delete=models.SET_NULL, related_name="+")
    created_at = models.DateTimeField(default=clock.now)
    expires_at = models.DateTimeField(default=_week_from_now)
    accepted_at = models.DateTimeField(null=True, blank=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    objects = InvitationQuerySet.as_manager()

    class Meta(TenantModel.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "email"],
                condition=models.Q(accepted_at__isnull=True, withdrawn_at__isnull=True),
                name="one_open_invitation_each",
            )
        ]

    def __str__(self) -> str:
        return f"{self.name or self.email} ({self.role})"


def _tomorrow() -> datetime:
    return clock.now() + timedelta(days=1)


class RetentionRule(TenantModel):
    """For how many months after the last word the organisation keeps a conversation that is over; no row: for ever."""

    months = models.PositiveSmallIntegerField()
    begins_at = models.DateTimeField(default=_tomorrow, help_text="A day after it was set: time to change one's mind.")

    objects = TenantQuerySet["RetentionRule"].as_manager()

    class Meta(TenantModel.Meta):
        constraints = [models.UniqueConstraint(fields=["organisation"], name="one_rule_of_keeping_each")]

    def __str__(self) -> str:
        return f"{self.months} months"
