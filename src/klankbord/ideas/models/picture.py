"""Pictures with ideas and reactions."""

from __future__ import annotations

from datetime import timedelta
from typing import Self

from django.db import models
from django.db.models import Q

from klankbord import clock
from klankbord.conversations.models import Attachment
from klankbord.files.models import StoredFile
from klankbord.people.tenancy import TenantModel, TenantQuerySet


class IdeaPictureQuerySet(TenantQuerySet["IdeaPicture"]):
    """Questions about pictures."""

    def waiting(self) -> Self:
        """Uploaded, and not posted yet; scope first."""
        return self.filter(attachment__isnull=True)

    def forgotten(self) -> Self:
        """Uploaded, and never posted: their author went away."""
        return self.waiting().filter(created_at__lt=clock.now() - IdeaPicture.KEPT)


class IdeaPicture(TenantModel):
    """A picture drawn anew from what was uploaded, so that nothing but pixels is left of it. What it shows in words is
    the attachment's name; until its message is posted it has no attachment.
    """

    KEPT = timedelta(days=8)
    """A day longer than a stranger has to confirm."""

    file = models.ForeignKey(StoredFile, on_delete=models.PROTECT, related_name="+")
    width = models.PositiveIntegerField()
    height = models.PositiveIntegerField()
    attachment = models.OneToOneField(Attachment, null=True, blank=True, on_delete=models.CASCADE, related_name="+")
    created_at = models.DateTimeField(default=clock.now)

    objects = IdeaPictureQuerySet.as_manager()

    class Meta(TenantModel.Meta):
        indexes = [
            models.Index(fields=["created_at"], condition=Q(attachment__isnull=True), name="idea_pictures_waiting")
        ]
