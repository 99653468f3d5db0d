"""Votes, follows, tags and editions, and what strangers wrote before they confirmed their address."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from typing import Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from klankbord import clock
from klankbord.conversations.models import Attachment, Conversation, Message
from klankbord.files.models import StoredFile
from klankbord.people.models import Membership, Person
from klankbord.people.tenancy import TenantModel, TenantQuerySet
from klankbord.reputation.models import Entry
from klankbord.reputation.rules import Sign


class Topic(TenantModel):
    """A theme of the organisation's own label tree, such as `e-books` under `collection`."""

    name = models.CharField(max_length=60)
    slug = models.SlugField(max_length=60)
    description = models.CharField(max_length=200, blank=True, default="")
    parent = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="children")

    objects = TenantQuerySet["Topic"].as_manager()

    class Meta(TenantModel.Meta):
        constraints = [
            models.UniqueConstraint(fields=["organisation", "slug"], name="a_topic_has_its_own_address"),
            models.CheckConstraint(
                condition=Q(parent__isnull=True) | ~Q(parent=models.F("id")), name="no_topic_under_itself"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Tagging(TenantModel):
    """A public thread is about a topic."""

    conversation = models.ForeignKey(Conversation, on_delete=models.CASCADE, related_name="taggings")
    topic = models.ForeignKey(Topic, on_delete=models.CASCADE, related_name="taggings")

    objects = TenantQuerySet["Tagging"].as_manager()

    class Meta(TenantModel.Meta):
        constraints = [models.UniqueConstraint(fields=["conversation", "topic"], name="tagged_once")]
        indexes = [models.Index(fields=["topic", "-conversation"], name="threads_of_a_topic")]


class VoteQuerySet(TenantQuerySet["Vote"]):
    """Questions about votes."""

    def on(self, message_ids: Iterable[int]) -> Self:
        """Those on these messages; scope first."""
        return self.filter(message_id__in=list(message_ids))


class Vote(TenantModel):
    """One person finds one public message worth it: an idea, an answer, a question that helped them too.

    `voter` is who counts: the canonical person. Of two persons that are merged one vote counts (`actions.recount`).
    """

    message = models.ForeignKey(Message, on_delete=models.CASCADE, related_name="votes")
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="votes")
    at = models.DateTimeField(default=clock.now)
    place = models.CharField(max_length=16, blank=True, default="", help_text="Keyed hash of the network it came from.")
    is_fresh = models.BooleanField(default=False, help_text="The voter was known for less than a day.")

    objects = VoteQuerySet.as_manager()

    class Meta(TenantModel.Meta):
        constraints = [models.UniqueConstraint(fields=["message", "person"], name="one_vote_a_person")]
        indexes = [
            models.Index(fields=["person", "-at"], name="votes_of_a_person"),
            models.Index(fields=["message", "at"], name="votes_on_a_message"),
        ]


class Rhythm(models.TextChoices):
    """How often somebody wants mail about what they follow."""

    AT_ONCE = "at_once", _("at once")
    DAILY = "daily", _("once a day")
    WEEKLY = "weekly", _("once a week")
    NEVER = "never", _("never")


class Area(models.TextChoices):
    """What can be followed as a whole."""

    NONE = "", _("nothing as a whole")
    QUESTIONS = "questions", _("all new questions")
    IDEAS = "ideas", _("all new ideas")
    CHANGES = "changes", _("what we changed")
    POSTS = "posts", _("our own messages")
    MONTHLY = "monthly", _("the question of the month")


class Follow(TenantModel):
    """A person wants to hear what happens to a thread, under a topic, by another person, or in an area."""

    THREAD, TOPIC, PERSON, AREA = "c", "t", "p", "a"
    """With what a target begins."""

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="follows")
    conversation = models.ForeignKey(
        Conversation, null=True, blank=True, on_delete=models.CASCADE, related_name="followers"
    )
    topic = models.ForeignKey(Topic, null=True, blank=True, on_delete=models.CASCADE, related_name="followers")
    whom = models.ForeignKey(Person, null=True, blank=True, on_delete=models.CASCADE, related_name="followers")
    area = models.CharField(
        max_length=12, blank=True, default="", help_text="One of `Area`, or a list as `contract.Lists` knows it."
    )
    rhythm = models.CharField(
        max_length=10, choices=Rhythm.choices, blank=True, default="", help_text="Empty: as the person chose for all."
    )
    created_at = models.DateTimeField(default=clock.now)

    objects = TenantQuerySet["Follow"].as_manager()

    class Meta(TenantModel.Meta):
        constraints = [
            models.UniqueConstraint(fields=["person", "conversation"], name="follows_a_thread_once"),
            models.UniqueConstraint(fields=["person", "topic"], name="follows_a_topic_once"),
            models.UniqueConstraint(fields=["person", "whom"], name="follows_a_person_once"),
            models.UniqueConstraint(fields=["person", "area"], condition=~Q(area=""), name="follows_an_area_once"),
            models.CheckConstraint(
                condition=(
                    Q(conversation__isnull=False, topic__isnull=True, whom__isnull=True, area="")
                    | Q(conversation__isnull=True, topic__isnull=False, whom__isnull=True, area="")
                    | Q(conversation__isnull=True, topic__isnull=True, whom__isnull=False, area="")
                    | Q(conversation__isnull=True, topic__isnull=True, whom__isnull=True) & ~Q(area="")
                ),
                name="follows_one_thing",
            ),
        ]
        indexes = [models.Index(fields=["organisation", "area"], condition=~Q(area=""), name="followers_of_an_area")]

    @property
    def target(self) -> str:
        """What is followed, in a word that stays the same when it is followed again: `t12` is topic 12."""
        if self.area:
            return f"{self.AREA}{self.area}"
        if self.topic_id is not None:
            return f"{self.TOPIC}{self.topic_id}"
        return f"{self.PERSON}{self.whom_id}" if self.whom_id is not None else f"{self.THREAD}{self.conversation_id}"


