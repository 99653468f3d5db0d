"""Accounts that were brought in from elsewhere: "this is me", and a member of staff who looks."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from klankbord.community.actions.claim import decide_claim
from klankbord.community.models import Account, Claim
from klankbord.participation.taking_part import take_part
from klankbord.people.actions import CannotMerge
from klankbord.people.models import Person, Role
from klankbord.people.requests import organisation_of, person_of
from klankbord.people.same_origin import same_origin
from klankbord.signin.staff import StaffRequest, for_staff_in_public


@never_cache
@same_origin
@require_http_methods(["GET", "HEAD", "POST"])
def claim(request: HttpRequest, person_id: int) -> HttpResponse:
    """`/questions/accounts/<person>/`: what it takes to say that this account is yours."""
    rows = Account.objects.of(organisation_of(request)).select_related("person")
    account = get_object_or_404(rows, pk=person_id)
    if request.method == "POST":
        return take_part(request, "account-claim", {"account": account.pk})
    return render(request, "community/claim.html", {"account": account})


@never_cache
@require_safe
def claimed(request: HttpRequest, claim_id: int) -> HttpResponse:
    """`/questions/claims/<id>/`: the code to put there, for who claims it."""
    organisation, person = organisation_of(request), person_of(request)
    if person is None:
        raise Http404
    everyone = Person.objects.of(organisation).same_as(person)
    rows = Claim.objects.of(organisation).select_related("account__person")
    found = get_object_or_404(rows, pk=claim_id, person_id__in=everyone)
    return render(request, "community/claimed.html", {"claim": found})


@require_safe
@for_staff_in_public(Role.MODERATOR)
def claims(request: StaffRequest) -> HttpResponse:
    """`/questions/claims/`: for moderators, what waits for somebody to look."""
    rows = Claim.objects.visible_to(request.membership).open().select_related("account__person", "person")
    return render(request, "community/claims.html", {"claims": list(rows.order_by("asked_at")[:100])})


@require_POST
@for_staff_in_public(Role.MODERATOR)
def decide(request: StaffRequest, claim_id: int) -> HttpResponse:
    """`/questions/claims/<id>/decide/`"""
    found = get_object_or_404(Claim.objects.visible_to(request.membership), pk=claim_id)
    try:
        decide_claim(claim=found, by=request.membership, grant=request.POST.get("answer") == "yes")
    except CannotMerge:
        messages.error(request, _("This account belongs to somebody already."))
    return redirect("community:claims")
