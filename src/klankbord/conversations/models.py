"""Conversations, the messages in them, and the promise that runs while someone waits."""

from __future__ import annotations

from datetime import datetime
from typing import Self

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from klankbord import clock
from klankbord.channels.models import Arrival, Channel, Dispatch
from klankbord.files.models import StoredFile
from klankbord.people.models import Address, Membership, Person, Team
from klankbord.people.tenancy import TenantModel, TenantQuerySet


class ConversationState(models.TextChoices):
    """Whose turn it is."""

    OPEN = "open", _("waiting for us")
    ANSWERED = "answered", _("waiting for the customer")
    DONE = "done", _("done")
    SPAM = "spam", _("spam")
    PUBLIC = "public", _("with everybody")
    """In public, and nobody waits for us in particular."""


class ConversationKind(models.TextChoices):
    """What the customer came with, as they said themselves."""

    UNKNOWN = "", _("message")
    QUESTION = "question", _("question")
    PROBLEM = "problem", _("problem")
    COMPLAINT = "complaint", _("complaint")
    COMPLIMENT = "compliment", _("compliment")
    IDEA = "idea", _("idea")
    POST = "post", _("post")
    TIP = "tip", _("tip")
    THANKS = "thanks", _("thank-you")


WAITING = Q(waiting_since__isnull=False)
STILL_SAYS = Q(erased_at__isnull=True) | Q(last_message_at__gt=F("erased_at"))
"""Not erased, or somebody spoke in it afterwards."""


class ConversationQuerySet(TenantQuerySet["Conversation"]):
    """The views of the inbox, and other questions, in an agent's words."""

    def awaiting_answer(self) -> Self:
        """Someone waits for us, who waits longest first."""
        return self.filter(WAITING).order_by("waiting_since", "id")

    def awaiting(self, membership: Membership) -> Self:
        """Someone waits for this very member, who waits longest first."""
        return self.awaiting_answer().filter(assignee=membership)

    def unassigned(self) -> Self:
        """Someone waits and nobody has picked it up."""
        return self.awaiting_answer().filter(assignee__isnull=True)

    def in_channel(self, channel_id: int) -> Self:
        """Someone waits who came through this door."""
        return self.awaiting_answer().filter(channel_id=channel_id)

    def of_team(self, team_id: int) -> Self:
        """Someone waits, and this team is to answer."""
        return self.awaiting_answer().filter(team_id=team_id)

    def late(self, moment: datetime | None = None) -> Self:
        """Past what was promised."""
        return self.filter(WAITING, due_at__lt=moment or clock.now()).order_by("due_at", "id")

    def answered(self) -> Self:
        """Answered; now we wait for the customer. Latest first."""
        return self.filter(state=ConversationState.ANSWERED).order_by("-last_message_at", "-id")

    def done(self) -> Self:
        """Finished, latest first."""
        return self.filter(state=ConversationState.DONE).order_by("-last_message_at", "-id")

    def spam(self) -> Self:
        """Held off as spam, latest first."""
        return self.filter(state=ConversationState.SPAM).order_by("-last_message_at", "-id")

    def over_since(self, moment: datetime) -> Self:
        """In private, with nobody waiting and nothing said since `moment`; but for what was erased since."""
        silent = self.filter(is_public=False, waiting_since__isnull=True, last_message_at__lt=moment)
        over = (ConversationState.ANSWERED, ConversationState.DONE, ConversationState.SPAM)
        return silent.filter(STILL_SAYS, state__in=over).order_by("last_message_at", "id")

    def public(self) -> Self:
        """What everybody may read; scope first. What is for a circle only is not: its own package knows who may."""
        return self.filter(is_public=True, in_circle=False, hidden_at__isnull=True)

    def of_person(self, person: Person) -> Self:
        """Everything of this person, whoever they were merged with; latest first."""
        everyone = Person.objects.of(person.organisation_id).same_as(person)
        return self.filter(person_id__in=everyone).order_by("-last_message_at", "-id")


