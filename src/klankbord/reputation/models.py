"""The ledger, what it adds up to, and what people get for it: ranks, thanks, perks."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Self

from django.db import models
from django.db.models import Q

from klankbord import clock
from klankbord.conversations.models import Message
from klankbord.people.models import Membership, Person
from klankbord.people.tenancy import TenantModel, TenantQuerySet
from klankbord.reputation.rules import Rule


class EntryQuerySet(TenantQuerySet["Entry"]):
    """Questions about the ledger."""

    def standing(self) -> Self:
        """What was not reversed."""
        return self.filter(reversed_at__isnull=True)

    def of_persons(self, person_ids: Iterable[int]) -> Self:
        """What these (rows of one) person earned; scope first."""
        return self.filter(person_id__in=list(person_ids))


class Entry(TenantModel):
    """One line of the ledger: what was earned, for what, because of whom. Never changed, only reversed.

    `points` is what it was worth when it was written; what counts of it (`counted`) follows from the caps and is
    computed anew when something of the same day, or from the same giver, is reversed.
    """

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="+", help_text="Who earned it.")
    rule = models.CharField(max_length=20, choices=[(rule.value, rule.value) for rule in Rule])
    cause = models.CharField(max_length=60, help_text="What it follows from, such as `vote:12`; once for each rule.")
    about = models.ForeignKey(Message, null=True, blank=True, on_delete=models.CASCADE, related_name="+")
    giver = models.ForeignKey(
        Person, null=True, blank=True, on_delete=models.SET_NULL, related_name="+", help_text="By whose vote or word."
    )
    points = models.SmallIntegerField()
    counted = models.SmallIntegerField(default=0, help_text="What is left of it by the caps.")
    at = models.DateTimeField(default=clock.now)
    reversed_at = models.DateTimeField(null=True, blank=True)
    why_reversed = models.CharField(max_length=60, blank=True, default="")

    objects = EntryQuerySet.as_manager()

    class Meta(TenantModel.Meta):
        constraints = [
            models.UniqueConstraint(fields=["organisation", "rule", "cause", "person"], name="earned_once_for_a_cause")
        ]
        indexes = [
            models.Index(fields=["person", "at"], name="ledger_of_a_person"),
            models.Index(fields=["giver", "at"], condition=Q(giver__isnull=False), name="ledger_by_giver"),
        ]


class Standing(TenantModel):
    """What a person's entries add up to; kept in the same transaction as the ledger. It never fades."""

    person = models.OneToOneField(Person, on_delete=models.CASCADE, related_name="standing", primary_key=True)
    points = models.IntegerField(default=0)
    last_earned_at = models.DateTimeField(null=True, blank=True)

    objects = TenantQuerySet["Standing"].as_manager()

    class Meta(TenantModel.Meta):
        indexes = [models.Index(fields=["organisation", "-points"], name="standing_highest_first")]


class Rank(TenantModel):
    """An organisation's own name for having so many points; without any, those of `rules.RANKS` hold."""

    points = models.PositiveIntegerField()
    name = models.CharField(max_length=40)

    objects = TenantQuerySet["Rank"].as_manager()

    class Meta(TenantModel.Meta):
        constraints = [models.UniqueConstraint(fields=["organisation", "points"], name="one_rank_at_a_height")]


class Thanks(TenantModel):
    """A thank-you with words, for something that somebody said in public. On the wall for everybody to read."""

    to = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="+")
    by = models.ForeignKey(Person, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    about = models.ForeignKey(Message, null=True, blank=True, on_delete=models.CASCADE, related_name="+")
    words = models.CharField(max_length=300)
    at = models.DateTimeField(default=clock.now)
    hidden_at = models.DateTimeField(null=True, blank=True, help_text="Taken off the wall.")

    objects = TenantQuerySet["Thanks"].as_manager()

    class Meta(TenantModel.Meta):
        constraints = [models.UniqueConstraint(fields=["to", "by", "about"], name="thanked_once_for_a_thing")]
        indexes = [models.Index(fields=["organisation", "-at"], name="thanks_latest_first")]


class Perk(TenantModel):
    """Something that the organisation gives those who help: a voucher code, a named feature, a coffee."""

    name = models.CharField(max_length=80)
    words = models.CharField(max_length=300, blank=True, default="", help_text="What it is, and how one gets it.")
    from_points = models.PositiveIntegerField(
        null=True, blank=True, help_text="Offered by itself from this height; empty: only given by hand."
    )
    is_active = models.BooleanField(default=True)

    objects = TenantQuerySet["Perk"].as_manager()


class PerkGiven(TenantModel):
    """A perk that somebody got, with a code of their own when there is one to hand in."""

    perk = models.ForeignKey(Perk, on_delete=models.PROTECT, related_name="given")
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="+")
    code = models.CharField(max_length=40, blank=True, default="")
    by = models.ForeignKey(Membership, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    at = models.DateTimeField(default=clock.now)
    used_at = models.DateTimeField(null=True, blank=True)

    objects = TenantQuerySet["PerkGiven"].as_manager()

    class Meta(TenantModel.Meta):
        constraints = [models.UniqueConstraint(fields=["perk", "person"], name="a_perk_once_a_person")]
