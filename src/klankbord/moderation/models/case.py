"""What waits for a moderator, what was decided, and what its author says to that."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Self

from django.db import models
from django.db.models import Q

from klankbord import clock
from klankbord.conversations.models import Message
from klankbord.moderation.rules import (
    OBJECT_WITHIN,
    TELL_AFTER,
    Judgement,
    WhyHeld,
    name_in_active_language,
    sentence_in_active_language,
)
from klankbord.people.models import Membership, Person
from klankbord.people.tenancy import TenantModel, TenantQuerySet

WAITING = Q(decided_at__isnull=True)


class CaseQuerySet(TenantQuerySet["Case"]):
    """The views of the queue."""

    def waiting(self) -> Self:
        """To be judged, who waits longest first; not what its author took back."""
        return self.filter(WAITING, message__withdrawn_at__isnull=True).order_by("opened_at", "pk")

    def held(self) -> Self:
        """Nobody sees it before it is judged."""
        return self.waiting().filter(message__hidden_at__isnull=False)

    def reported(self) -> Self:
        """Flagged by people, whether that can hide it or not."""
        return self.waiting().filter(message__flags__isnull=False, message__flags__upheld__isnull=True).distinct()


class Case(TenantModel):
    """One public message that a moderator is to judge, once: held before anybody saw it, or flagged afterwards.

    `was_public` says that it stood there before: hiding it then takes something away from readers.
    """

    message = models.ForeignKey(Message, on_delete=models.CASCADE, related_name="cases")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", help_text="Who wrote it.")
    changed_by = models.ForeignKey(
        Person,
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        help_text="Whose change of somebody else's words is held.",
    )
    why = models.JSONField(default=list, help_text="Codes of `WhyHeld`, each with details in words of the code.")
    spam = models.FloatField(default=0, help_text="How likely it is spam, 0 to 1.")
    weight = models.FloatField(default=0, help_text="What its flags weigh together.")
    was_public = models.BooleanField(default=False)
    before_text = models.TextField(
        null=True,
        blank=True,
        help_text="Of a held edit: what stood there before; the edit, once that stands there again.",
    )
    before_subject = models.TextField(
        blank=True, default="", help_text="The same of the title, where the edit could change it."
    )
    before_edited_at = models.DateTimeField(
        null=True, blank=True, help_text="The same of when it was last changed; empty where it never was."
    )
    opened_at = models.DateTimeField(default=clock.now)
    decided_at = models.DateTimeField(null=True, blank=True)

    objects = CaseQuerySet.as_manager()

    class Meta(TenantModel.Meta):
        constraints = [
            models.UniqueConstraint(fields=["message"], condition=WAITING, name="one_waiting_case_a_message")
        ]
        indexes = [models.Index(fields=["organisation", "opened_at", "id"], condition=WAITING, name="cases_to_judge")]

    def __str__(self) -> str:
        return f"case {self.pk}"

    @property
    def whose(self) -> Person:
        """Whose doing is judged: who wrote it, or who changed what somebody else wrote."""
        return self.changed_by or self.person

    @property
    def codes(self) -> list[WhyHeld]:
        """Why it is here, without the details; codes of a later version are left out."""
        known = {each.value for each in WhyHeld}
        return [WhyHeld(each["code"]) for each in self.why if each.get("code") in known]


class DecisionQuerySet(TenantQuerySet["Decision"]):
    """Questions about what was decided."""

    def standing(self) -> Self:
        """What was not taken back by who decided it."""
        return self.filter(undone_at__isnull=True)

    def to_tell(self, moment: datetime) -> Self:
        """What its author is to hear now."""
        return self.standing().filter(told_at__isnull=True, tell_at__lte=moment)

    def about(self, person_ids: Iterable[int]) -> Self:
        """What was decided about posts of these (rows of one) person, latest first."""
        return self.filter(person_id__in=list(person_ids)).order_by("-at", "-pk")

    def concerning(self, person_ids: Iterable[int]) -> Self:
        """As `about`, also where these (rows of one) person changed what somebody else wrote."""
        everyone = list(person_ids)
        theirs = Q(person_id__in=everyone) | Q(case__changed_by_id__in=everyone)
        return self.filter(theirs).order_by("-at", "-pk")

    def in_log(self, moment: datetime) -> Self:
        """What everybody may read of in the log: what can no longer be undone unnoticed, latest first."""
        return self.standing().filter(at__lte=moment).order_by("-at", "-pk")


class Decision(TenantModel):
    """What a moderator decided about a message, why, and what its author was told. Never changed, only taken back.

    `judged_text` is what stood there at that moment, for whoever judges an objection; it goes with the message.
    """

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="decisions")
    message = models.ForeignKey(Message, on_delete=models.CASCADE, related_name="decisions")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", help_text="Who wrote it.")
    membership = models.ForeignKey(Membership, null=True, on_delete=models.SET_NULL, related_name="+")
    judgement = models.CharField(max_length=10, choices=Judgement.choices)
    reason = models.CharField(max_length=80, blank=True, default="", help_text="Its name, as the log shows it.")
    sentence = models.CharField(max_length=400, blank=True, default="", help_text="What the reason says to the author.")
    reason_in = models.JSONField(
        default=dict, blank=True, help_text="The same in other languages: name and sentence by language."
    )
    words = models.TextField(blank=True, default="", help_text="What the moderator adds in their own words.")
    judged_text = models.TextField(blank=True, default="")
    was_hidden = models.BooleanField(default=False, help_text="Whether it was held or hidden before this decision.")
    at = models.DateTimeField(default=clock.now)
    tell_at = models.DateTimeField(null=True, blank=True, help_text="Empty: the author need not hear of it.")
    told_at = models.DateTimeField(null=True, blank=True)
    token_hash = models.CharField(max_length=64, blank=True, default="", help_text="Of the link in the author's mail.")
    undone_at = models.DateTimeField(null=True, blank=True, help_text="Taken back by a moderator.")
    undone_by = models.ForeignKey(Membership, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    undoing_told_at = models.DateTimeField(null=True, blank=True)

    objects = DecisionQuerySet.as_manager()

    class Meta(TenantModel.Meta):
        indexes = [
            models.Index(fields=["organisation", "-at"], name="decisions_latest_first"),
            models.Index(fields=["person", "-at"], name="decisions_about_a_person"),
            models.Index(
                fields=["tell_at"], condition=Q(told_at__isnull=True, tell_at__isnull=False), name="decisions_to_tell"
            ),
            models.Index(fields=["token_hash"], condition=~Q(token_hash=""), name="decisions_by_link"),
        ]

    def __str__(self) -> str:
        return f"{self.judgement} {self.pk}"

    @property
    def reason_read(self) -> str:
        """The name of its reason, for who reads it now."""
        return name_in_active_language(self.reason, self.reason_in)

    @property
    def sentence_read(self) -> str:
        """What the reason says, for who reads it now."""
        return sentence_in_active_language(self.sentence, self.reason_in)

    @property
    def seconds_unnoticed(self) -> int:
        """For how many seconds more it can be taken back without its author having heard of it; 0 when no more."""
        if self.told_at is not None or self.undone_at is not None:
            return 0
        until = self.tell_at or self.at + TELL_AFTER
        return max(0, int((until - clock.now()).total_seconds()))

    @property
    def hides(self) -> bool:
        """Whether the message is out of sight by it."""
        return self.judgement != Judgement.KEEP

    @property
    def puts_back(self) -> bool:
        """Whether only an edit is out of sight by it, and what stood there before stands there again."""
        return self.hides and self.judgement != Judgement.CHANGE and self.case.before_text is not None

    def may_be_objected_to(self, moment: datetime | None = None) -> bool:
        """Whether its author can still object: once, to what hides their words, within sixty days."""
        told = self.told_at or self.at
        in_time = (moment or clock.now()) <= told + OBJECT_WITHIN
        return self.hides and self.undone_at is None and in_time and not hasattr(self, "objection")


class ObjectionQuerySet(TenantQuerySet["Objection"]):
    """Questions about objections."""

    def waiting(self) -> Self:
        """To be judged, the oldest first."""
        return self.filter(judged_at__isnull=True).order_by("at", "pk")


class Objection(TenantModel):
    """What an author says against a decision about their words, and what came of it. Once for each decision."""

    decision = models.OneToOneField(Decision, on_delete=models.CASCADE, related_name="objection")
    words = models.TextField()
    at = models.DateTimeField(default=clock.now)
    granted = models.BooleanField(null=True, blank=True)
    judged_by = models.ForeignKey(Membership, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    judged_at = models.DateTimeField(null=True, blank=True)
    answer = models.TextField(blank=True, default="", help_text="What the author is told beside yes or no.")
    told_at = models.DateTimeField(null=True, blank=True)

    objects = ObjectionQuerySet.as_manager()

    class Meta(TenantModel.Meta):
        constraints = [
            models.CheckConstraint(
                condition=Q(judged_at__isnull=True, granted__isnull=True)
                | Q(judged_at__isnull=False, granted__isnull=False),
                name="a_judged_objection_has_an_outcome",
            )
        ]
        indexes = [
            models.Index(fields=["organisation", "at"], condition=Q(judged_at__isnull=True), name="objections_to_judge")
        ]
