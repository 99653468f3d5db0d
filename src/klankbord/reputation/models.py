"""The ledger, what it adds up to, and what people get for it: ranks, thanks, perks."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from klankbord import clock
from klankbord.conversations.models import Message
from klankbord.people.models import Membership, Person
from klankbord.people.tenancy import TenantModel, TenantQuerySet
from klankbord.reputation.rules import WORTH, Rule, Sign


class EntryQuerySet(TenantQuerySet["Entry"]):
    """Questions about the ledger."""

    def standing(self) -> Self:
        """What was not reversed."""
        return self.filter(reversed_at__isnull=True)

    def given(self) -> Self:
        """What somebody gave by what they did, and that stands or was taken for an agreement."""
        rules = [rule for rule, worth in WORTH.items() if worth.needs_giver]
        stands = Q(reversed_at__isnull=True) | Q(why_reversed__in=Sign.values)
        return self.filter(stands, rule__in=rules, giver__isnull=False)

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
    place = models.CharField(
        max_length=16, blank=True, default="", help_text="Keyed hash of the network from which it was given."
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


class ThanksQuerySet(TenantQuerySet["Thanks"]):
    """Questions about the wall."""

    def on_the_wall(self) -> Self:
        """What everybody may read, latest first."""
        shown = self.filter(hidden_at__isnull=True, message__hidden_at__isnull=True, message__withdrawn_at__isnull=True)
        return shown.order_by("-at", "-pk")


class Thanks(TenantModel):
    """A thank-you for something that somebody said in public: on the wall for everybody to read.

    Its words are those of `message`, a public message as any other.
    """

    to = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="+")
    by = models.ForeignKey(Person, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    about = models.ForeignKey(Message, null=True, blank=True, on_delete=models.CASCADE, related_name="+")
    message = models.OneToOneField(Message, on_delete=models.CASCADE, related_name="thanks", help_text="What was said.")
    place = models.CharField(
        max_length=16, blank=True, default="", help_text="Keyed hash of the network from which it was said."
    )
    at = models.DateTimeField(default=clock.now)
    hidden_at = models.DateTimeField(null=True, blank=True, help_text="Taken off the wall.")

    objects = ThanksQuerySet.as_manager()

    class Meta(TenantModel.Meta):
        constraints = [models.UniqueConstraint(fields=["to", "by", "about"], name="thanked_once_for_a_thing")]
        indexes = [models.Index(fields=["organisation", "-at"], name="thanks_latest_first")]


class PerkKind(models.TextChoices):
    """How somebody gets a perk."""

    DESK = "desk", _("One asks for it at the desk")
    CODES = "codes", _("One gets a code, out of a stock")
    FEATURE = "feature", _("One may call oneself so: it stands on one's page")


class Perk(TenantModel):
    """Something that the organisation gives those who help: a voucher code, a named feature, a coffee."""

    kind = models.CharField(max_length=10, choices=PerkKind.choices, default=PerkKind.DESK)
    name = models.CharField(max_length=80)
    words = models.CharField(max_length=300, blank=True, default="", help_text="What it is, and how one gets it.")
    from_points = models.PositiveIntegerField(
        null=True, blank=True, help_text="Offered by itself from this height; empty: only given by hand."
    )
    is_active = models.BooleanField(default=True)
    low_at = models.PositiveSmallIntegerField(default=5, help_text="With so few codes left, staff hear of it.")

    objects = TenantQuerySet["Perk"].as_manager()

    @property
    def left(self) -> int:
        """How many codes are in stock."""
        return PerkCode.objects.of(self.organisation_id).in_stock(self).count()

    @property
    def is_low(self) -> bool:
        """Whether codes run out, or did."""
        return self.is_active and self.kind == PerkKind.CODES and self.left <= self.low_at


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


class PerkCodeQuerySet(TenantQuerySet["PerkCode"]):
    """Questions about codes."""

    def in_stock(self, perk: Perk) -> Self:
        """Those that nobody has got yet; scope first."""
        return self.filter(perk=perk, taken_at__isnull=True)


class PerkCode(TenantModel):
    """A code in the stock of a perk. It is handed out once, whatever becomes of who got it."""

    perk = models.ForeignKey(Perk, on_delete=models.CASCADE, related_name="codes")
    code = models.CharField(max_length=40)
    added_at = models.DateTimeField(default=clock.now)
    taken_at = models.DateTimeField(null=True, blank=True)
    given = models.OneToOneField(PerkGiven, null=True, blank=True, on_delete=models.SET_NULL, related_name="from_stock")

    objects = PerkCodeQuerySet.as_manager()

    class Meta(TenantModel.Meta):
        constraints = [
            models.UniqueConstraint(fields=["perk", "code"], name="a_code_once_in_a_stock"),
            models.CheckConstraint(
                condition=Q(given__isnull=True) | Q(taken_at__isnull=False), name="a_given_code_is_taken"
            ),
        ]
        indexes = [models.Index(fields=["perk", "id"], condition=Q(taken_at__isnull=True), name="codes_in_stock")]