class Conversation(TenantModel):
    """One thread with one subject between an organisation and a person, whatever door it came through.

    `waiting_since` and `due_at` are set exactly while the person waits for a human answer; the rows of `Promise` keep
    the score.
    """

    code = models.CharField(max_length=6, null=True, blank=True, help_text="Six digits; freed long after it is done.")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="conversations")
    channel = models.ForeignKey(Channel, on_delete=models.PROTECT, related_name="+", help_text="Where it began.")
    kind = models.CharField(max_length=12, choices=ConversationKind.choices, blank=True, default="")
    subject = models.CharField(max_length=300, blank=True, default="")
    state = models.CharField(max_length=10, choices=ConversationState.choices, default=ConversationState.OPEN)
    assignee = models.ForeignKey(Membership, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    team = models.ForeignKey(Team, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    created_at = models.DateTimeField(default=clock.now)
    last_message_at = models.DateTimeField(default=clock.now)
    waiting_since = models.DateTimeField(null=True, blank=True, help_text="The first message that has no answer yet.")
    due_at = models.DateTimeField(null=True, blank=True, help_text="When the answer was promised.")
    promise_minutes = models.PositiveIntegerField(default=0, help_text="Opening time that the running promise took.")
    is_public = models.BooleanField(default=False, help_text="Everybody may read it. Decided when it begins, for ever.")
    in_circle = models.BooleanField(
        default=False, help_text="Public for some only, such as a panel: who, knows the package of its kind."
    )
    hidden_at = models.DateTimeField(null=True, blank=True, help_text="Public, but held or hidden by moderation.")
    erased_at = models.DateTimeField(null=True, blank=True, help_text="When all that was said until then was erased.")
    grew_from = models.ForeignKey(
        "self",
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="grew_into",
        help_text="Its origin.",
    )

    objects = ConversationQuerySet.as_manager()

    class Meta(TenantModel.Meta):
        constraints = [
            models.UniqueConstraint(fields=["organisation", "code"], name="a_code_is_one_conversations"),
            models.CheckConstraint(
                condition=Q(waiting_since__isnull=True) | Q(state=ConversationState.OPEN), name="who_waits_waits_for_us"
            ),
            models.CheckConstraint(
                condition=~Q(state=ConversationState.PUBLIC) | Q(is_public=True), name="with_everybody_in_public"
            ),
            models.CheckConstraint(condition=Q(in_circle=False) | Q(is_public=True), name="a_circle_is_in_public"),
        ]
        indexes = [
            models.Index(fields=["organisation", "waiting_since", "id"], condition=WAITING, name="awaiting_answer"),
            models.Index(fields=["organisation", "due_at", "id"], condition=WAITING, name="due_first"),
            models.Index(
                fields=["organisation", "assignee", "waiting_since", "id"], condition=WAITING, name="awaiting_member"
            ),
            models.Index(
                fields=["organisation", "channel", "waiting_since", "id"], condition=WAITING, name="awaiting_in_door"
            ),
            models.Index(
                fields=["organisation", "team", "waiting_since", "id"], condition=WAITING, name="awaiting_of_team"
            ),
            models.Index(fields=["organisation", "state", "-last_message_at", "-id"], name="latest_by_state"),
            models.Index(fields=["person", "-last_message_at"], name="latest_of_person"),
        ]

    def __str__(self) -> str:
        return self.subject or f"#{self.pk}"

    @property
    def is_waiting(self) -> bool:
        """Whether the person waits for our answer."""
        return self.waiting_since is not None

    def is_late(self, moment: datetime | None = None) -> bool:
        """Whether the answer is past what was promised."""
        return self.due_at is not None and self.is_waiting and self.due_at < (moment or clock.now())


def hold(conversation: Conversation) -> None:
    """Lock the row for the rest of the transaction, and read again what others may have changed since it was loaded.

    Without this a reply would overwrite the wait that a mail of this very moment began.
    """
    rows = Conversation.objects.of(conversation.organisation_id).select_for_update()
    turn = ["state", "assignee", "team", "last_message_at", "waiting_since", "due_at", "promise_minutes", "code"]
    conversation.refresh_from_db(from_queryset=rows, fields=turn)


NEEDS_NO_ANSWER = frozenset(
    {
        *("auto-replied", "bounce", "bulk", "empty-return-path", "junk", "list"),
        *("mailer-daemon", "out-of-office", "own", "receipt", "report"),
    }
)
"""Automatic mail for which nobody waits. Mail that a machine made for a person (a web form) does wait for us."""


class Direction(models.TextChoices):
    """Which way an utterance goes."""

    INBOUND = "inbound", _("from the customer")
    OUTBOUND = "outbound", _("to the customer")
    NOTE = "note", _("note for colleagues")


class MessageQuerySet(TenantQuerySet["Message"]):
    """Questions about messages."""

    def in_order(self) -> Self:
        """As they were said."""
        return self.order_by("said_at", "id")

    def for_customer(self) -> Self:
        """What the customer may read: no notes, nothing taken back."""
        return self.exclude(direction=Direction.NOTE).filter(withdrawn_at__isnull=True)

    def public(self) -> Self:
        """What everybody may read of a public conversation: no notes, nothing withdrawn, held or hidden."""
        open_to_all = {"conversation__is_public": True, "conversation__in_circle": False}
        return self.for_customer().filter(**open_to_all, hidden_at__isnull=True)


class Message(TenantModel):
    """One utterance in a conversation. One contribution is one message, however often it is delivered."""

    conversation = models.ForeignKey(Conversation, on_delete=models.CASCADE, related_name="messages")
    direction = models.CharField(max_length=10, choices=Direction.choices)
    channel = models.ForeignKey(Channel, null=True, on_delete=models.PROTECT, related_name="+")
    external_id = models.CharField(max_length=400, null=True, blank=True, help_text="E-mail: the Message-ID.")
    digest = models.CharField(max_length=64, blank=True, default="")
    person = models.ForeignKey(Person, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    membership = models.ForeignKey(Membership, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    answer_to = models.ForeignKey(
        Address,
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        db_index=False,
        help_text="Where the customer asked to answer to, when that is not where they wrote from (Reply-To).",
    )
    text = models.TextField(blank=True, default="", help_text="What was newly written.")
    quoted = models.TextField(blank=True, default="", help_text="The history that was quoted along.")
    signature = models.TextField(blank=True, default="")
    has_html = models.BooleanField(default=False)
    automatic = models.CharField(max_length=40, blank=True, default="", help_text="Why no person wrote this just now.")
    marks = models.JSONField(default=list, blank=True, help_text="`signed`, `encrypted`, `same_id`, `calendar`, ...")
    dispatch = models.OneToOneField(Dispatch, null=True, blank=True, on_delete=models.SET_NULL, related_name="said")
    arrival = models.ForeignKey(Arrival, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    said_at = models.DateTimeField(default=clock.now)
    reply_to = models.ForeignKey(
        "self",
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="comments",
        help_text="In public.",
    )
    edited_at = models.DateTimeField(null=True, blank=True, help_text="Last changed after it was read by others.")
    hidden_at = models.DateTimeField(null=True, blank=True, help_text="Held or hidden by moderation.")
    withdrawn_at = models.DateTimeField(null=True, blank=True, help_text="Taken back by who said it.")

    objects = MessageQuerySet.as_manager()

    class Meta(TenantModel.Meta):
        constraints = [
            models.UniqueConstraint(fields=["channel", "external_id"], name="one_message_per_contribution"),
            models.CheckConstraint(
                condition=Q(direction=Direction.INBOUND, person__isnull=False)
                | Q(direction=Direction.OUTBOUND)
                | Q(direction=Direction.NOTE, membership__isnull=False),
                name="everything_is_said_by_someone",
            ),
        ]
        indexes = [
            models.Index(fields=["conversation", "said_at", "id"], name="messages_in_order"),
            models.Index(fields=["answer_to"], condition=Q(answer_to__isnull=False), name="messages_asking"),
        ]

    def __str__(self) -> str:
        return self.text[:60]


class EarlyReply(TenantModel):
    """Staff answered from another mail program something that has not come in here yet: what they answered, and where
    their reply stands. The question joins it when it comes.
    """

    channel = models.ForeignKey(Channel, on_delete=models.CASCADE, related_name="+")
    answers = models.CharField(max_length=400, help_text="E-mail: the Message-ID of the question.")
    conversation = models.ForeignKey(Conversation, on_delete=models.CASCADE, related_name="+")
    said_at = models.DateTimeField(help_text="When staff answered.")

    objects = TenantQuerySet["EarlyReply"].as_manager()

    class Meta(TenantModel.Meta):
        constraints = [models.UniqueConstraint(fields=["channel", "answers"], name="one_place_for_a_question")]


class MessageHtml(TenantModel):
    """The sanitised HTML of a message, apart, so that reading a thread does not read it."""

    message = models.OneToOneField(Message, on_delete=models.CASCADE, related_name="html")
    html = models.TextField()
    remote_images = models.BooleanField(default=False, help_text="Whether images wait to be asked for.")

    objects = TenantQuerySet["MessageHtml"].as_manager()


class Attachment(TenantModel):
    """A file that belongs to a message."""

    message = models.ForeignKey(Message, on_delete=models.CASCADE, related_name="attachments")
    file = models.ForeignKey(StoredFile, on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=255)
    is_inline = models.BooleanField(default=False)
    content_id = models.CharField(max_length=250, blank=True, default="")

    objects = TenantQuerySet["Attachment"].as_manager()


class Promise(TenantModel):
    """One wait of one person: when it began, when an answer was due and came. The public score is kept of these."""

    conversation = models.ForeignKey(Conversation, on_delete=models.CASCADE, related_name="promises")
    began_at = models.DateTimeField()
    due_at = models.DateTimeField(null=True, blank=True, help_text="None: an organisation that never opens.")
    answered_at = models.DateTimeField(null=True, blank=True)
    answered_by = models.ForeignKey(Membership, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    dropped_at = models.DateTimeField(
        null=True, blank=True, help_text="It turned out to need no answer (spam, thanks)."
    )

    objects = TenantQuerySet["Promise"].as_manager()

    class Meta(TenantModel.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["conversation"],
                condition=Q(answered_at__isnull=True, dropped_at__isnull=True),
                name="one_running_promise",
            )
        ]
        indexes = [
            models.Index(fields=["organisation", "began_at"], name="promises_by_time"),
            models.Index(fields=["organisation", "due_at"], name="promises_by_due"),
        ]


class DraftKind(models.TextChoices):
    """What is being written."""

    REPLY = "reply", _("reply")
    NOTE = "note", _("note for colleagues")


class Draft(TenantModel):
    """What a member of staff is writing in a conversation, kept as they type."""

    conversation = models.ForeignKey(Conversation, on_delete=models.CASCADE, related_name="drafts")
    membership = models.ForeignKey(Membership, on_delete=models.CASCADE, related_name="+")
    kind = models.CharField(max_length=10, choices=DraftKind.choices, default=DraftKind.REPLY)
    text = models.TextField()
    updated_at = models.DateTimeField(default=clock.now)

    objects = TenantQuerySet["Draft"].as_manager()

    class Meta(TenantModel.Meta):
        constraints = [
            models.UniqueConstraint(fields=["conversation", "membership", "kind"], name="one_draft_of_a_kind")
        ]


class PrivateLink(TenantModel):
    """A customer's way back to their conversation without an account: 128 random bits, stored hashed, revocable."""

    conversation = models.ForeignKey(Conversation, on_delete=models.CASCADE, related_name="links")
    token_hash = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField(default=clock.now)
    revoked_at = models.DateTimeField(null=True, blank=True)

    objects = TenantQuerySet["PrivateLink"].as_manager()
