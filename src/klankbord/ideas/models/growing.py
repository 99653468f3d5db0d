"""From a private conversation to an idea: what we would like to post, and whether the customer agrees."""

from __future__ import annotations

from datetime import timedelta
from typing import ClassVar, Self

from django.db import models
from django.db.models import Q

from klankbord import clock
from klankbord.conversations.models import Conversation
from klankbord.ideas.models.board import Board
from klankbord.ideas.models.idea import Idea
from klankbord.people.models import Membership
from klankbord.people.tenancy import TenantModel, TenantQuerySet


class ConsentRequestQuerySet(TenantQuerySet["ConsentRequest"]):
    """Questions for consent, in words an agent would use."""

    def open(self) -> Self:
        """Asked, without an answer so far."""
        return self.filter(answered_at__isnull=True)


class ConsentRequest(TenantModel):
    """We ask a customer whether what they wrote may stand on a board as their idea, in these words.

    Nothing of it is public before they said yes; their private messages never are.
    """

    conversation = models.ForeignKey(
        Conversation, on_delete=models.CASCADE, related_name="+", help_text="Where it came from."
    )
    board = models.ForeignKey(Board, on_delete=models.CASCADE, related_name="+")
    title = models.CharField(max_length=300)
    text = models.TextField()
    token_hash = models.CharField(max_length=64, unique=True)
    asked_by = models.ForeignKey(Membership, null=True, on_delete=models.SET_NULL, related_name="+")
    asked_at = models.DateTimeField(default=clock.now)
    answered_at = models.DateTimeField(null=True, blank=True)
    agreed = models.BooleanField(default=False)
    idea = models.OneToOneField(Idea, null=True, blank=True, on_delete=models.SET_NULL, related_name="consent")

    WAITED: ClassVar[timedelta] = timedelta(days=30)
    """How long an answer is waited for: then the customer may be asked anew."""

    objects = ConsentRequestQuerySet.as_manager()

    class Meta(TenantModel.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["conversation"], condition=Q(answered_at__isnull=True), name="asked_once_at_a_time"
            ),
            models.CheckConstraint(
                condition=Q(idea__isnull=True) | Q(agreed=True, answered_at__isnull=False),
                name="no_idea_without_consent",
            ),
        ]

    @property
    def is_waited_for(self) -> bool:
        """Whether we still wait for the customer's answer."""
        return self.answered_at is None and self.asked_at > clock.now() - self.WAITED
