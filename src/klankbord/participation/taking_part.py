"""Taking part without an account: at once for who is known in this browser, after one click in a mail for a stranger.

Nothing that a stranger wrote is lost: it waits seven days for that click, and goes nowhere before.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.core.signing import BadSignature, dumps, loads
from django.core.validators import validate_email
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from klankbord.channels.secrets import keyed_hash
from klankbord.conversations.refusals import Refused
from klankbord.limits import Limit, allow, allow_from, network_places
from klankbord.participation.confirming import NoWayToConfirm, ask_confirmation
from klankbord.participation.contract import CannotTakePart, NoLongerThere, Payload, contribution
from klankbord.participation.models import Pending
from klankbord.participation.names import is_the_houses, tidy_name
from klankbord.people.models import Membership, Organisation, Person, mailbox
from klankbord.people.requests import membership_of, organisation_of, person_of
from klankbord.people.visitors import person_of_member

BY_ONE_PERSON = Limit("take-part-person", 120, timedelta(hours=1))
FROM_ONE_ADDRESS = Limit("take-part-address", 30, timedelta(hours=1))
FROM_ONE_NETWORK = Limit("take-part-network", 150, timedelta(hours=1))
"""A school or the library's own computers are many people behind one address."""
TO_ONE_MAILBOX = Limit("take-part-mailbox", 6, timedelta(hours=1))
"""Also keeps others from filling somebody's mailbox."""
_WHAT = "klankbord.participation.what"
_SENT = "klankbord.participation.sent"
_ASKED = "klankbord.participation.asked"
"""Salts: what was signed for one of these is worth nothing for another."""
_ASKED_COOKIE = "asked"


def take_part(
    request: HttpRequest, kind: str, payload: dict[str, Any], *, email: str = "", name: str = ""
) -> HttpResponse:
    """Do what `kind` and `payload` say, in the name of who sends this request; the page that comes next.

    Known here: it is done at once. A stranger who gave `email` gets a mail with one link; one who did not is asked for
    it first, and what they wrote goes along.
    """
    organisation, place = organisation_of(request), place_of(request)
    payload = {**payload, "place": place}
    doer = doer_of(request)
    try:
        if doer is not None:
            return _at_once(kind, payload, *doer)
        contribution(kind).check(organisation=organisation, payload=payload)
    except Refused as error:
        return cannot(request, str(error.sentence), status=404 if isinstance(error, NoLongerThere) else 422)
    if not email:
        return ask_address(request, kind, payload)
    return confirm_first(request, kind, payload, email=email, name=name)


@dataclass(frozen=True, slots=True)
class Who:
    """Who fills in a form: known here already, or with an address and a name to type beside the words."""

    is_known: bool
    email: str
    name: str


def who_writes(request: HttpRequest) -> Who:
    """What a form with the fields of `participation/writing.html` says of who writes."""
    is_known = person_of(request) is not None or membership_of(request) is not None
    post = request.POST
    return Who(is_known, post.get("email", "").strip()[:254], tidy_name(post.get("name", "")))


def doer_of(request: HttpRequest) -> tuple[Person, Membership | None] | None:
    """Who acts: the person, and their membership when they work here. None for a stranger."""
    member, person = membership_of(request), person_of(request)
    if member is not None:
        return person or person_of_member(membership=member), member
    return (person, None) if person is not None else None


def reader_of(request: HttpRequest) -> int | None:
    """The id of the person that `doer_of` would find; on a page that is only read nobody is made for it."""
    person, member = person_of(request), membership_of(request)
    return person.pk if person is not None else member.person_id if member is not None else None


def place_of(request: HttpRequest) -> str:
    """A keyed hash of the network that a request comes from; enough to see a crowd, not to find anybody."""
    _address, network = network_places(request.META.get("REMOTE_ADDR", ""))
    return keyed_hash("place", organisation_of(request).pk, network)[:16]


