"""The lost link: who knows the code and something of the person gets it by mail."""

from __future__ import annotations

from datetime import timedelta

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from klankbord.limits import Limit, allow, network_places
from klankbord.people.requests import organisation_of
from klankbord.portal.actions import ask_way_back
from klankbord.portal.forms import WhereForm

FROM_ONE_ADDRESS = Limit("where-address", 10, timedelta(hours=1))
FOR_ONE_CODE = Limit("where-code", 3, timedelta(hours=24))
"""Also keeps others from filling somebody's mailbox; refused in silence, as the answer is always the same."""


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def where(request: HttpRequest) -> HttpResponse:
    """`/where/`"""
    organisation = organisation_of(request)
    if request.method != "POST":
        return render(request, "portal/where.html", {"form": WhereForm()})
    form = WhereForm(request.POST)
    if not form.is_valid():
        return render(request, "portal/where.html", {"form": form}, status=422)
    address, _network = network_places(request.META.get("REMOTE_ADDR", ""))
    if not allow(FROM_ONE_ADDRESS, organisation.pk, address):
        return render(request, "portal/where.html", {"form": form, "too_many": True}, status=429)
    code = form.cleaned_data["code"]
    if allow(FOR_ONE_CODE, organisation.pk, code):
        ask_way_back(organisation=organisation, code=code, contact=form.cleaned_data["contact"])
    return redirect("portal:where-asked")


@never_cache
@require_safe
def where_asked(request: HttpRequest) -> HttpResponse:
    """`/where/asked/`: the same for everybody."""
    return render(request, "portal/where_asked.html")
