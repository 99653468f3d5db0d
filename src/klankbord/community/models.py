"""Questions and answers: the community's facets on a public conversation and on its messages."""

from __future__ import annotations

from datetime import timedelta
from typing import Self

from django.db import models
from django.db.models import F, Q

from klankbord import clock
from klankbord.conversations.models import Conversation, Message
from klankbord.people.models import Membership, Organisation, Person
from klankbord.people.tenancy import TenantModel, TenantQuerySet

SHOWN = Q(
    conversation__is_public=True,
    conversation__in_circle=False,
    conversation__hidden_at__isnull=True,
    joined_into__isnull=True,
    moved_at__isnull=True,
)
"""A question that has a page of its own for everybody."""


class QuestionQuerySet(TenantQuerySet["Question"]):
    """The lists of questions, in a reader's words; each is read by an index, whatever its depth."""

    def shown(self) -> Self:
        """Those with a page of their own that everybody may read; one taken back stays while it has answers."""
        return self.filter(SHOWN).filter(Q(opening__withdrawn_at__isnull=True) | Q(answers__gt=0))

    def unanswered(self) -> Self:
        """Nobody has answered yet, and somebody still may."""
        return self.filter(answers=0, closed_at__isnull=True)


class Question(TenantModel):
    """A question that everybody may read and answer; its id is the conversation's.

    A duplicate points to the question that it was joined into. No row moves, so it can be undone; see `family_of`.
    """

    conversation = models.OneToOneField(
        Conversation, on_delete=models.CASCADE, primary_key=True, related_name="question"
    )
    opening = models.OneToOneField(
        Message, on_delete=models.CASCADE, related_name="+", help_text="The question's text."
    )
    asked_at = models.DateTimeField(default=clock.now)
    active_at = models.DateTimeField(default=clock.now, help_text="When it was last asked, answered or commented on.")
    answers = models.PositiveIntegerField(default=0, help_text="That everybody may read, duplicates' included.")
    accepted = models.PositiveIntegerField(default=0, help_text="Answers that the asker accepted.")
    me_too = models.IntegerField(
        default=0, help_text="Persons whom this question helped too; below 0 only from elsewhere."
    )
    helped = models.IntegerField(default=0, help_text="`me_too` and the votes on the answers together.")
    joined_into = models.ForeignKey(
        "self",
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="duplicates",
        help_text="The same question.",
    )
    closed_at = models.DateTimeField(null=True, blank=True, help_text="No further answers from then on.")
    closed_for = models.CharField(max_length=200, blank=True, default="", help_text="Why, as everybody reads it.")
    locked_at = models.DateTimeField(null=True, blank=True, help_text="Nothing can be changed or added.")
    wiki_at = models.DateTimeField(null=True, blank=True, help_text="Everybody may improve it.")
    staff_asked_at = models.DateTimeField(null=True, blank=True, help_text="When it went to the staff's inbox.")
    moved_at = models.DateTimeField(null=True, blank=True, help_text="When it went on in private.")

    objects = QuestionQuerySet.as_manager()

    class Meta(TenantModel.Meta):
        constraints = [
            models.CheckConstraint(
                condition=Q(joined_into__isnull=True) | ~Q(joined_into=F("conversation")),
                name="not_a_duplicate_of_itself",
            )
        ]
        indexes = [
            models.Index(fields=["organisation", "-asked_at", "-conversation"], name="questions_newest"),
            models.Index(fields=["organisation", "-active_at", "-conversation"], name="questions_active"),
            models.Index(fields=["organisation", "-helped", "-conversation"], name="questions_most_helped"),
            models.Index(
                fields=["organisation", "-asked_at", "-conversation"],
                condition=Q(answers=0),
                name="questions_unanswered",
            ),
        ]

    def __str__(self) -> str:
        return f"question {self.pk}"

    @property
    def takes_answers(self) -> bool:
        """Whether something can still be added."""
        return self.closed_at is None and self.locked_at is None and self.moved_at is None

    @property
    def root(self) -> Question:
        """The question on whose page this one is shown."""
        question, seen = self, {self.pk}
        while question.joined_into is not None and question.joined_into_id not in seen:
            question = question.joined_into
            seen.add(question.pk)
        return question


class AnswerQuerySet(TenantQuerySet["Answer"]):
    """Questions about answers."""

    def shown(self) -> Self:
        """What everybody may read of a question that they may read."""
        return self.filter(message__hidden_at__isnull=True, message__withdrawn_at__isnull=True)