class Revision(TenantModel):
    """What a public message said before it was changed."""

    message = models.ForeignKey(Message, on_delete=models.CASCADE, related_name="revisions")
    subject = models.CharField(max_length=300, blank=True, default="")
    text = models.TextField()
    by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", help_text="Who changed it.")
    reason = models.CharField(max_length=200, blank=True, default="")
    at = models.DateTimeField(default=clock.now, help_text="When it was changed.")

    objects = TenantQuerySet["Revision"].as_manager()

    class Meta(TenantModel.Meta):
        indexes = [models.Index(fields=["message", "-at"], name="revisions_of_a_message")]


class Participant(TenantModel):
    """How a person takes part in public: what they tell about themselves, and how they want to hear from us."""

    person = models.OneToOneField(Person, on_delete=models.CASCADE, related_name="participant", primary_key=True)
    about = models.CharField(max_length=300, blank=True, default="", help_text="A line about themselves.")
    rhythm = models.CharField(max_length=10, choices=Rhythm.choices, default=Rhythm.DAILY)
    wants_credit = models.BooleanField(default=False, help_text="Said that they may be thanked by their public name.")
    joined_at = models.DateTimeField(default=clock.now)
    mailbox_hash = models.CharField(
        max_length=32, blank=True, default="", help_text="Keyed hash of the mailbox that was confirmed: it votes once."
    )

    objects = TenantQuerySet["Participant"].as_manager()

    class Meta(TenantModel.Meta):
        indexes = [
            models.Index(
                fields=["organisation", "mailbox_hash"], condition=~Q(mailbox_hash=""), name="who_has_this_mailbox"
            )
        ]


class PendingQuerySet(TenantQuerySet["Pending"]):
    """Questions about what waits for a click."""

    def waiting(self) -> Self:
        """What can still be confirmed."""
        return self.filter(done_at__isnull=True, created_at__gte=clock.now() - Pending.KEPT)


