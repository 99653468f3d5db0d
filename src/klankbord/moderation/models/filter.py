"""What was posted lately, and what the organisation's decisions taught its spam filter."""

from __future__ import annotations

from django.db import models

from klankbord import clock
from klankbord.conversations.models import Message
from klankbord.people.models import Person
from klankbord.people.tenancy import TenantModel, TenantQuerySet


class Said(TenantModel):
    """That somebody posted something: enough to see a flood or the same text again, kept for thirty days."""

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="+")
    fingerprint = models.CharField(max_length=32, blank=True, default="", help_text="Of its words; empty: too few.")
    at = models.DateTimeField(default=clock.now)

    objects = TenantQuerySet["Said"].as_manager()

    class Meta(TenantModel.Meta):
        indexes = [
            models.Index(fields=["person", "at"], name="said_by_a_person"),
            models.Index(
                fields=["organisation", "fingerprint"], condition=~models.Q(fingerprint=""), name="said_the_same"
            ),
            models.Index(fields=["at"], name="said_long_ago"),
        ]


class FilterTotal(TenantModel):
    """How many texts of each kind the filter learned from."""

    spam = models.PositiveIntegerField(default=0)
    good = models.PositiveIntegerField(default=0)

    objects = TenantQuerySet["FilterTotal"].as_manager()

    class Meta(TenantModel.Meta):
        constraints = [models.UniqueConstraint(fields=["organisation"], name="one_filter")]


class FilterCount(TenantModel):
    """In how many texts of each kind one feature stood (`understanding.spam_features`); at most 65,536 rows."""

    feature = models.PositiveIntegerField()
    spam = models.PositiveIntegerField(default=0)
    good = models.PositiveIntegerField(default=0)

    objects = TenantQuerySet["FilterCount"].as_manager()

    class Meta(TenantModel.Meta):
        constraints = [models.UniqueConstraint(fields=["organisation", "feature"], name="one_count_a_feature")]


class Taught(TenantModel):
    """That the filter learned from a message, and which features: so that it can be unlearned exactly."""

    message = models.OneToOneField(Message, on_delete=models.CASCADE, related_name="+")
    is_spam = models.BooleanField()
    features = models.JSONField(default=list)

    objects = TenantQuerySet["Taught"].as_manager()
