"""No more mail, with one click (RFC 8058): a mail program's own button sends a POST, a person sees a page first."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from klankbord.participation.leaving import come_back, leave, read_left, read_unsubscribe, sign_left
from klankbord.participation.taking_part import cannot
from klankbord.people.requests import organisation_of


@never_cache
@csrf_exempt  # the signed address is the proof, and a mail program sends no token
@require_http_methods(["GET", "HEAD", "POST"])
def unsubscribe(request: HttpRequest, signed: str) -> HttpResponse:
    """`/unsubscribe/<signed>/`; with `undo` it undoes what it did before."""
    found = read_unsubscribe(organisation_of(request), signed)
    if found is None:
        return cannot(request, _("This link is not complete. Copy it from the mail again."), status=404)
    left = read_left(signed, request.POST.get("undo", ""))
    if left is not None:
        come_back(found, left)
        return render(request, "participation/unsubscribe.html", {"undone": True})
    done, everything = request.method == "POST", found.everything or "everything" in request.POST
    context = {"targets": found.targets, "done": done, "everything": everything}
    if done:
        ended = leave(found, everything=everything)
        context["undo"] = sign_left(signed, ended) if ended.is_something else ""
    return render(request, "participation/unsubscribe.html", context)
