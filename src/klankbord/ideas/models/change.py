"""You said, we did: what was changed, because of which ideas, and whether it is better now."""

from __future__ import annotations

from typing import Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from klankbord import clock
from klankbord.ideas.models.idea import Idea
from klankbord.people.models import Membership, Person
from klankbord.people.tenancy import TenantModel, TenantQuerySet


class ChangeQuerySet(TenantQuerySet["Change"]):
    """Questions about changes."""

    def published(self) -> Self:
        """What everybody may read, latest first; scope first."""
        return self.filter(published_at__isnull=False).order_by("-changed_on", "-id")


class Change(TenantModel):
    """Something that is different now, told to everybody. `published_at` is when those who asked for it heard."""

    title = models.CharField(max_length=200)
    text = models.TextField(help_text="What is different, in plain words.")
    changed_on = models.DateField(help_text="Since when.")
    by = models.ForeignKey(Membership, null=True, on_delete=models.SET_NULL, related_name="+")
    created_at = models.DateTimeField(default=clock.now)
    published_at = models.DateTimeField(null=True, blank=True)
    ideas = models.ManyToManyField(Idea, through="ChangeIdea", related_name="changes")

    objects = ChangeQuerySet.as_manager()

    class Meta(TenantModel.Meta):
        indexes = [models.Index(fields=["organisation", "-changed_on", "-id"], name="changes_latest_first")]

    def __str__(self) -> str:
        return self.title


class ChangeIdea(TenantModel):
    """Because of this idea something was changed."""

    change = models.ForeignKey(Change, on_delete=models.CASCADE, related_name="+")
    idea = models.ForeignKey(Idea, on_delete=models.CASCADE, related_name="+")

    objects = TenantQuerySet["ChangeIdea"].as_manager()

    class Meta(TenantModel.Meta):
        constraints = [models.UniqueConstraint(fields=["change", "idea"], name="changed_because_of_it_once")]


class ChangeTold(TenantModel):
    """A person hears of a change because they voted, wrote or followed, and is asked once whether it is better now.

    Who only follows all changes is told of it, and asked nothing.
    """

    change = models.ForeignKey(Change, on_delete=models.CASCADE, related_name="told")
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="+")
    token_hash = models.CharField(max_length=64, blank=True, default="", help_text="Of the link in their mail.")
    due_at = models.DateTimeField(default=clock.now, help_text="When they are to be told.")
    told_at = models.DateTimeField(null=True, blank=True, help_text="None: still to be told.")
    mailed = models.BooleanField(default=False, help_text="False: there was no address, or no mail was wanted.")
    only_follows = models.BooleanField(default=False, help_text="Did not ask for it, but follows all that we change.")

    objects = TenantQuerySet["ChangeTold"].as_manager()

    class Meta(TenantModel.Meta):
        constraints = [
            models.UniqueConstraint(fields=["change", "person"], name="told_of_a_change_once"),
            models.UniqueConstraint(fields=["token_hash"], condition=~Q(token_hash=""), name="a_link_asks_one_person"),
        ]
        indexes = [models.Index(fields=["due_at"], condition=Q(told_at__isnull=True), name="changes_to_tell")]


class Verdict(models.TextChoices):
    """Whether it is better now."""

    BETTER = "better", _("better")
    SAME = "same", _("the same")
    WORSE = "worse", _("worse")


class ChangeAnswer(TenantModel):
    """What one person says of a change; a later answer takes the place of the earlier."""

    change = models.ForeignKey(Change, on_delete=models.CASCADE, related_name="answers")
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="+")
    verdict = models.CharField(max_length=6, choices=Verdict.choices)
    at = models.DateTimeField(default=clock.now)

    objects = TenantQuerySet["ChangeAnswer"].as_manager()

    class Meta(TenantModel.Meta):
        constraints = [models.UniqueConstraint(fields=["change", "person"], name="one_answer_a_person")]
