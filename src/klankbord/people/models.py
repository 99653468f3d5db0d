"""Organisations, the users who work for them, and the persons who speak to them."""

from __future__ import annotations

import string
from collections.abc import Hashable, Iterable
from datetime import date
from functools import cached_property
from typing import Any, ClassVar, Self
from zoneinfo import ZoneInfo

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.db import DEFAULT_DB_ALIAS, models
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from klankbord import clock
from klankbord.database.prepared import Prepared
from klankbord.people.opening_hours import OpeningHours
from klankbord.people.opening_words import week_line
from klankbord.people.tenancy import TenantModel, TenantQuerySet


class Language(models.TextChoices):
    """Languages that the interface speaks."""

    NL = "nl", "Nederlands"
    EN = "en", "English"


SPOKEN = frozenset(Language.values)
"""The same as codes; asked at every request, and `Language.values` makes its list anew each time."""


class CustomerWord(models.TextChoices):
    """What the organisation calls the people it is there for."""

    CUSTOMER = "customer", _("customer")
    MEMBER = "member", _("member")
    VISITOR = "visitor", _("visitor")
    RESIDENT = "resident", _("resident")


class OrganisationQuerySet(models.QuerySet["Organisation"]):
    """Questions about organisations."""

    def by_host(self, host: str) -> Organisation | None:
        """The organisation whose pages live at `host` (without a port)."""
        found = _BY_HOST.rows(host=host.lower().rstrip("."))
        return Organisation.from_db(DEFAULT_DB_ALIAS, _ORGANISATION, found[0]) if found else None


class Organisation(models.Model):
    """A tenant: a library, a municipality, a shop. Its pages live at its own host name."""

    name = models.CharField(max_length=120)
    host = models.CharField(max_length=253, unique=True, help_text=_("Host name of its pages, without a port."))
    language = models.CharField(max_length=5, choices=Language.choices, default=Language.NL)
    is_formal = models.BooleanField(default=False, help_text=_("Addresses people with the formal form (u)."))
    customer_word = models.CharField(max_length=10, choices=CustomerWord.choices, default=CustomerWord.CUSTOMER)
    time_zone = models.CharField(max_length=60, default="Europe/Amsterdam")
    phone = models.CharField(max_length=30, blank=True, default="")
    email = models.EmailField(blank=True, default="", help_text=_("The public address, shown on the pages."))
    visiting_address = models.TextField(blank=True, default="", help_text=_("One part a line."))
    introduction = models.TextField(blank=True, default="", help_text=_("One or two sentences: who are we."))
    promise_minutes = models.PositiveIntegerField(
        default=660, help_text=_("Within how many minutes of opening time everyone has an answer.")
    )
    created_at = models.DateTimeField(default=clock.now)

    objects = OrganisationQuerySet.as_manager()

    class Meta:
        constraints = [models.CheckConstraint(condition=models.Q(host=Lower("host")), name="host_in_lower_case")]

    def __str__(self) -> str:
        return self.name

    @cached_property
    def zone(self) -> ZoneInfo:
        """The time zone in which moments are shown and opening hours are meant."""
        return ZoneInfo(self.time_zone)

    def today(self) -> date:
        """Which day it is there now."""
        return clock.now().astimezone(self.zone).date()

    def speaks(self, language: str = "") -> str:
        """The catalogue in which to speak to a customer: their language if known, else ours, with u where we say so."""
        spoken = language if language in SPOKEN else self.language
        return "nl-formal" if self.is_formal and spoken == Language.NL else spoken

    @cached_property
    def opening_hours(self) -> OpeningHours:
        """When it is open, read once for this instance."""
        week: dict[int, list[Any]] = {}
        for weekday, opens, closes in _SPANS.rows(organisation=self.pk):
            week.setdefault(weekday, []).append((opens, closes))
        closed = frozenset(day for (day,) in _CLOSED.rows(organisation=self.pk))
        return OpeningHours(zone=self.zone, week=week, closed=closed)

    @property
    def week_edition(self) -> Hashable:
        """What tells its week of opening hours from any other."""
        return _SPANS.seen(organisation=self.pk).state

    @property
    def opening_line(self) -> str:
        """Its week in one short line, in the active language; for beside the phone number."""
        return week_line(self.opening_hours)