class Pending(TenantModel):
    """What a stranger wrote or chose, kept until they confirm their address with one click. It goes nowhere before."""

    KEPT = timedelta(days=7)
    MOST_GUESSES = 5
    AGAIN = timedelta(minutes=10)
    """For so long its link lets in once more: a second click, or the browser after the mail program."""

    kind = models.CharField(max_length=30, help_text="Which contribution it is.")
    payload = models.JSONField()
    email = models.CharField(max_length=320)
    name = models.CharField(max_length=40, blank=True, default="", help_text="The public name they chose.")
    language = models.CharField(max_length=5, blank=True, default="")
    place = models.CharField(max_length=16, blank=True, default="", help_text="Keyed hash of the network it came from.")
    token_hash = models.CharField(max_length=64, unique=True)
    code_hash = models.CharField(max_length=64)
    guesses = models.PositiveSmallIntegerField(default=0, help_text="Wrong codes so far.")
    created_at = models.DateTimeField(default=clock.now)
    done_at = models.DateTimeField(null=True, blank=True)
    landing = models.CharField(max_length=300, blank=True, default="", help_text="The page that shows what it became.")
    words = models.CharField(max_length=300, blank=True, default="", help_text="Once done: what the mail said of it.")
    person = models.ForeignKey(Person, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")

    objects = PendingQuerySet.as_manager()

    class Meta(TenantModel.Meta):
        indexes = [models.Index(fields=["created_at"], name="pending_by_age")]

    @property
    def is_used_up(self) -> bool:
        """Whether it was confirmed a while ago: whoever has its mail by now is not let in by it."""
        return self.done_at is not None and clock.now() - self.done_at > self.AGAIN


class PictureQuerySet(TenantQuerySet["Picture"]):
    """Questions about pictures."""

    def waiting(self) -> Self:
        """Uploaded, and not posted yet; scope first."""
        return self.filter(attachment__isnull=True)

    def forgotten(self) -> Self:
        """Uploaded, and never posted: their author went away."""
        return self.waiting().filter(created_at__lt=clock.now() - Picture.KEPT)


class Picture(TenantModel):
    """A picture with a public message, drawn anew from what was uploaded so that nothing but pixels is left of it.

    Until its message is posted it has no attachment. What it shows in words is the attachment's name.
    """

    KEPT = timedelta(days=8)
    """A day longer than a stranger has to confirm."""

    file = models.ForeignKey(StoredFile, on_delete=models.PROTECT, related_name="+")
    width = models.PositiveIntegerField()
    height = models.PositiveIntegerField()
    attachment = models.OneToOneField(
        Attachment, null=True, blank=True, on_delete=models.CASCADE, related_name="picture", help_text="Where it hangs."
    )
    created_at = models.DateTimeField(default=clock.now)

    objects = PictureQuerySet.as_manager()

    class Meta(TenantModel.Meta):
        indexes = [models.Index(fields=["created_at"], condition=Q(attachment__isnull=True), name="pictures_waiting")]


class Notice(TenantModel):
    """Something that a follower is to hear of, alone or with others in one mail."""

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="+")
    conversation = models.ForeignKey(Conversation, on_delete=models.CASCADE, related_name="+")
    message = models.ForeignKey(Message, null=True, blank=True, on_delete=models.CASCADE, related_name="+")
    why = models.CharField(max_length=30, help_text="What happened, as `telling.words_for` knows it.")
    because = models.JSONField(default=list, help_text="What they follow that says so, each as `Follow.target`.")
    made_at = models.DateTimeField(default=clock.now)
    due_at = models.DateTimeField()
    told_at = models.DateTimeField(null=True, blank=True)

    objects = TenantQuerySet["Notice"].as_manager()

    class Meta(TenantModel.Meta):
        constraints = [
            models.UniqueConstraint(fields=["person", "conversation", "message", "why"], name="told_once"),
            models.UniqueConstraint(
                fields=["person", "conversation", "why"],
                condition=Q(message__isnull=True),
                name="told_once_of_a_thread",
            ),
        ]
        indexes = [models.Index(fields=["due_at"], condition=Q(told_at__isnull=True), name="notices_to_tell")]


class Ring(TenantModel):
    """What looked like an agreement, or like somebody giving to themselves. What was earned by it was undone."""

    sign = models.CharField(max_length=10, choices=Sign.choices)
    persons = models.ManyToManyField(Person, related_name="+")
    entries = models.ManyToManyField(Entry, related_name="+", help_text="What was given.")
    found_at = models.DateTimeField(default=clock.now)
    restored_at = models.DateTimeField(null=True, blank=True, help_text="Staff said that it was fine.")
    restored_by = models.ForeignKey(Membership, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")

    objects = TenantQuerySet["Ring"].as_manager()
