"""The log of who did what."""

from __future__ import annotations

from django.db import models

from klankbord import clock
from klankbord.people.models import Membership
from klankbord.people.tenancy import TenantModel, TenantQuerySet


class AuditEntry(TenantModel):
    """One thing that a member of staff (or the system: no membership) did or saw. Never changed, never content."""

    membership = models.ForeignKey(Membership, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    verb = models.CharField(max_length=40)
    subject_kind = models.CharField(max_length=40)
    subject_id = models.BigIntegerField()
    details = models.JSONField(default=dict, blank=True, help_text="Ids and words of the code, never content.")
    at = models.DateTimeField(default=clock.now)

    objects = TenantQuerySet["AuditEntry"].as_manager()

    class Meta(TenantModel.Meta):
        indexes = [models.Index(fields=["organisation", "subject_kind", "subject_id", "at"], name="audit_by_subject")]

    def __str__(self) -> str:
        return f"{self.verb} {self.subject_kind} {self.subject_id}"