class Answer(TenantModel):
    """An answer to a question; its id is the message's. Comments are messages that reply to it and have no facet."""

    message = models.OneToOneField(Message, on_delete=models.CASCADE, primary_key=True, related_name="answer")
    question = models.ForeignKey(Question, on_delete=models.CASCADE, related_name="own_answers")
    score = models.IntegerField(default=0, help_text="Who found it useful; votes brought in from elsewhere included.")
    accepted_at = models.DateTimeField(null=True, blank=True, help_text="The asker said: this is it.")
    accepted_place = models.CharField(
        max_length=16, blank=True, default="", help_text="Keyed hash of the network from which the asker said so."
    )
    official_at = models.DateTimeField(null=True, blank=True, help_text="The organisation stands for it.")
    official_by = models.ForeignKey(Membership, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    wiki_at = models.DateTimeField(null=True, blank=True, help_text="Everybody may improve it.")

    objects = AnswerQuerySet.as_manager()

    class Meta(TenantModel.Meta):
        indexes = [models.Index(fields=["question", "-score"], name="answers_of_a_question")]

    def __str__(self) -> str:
        return f"answer {self.pk}"


class AnonymousVotes(TenantModel):
    """Votes on a message that were cast elsewhere, by nobody knows whom: how many on which day."""

    message = models.ForeignKey(Message, on_delete=models.CASCADE, related_name="anonymous_votes")
    day = models.DateField()
    ups = models.PositiveIntegerField(default=0)
    downs = models.PositiveIntegerField(default=0)

    objects = TenantQuerySet["AnonymousVotes"].as_manager()

    class Meta(TenantModel.Meta):
        constraints = [models.UniqueConstraint(fields=["message", "day"], name="anonymous_votes_of_a_day")]


class Related(TenantModel):
    """One question leads to another that is worth reading beside it."""

    question = models.ForeignKey(Question, on_delete=models.CASCADE, related_name="see_also")
    other = models.ForeignKey(Question, on_delete=models.CASCADE, related_name="+")
    at = models.DateTimeField(default=clock.now)

    objects = TenantQuerySet["Related"].as_manager()

    class Meta(TenantModel.Meta):
        constraints = [models.UniqueConstraint(fields=["question", "other"], name="related_once")]


class PublicationQuerySet(TenantQuerySet["Publication"]):
    """Questions about requests to publish."""

    def open(self) -> Self:
        """Those to which the customer can still say yes or no."""
        return self.filter(
            decided_at__isnull=True, withdrawn_at__isnull=True, asked_at__gt=clock.now() - Publication.KEPT
        )


class Publication(TenantModel):
    """A private question that we would like to show to everybody: what would stand there, and what the customer said.

    Nothing of it is public before they agree; then a new public conversation grows from the private one.
    """

    KEPT = timedelta(days=30)

    conversation = models.ForeignKey(Conversation, on_delete=models.CASCADE, related_name="publications")
    title = models.CharField(max_length=300)
    text = models.TextField()
    answer = models.TextField(blank=True, default="", help_text="Our answer, if it is to stand there too.")
    asked_by = models.ForeignKey(Membership, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField(default=clock.now)
    token_hash = models.CharField(max_length=64, unique=True)
    decided_at = models.DateTimeField(null=True, blank=True)
    agreed = models.BooleanField(default=False)
    withdrawn_at = models.DateTimeField(null=True, blank=True, help_text="We asked no longer.")
    became = models.ForeignKey(Question, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")

    objects = PublicationQuerySet.as_manager()

    class Meta(TenantModel.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["conversation"],
                condition=Q(decided_at__isnull=True, withdrawn_at__isnull=True),
                name="one_open_request_to_publish",
            )
        ]

    @property
    def is_open(self) -> bool:
        """Whether the customer can still say yes or no."""
        waits = self.decided_at is None and self.withdrawn_at is None
        return waits and self.asked_at > clock.now() - Publication.KEPT


class Rules(TenantModel):
    """What an organisation chose for its community."""

    STAFF_AFTER_HOURS = 24

    organisation = models.OneToOneField(Organisation, on_delete=models.CASCADE, primary_key=True, related_name="+")
    staff_after_hours = models.PositiveIntegerField(
        null=True, default=STAFF_AFTER_HOURS, help_text="When an unanswered question goes to staff; none: never."
    )

    objects = TenantQuerySet["Rules"].as_manager()


class Account(TenantModel):
    """A placeholder: somebody who took part elsewhere, brought in with what they wrote. They can say so."""

    person = models.OneToOneField(Person, on_delete=models.CASCADE, primary_key=True, related_name="account")
    source = models.CharField(max_length=120, help_text="Where it came from.")
    profile_url = models.CharField(max_length=300, blank=True, default="", help_text="Their page there.")

    objects = TenantQuerySet["Account"].as_manager()


class ClaimQuerySet(TenantQuerySet["Claim"]):
    """Questions about claims."""

    def open(self) -> Self:
        """Those that nobody has decided on."""
        return self.filter(decided_at__isnull=True)


class Claim(TenantModel):
    """Somebody says that an account brought in from elsewhere is theirs.

    They put `code` on their page there, and a member of staff looks; or knows them, and says so.
    """

    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="claims")
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="+", help_text="Who says so.")
    code = models.CharField(max_length=20)
    asked_at = models.DateTimeField(default=clock.now)
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(Membership, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    granted = models.BooleanField(default=False)

    objects = ClaimQuerySet.as_manager()

    class Meta(TenantModel.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["account", "person"], condition=Q(decided_at__isnull=True), name="one_open_claim_each"
            )
        ]


class ImportedQuerySet(TenantQuerySet["Imported"]):
    """Questions about what was brought in."""

    def rows(self, source: str, kind: str) -> Self:
        """Those of one file of one source."""
        return self.filter(source=source, kind=kind)


class Imported(TenantModel):
    """A row of another community as it came, kept so that nothing of it is lost and no second import adds anything."""

    source = models.CharField(max_length=120)
    kind = models.CharField(max_length=12, help_text="Which file: `Posts`, `Users`, ...")
    number = models.BigIntegerField(help_text="Its id there.")
    fields = models.JSONField(help_text="Its attributes, unchanged.")
    message = models.ForeignKey(Message, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    person = models.ForeignKey(Person, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    at = models.DateTimeField(default=clock.now, help_text="When it was brought in.")

    objects = ImportedQuerySet.as_manager()

    class Meta(TenantModel.Meta):
        constraints = [
            models.UniqueConstraint(fields=["organisation", "source", "kind", "number"], name="brought_in_once")
        ]
        indexes = [
            models.Index(fields=["message"], condition=Q(message__isnull=False), name="imported_as_message"),
            models.Index(fields=["person"], condition=Q(person__isnull=False), name="imported_as_person"),
        ]
