"""What the organisation says beside a public message that is not right."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Self

from django.db import models

from klankbord import clock
from klankbord.conversations.models import Message
from klankbord.people.models import Membership
from klankbord.people.tenancy import TenantModel, TenantQuerySet


class OfficialNoteQuerySet(TenantQuerySet["OfficialNote"]):
    """Questions about notes."""

    def standing(self) -> Self:
        """Those that are shown."""
        return self.filter(removed_at__isnull=True)

    def beside(self, message_ids: Iterable[int]) -> Self:
        """Those of these messages, in the order in which they were written; scope first."""
        return self.standing().filter(message_id__in=list(message_ids)).order_by("at", "pk")


class OfficialNote(TenantModel):
    """A correction by the organisation, shown beside somebody's message. What they wrote stays as it is."""

    message = models.ForeignKey(Message, on_delete=models.CASCADE, related_name="official_notes")
    membership = models.ForeignKey(Membership, null=True, on_delete=models.SET_NULL, related_name="+")
    text = models.TextField()
    at = models.DateTimeField(default=clock.now)
    removed_at = models.DateTimeField(null=True, blank=True)

    objects = OfficialNoteQuerySet.as_manager()

    class Meta(TenantModel.Meta):
        indexes = [models.Index(fields=["message", "at"], name="notes_beside_a_message")]

    def __str__(self) -> str:
        return self.text[:60]
