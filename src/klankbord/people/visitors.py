"""Browsers that know who is in front of them, without an account: a key in a cookie, given for a confirmed address."""

from __future__ import annotations

import hashlib
import secrets
from datetime import timedelta
from typing import Any

from django.db import DEFAULT_DB_ALIAS, transaction
from django.http import HttpRequest, HttpResponseBase

from klankbord import clock
from klankbord.database.prepared import Prepared
from klankbord.people.models import Membership, Organisation, Person, VisitorKey

VISITOR_COOKIE = "visitor"
KEPT = timedelta(days=400)
"""The longest that browsers keep a cookie (RFC 6265bis)."""
_LONGEST = 64


def remember_visitor(*, person: Person) -> str:
    """A new key for this person's browser; only its hash is kept here."""
    token = secrets.token_urlsafe(24)
    VisitorKey.objects.create(
        organisation_id=person.organisation_id,
        person=person.canonical,
        token_hash=_hash(token),
        seen_on=clock.now().date(),
    )
    return token


def give_key(request: HttpRequest, response: HttpResponseBase, token: str) -> None:
    """Put the key into the browser."""
    response.set_cookie(
        VISITOR_COOKIE,
        token,
        max_age=int(KEPT.total_seconds()),
        httponly=True,
        samesite="Lax",
        secure=request.is_secure(),
    )


def take_key(response: HttpResponseBase) -> None:
    """Let the browser forget it."""
    response.delete_cookie(VISITOR_COOKIE, samesite="Lax")


_PERSON = tuple(field.attname for field in Person._meta.concrete_fields)


def _keys(*, organisation: int, token_hash: str) -> Any:
    rows = VisitorKey.objects.of(organisation).valid().filter(token_hash=token_hash)
    return rows.values_list("pk", "created_at", "seen_on", *(f"person__{name}" for name in _PERSON))


# Asked at each request of somebody who is known.
_KEYS = Prepared(_keys, ("organisation",), texts=("token_hash",))


def visitor_with(*, organisation: Organisation, token: str) -> Person | None:
    """Whose browser this is, as the canonical person, or None when the key opens nothing (any more)."""
    if not token or len(token) > _LONGEST:
        return None
    found = _KEYS.rows(organisation=organisation.pk, token_hash=_hash(token))
    if not found:
        return None
    key, created_at, seen_on, *person = found[0]
    if created_at < clock.now() - KEPT:
        return None
    today = clock.now().date()
    if seen_on != today:
        VisitorKey.objects.of(organisation).filter(pk=key).update(seen_on=today)
    return Person.from_db(DEFAULT_DB_ALIAS, _PERSON, person).canonical


def forget_browser(*, organisation: Organisation, token: str) -> None:
    """This browser's key opens nothing from now on."""
    VisitorKey.objects.of(organisation).filter(token_hash=_hash(token)).update(revoked_at=clock.now())


def forget_browsers(*, person: Person) -> None:
    """No browser knows this person from now on."""
    everyone = Person.objects.of(person.organisation_id).same_as(person)
    rows = VisitorKey.objects.of(person.organisation_id).valid().filter(person_id__in=everyone)
    rows.update(revoked_at=clock.now())


@transaction.atomic
def person_of_member(*, membership: Membership) -> Person:
    """The person as whom this member takes part in public; made at the first time. Twice is once."""
    row = Membership.objects.of(membership.organisation_id).select_for_update().get(pk=membership.pk)
    if row.person is None:
        row.person = Person.objects.create(
            organisation_id=row.organisation_id,
            name=row.user.name,
            pseudonym=row.user.name[:40],
            face=row.user.face,
            language=row.user.language,
        )
        row.save(update_fields=["person"])
    membership.person = row.person
    return row.person


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