_ORGANISATION = tuple(field.attname for field in Organisation._meta.concrete_fields)


def _by_host(*, host: str) -> Any:
    return Organisation.objects.filter(host=host).values_list(*_ORGANISATION)


# The one query of every request.
_BY_HOST = Prepared(_by_host, (), texts=("host",))


class OpeningSpan(TenantModel):
    """Open on a weekday from one time to another; a day may have several, midnight as closing time is the day's end."""

    weekday = models.PositiveSmallIntegerField(help_text=_("Monday is 0."))
    opens = models.TimeField()
    closes = models.TimeField()

    objects = TenantQuerySet["OpeningSpan"].as_manager()

    class Meta(TenantModel.Meta):
        constraints = [
            models.CheckConstraint(condition=models.Q(weekday__lte=6), name="weekday_of_a_week"),
            models.UniqueConstraint(fields=["organisation", "weekday", "opens"], name="opens_once_at_a_time"),
        ]


class ClosedDay(TenantModel):
    """A date on which the doors stay closed."""

    day = models.DateField()
    reason = models.CharField(max_length=80, blank=True, default="")

    objects = TenantQuerySet["ClosedDay"].as_manager()

    class Meta(TenantModel.Meta):
        constraints = [models.UniqueConstraint(fields=["organisation", "day"], name="closed_once_a_day")]


def _spans(*, organisation: int) -> Any:
    return OpeningSpan.objects.of(organisation).order_by("weekday", "opens").values_list("weekday", "opens", "closes")


def _closed(*, organisation: int) -> Any:
    return ClosedDay.objects.of(organisation).values_list("day")


# The opening hours stand on every page.
_SPANS, _CLOSED = Prepared(_spans, ("organisation",)), Prepared(_closed, ("organisation",))


