"""The organisation's own pages: what it says of itself, when it is open, and how long it keeps what is over."""

from __future__ import annotations

from datetime import date

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils.dateformat import format as format_date
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_http_methods, require_POST

from klankbord import clock
from klankbord.inbox.access import StaffRequest, for_staff
from klankbord.office.actions.organisation import change_profile, close_on, open_on, set_opening_hours
from klankbord.office.actions.retention import keep_for
from klankbord.office.forms.house import ClosedDayForm, HoursForm, KeepingForm, ProfileForm, months_in_words
from klankbord.office.frame import office_page, said
from klankbord.office.keeping import would_be_erased
from klankbord.office.models import RetentionRule
from klankbord.office.refusals import Refused
from klankbord.people.models import ClosedDay, Role


@require_http_methods(["GET", "HEAD", "POST"])
@for_staff(Role.ADMINISTRATOR)
def organisation(request: StaffRequest) -> HttpResponse:
    """Name, phone, address, introduction, words, promise."""
    form = ProfileForm(request.POST or None, initial=ProfileForm.start(request.organisation))
    if request.method == "POST" and form.is_valid():
        change_profile(organisation=request.organisation, values=form.values(), by=request.membership)
        messages.success(request, _("Saved."))
        return redirect("office:organisation")
    return office_page(request, "office/organisation.html", {"form": form}, place="office:organisation")


@require_http_methods(["GET", "HEAD", "POST"])
@for_staff(Role.ADMINISTRATOR)
def hours(request: StaffRequest) -> HttpResponse:
    """The week, and the days on which the doors stay closed."""
    week = said(request, "what") != "closed"
    post = request.method == "POST"
    form = HoursForm(request.POST if post and week else None, initial=HoursForm.start(request.organisation))
    closing = ClosedDayForm(request.POST if post and not week else None)
    if post and (form if week else closing).is_valid():
        try:
            if week:
                set_opening_hours(organisation=request.organisation, spans=form.spans(), by=request.membership)
            else:
                close_on(organisation=request.organisation, by=request.membership, **closing.cleaned_data)
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("Saved."))
            return redirect("office:hours")
    ahead = (
        ClosedDay.objects.visible_to(request.membership).filter(day__gte=request.organisation.today()).order_by("day")
    )
    closed = [{"day": each.day, "reason": each.reason, "words": _day_words(each.day)} for each in ahead]
    context = {"form": form, "closing": closing, "closed": closed}
    return office_page(request, "office/hours.html", context, place="office:hours")


def _day_words(day: date) -> str:
    return format_date(day, pgettext("date format", "l j F Y"))


@require_http_methods(["GET", "HEAD", "POST"])
@for_staff(Role.ADMINISTRATOR)
def keeping(request: StaffRequest) -> HttpResponse:
    """For how long what is over is kept: first how many conversations that concerns, then to be sure."""
    rule = RetentionRule.objects.visible_to(request.membership).first()
    form = KeepingForm(request.POST or None, initial={"months": str(rule.months if rule else 0)})
    concerned = None
    if request.method == "POST" and form.is_valid():
        months = form.chosen
        if months is not None:
            concerned = would_be_erased(organisation_id=request.organisation.pk, months=months)
        if not concerned or form.cleaned_data["sure"]:
            keep_for(organisation=request.organisation, months=months, by=request.membership)
            messages.success(request, _("Saved."))
            return redirect("office:keeping")
    context = {"form": form, "rule": rule, "concerned": concerned, "words": months_in_words}
    context["begun"] = rule is not None and rule.begins_at <= clock.now()
    return office_page(request, "office/keeping.html", context, place="office:keeping")


@require_POST
@for_staff(Role.ADMINISTRATOR)
def open_again(request: StaffRequest, day: str) -> HttpResponse:
    """Take back that it is closed on a day (`2026-12-25`)."""
    try:
        meant = date.fromisoformat(day)
    except ValueError:
        raise Http404 from None
    open_on(organisation=request.organisation, day=meant, by=request.membership)
    messages.success(request, _("Saved."))
    return redirect("office:hours")