def _at_once(kind: str, payload: Payload, person: Person, membership: Membership | None) -> HttpResponse:
    if membership is None and not allow(BY_ONE_PERSON, person.organisation_id, person.pk):
        raise CannotTakePart(_("You are going very fast. Try again in an hour."))
    with transaction.atomic():
        path = contribution(kind).perform(person=person, membership=membership, payload=payload)
    return redirect(path)


def ask_address(
    request: HttpRequest, kind: str, payload: Payload, *, email: str = "", name: str = "", error: str = ""
) -> HttpResponse:
    """The page that asks a stranger for an e-mail address; it carries what they wrote."""
    context = {
        "what": dumps({"kind": kind, "payload": payload}, salt=_WHAT, compress=True),
        "words": contribution(kind).words(payload),
        "email": email,
        "name": name,
        "error": error,
    }
    return render(request, "participation/address.html", context, status=422 if error else 200)


def carried(what: str) -> tuple[str, Payload]:
    """What the page that asked for an address carried.

    Raises:
        CannotTakePart: this installation did not write it, or it is too old.
    """
    try:
        found = loads(what, salt=_WHAT, max_age=24 * 3600)
    except BadSignature:
        raise CannotTakePart(_("This page was open for too long. Please begin again.")) from None
    return str(found["kind"]), found["payload"]


def confirm_first(request: HttpRequest, kind: str, payload: Payload, *, email: str, name: str = "") -> HttpResponse:
    """Keep it, mail the link, and say so."""
    organisation = organisation_of(request)
    email, name = email.strip(), tidy_name(name)
    name = "" if is_the_houses(organisation, name) else name
    try:
        validate_email(email)
    except ValidationError:
        error = _("This is no e-mail address yet. It looks like name@example.nl.")
        return ask_address(request, kind, payload, email=email, name=name, error=error)
    if not _may_ask(request, organisation, email):
        told = _("That was very often. Try again in an hour, or call us.")
        return cannot(request, told, status=429, written=payload)
    try:
        pending = ask_confirmation(
            organisation=organisation,
            kind=kind,
            payload=dict(payload),
            email=email,
            name=name,
            language=(get_language() or "")[:2],
        )
    except NoWayToConfirm:
        told = _("We cannot send mail at the moment. Please call us, then we note it for you.")
        return cannot(request, told, written=payload)
    response = redirect(reverse("participation:sent", args=[dumps(pending.pk, salt=_SENT)]))
    _remember_asked(request, response, pending)
    return response


def asked_here(request: HttpRequest, pending: Pending) -> bool:
    """Whether it was in this browser that it was written. It proves no address; it tells a person from a program."""
    try:
        number = loads(request.COOKIES.get(_ASKED_COOKIE, ""), salt=_ASKED, max_age=Pending.KEPT)
    except BadSignature:
        return False
    return bool(number == pending.pk)


def _remember_asked(request: HttpRequest, response: HttpResponse, pending: Pending) -> None:
    """The last that this browser asked for; sent along only to where links in mails lead."""
    response.set_cookie(
        _ASKED_COOKIE,
        dumps(pending.pk, salt=_ASKED),
        max_age=Pending.KEPT,
        path="/confirm/",
        httponly=True,
        samesite="Lax",
        secure=request.is_secure(),
    )


def sent_number(signed: str) -> int | None:
    """Which pending contribution the page after sending is about; None for an address that we did not make."""
    try:
        return int(loads(signed, salt=_SENT, max_age=7 * 24 * 3600))
    except (BadSignature, ValueError, TypeError):
        return None


def cannot(
    request: HttpRequest, sentence: str, *, status: int = 422, written: Mapping[str, Any] | None = None
) -> HttpResponse:
    """A calm page that says why something is not possible, and what is; with what was `written`, or sent here."""
    context = {"sentence": sentence, "written": request.POST if written is None else written}
    return render(request, "participation/cannot.html", context, status=status)


def _may_ask(request: HttpRequest, organisation: Organisation, email: str) -> bool:
    remote = request.META.get("REMOTE_ADDR", "")
    may = allow_from(remote, FROM_ONE_ADDRESS, FROM_ONE_NETWORK, organisation.pk)
    return may and allow(TO_ONE_MAILBOX, organisation.pk, mailbox(email))
