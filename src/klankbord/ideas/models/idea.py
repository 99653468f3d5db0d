"""An idea, and each step on its road."""

from __future__ import annotations

from datetime import date
from typing import Self

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Length, Trim
from django.db.models.lookups import GreaterThan
from django.utils.translation import gettext_lazy as _

from klankbord import clock
from klankbord.conversations.models import Conversation, Message
from klankbord.ideas.models.board import Board, PanelMember
from klankbord.people.models import Membership, Organisation, Person
from klankbord.people.tenancy import TenantModel, TenantQuerySet


class Status(models.TextChoices):
    """How far we are with it. Set by people who work here, with a sentence."""

    NEW = "new", _("new")
    REVIEW = "review", _("looked at")
    PLANNED = "planned", _("planned")
    STARTED = "started", _("we are at it")
    DONE = "done", _("done")
    DECLINED = "declined", _("we will not do this")
    EXISTS = "exists", _("is there already")


LISTED = Q(in_lists=True)
_SAYS_WHY = Q(~Q(status=Status.DECLINED) | Q(GreaterThan(Length(Trim(F("sentence"))), 0)))
"""A decline is impossible without a reason, also past the code: the database refuses it."""


class IdeaQuerySet(TenantQuerySet["Idea"]):
    """Questions about ideas."""

    def on_board(self, board: Board) -> Self:
        """All ideas on this board, of the owner and of every organisation that shares it now."""
        return self.across_organisations("a shared board shows the ideas of all who share it").filter(
            board=board, organisation_id__in=board.organisation_ids()
        )

    def listed(self) -> Self:
        """What stands in lists that everybody reads; scope first."""
        return self.filter(LISTED, conversation__hidden_at__isnull=True, opening__withdrawn_at__isnull=True)

    def to_be_named(self) -> Self:
        """What may be named on a page that everybody reads, also when it was merged; scope first."""
        return self.filter(
            conversation__in_circle=False, conversation__hidden_at__isnull=True, opening__withdrawn_at__isnull=True
        )

    def within(self, board: Board) -> Self:
        """What a member of the panel sees on a private board; scope first."""
        return self.filter(
            board=board,
            merged_into__isnull=True,
            conversation__hidden_at__isnull=True,
            opening__withdrawn_at__isnull=True,
        )

    def readable_by(self, *, person: Person | None, organisation: Organisation | int) -> Self:
        """The organisation's ideas that this visitor may read: public ones, and those of their panels."""
        rows = self.of(organisation).filter(conversation__hidden_at__isnull=True)
        open_to_all = Q(conversation__in_circle=False)
        if person is None:
            return rows.filter(open_to_all)
        everyone = Person.objects.of(person.organisation_id).same_as(person)
        panels = PanelMember.objects.of(organisation).filter(person_id__in=everyone).values("board_id")
        return rows.filter(open_to_all | Q(board_id__in=panels))

    def to_look_at_again(self, today: date) -> Self:
        """What staff promised to look at again, and that day has come where they are; scope first."""
        return self.filter(look_again_on__isnull=False, look_again_on__lte=today, merged_into__isnull=True)


