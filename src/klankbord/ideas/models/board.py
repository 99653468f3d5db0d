"""Boards: where ideas stand, for how long, for whom, and together with which other organisations."""

from __future__ import annotations

from datetime import datetime
from typing import Self

from django.db import models
from django.db.models import F, Q

from klankbord import clock
from klankbord.participation.models import Topic
from klankbord.people.models import Membership, Organisation, Person
from klankbord.people.tenancy import TenantModel, TenantQuerySet


class BoardQuerySet(TenantQuerySet["Board"]):
    """Questions about boards."""

    def shared_by(self, organisation: Organisation | int) -> Self:
        """The boards on which this organisation's ideas may stand: its own, and those it was let in to."""
        key = organisation if isinstance(organisation, int) else organisation.pk
        granted = BoardGrant.objects.accepted_by(key).values("board_id")
        return self.across_organisations("an accepted grant lets another organisation in").filter(
            Q(organisation_id=key) | Q(pk__in=granted)
        )

    def open_to_all(self) -> Self:
        """Those that are not for a panel only; scope first."""
        return self.filter(is_private=False)

    def in_order(self) -> Self:
        """As people read them: the main one, then the newest round first."""
        return self.order_by("-is_main", F("closes_at").asc(nulls_last=True), "-created_at", "-id")


class Board(TenantModel):
    """A place for ideas: the organisation's own, one theme, a round of some weeks, or a panel's.

    `organisation` owns it: names it, opens and closes it, and invites others. Each idea on it belongs to the one
    organisation that answers for it.
    """

    name = models.CharField(max_length=80)
    slug = models.SlugField(max_length=60, help_text="In its address; the same for all who share it.")
    introduction = models.TextField(blank=True, default="", help_text="What is asked, in a few sentences.")
    theme = models.ForeignKey(
        Topic, null=True, blank=True, on_delete=models.SET_NULL, related_name="+", help_text="All ideas are about it."
    )
    opens_at = models.DateTimeField(null=True, blank=True, help_text="Nothing can be posted before.")
    closes_at = models.DateTimeField(null=True, blank=True, help_text="After this it can only be read.")
    is_main = models.BooleanField(default=False, help_text="Where an idea stands that names no board.")
    is_private = models.BooleanField(default=False, help_text="For a panel: whoever was not invited sees nothing.")
    created_at = models.DateTimeField(default=clock.now)

    objects = BoardQuerySet.as_manager()

    class Meta(TenantModel.Meta):
        constraints = [
            models.UniqueConstraint(fields=["organisation", "slug"], name="a_board_has_its_own_address"),
            models.UniqueConstraint(fields=["organisation"], condition=Q(is_main=True), name="one_main_board"),
            models.CheckConstraint(condition=Q(is_main=False) | Q(is_private=False), name="the_main_board_is_for_all"),
            models.CheckConstraint(
                condition=Q(opens_at__isnull=True) | Q(closes_at__isnull=True) | Q(closes_at__gt=F("opens_at")),
                name="a_round_ends_after_it_begins",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def is_open(self, moment: datetime | None = None) -> bool:
        """Whether ideas and votes are taken now."""
        moment = moment or clock.now()
        return self.has_begun(moment) and (self.closes_at is None or moment < self.closes_at)

    def has_begun(self, moment: datetime | None = None) -> bool:
        """Whether its time has come."""
        return self.opens_at is None or (moment or clock.now()) >= self.opens_at

    def next_turn(self, moment: datetime | None = None) -> datetime | None:
        """When it opens or closes next by itself."""
        moment = moment or clock.now()
        ahead = [each for each in (self.opens_at, self.closes_at) if each is not None and each > moment]
        return min(ahead, default=None)

    def organisation_ids(self) -> list[int]:
        """Whose ideas stand on it: the owner's, and those of organisations that took the invitation."""
        grants = BoardGrant.objects.of(self.organisation_id).running().filter(board=self)
        return [self.organisation_id, *grants.values_list("guest_id", flat=True)]


class BoardGrantQuerySet(TenantQuerySet["BoardGrant"]):
    """Questions about who was let in."""

    def running(self) -> Self:
        """Accepted and not ended; scope first."""
        return self.filter(accepted_at__isnull=False, ended_at__isnull=True)

    def offered_to(self, organisation: Organisation | int) -> Self:
        """What other organisations offered to this one, whatever became of it."""
        key = organisation if isinstance(organisation, int) else organisation.pk
        return self.across_organisations("the guest reads its own invitations").filter(guest_id=key)

    def accepted_by(self, organisation: Organisation | int) -> Self:
        """What this organisation takes part in as a guest."""
        return self.offered_to(organisation).running()


class BoardGrant(TenantModel):
    """The owner of a board lets another organisation of this installation in; true once an administrator there agrees.

    `organisation` is the owner's, `guest` who is let in. Either can end it; what the guest's people posted is theirs.
    """

    board = models.ForeignKey(Board, on_delete=models.CASCADE, related_name="grants")
    guest = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="+")
    invited_by = models.ForeignKey(Membership, null=True, on_delete=models.SET_NULL, related_name="+")
    invited_at = models.DateTimeField(default=clock.now)
    accepted_by = models.ForeignKey(Membership, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    accepted_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True, help_text="Declined, taken back or left.")

    objects = BoardGrantQuerySet.as_manager()

    class Meta(TenantModel.Meta):
        constraints = [
            models.UniqueConstraint(fields=["board", "guest"], name="let_in_once"),
            models.CheckConstraint(condition=~Q(guest=F("organisation")), name="nobody_is_a_guest_at_home"),
        ]
        indexes = [models.Index(fields=["guest", "board"], name="boards_of_a_guest")]

    @property
    def is_running(self) -> bool:
        """Whether the guest takes part now."""
        return self.accepted_at is not None and self.ended_at is None

    @property
    def is_waiting(self) -> bool:
        """Whether an administrator of the guest has yet to answer."""
        return self.accepted_at is None and self.ended_at is None


class PanelMember(TenantModel):
    """A person who may see and take part on a private board."""

    board = models.ForeignKey(Board, on_delete=models.CASCADE, related_name="panel")
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="+")
    joined_at = models.DateTimeField(default=clock.now)

    objects = TenantQuerySet["PanelMember"].as_manager()

    class Meta(TenantModel.Meta):
        constraints = [models.UniqueConstraint(fields=["board", "person"], name="in_a_panel_once")]


class PanelLinkQuerySet(TenantQuerySet["PanelLink"]):
    """Questions about ways into a panel."""

    def valid(self) -> Self:
        """Those that still open something; scope first."""
        return self.filter(revoked_at__isnull=True, ends_at__gt=clock.now())


class PanelLink(TenantModel):
    """A way into a private board: for one person by mail, or to hand on. 128 random bits, stored hashed, revocable."""

    board = models.ForeignKey(Board, on_delete=models.CASCADE, related_name="links")
    person = models.ForeignKey(
        Person, null=True, blank=True, on_delete=models.CASCADE, related_name="+", help_text="For this one only."
    )
    token_hash = models.CharField(max_length=64, unique=True)
    made_by = models.ForeignKey(Membership, null=True, on_delete=models.SET_NULL, related_name="+")
    made_at = models.DateTimeField(default=clock.now)
    ends_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True, blank=True)

    objects = PanelLinkQuerySet.as_manager()
