"""Who writes less freely for a while."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Self

from django.db import models
from django.db.models import F, Q

from klankbord import clock
from klankbord.moderation.models.case import Decision
from klankbord.moderation.rules import Step
from klankbord.people.models import Membership, Person
from klankbord.people.tenancy import TenantModel, TenantQuerySet


class RestraintQuerySet(TenantQuerySet["Restraint"]):
    """Questions about restraints."""

    def on(self, person_ids: Iterable[int]) -> Self:
        """Those on these (rows of one) person; scope first."""
        return self.filter(person_id__in=list(person_ids))

    def in_force(self, moment: datetime | None = None) -> Self:
        """Those that hold at this moment, the latest first. They end by themselves: by their date."""
        now = moment or clock.now()
        return self.filter(begins_at__lte=now, ends_at__gt=now, lifted_at__isnull=True).order_by("-begins_at", "-pk")


class Restraint(TenantModel):
    """For a set time somebody may write only now and then, is looked at first, or cannot write in public.

    It never keeps anybody from writing to the organisation itself.
    """

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    step = models.CharField(max_length=10, choices=Step.choices)
    begins_at = models.DateTimeField(default=clock.now)
    ends_at = models.DateTimeField()
    reason = models.CharField(max_length=80, blank=True, default="")
    decision = models.OneToOneField(
        Decision, null=True, blank=True, on_delete=models.SET_NULL, related_name="restraint", help_text="Because of it."
    )
    by = models.ForeignKey(Membership, null=True, on_delete=models.SET_NULL, related_name="+")
    lifted_at = models.DateTimeField(null=True, blank=True)
    lifted_by = models.ForeignKey(Membership, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")

    objects = RestraintQuerySet.as_manager()

    class Meta(TenantModel.Meta):
        constraints = [models.CheckConstraint(condition=Q(ends_at__gt=F("begins_at")), name="a_restraint_ends")]
        indexes = [models.Index(fields=["person", "-ends_at"], name="restraints_on_a_person")]

    def __str__(self) -> str:
        return f"{self.step} {self.pk}"
