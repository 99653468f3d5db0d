"""The one click: asking a stranger to confirm their address, and doing what they wrote once they have."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils import translation
from django.utils.translation import gettext as _

from klankbord import clock
from klankbord.channels.models import Dispatch
from klankbord.channels.secrets import keyed_hash
from klankbord.participation.contract import contribution
from klankbord.participation.letters import confirmation_letter
from klankbord.participation.models import Participant, Pending
from klankbord.participation.posting import post_letter, public_url
from klankbord.people.actions import identify_person
from klankbord.people.models import AddressKind, Organisation, Person, mailbox
from klankbord.understanding.spam_features import link_hosts


class NoWayToConfirm(Exception):
    """The organisation has no mailbox that can send."""


@dataclass(frozen=True, slots=True)
class Confirmed:
    """What became of it: who they are, and the page that shows it."""

    person: Person
    path: str


@transaction.atomic
def ask_confirmation(
    *, organisation: Organisation, kind: str, payload: dict[str, Any], email: str, name: str = "", language: str = ""
) -> Pending:
    """Keep what a stranger wrote, and mail them the link and the code that confirm it.

    Raises:
        NoWayToConfirm: there is no mailbox to send it from; nothing is kept.
    """
    token, code = secrets.token_urlsafe(16), f"{secrets.randbelow(1_000_000):06}"
    pending = Pending.objects.create(
        organisation=organisation,
        kind=kind,
        payload=payload,
        email=email,
        name=name,
        language=language,
        place=str(payload.get("place", "")),
        token_hash=_token_hash(token),
        code_hash="",
    )
    # Hashed with the row's own number: the same six digits open nothing else.
    pending.code_hash = _code_hash(organisation.pk, str(pending.pk), code)
    pending.save(update_fields=["code_hash"])
    with translation.override(organisation.speaks(language)):
        letter = confirmation_letter(
            organisation=organisation.name,
            words=_for_mail(contribution(kind).words(payload)),
            code=code,
            link=public_url(organisation, f"/confirm/{token}/"),
        )
        queued = post_letter(
            organisation=organisation, letter=letter, to=email, language=language, purpose=Dispatch.Purpose.LINK
        )
    if queued is None:
        raise NoWayToConfirm
    return pending


def pending_of(*, organisation: Organisation, token: str) -> Pending | None:
    """What the link in a mail belongs to, confirmed or not; None for a link that opens nothing (any more)."""
    rows = Pending.objects.of(organisation).filter(created_at__gte=clock.now() - Pending.KEPT)
    return rows.filter(token_hash=_token_hash(token)).select_related("person").first()


def pending_with_code(*, organisation: Organisation, number: int, code: str) -> Pending | None:
    """What the six digits of a mail confirm; None when they are wrong, or were guessed too often."""
    rows = Pending.objects.of(organisation).waiting().filter(pk=number, guesses__lt=Pending.MOST_GUESSES)
    # Counted before it is looked at: of guesses that come at once, none is free.
    if not rows.update(guesses=F("guesses") + 1):
        return None
    pending = Pending.objects.of(organisation).get(pk=number)
    digits = "".join(each for each in code if each.isdigit())
    is_right = secrets.compare_digest(pending.code_hash, _code_hash(organisation.pk, str(pending.pk), digits))
    return pending if is_right else None


@transaction.atomic
def confirm(*, pending: Pending) -> Confirmed:
    """Do what was written, in the name of the person of that address. A second call does nothing and gives the same.

    Raises:
        CannotTakePart: it cannot be done any more; the address counts as confirmed all the same next time.
    """
    row = Pending.objects.of(pending.organisation_id).select_for_update().get(pk=pending.pk)
    if row.done_at is not None and row.person is not None:
        return Confirmed(row.person.canonical, row.landing)
    person = identify_person(
        organisation_id=row.organisation_id, kind=AddressKind.EMAIL, address=row.email, language=row.language
    ).canonical
    if row.name and not person.pseudonym:
        person.pseudonym = row.name
        person.save(update_fields=["pseudonym"])
    participant, _made = Participant.objects.get_or_create(organisation_id=row.organisation_id, person=person)
    if not participant.mailbox_hash:
        participant.mailbox_hash = keyed_hash("mailbox", row.organisation_id, mailbox(row.email))[:32]
        participant.save(update_fields=["mailbox_hash"])
    row.words = contribution(row.kind).words(row.payload)[:300]
    row.landing = contribution(row.kind).perform(person=person, membership=None, payload=row.payload)[:300]
    row.done_at, row.person, row.payload = clock.now(), person, {}
    row.save()
    return Confirmed(person, row.landing)


def forget_unconfirmed() -> None:
    """Remove what nobody confirmed in time, and what was, once its link is of no use any more."""
    before = clock.now() - Pending.KEPT
    Pending.objects.across_organisations("old ones go, whosever they are").filter(created_at__lt=before).delete()


def _for_mail(words: str) -> str:
    """What a stranger wrote, unless it leads somewhere: anybody can have this mail sent to anybody."""
    return _("You wrote something for us.") if link_hosts(words) else words


def _token_hash(token: str) -> str:
    return keyed_hash("confirm", token)


def _code_hash(organisation_id: int, number: str, code: str) -> str:
    return keyed_hash("confirm-code", organisation_id, number, code)
