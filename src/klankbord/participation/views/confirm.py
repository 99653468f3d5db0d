"""The way of a stranger: an address, a mail, one click."""

from __future__ import annotations

from datetime import timedelta

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from klankbord.conversations.refusals import Refused
from klankbord.limits import Limit, allow, network_places
from klankbord.participation.confirming import confirm, pending_of, pending_with_code
from klankbord.participation.contract import CannotTakePart, contribution
from klankbord.participation.models import Pending
from klankbord.participation.taking_part import asked_here, cannot, carried, confirm_first, sent_number
from klankbord.people.requests import organisation_of
from klankbord.people.same_origin import same_origin
from klankbord.people.visitors import give_key, remember_visitor

GUESSES = Limit("confirm-code", 30, timedelta(hours=1))


@never_cache
@same_origin
@require_POST
def address(request: HttpRequest) -> HttpResponse:
    """`/take-part/`: the address that was still missing."""
    try:
        kind, payload = carried(request.POST.get("what", ""))
    except CannotTakePart as error:
        return cannot(request, str(error.sentence))
    return confirm_first(request, kind, payload, email=request.POST.get("email", ""), name=request.POST.get("name", ""))


@never_cache
@same_origin
@require_http_methods(["GET", "HEAD", "POST"])
def sent(request: HttpRequest, signed: str) -> HttpResponse:
    """`/take-part/sent/<signed>/`: look at your mail, or type the code from it here."""
    organisation = organisation_of(request)
    number = sent_number(signed)
    waiting = Pending.objects.of(organisation).filter(pk=number or 0).first()
    if waiting is None:
        return cannot(request, _("This page was open for too long. Please begin again."), status=404)
    error = ""
    if request.method == "POST" and waiting.done_at is not None:  # by the button in the mail, meanwhile
        return redirect(waiting.landing or "participation:me")
    if request.method == "POST":
        place, _network = network_places(request.META.get("REMOTE_ADDR", ""))
        may_guess = allow(GUESSES, organisation.pk, place)
        code = request.POST.get("code", "")
        pending = pending_with_code(organisation=organisation, number=waiting.pk, code=code) if may_guess else None
        if pending is not None:
            return _done(request, pending)
        error = _("This is not the code from the mail. Look at it again, or click on the button in the mail.")
        waiting.refresh_from_db(fields=["guesses"], from_queryset=Pending.objects.of(organisation))
        if not may_guess or waiting.guesses >= Pending.MOST_GUESSES:
            error = _("A code was typed too often. No code works here any more; the button in the mail still does.")
    context = {"email": waiting.email, "error": error, "words": _words(waiting)}
    return render(request, "participation/sent.html", context, status=422 if error else 200)


@never_cache
@same_origin
@require_http_methods(["GET", "HEAD", "POST"])
def link(request: HttpRequest, token: str) -> HttpResponse:
    """`/confirm/<token>/`: the link from the mail. Opening it changes nothing: programs open links too.

    Some of them run scripts. So only in the browser in which it was written the page sends its form by itself.
    """
    pending = pending_of(organisation=organisation_of(request), token=token)
    if pending is None:
        return cannot(request, _("This link is too old. Please begin again."), status=404)
    if pending.is_used_up:  # it leads to what was done, and lets nobody in any more
        return redirect(pending.landing or "participation:me")
    if request.method == "POST":
        return _done(request, pending)
    is_done = pending.done_at is not None
    context = {
        "words": _words(pending),
        "is_done": is_done,
        "goes_by_itself": not is_done and asked_here(request, pending),
    }
    response = render(request, "participation/confirm.html", context)
    response["Referrer-Policy"] = "same-origin"
    return response


def _done(request: HttpRequest, pending: Pending) -> HttpResponse:
    try:
        confirmed = confirm(pending=pending)
    except Refused as error:
        return cannot(request, str(error.sentence), written=pending.payload)
    response = redirect(confirmed.path)
    if not _is_known(request):
        give_key(request, response, remember_visitor(person=confirmed.person))
    return response


def _words(pending: Pending) -> str:
    """What it is. Once it is done, what was written is where it belongs, and this line is all that is left here."""
    return pending.words if pending.done_at is not None else contribution(pending.kind).words(pending.payload)


def _is_known(request: HttpRequest) -> bool:
    return getattr(request, "membership", None) is not None
