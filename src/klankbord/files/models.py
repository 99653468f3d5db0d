"""Files that came with messages or go out with them."""

from __future__ import annotations

from django.db import models

from klankbord import clock
from klankbord.people.tenancy import TenantModel, TenantQuerySet


class StoredFile(TenantModel):
    """Content, stored once per organisation under the hash of its bytes; names belong to whoever refers to it."""

    digest = models.CharField(max_length=64, help_text="SHA-256 of the content, in hexadecimal.")
    size = models.PositiveBigIntegerField(help_text="Bytes.")
    type = models.CharField(max_length=120, default="application/octet-stream", help_text="As the sender claims.")
    created_at = models.DateTimeField(default=clock.now)

    objects = TenantQuerySet["StoredFile"].as_manager()

    class Meta(TenantModel.Meta):
        constraints = [models.UniqueConstraint(fields=["organisation", "digest"], name="content_once")]

    def __str__(self) -> str:
        return self.digest[:12]

    @property
    def path(self) -> str:
        """Where the storage keeps it."""
        return f"{self.organisation_id}/{self.digest[:2]}/{self.digest}"
