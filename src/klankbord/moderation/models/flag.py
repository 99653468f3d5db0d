"""What people say is wrong with what others wrote."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Self

from django.db import models

from klankbord import clock
from klankbord.conversations.models import Message
from klankbord.moderation.models.case import Decision
from klankbord.moderation.rules import FlagReason
from klankbord.people.models import Person
from klankbord.people.tenancy import TenantModel, TenantQuerySet


class FlagQuerySet(TenantQuerySet["Flag"]):
    """Questions about flags."""

    def open(self) -> Self:
        """Not judged yet."""
        return self.filter(upheld__isnull=True)

    def judged(self) -> Self:
        """Found right or not."""
        return self.filter(upheld__isnull=False)

    def by(self, person_ids: Iterable[int]) -> Self:
        """Those of these (rows of one) person; scope first."""
        return self.filter(person_id__in=list(person_ids))


class Flag(TenantModel):
    """One person says that something is wrong with a public message. Who it was is for moderators only.

    What it weighs is decided when it is raised: by how often this person was right before, and what they earned.
    """

    message = models.ForeignKey(Message, on_delete=models.CASCADE, related_name="flags")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", help_text="Who raised it.")
    reason = models.CharField(max_length=10, choices=FlagReason.choices)
    words = models.CharField(max_length=1000, blank=True, default="")
    weight = models.FloatField()
    place = models.CharField(max_length=16, blank=True, default="", help_text="Keyed hash of the network it came from.")
    at = models.DateTimeField(default=clock.now)
    decision = models.ForeignKey(
        Decision, null=True, blank=True, on_delete=models.SET_NULL, related_name="flags", help_text="That judged it."
    )
    upheld = models.BooleanField(null=True, blank=True, help_text="Whether a moderator found it right; empty: not yet.")

    objects = FlagQuerySet.as_manager()

    class Meta(TenantModel.Meta):
        constraints = [models.UniqueConstraint(fields=["message", "person"], name="one_flag_a_person")]
        indexes = [models.Index(fields=["person", "upheld"], name="how_often_right")]

    def __str__(self) -> str:
        return f"{self.reason} {self.pk}"
