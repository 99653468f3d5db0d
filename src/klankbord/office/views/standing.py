"""Ranks, perks, and what looked like an agreement."""

from __future__ import annotations

from collections import Counter

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from klankbord.inbox.access import StaffRequest, for_staff
from klankbord.office.forms.standing import CodesForm, GrantForm, PerkForm, RanksForm
from klankbord.office.frame import office_page
from klankbord.participation.authors import authors
from klankbord.participation.models import Ring
from klankbord.participation.rings import restore_ring
from klankbord.people.models import Person, Role
from klankbord.reputation.actions import highest
from klankbord.reputation.arranging import CannotArrange, add_codes, save_perk, set_ranks, take_codes_out
from klankbord.reputation.models import Perk, PerkGiven, Rank
from klankbord.reputation.perks import NoCodeLeft, grant_perk
from klankbord.reputation.ranks import ranks
from klankbord.reputation.rules import WORTH, Rule

_MOST = 100


@require_http_methods(["GET", "HEAD", "POST"])
@for_staff(Role.LEAD)
def standing(request: StaffRequest) -> HttpResponse:
    """Ranks, and lists of perks and of what was undone."""
    organisation = request.organisation
    own = Rank.objects.visible_to(request.membership).order_by("points")
    start = "\n".join(f"{rank.points} {rank.name}" for rank in own)
    form = RanksForm(request.POST if request.method == "POST" else None, initial={"ranks": start})
    if request.method == "POST" and form.is_valid():
        try:
            set_ranks(organisation=organisation, ranks=form.cleaned_data["ranks"], by=request.membership)
        except CannotArrange as refusal:
            form.add_error("ranks", str(refusal))
        else:
            messages.success(request, _("Saved."))
            return redirect("office:standing")
    rings = Ring.objects.visible_to(request.membership).order_by("-found_at").prefetch_related("persons", "entries")
    found = list(rings[:_MOST])
    people = authors(
        organisation_id=organisation.pk, person_ids=[each.pk for ring in found for each in ring.persons.all()]
    )
    context = {
        "form": form,
        "usual": [(points, name) for points, name in ranks(organisation.pk) if name],
        "perks": Perk.objects.visible_to(request.membership).order_by("-is_active", "name"),
        "rings": [
            (ring, [people[each.pk] for each in ring.persons.all() if each.pk in people], _ways(ring)) for ring in found
        ],
    }
    return office_page(request, "office/standing.html", context, place="office:standing")


@require_http_methods(["GET", "HEAD", "POST"])
@for_staff(Role.LEAD)
def perk(request: StaffRequest, pk: int | None = None) -> HttpResponse:
    """One perk, or a new one."""
    found = get_object_or_404(Perk.objects.visible_to(request.membership), pk=pk) if pk is not None else None
    names = ("name", "words", "kind", "from_points", "low_at", "is_active")
    start = {name: getattr(found, name) for name in names} if found else {}
    form = PerkForm(request.POST if request.method == "POST" else None, initial=start)
    if request.method == "POST" and form.is_valid():
        try:
            save_perk(organisation=request.organisation, by=request.membership, perk=found, **form.cleaned_data)
        except CannotArrange as refusal:
            form.add_error("name", str(refusal))
        else:
            messages.success(request, _("Saved."))
            return redirect("office:standing")
    given = PerkGiven.objects.visible_to(request.membership).filter(perk=found).order_by("-at")
    rows = list(given[:_MOST]) if found else []
    people = authors(organisation_id=request.organisation.pk, person_ids=[row.person_id for row in rows])
    context = {
        "form": form,
        "perk": found,
        "grant": GrantForm(people=_helpers(request)),
        "codes": CodesForm(),
        "given": [(row, people[row.person_id]) for row in rows if row.person_id in people],
    }
    return office_page(request, "office/perk.html", context, place="office:standing")


@require_POST
@for_staff(Role.LEAD)
def grant(request: StaffRequest, pk: int) -> HttpResponse:
    """Give a perk to somebody who helps."""
    found = get_object_or_404(Perk.objects.visible_to(request.membership), pk=pk)
    form = GrantForm(request.POST, people=_helpers(request))
    if form.is_valid():
        person = Person.objects.visible_to(request.membership).get(pk=int(form.cleaned_data["person"]))
        try:
            grant_perk(perk=found, person=person, code=form.cleaned_data["code"], by=request.membership)
        except NoCodeLeft:
            messages.error(request, _("No code is left. Add some first, or write one down here."))
        else:
            messages.success(request, _("Given. They see it on their own page."))
    else:
        messages.error(request, _("Choose who gets it."))
    return redirect("office:perk", pk=found.pk)


@require_POST
@for_staff(Role.LEAD)
def stock(request: StaffRequest, pk: int) -> HttpResponse:
    """Codes into the stock of a perk; with `out`, those that nobody got out of it."""
    found = get_object_or_404(Perk.objects.visible_to(request.membership).select_related("organisation"), pk=pk)
    form = CodesForm(request.POST)
    if "out" in request.POST:
        gone = take_codes_out(perk=found, by=request.membership)
        messages.success(request, ngettext("%(num)s code is out.", "%(num)s codes are out.", gone) % {"num": gone})
    elif not form.is_valid():
        messages.error(request, _("Paste at least one code."))
    else:
        try:
            added = add_codes(perk=found, codes=form.cleaned_data["codes"].splitlines(), by=request.membership)
        except CannotArrange as refusal:
            messages.error(request, str(refusal))
        else:
            words = ngettext("%(num)s new code is in.", "%(num)s new codes are in.", added)
            messages.success(request, words % {"num": added})
    return redirect("office:perk", pk=found.pk)


@require_POST
@for_staff(Role.LEAD)
def restore(request: StaffRequest, pk: int) -> HttpResponse:
    """What looked like an agreement was fine."""
    restore_ring(ring=get_object_or_404(Ring.objects.visible_to(request.membership), pk=pk), by=request.membership)
    messages.success(request, _("It counts again."))
    return redirect("office:standing")


def _ways(ring: Ring) -> str:
    """In which ways it was given, and how often."""
    numbers = Counter(entry.rule for entry in ring.entries.all())
    return ", ".join(f"{WORTH[rule].words} ({numbers[rule]}×)" for rule in Rule if numbers[rule])


def _helpers(request: StaffRequest) -> list[tuple[str, str]]:
    lines = highest(organisation_id=request.organisation.pk, number=_MOST)
    people = authors(organisation_id=request.organisation.pk, person_ids=[line.person_id for line in lines])
    return [(str(line.person_id), f"{people[line.person_id].name} ({line.points})") for line in lines]
