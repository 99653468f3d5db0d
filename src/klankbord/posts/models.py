"""Posts, logs, tips and questions of the month: facets on public conversations."""

from __future__ import annotations

from datetime import date
from typing import Self

from django.db import models
from django.db.models import F, Q

from klankbord import clock
from klankbord.conversations.models import Conversation
from klankbord.files.models import StoredFile
from klankbord.people.tenancy import TenantModel, TenantQuerySet

SHOWN = Q(conversation__is_public=True, conversation__in_circle=False, conversation__hidden_at__isnull=True)


class Log(TenantModel):
    """A running log for one audience: a branch, parents, people who read by ear."""

    name = models.CharField(max_length=60)
    slug = models.SlugField(max_length=60)
    about = models.CharField(max_length=200, blank=True, default="", help_text="For whom it is.")
    ended_at = models.DateTimeField(null=True, blank=True, help_text="No further posts; what there is stays.")

    objects = TenantQuerySet["Log"].as_manager()

    class Meta(TenantModel.Meta):
        constraints = [models.UniqueConstraint(fields=["organisation", "slug"], name="a_log_has_its_own_address")]

    def __str__(self) -> str:
        return self.name


class PostQuerySet(TenantQuerySet["Post"]):
    """Questions about posts."""

    def shown(self) -> Self:
        """What everybody may read, newest first."""
        return self.filter(SHOWN, taken_back_at__isnull=True).order_by("-posted_at", "-conversation_id")


class Post(TenantModel):
    """A short message of a named member of staff, open to reactions. Not a news item: somebody speaks."""

    conversation = models.OneToOneField(Conversation, on_delete=models.CASCADE, primary_key=True, related_name="post")
    log = models.ForeignKey(Log, null=True, blank=True, on_delete=models.PROTECT, related_name="posts")
    posted_at = models.DateTimeField(default=clock.now)
    reactions = models.PositiveIntegerField(default=0, help_text="That everybody may read.")
    taken_back_at = models.DateTimeField(null=True, blank=True)

    objects = PostQuerySet.as_manager()

    class Meta(TenantModel.Meta):
        indexes = [
            models.Index(fields=["organisation", "-posted_at", "-conversation"], name="posts_newest"),
            models.Index(fields=["log", "-posted_at"], name="posts_of_a_log"),
        ]


class ThemeQuerySet(TenantQuerySet["Theme"]):
    """Questions about themes."""

    def open(self, day: date) -> Self:
        """Those that take tips on this day."""
        return self.filter(Q(opens_on__isnull=True) | Q(opens_on__lte=day)).filter(
            Q(closes_on__isnull=True) | Q(closes_on__gte=day)
        )


class Theme(TenantModel):
    """What tips are gathered about: `Boeken voor de vakantie`. Open for ever, or from one day to another."""

    name = models.CharField(max_length=80)
    slug = models.SlugField(max_length=80)
    invitation = models.CharField(max_length=300, blank=True, default="", help_text="What is asked, in a sentence.")
    opens_on = models.DateField(null=True, blank=True)
    closes_on = models.DateField(null=True, blank=True)

    objects = ThemeQuerySet.as_manager()

    class Meta(TenantModel.Meta):
        constraints = [
            models.UniqueConstraint(fields=["organisation", "slug"], name="a_theme_has_its_own_address"),
            models.CheckConstraint(
                condition=Q(opens_on__isnull=True) | Q(closes_on__isnull=True) | Q(closes_on__gte=F("opens_on")),
                name="opens_before_it_closes",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def is_open(self, day: date) -> bool:
        """Whether it takes tips on this day."""
        return (self.opens_on is None or self.opens_on <= day) and (self.closes_on is None or day <= self.closes_on)


class TipQuerySet(TenantQuerySet["Tip"]):
    """Questions about tips."""

    def shown(self) -> Self:
        """What everybody may read, newest first."""
        return self.filter(SHOWN, withdrawn_at__isnull=True).order_by("-given_at", "-conversation_id")


class Tip(TenantModel):
    """Something that a customer wants to give others: what (the subject), why (the text), and perhaps a picture."""

    conversation = models.OneToOneField(Conversation, on_delete=models.CASCADE, primary_key=True, related_name="tip")
    theme = models.ForeignKey(Theme, null=True, blank=True, on_delete=models.PROTECT, related_name="tips")
    picture = models.ForeignKey(StoredFile, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    picture_words = models.CharField(max_length=200, blank=True, default="", help_text="What it shows, in words.")
    width = models.PositiveSmallIntegerField(default=0)
    height = models.PositiveSmallIntegerField(default=0)
    likes = models.PositiveIntegerField(default=0)
    given_at = models.DateTimeField(default=clock.now)
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    objects = TipQuerySet.as_manager()

    class Meta(TenantModel.Meta):
        indexes = [
            models.Index(fields=["organisation", "-given_at", "-conversation"], name="tips_newest"),
            models.Index(fields=["theme", "-likes", "-conversation"], name="tips_liked_most"),
        ]


class MonthlyQuestionQuerySet(TenantQuerySet["MonthlyQuestion"]):
    """Questions about questions of the month."""

    def shown(self) -> Self:
        """What everybody may read, the latest month first."""
        return self.filter(SHOWN).order_by("-month")

    def waiting(self) -> Self:
        """What was written ahead, the nearest month first."""
        return self.filter(asked_at__isnull=True).order_by("month")


class MonthlyQuestion(TenantModel):
    """One question for a month, asked on the portal, by mail and on a printed card; all answers land in its thread."""

    conversation = models.OneToOneField(
        Conversation, on_delete=models.CASCADE, primary_key=True, related_name="monthly_question"
    )
    month = models.DateField(help_text="Its first day.")
    answers = models.PositiveIntegerField(default=0, help_text="That everybody may read.")
    asked_at = models.DateTimeField(
        null=True, blank=True, default=clock.now, help_text="None while it waits, hidden, for its month to begin."
    )

    objects = MonthlyQuestionQuerySet.as_manager()

    class Meta(TenantModel.Meta):
        constraints = [
            models.UniqueConstraint(fields=["organisation", "month"], name="one_question_a_month"),
            models.CheckConstraint(condition=Q(month__day=1), name="a_month_begins_on_its_first_day"),
        ]
