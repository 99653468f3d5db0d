"""Writing to the log."""

from __future__ import annotations

from django.db import models

from klankbord.audit.models import AuditEntry


def record(
    *, organisation_id: int, membership_id: int | None, verb: str, subject: models.Model, **details: int | str
) -> None:
    """Note that `membership_id` did `verb` to `subject`, in the caller's transaction."""
    AuditEntry.objects.create(
        organisation_id=organisation_id,
        membership_id=membership_id,
        verb=verb,
        subject_kind=subject._meta.label_lower,
        subject_id=subject.pk,
        details=details,
    )
