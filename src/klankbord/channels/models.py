"""Doors, what came in through them, and what goes out."""

from __future__ import annotations

from collections.abc import Collection
from datetime import timedelta
from typing import Any, Self

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from klankbord import clock
from klankbord.channels import secrets
from klankbord.events.work import LeasedWork, WorkQuerySet, WorkState, due_index
from klankbord.people.tenancy import TenantModel, TenantQuerySet


class ChannelQuerySet(TenantQuerySet["Channel"]):
    """Questions about channels."""

    def active(self) -> Self:
        """Those that are open."""
        return self.filter(is_active=True)


class Channel(TenantModel):
    """A configured door of one organisation: a mailbox, a form, later a widget, a social account, a feed."""

    kind = models.CharField(max_length=20, help_text="Which adapter.")
    name = models.CharField(max_length=80)
    address = models.CharField(
        max_length=320,
        blank=True,
        default="",
        help_text=_("For e-mail: the address that customers write to, in lower case."),
    )
    settings = models.JSONField(default=dict, blank=True, help_text="What the adapter's form asks, secrets excepted.")
    sealed = models.TextField(blank=True, default="", help_text="The secrets among the settings, encrypted.")
    is_active = models.BooleanField(default=True)
    trouble = models.TextField(blank=True, default="", help_text="What is wrong with it now, in a plain sentence.")
    trouble_since = models.DateTimeField(null=True, blank=True)
    last_heard_at = models.DateTimeField(null=True, blank=True, help_text="When it last worked.")
    created_at = models.DateTimeField(default=clock.now)

    objects = ChannelQuerySet.as_manager()

    class Meta(TenantModel.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["address"], condition=models.Q(kind="email"), name="a_mail_address_is_one_channels"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def all_settings(self) -> dict[str, Any]:
        """The settings with the secrets opened, and what of the inside they may lead to. Never logged, never shown."""
        operators_word = {"reachable_inside": settings.OPTIONS.reachable_inside}
        return {**self.settings, **secrets.unseal(self.sealed), **operators_word}

    def seal(self, values: dict[str, Any]) -> None:
        """Keep these secrets, encrypted, beside those that are there."""
        self.sealed = secrets.seal({**secrets.unseal(self.sealed), **values})


class ArrivalQuerySet(TenantQuerySet["Arrival"], WorkQuerySet["Arrival"]):  # type: ignore[override]  # each has its manager
    """Questions about arrivals."""

    def quarantined(self) -> Self:
        """Those that could not be read; their bytes are kept and can be replayed."""
        return self.filter(state=WorkState.GIVEN_UP)


class Arrival(TenantModel, LeasedWork):
    """The raw bytes as received, on disk before the sender is told "accepted" and before anything is parsed.

    Not a message: one arrival becomes one message, a duplicate of one, a bounce on one, or stays in quarantine.
    """

    MOST_ATTEMPTS = 3

    class Source(models.TextChoices):
        """How the bytes came."""

        SMTP = "smtp", "SMTP"
        LMTP = "lmtp", "LMTP"
        IMAP = "imap", "IMAP"
        IMPORT = "import", _("import")
        FORM = "form", _("form")

    channel = models.ForeignKey(Channel, on_delete=models.PROTECT, related_name="+")
    source = models.CharField(max_length=10, choices=Source.choices)
    external_id = models.CharField(max_length=400)
    digest = models.CharField(max_length=64, help_text="Hash of what stays the same between two deliveries.")
    raw = models.BinaryField()
    size = models.PositiveIntegerField(help_text="Bytes.")
    envelope = models.JSONField(
        default=dict,
        blank=True,
        help_text="What the transport said: `sender`, `recipients`, `client`; `by_staff` for a copy of a sent mail.",
    )
    received_at = models.DateTimeField(default=clock.now)

    objects = ArrivalQuerySet.as_manager()

    class Meta(TenantModel.Meta):
        indexes = [
            due_index("arrival_due"),
            models.Index(
                fields=["organisation", "-id"],
                condition=models.Q(state=WorkState.GIVEN_UP),
                name="arrivals_in_quarantine",
            ),
        ]
        constraints = [
            models.UniqueConstraint(fields=["channel", "external_id", "digest"], name="one_arrival_per_contribution")
        ]

    def __str__(self) -> str:
        return f"{self.external_id} ({self.state})"


class Tombstone(TenantModel):
    """What was deleted must not come back by a second delivery: a keyed hash of its external id, nothing else."""

    mark = models.CharField(max_length=64)
    created_at = models.DateTimeField(default=clock.now)

    objects = TenantQuerySet["Tombstone"].as_manager()

    class Meta(TenantModel.Meta):
        constraints = [models.UniqueConstraint(fields=["organisation", "mark"], name="one_tombstone")]


class MailboxPosition(TenantModel):
    """How far a mailbox was read: UIDVALIDITY and UID, never a flag or a date."""

    channel = models.ForeignKey(Channel, on_delete=models.CASCADE, related_name="positions")
    folder = models.CharField(max_length=255)
    uid_validity = models.PositiveBigIntegerField()
    last_uid = models.PositiveBigIntegerField(default=0)
    there_already = models.PositiveBigIntegerField(
        default=0, help_text="Up to this UID the mails were there when the folder was first read, or read anew."
    )
    begins_at = models.DateTimeField(default=clock.now, help_text="Of those, what came before this is left alone.")
    connected_at = models.DateTimeField(default=clock.now, help_text="Of those, what came before this is history.")

    objects = TenantQuerySet["MailboxPosition"].as_manager()

    class Meta(TenantModel.Meta):
        constraints = [models.UniqueConstraint(fields=["channel", "folder"], name="one_position_per_folder")]


class MailboxWatchQuerySet(TenantQuerySet["MailboxWatch"], WorkQuerySet["MailboxWatch"]):  # type: ignore[override]  # each has its manager
    """Questions about who watches which mailbox."""


class MailboxWatch(TenantModel, LeasedWork):
    """The watching of one mailbox: work that is never done, and that one process at a time has claimed.

    `due_at` is the end of the watcher's lease; a watcher that died is followed up when it has run out.
    """

    channel = models.OneToOneField(Channel, on_delete=models.CASCADE, related_name="+")
    token_leased_by = models.CharField(
        max_length=80, blank=True, default="", help_text="Who renews the OAuth token now."
    )
    token_due_at = models.DateTimeField(null=True, blank=True, help_text="When somebody else may renew it.")

    objects = MailboxWatchQuerySet.as_manager()

    class Meta(TenantModel.Meta):
        indexes = [due_index("mailbox_watch_due")]

    def __str__(self) -> str:
        return f"{self.channel_id} by {self.leased_by or 'nobody'}"


class DispatchQuerySet(TenantQuerySet["Dispatch"], WorkQuerySet["Dispatch"]):  # type: ignore[override]  # each has its manager
    """Questions about what goes out."""

    def automatic_to(self, recipients: Collection[str], *, within: timedelta) -> Self:
        """Automatic mail to these addresses (in lower case) lately; what the cap on it counts."""
        return self.filter(is_automatic=True, recipient__in=recipients, created_at__gte=clock.now() - within)


class Dispatch(TenantModel, LeasedWork):
    """The sending of one message through one channel: queued, sent, failed (to be tried again), given up.

    All attempts carry the same Message-ID, so that a receiver who got it twice can tell.
    """

    class Purpose(models.TextChoices):
        """Why it goes out."""

        REPLY = "reply", _("reply")
        ACKNOWLEDGEMENT = "acknowledgement", _("acknowledgement")
        SIGN_IN = "sign_in", _("sign-in code")
        PASSWORD = "password", _("new password")
        INVITATION = "invitation", _("invitation")
        LINK = "link", _("private link")
        NOTICE = "notice", _("notice")

    channel = models.ForeignKey(Channel, null=True, on_delete=models.SET_NULL, related_name="+")
    OPENS_AN_ACCOUNT = frozenset({Purpose.SIGN_IN, Purpose.PASSWORD, Purpose.INVITATION})
    """Who reads such a mail can sign in as somebody else."""

    purpose = models.CharField(max_length=20, choices=Purpose.choices)
    message_id = models.CharField(max_length=250, unique=True, help_text="Without angle brackets.")
    recipient = models.CharField(max_length=320, help_text="In lower case.")
    is_automatic = models.BooleanField(default=False)
    message = models.JSONField(help_text="The whole `OutboundMessage`; attachments by their stored file.")
    created_at = models.DateTimeField(default=clock.now)

    objects = DispatchQuerySet.as_manager()

    class Meta(TenantModel.Meta):
        indexes = [
            due_index("dispatch_due"),
            models.Index(
                fields=["recipient", "created_at"], condition=models.Q(is_automatic=True), name="automatic_mail"
            ),
            models.Index(fields=["organisation", "-created_at"], name="dispatches_newest_first"),
        ]

    def __str__(self) -> str:
        return f"{self.purpose} to {self.recipient} ({self.status})"

    @property
    def status(self) -> str:
        """`queued`, `sent`, `failed` (will be tried again), `given_up` or `cancelled`."""
        if self.state == WorkState.READY:
            return "failed" if self.has_failed else "queued"
        return {WorkState.DONE: "sent", WorkState.GIVEN_UP: "given_up", WorkState.CANCELLED: "cancelled"}[
            WorkState(self.state)
        ]
