"""The rules and reasons, for moderators to read and for leads to change."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from klankbord.moderation.actions.house import change_rules, save_reason
from klankbord.moderation.forms import ReasonForm, RulesForm
from klankbord.moderation.house import further_languages, house_rules, reasons_to_change
from klankbord.moderation.models import HouseReason
from klankbord.moderation.rules import ABUSE_AFTER, FIRST_SPAN, LONGEST_SPAN, MOST_WEIGHT, TELL_AFTER
from klankbord.moderation.views.frame import page
from klankbord.people.models import Role
from klankbord.signin.staff import StaffRequest, for_staff


@require_http_methods(["GET", "HEAD", "POST"])
@for_staff(role=Role.MODERATOR)
def show_rules(request: StaffRequest) -> HttpResponse:
    """`/moderation/rules/`: how we judge here. Leads choose the numbers."""
    may_change = request.membership.may(Role.LEAD)
    form = RulesForm(request.POST if request.method == "POST" else None, instance=house_rules(request.organisation))
    if request.method == "POST":
        if not may_change:
            raise Http404
        if form.is_valid():
            chosen = form.cleaned_data
            change_rules(
                by=request.membership,
                flags_to_hide=chosen["flags_to_hide"],
                first_posts=chosen["first_posts"],
                spam_from=chosen["spam_from"],
                trusted_hosts=chosen["trusted_hosts"],
            )
            messages.success(request, _("Saved."))
            return redirect("moderation:rules")
    context = {
        "form": form,
        "reasons": reasons_to_change(request.organisation),
        "retired": HouseReason.objects.visible_to(request.membership).filter(is_active=False).order_by("place", "pk"),
        "new_reason": ReasonForm(),
        "further": further_languages(request.organisation),
        "may_change": may_change,
        "numbers": {
            "first_days": FIRST_SPAN.days,
            "most_days": LONGEST_SPAN.days,
            "minutes": round(TELL_AFTER.total_seconds() / 60),
            "most_weight": number_format(MOST_WEIGHT, 1),
            "abuse_after": ABUSE_AFTER,
        },
        "chosen": house_rules(request.organisation),
    }
    return page(request, "moderation/rules.html", context, place="rules", status=422 if form.is_bound else 200)


@require_POST
@for_staff(role=Role.LEAD)
def change_reason(request: StaffRequest) -> HttpResponse:
    """Change a reason, or add one."""
    further = further_languages(request.organisation)
    form = ReasonForm(request.POST)
    if form.is_valid():
        said = form.cleaned_data
        save_reason(
            by=request.membership,
            code=said["code"],
            name=said["name"],
            sentence=said["sentence"],
            is_active=said["is_active"],
            others={
                language.value: (request.POST[f"name-{language}"], request.POST.get(f"sentence-{language}", ""))
                for language in further
                if f"name-{language}" in request.POST
            }
            or None,
        )
        messages.success(request, _("Saved."))
    else:
        messages.error(request, _("A reason needs a name and a sentence."))
    return redirect("moderation:rules")