class Idea(TenantModel):
    """A wish of somebody, with how many share it and what we do with it.

    The words are the opening message of `conversation`, the votes hang on that message (participation), reactions are
    the further messages. The counters are kept in the transaction that changes what they count.
    """

    conversation = models.OneToOneField(Conversation, on_delete=models.CASCADE, related_name="idea")
    opening = models.OneToOneField(Message, on_delete=models.CASCADE, related_name="+", help_text="Carries the votes.")
    board = models.ForeignKey(Board, on_delete=models.PROTECT, related_name="ideas")
    created_at = models.DateTimeField(default=clock.now)

    status = models.CharField(max_length=10, choices=Status.choices, default=Status.NEW)
    sentence = models.TextField(blank=True, default="", help_text="What we said with the status.")
    status_at = models.DateTimeField(null=True, blank=True)
    look_again_on = models.DateField(null=True, blank=True, help_text="On this day staff see it again.")
    expected = models.CharField(max_length=60, blank=True, default="", help_text="When it will be there, in words.")

    votes = models.PositiveIntegerField(default=0, help_text="Distinct persons, of what was merged into it as well.")
    brought_in = models.PositiveIntegerField(default=0, help_text="Votes from elsewhere whose voters nobody knows.")
    anonymous = models.PositiveIntegerField(default=0, help_text="The same, of what was merged into it as well.")
    score = models.PositiveIntegerField(default=0, help_text="Votes and anonymous votes.")
    rising = models.FloatField(default=0.0, help_text="See `ideas/rising.py`.")
    damped = models.PositiveIntegerField(
        default=0, help_text="Votes that lift it less: many of one network or of new people."
    )
    comments = models.PositiveIntegerField(default=0, help_text="Reactions that everybody may read.")

    merged_into = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="merged")
    merged_at = models.DateTimeField(null=True, blank=True)
    absorbed = models.PositiveIntegerField(default=0, help_text="How many were merged into it, directly.")
    in_lists = models.BooleanField(default=True, help_text="Not merged and on no private board.")

    objects = IdeaQuerySet.as_manager()

    class Meta(TenantModel.Meta):
        constraints = [
            models.CheckConstraint(condition=_SAYS_WHY, name="a_declined_idea_says_why"),
            models.CheckConstraint(condition=Q(score=F("votes") + F("anonymous")), name="the_score_adds_up"),
            models.CheckConstraint(
                condition=Q(merged_into__isnull=True) | ~Q(merged_into=F("id")), name="not_merged_into_itself"
            ),
            models.CheckConstraint(
                condition=Q(merged_into__isnull=True) | Q(in_lists=False), name="merged_ideas_are_in_no_list"
            ),
        ]
        indexes = [
            *(
                models.Index(fields=[whose, *status, by, "-id"], condition=LISTED, name=f"{name}_of_{whose[:5]}{tail}")
                for whose in ("organisation", "board")
                for name, by in (("most", "-score"), ("newest", "-created_at"), ("rising", "-rising"))
                for status, tail in (([], ""), (["status"], "_at"))
            ),
            models.Index(
                fields=["organisation", "look_again_on"],
                condition=Q(look_again_on__isnull=False),
                name="ideas_to_look_at_again",
            ),
        ]

    def __str__(self) -> str:
        return f"idea {self.pk}"

    @property
    def is_merged(self) -> bool:
        """Whether it goes on as part of another idea."""
        return self.merged_into_id is not None

    @property
    def root(self) -> Idea:
        """The idea in which it goes on after all mergings; itself when it was not merged."""
        idea = self
        while idea.merged_into is not None:
            idea = idea.merged_into
        return idea


class StatusChange(TenantModel):
    """One step on the road of an idea: what was decided, by whom, and the sentence that went with it. Never changed."""

    idea = models.ForeignKey(Idea, on_delete=models.CASCADE, related_name="road")
    status = models.CharField(max_length=10, choices=Status.choices)
    sentence = models.TextField(blank=True, default="")
    expected = models.CharField(max_length=60, blank=True, default="")
    by = models.ForeignKey(Membership, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    by_name = models.CharField(
        max_length=120, blank=True, default="", help_text="Who it was where it was brought from."
    )
    message = models.OneToOneField(
        Message,
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        help_text="The sentence in the thread.",
    )
    at = models.DateTimeField(default=clock.now)

    objects = TenantQuerySet["StatusChange"].as_manager()

    class Meta(TenantModel.Meta):
        constraints = [models.CheckConstraint(condition=_SAYS_WHY, name="a_decline_says_why")]
        indexes = [models.Index(fields=["idea", "at", "id"], name="the_road_in_order")]
