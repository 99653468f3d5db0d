"""An organisation's own rules and reasons."""

from __future__ import annotations

from typing import Self

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q

from klankbord.moderation import rules
from klankbord.people.tenancy import TenantModel, TenantQuerySet


class HouseRules(TenantModel):
    """The numbers that an organisation may choose itself; without a row those of `rules` hold."""

    flags_to_hide = models.FloatField(
        default=rules.FLAGS_TO_HIDE,
        validators=[MinValueValidator(1), MaxValueValidator(20)],
        help_text="Weight of flags that hides a post until it is judged.",
    )
    first_posts = models.PositiveSmallIntegerField(
        default=rules.FIRST_POSTS, validators=[MaxValueValidator(5)], help_text="Looked at first, of somebody new."
    )
    spam_from = models.PositiveSmallIntegerField(
        default=rules.SPAM_FROM,
        validators=[MinValueValidator(50), MaxValueValidator(100)],
        help_text="Per cent from which something is held as likely spam.",
    )
    trusted_hosts = models.TextField(
        blank=True, default="", help_text="Websites to which anybody may link, one a line."
    )

    objects = TenantQuerySet["HouseRules"].as_manager()

    class Meta(TenantModel.Meta):
        constraints = [models.UniqueConstraint(fields=["organisation"], name="one_set_of_rules")]


class HouseReasonQuerySet(TenantQuerySet["HouseReason"]):
    """Questions about reasons."""

    def in_use(self) -> Self:
        """Those to choose from, in their order."""
        return self.filter(is_active=True).order_by("place", "pk")


class HouseReason(TenantModel):
    """A reason that a moderator can choose: its name stands in the public log, its sentence is told to the author.

    Without any row of its own an organisation has those of `rules.DEFAULT_REASONS`.
    """

    code = models.CharField(max_length=20, help_text="Stays the same when the words change.")
    name = models.CharField(max_length=80)
    sentence = models.CharField(max_length=400)
    others = models.JSONField(
        default=dict, blank=True, help_text="The same in further languages: name and sentence by language."
    )
    place = models.PositiveSmallIntegerField(default=0, help_text="Its place in the list.")
    is_active = models.BooleanField(default=True)

    objects = HouseReasonQuerySet.as_manager()

    class Meta(TenantModel.Meta):
        constraints = [
            models.UniqueConstraint(fields=["organisation", "code"], name="a_reason_has_its_own_code"),
            models.CheckConstraint(condition=~Q(name=""), name="a_reason_has_a_name"),
        ]

    def __str__(self) -> str:
        return self.name
