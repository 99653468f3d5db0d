"""The mails to authors: some minutes after a decision, so that what is undone at once was never told."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from django.db import transaction
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation

from klankbord import clock
from klankbord.channels.contract import OutboundMessage, Party
from klankbord.channels.dispatch import queue_dispatch
from klankbord.channels.models import Dispatch
from klankbord.moderation.contract import place_of
from klankbord.moderation.letters import (
    Letter,
    decision_letter,
    objection_letter,
    to_who_changed_it,
    undone_letter,
)
from klankbord.moderation.models import Decision, Objection
from klankbord.people.models import Address, AddressKind, Organisation, Person
from klankbord.signin.mail import absolute, sending_mailbox

_AT_ONCE = 200
_TOKEN_BYTES = 24
_NEEDED = ("organisation", "message__conversation", "case__changed_by", "person__merged_into", "person__organisation")


def tell_authors() -> None:
    """Job: mail authors what was decided about their words, what was taken back, and what came of their objections."""
    now = clock.now()
    decisions = Decision.objects.across_organisations("every author is told")
    for pk in list(decisions.to_tell(now).values_list("pk", flat=True)[:_AT_ONCE]):
        _tell_decision(pk)
    undone = decisions.filter(undone_at__isnull=False, told_at__isnull=False, undoing_told_at__isnull=True)
    for pk in list(undone.values_list("pk", flat=True)[:_AT_ONCE]):
        _tell_undone(pk)
    judged = Objection.objects.across_organisations("every author is told")
    judged = judged.filter(judged_at__isnull=False, told_at__isnull=True)
    for pk in list(judged.values_list("pk", flat=True)[:_AT_ONCE]):
        _tell_objection(pk)


def decision_with(*, organisation: Organisation, token: str) -> Decision | None:
    """The decision whose mail held this link; None when it opens nothing."""
    if not token or len(token) > 64:
        return None
    rows = Decision.objects.of(organisation).select_related("message__conversation", "case", "person")
    return rows.filter(token_hash=_hash(token)).first()


@transaction.atomic
def _tell_decision(pk: int) -> None:
    rows = Decision.objects.across_organisations("told by its own organisation").select_for_update(of=("self",))
    decision = rows.filter(pk=pk, told_at__isnull=True, undone_at__isnull=True).select_related(*_NEEDED).first()
    if decision is None:
        return
    token = secrets.token_urlsafe(_TOKEN_BYTES)
    decision.told_at, decision.token_hash = clock.now(), _hash(token)
    decision.save(update_fields=["told_at", "token_hash"])
    organisation = decision.organisation
    link = absolute(organisation, reverse("moderation:judgement", args=[token]))
    place = absolute(organisation, place_of(decision.message))
    _tell(decision, lambda: decision_letter(decision, link=link, place=place))


@transaction.atomic
def _tell_undone(pk: int) -> None:
    rows = Decision.objects.across_organisations("told by its own organisation").select_for_update(of=("self",))
    decision = rows.filter(pk=pk, undoing_told_at__isnull=True).select_related(*_NEEDED).first()
    if decision is None:
        return
    decision.undoing_told_at = clock.now()
    decision.save(update_fields=["undoing_told_at"])
    place = absolute(decision.organisation, place_of(decision.message))
    _tell(decision, lambda: undone_letter(decision, place=place))


@transaction.atomic
def _tell_objection(pk: int) -> None:
    rows = Objection.objects.across_organisations("told by its own organisation").select_for_update(of=("self",))
    needed = [f"decision__{each}" for each in _NEEDED]
    objection = rows.filter(pk=pk, told_at__isnull=True).select_related(*needed).first()
    if objection is None:
        return
    decision = objection.decision
    token = secrets.token_urlsafe(_TOKEN_BYTES)
    # A new link: that of the first mail opens nothing any more.
    decision.token_hash, objection.told_at = _hash(token), clock.now()
    decision.save(update_fields=["token_hash"])
    objection.save(update_fields=["told_at"])
    place = absolute(decision.organisation, place_of(decision.message))
    link = absolute(decision.organisation, reverse("moderation:judgement", args=[token]))
    _tell(decision, lambda: objection_letter(objection, place=place, link=link))


def _tell(decision: Decision, letter: Callable[[], Letter]) -> None:
    """Post the letter to the author, and to who changed their words, each in their own language."""
    with _speaking(decision.person):
        _post(letter(), decision.person)
    changed_by = decision.case.changed_by
    if changed_by is not None:
        with _speaking(changed_by):
            _post(to_who_changed_it(letter()), changed_by)


@contextmanager
def _speaking(person: Person) -> Iterator[None]:
    """In the language and time zone of an author."""
    organisation = person.organisation
    with translation.override(organisation.speaks(person.language)), timezone.override(organisation.zone):
        yield


def _post(letter: Letter, person: Person) -> None:
    """Queue it to the author's mail address; not for who left none, or works here."""
    organisation = person.organisation
    channel, address = sending_mailbox(organisation), _mail_address(person)
    if channel is None or address is None:
        return
    context = {"organisation": organisation, "letter": letter, "subject": letter.subject}
    outbound = OutboundMessage(
        message_id=f"moderation.{secrets.token_hex(16)}@{channel.address.rpartition('@')[2]}",
        sender=Party(organisation.name, channel.address),
        to=[Party("", address)],
        subject=letter.subject,
        text=letter.text,
        html=render_to_string("moderation/mail.html", context),
        automatic=True,
        language=organisation.speaks(person.language).partition("-")[0],
    )
    queue_dispatch(channel=channel, purpose=Dispatch.Purpose.NOTICE, message=outbound)


def _mail_address(person: Person) -> str | None:
    family = Person.objects.of(person.organisation_id).same_as(person)
    rows = Address.objects.of(person.organisation_id).filter(person_id__in=family, kind=AddressKind.EMAIL)
    return rows.filter(bounced_at__isnull=True).order_by("created_at", "pk").values_list("shown", flat=True).first()


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
