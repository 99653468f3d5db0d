"""No more mail, with one click (RFC 8058): a mail program's own button sends a POST, a person sees a page first."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from klankbord.participation.leaving import leave, read_unsubscribe
from klankbord.participation.taking_part import cannot
from klankbord.people.requests import organisation_of


@never_cache
@csrf_exempt  # the signed address is the proof, and a mail program sends no token
@require_http_methods(["GET", "HEAD", "POST"])
def unsubscribe(request: HttpRequest, signed: str) -> HttpResponse:
    """`/unsubscribe/<signed>/`"""
    found = read_unsubscribe(organisation_of(request), signed)
    if found is None:
        return cannot(request, _("This link is not complete. Copy it from the mail again."), status=404)
    done, everything = request.method == "POST", found.everything or "everything" in request.POST
    if done:
        leave(found, everything=everything)
    context = {"targets": found.targets, "done": done, "everything": everything}
    return render(request, "participation/unsubscribe.html", context)
