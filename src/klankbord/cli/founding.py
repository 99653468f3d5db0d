"""Making an organisation with what it needs to begin: opening hours, a mailbox, a form, an administrator."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import time

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.utils import translation

from klankbord.channels.models import Channel
from klankbord.people.models import Language, Membership, OpeningSpan, Organisation, Role, User

_HOST = re.compile(r"(?=.{1,253}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)*[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?")


class CannotFound(ValueError):
    """The organisation cannot be made; the message is a sentence for the operator.

    `field` is the argument of `found_organisation` that cannot be used.
    """

    def __init__(self, sentence: str, field: str) -> None:
        super().__init__(sentence)
        self.field = field


@dataclass(frozen=True, slots=True)
class Founded:
    """What was made. `was_known`: the administrator had a password already, and keeps it."""

    organisation: Organisation
    administrator: User
    was_known: bool


@transaction.atomic
def found_organisation(
    *,
    name: str,
    host: str,
    mail: str,
    administrator_email: str,
    administrator_name: str,
    password: str,
    week: Mapping[int, tuple[time, time]],
    phone: str = "",
    language: str = "nl",
) -> Founded:
    """Make the organisation, its mailbox channel, its contact form and its first administrator; all or nothing.

    An administrator who is a user already (of another organisation) keeps their password.

    Raises:
        CannotFound: a value cannot be used, or the host or mail address is taken.
    """
    host, mail = host.strip().lower().rstrip("."), mail.strip().lower()
    _check(name, host, mail, administrator_email.strip(), language)
    organisation = Organisation.objects.create(name=name.strip(), host=host, language=language, phone=phone, email=mail)
    OpeningSpan.objects.bulk_create(
        OpeningSpan(organisation=organisation, weekday=day, opens=opens, closes=closes)
        for day, (opens, closes) in week.items()
    )
    Channel.objects.create(organisation=organisation, kind="email", name="E-mail", address=mail)
    Channel.objects.create(organisation=organisation, kind="form", name="Formulier" if language == "nl" else "Form")
    address = administrator_email.strip().lower()
    user = User.objects.filter(email=address).first()
    was_known = user is not None
    if user is None:
        user = User(email=address, name=administrator_name.strip(), language=language)
        try:
            with translation.override("en"):  # the command line speaks English
                validate_password(password, user)
        except ValidationError as problem:
            raise CannotFound(" ".join(problem.messages), "password") from None
        user.set_password(password)
        user.save()
    Membership.objects.create(organisation=organisation, user=user, role=Role.ADMINISTRATOR, is_public=True)
    return Founded(organisation, user, was_known)


def _check(name: str, host: str, mail: str, administrator_email: str, language: str) -> None:
    if not name.strip():
        raise CannotFound("The organisation needs a name.", "name")
    if not _HOST.fullmatch(host):
        raise CannotFound(
            f"{host!r} is not a host name. Write something like help.example.org, without http://.", "host"
        )
    for field, address in (("mail", mail), ("administrator_email", administrator_email)):
        try:
            validate_email(address)
        except ValidationError:
            raise CannotFound(f"{address!r} is not an e-mail address.", field) from None
    if language not in Language.values:
        raise CannotFound(
            f"{language!r} is not a language that is spoken here: {', '.join(Language.values)}.", "language"
        )
    if Organisation.objects.by_host(host):
        raise CannotFound(f"There is an organisation at {host} already.", "host")
    taken = Channel.objects.across_organisations("a mail address is one channel's in the whole installation")
    if taken.filter(kind="email", address=mail).exists():
        raise CannotFound(f"{mail} is another channel's address already.", "mail")