class UserManager(BaseUserManager["User"]):
    """Makes users; they are known by their e-mail address."""

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> User:
        """A user who can sign in with this password, or only by e-mail code or passkey when there is none."""
        user = self.model(email=self.normalize_email(email).lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> User:
        """An operator of the whole installation."""
        return self.create_user(email, password, is_superuser=True, **fields)


class User(AbstractBaseUser, PermissionsMixin):
    """Someone who signs in to work. Global: what they may do follows from their memberships."""

    email = models.EmailField(unique=True)
    name = models.CharField(max_length=120, help_text=_("As customers see it; a first name is enough."))
    language = models.CharField(max_length=5, choices=Language.choices, blank=True, default="")
    face = models.CharField(max_length=60, blank=True, default="", help_text=_("Which drawn face."))
    is_active = models.BooleanField(default=True)
    created_at = models.DateTimeField(default=clock.now)

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name"]

    objects = UserManager()

    def __str__(self) -> str:
        return self.name

    @property
    def is_staff(self) -> bool:
        """Django's own word for who may see its admin: the operator."""
        return self.is_superuser


class Role(models.TextChoices):
    """What a member of staff may do; each may do all that the ones before may."""

    AGENT = "agent", _("agent")
    MODERATOR = "moderator", _("moderator")
    LEAD = "lead", _("lead")
    ADMINISTRATOR = "administrator", _("administrator")

    def includes(self, other: Role) -> bool:
        """Whether this role may do what `other` may."""
        order = list(Role)
        return order.index(self) >= order.index(other)


class MembershipQuerySet(TenantQuerySet["Membership"]):
    """Questions about who works where."""

    def active(self) -> Self:
        """Those who work there now."""
        return self.filter(is_active=True, user__is_active=True)

    def public(self) -> Self:
        """Those whom visitors may see by name and face."""
        return self.active().filter(is_public=True)


class Membership(TenantModel):
    """A user's work for one organisation, in a role."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="memberships")
    role = models.CharField(max_length=15, choices=Role.choices, default=Role.AGENT)
    title = models.CharField(max_length=80, blank=True, default="", help_text=_("What visitors read under the name."))
    is_active = models.BooleanField(default=True)
    is_public = models.BooleanField(default=False, help_text=_("Shown to visitors, with name and face."))
    created_at = models.DateTimeField(default=clock.now)
    person = models.OneToOneField(
        "Person", null=True, blank=True, on_delete=models.SET_NULL, related_name="works_as", help_text=_("In public.")
    )

    objects = MembershipQuerySet.as_manager()

    class Meta(TenantModel.Meta):
        constraints = [models.UniqueConstraint(fields=["organisation", "user"], name="one_membership_each")]

    def __str__(self) -> str:
        return f"{self.user.name} ({self.role})"

    def may(self, role: Role) -> bool:
        """Whether this membership may do what `role` may."""
        return self.is_active and Role(self.role).includes(role)


class Team(TenantModel):
    """Members who share a part of the work."""

    name = models.CharField(max_length=60)
    members = models.ManyToManyField(Membership, related_name="teams", blank=True)

    objects = TenantQuerySet["Team"].as_manager()

    class Meta(TenantModel.Meta):
        constraints = [models.UniqueConstraint(fields=["organisation", "name"], name="team_names_differ")]

    def __str__(self) -> str:
        return self.name


_ASCII_LOWER = str.maketrans(string.ascii_uppercase, string.ascii_lowercase)
_LAST = "\U0010ffff"
"""Sorts behind every other character."""


def _lowered(name: str) -> set[str]:
    """What a database may make of `name` in lower case: PostgreSQL lowers every letter, SQLite leaves É as it is."""
    return {name.lower(), name.translate(_ASCII_LOWER), name.title().translate(_ASCII_LOWER)}


class PersonQuerySet(TenantQuerySet["Person"]):
    """Questions about persons."""

    def named(self, name: str) -> Self:
        """Who has this name, in whatever capitals."""
        return self.annotate(_lower=Lower("name")).filter(_lower__in=_lowered(name))

    def named_from(self, start: str) -> Self:
        """Whose name begins like this, in whatever capitals."""
        begins = models.Q()
        for form in _lowered(start):
            begins |= models.Q(_lower__gte=form, _lower__lt=form + _LAST)
        return self.annotate(_lower=Lower("name")).filter(begins)

    def same_as(self, person: Person) -> list[int]:
        """Ids of all rows that are this person: the canonical one and everyone merged into it, however deep."""
        root = person.canonical
        found, layer = [root.pk], [root.pk]
        while layer:
            rows = self.of(person.organisation_id).filter(merged_into_id__in=layer)
            layer = [pk for pk in rows.values_list("pk", flat=True) if pk not in found]
            found += layer
        return found


class Person(TenantModel):
    """Anyone who speaks to the organisation. Merging is a pointer to the canonical row, so that it can be undone."""

    name = models.CharField(max_length=200, blank=True, default="")
    language = models.CharField(max_length=5, blank=True, default="", help_text=_("What they write in, if known."))
    preference = models.CharField(
        max_length=120, blank=True, default="", help_text=_("Such as: would rather be called.")
    )
    pseudonym = models.CharField(max_length=40, blank=True, default="", help_text=_("As others see them in public."))
    face = models.CharField(max_length=60, blank=True, default="", help_text=_("Which drawn face, in public."))
    merged_into = models.ForeignKey("self", null=True, blank=True, on_delete=models.SET_NULL, related_name="merged")
    created_at = models.DateTimeField(default=clock.now)

    objects = PersonQuerySet.as_manager()

    class Meta(TenantModel.Meta):
        constraints = [
            models.CheckConstraint(
                condition=models.Q(merged_into__isnull=True) | ~models.Q(merged_into=models.F("id")),
                name="not_merged_into_oneself",
            )
        ]
        indexes = [
            models.Index("organisation", Lower("name"), name="persons_by_name"),
            # Few are merged. By an index of everybody, SQLite thinks that most have the same value, and reads them all.
            models.Index(
                fields=["merged_into"], condition=models.Q(merged_into__isnull=False), name="persons_that_were_merged"
            ),
        ]

    def __str__(self) -> str:
        return self.name or f"#{self.pk}"

    @property
    def canonical(self) -> Person:
        """The row that stands for this person after all mergings."""
        person, seen = self, {self.pk}
        while person.merged_into is not None and person.merged_into_id not in seen:
            person = person.merged_into
            seen.add(person.pk)
        return person


class VisitorKeyQuerySet(TenantQuerySet["VisitorKey"]):
    """Questions about browsers that know who is in front of them."""

    def valid(self) -> Self:
        """Those that still open something."""
        return self.filter(revoked_at__isnull=True, person__isnull=False)


class VisitorKey(TenantModel):
    """A browser in which a person confirmed their address once: no account, no password. Its token is stored hashed."""

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="keys")
    token_hash = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField(default=clock.now)
    seen_on = models.DateField(null=True, blank=True, help_text=_("The last day on which it was used."))
    revoked_at = models.DateTimeField(null=True, blank=True)

    objects = VisitorKeyQuerySet.as_manager()

    def __str__(self) -> str:
        return f"key {self.pk}"


class AddressKind(models.TextChoices):
    """What kind of address."""

    EMAIL = "email", _("e-mail")
    PHONE = "phone", _("phone")
    HANDLE = "handle", _("handle")
    VISITOR = "visitor", _("visitor")


def normalise_address(kind: str, value: str) -> str:
    """The form in which two spellings of the same address are equal.

    E-mail is compared in lower case as a whole: RFC 5321 lets a local part differ by case, but no one's does. Phone
    numbers keep their digits, with `00` and `+` alike and a national 0 as the Netherlands writes it.
    """
    value = value.strip()
    if kind == AddressKind.PHONE:
        digits = "".join(character for character in value if character.isdigit())
        if value.startswith("+") or digits.startswith("00"):
            return "+" + digits.removeprefix("00")
        return "+31" + digits[1:] if digits.startswith("0") else digits
    return value.lower()[:320]


def mailbox(address: str) -> str:
    """The mailbox behind an e-mail address, so that `ans+1@…`, and at Gmail `a.ns@…`, are one.

    Only for counting, never for knowing who somebody is: elsewhere a plus may be part of somebody's name.
    """
    local, _at, domain = normalise_address(AddressKind.EMAIL, address).rpartition("@")
    local = local.split("+", 1)[0] or local
    if domain in ("gmail.com", "googlemail.com"):
        local, domain = local.replace(".", ""), "gmail.com"
    return f"{local}@{domain}"


class AddressQuerySet(TenantQuerySet["Address"]):
    """Questions about addresses."""

    def known(self, kind: str, values: Iterable[str]) -> Self:
        """The addresses among `values` that someone here is known by; scope first."""
        return self.filter(kind=kind, value__in=[normalise_address(kind, value) for value in values])


class Address(TenantModel):
    """One way in which a person is known: an e-mail address, a phone number, a handle, a browser visitor."""

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="addresses")
    kind = models.CharField(max_length=10, choices=AddressKind.choices, default=AddressKind.EMAIL)
    value = models.CharField(max_length=320, help_text=_("Normalised, so that two spellings are equal."))
    shown = models.CharField(max_length=320, help_text=_("As the person writes it."))
    bounced_at = models.DateTimeField(null=True, blank=True, help_text=_("Mail to it came back, last on this moment."))
    bounce_reason = models.CharField(max_length=200, blank=True, default="")
    created_at = models.DateTimeField(default=clock.now)

    objects = AddressQuerySet.as_manager()

    class Meta(TenantModel.Meta):
        constraints = [
            models.UniqueConstraint(fields=["organisation", "kind", "value"], name="an_address_is_one_persons")
        ]

    def __str__(self) -> str:
        return self.shown

    @property
    def masked(self) -> str:
        """Enough to recognise, too little to misuse: `m.bouzid@…`, `06 … 41`."""
        if self.kind == AddressKind.EMAIL:
            return self.shown.split("@")[0] + "@…"
        return f"{self.shown[:2]} … {self.shown[-2:]}"
