"""The teams."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from klankbord.inbox.access import StaffRequest, for_staff
from klankbord.office.actions.teams import end_team, save_team
from klankbord.office.forms.house import TeamForm
from klankbord.office.frame import office_page, said
from klankbord.office.refusals import Refused
from klankbord.people.models import Membership, Role, Team


@require_safe
@for_staff(Role.ADMINISTRATOR)
def teams(request: StaffRequest) -> HttpResponse:
    """All teams with who is in them."""
    rows = Team.objects.visible_to(request.membership).prefetch_related("members__user").order_by("name")
    return office_page(request, "office/teams.html", {"teams": rows}, place="office:teams")


@require_http_methods(["GET", "HEAD", "POST"])
@for_staff(Role.ADMINISTRATOR)
def team(request: StaffRequest, pk: int | None = None) -> HttpResponse:
    """One team, or a new one."""
    found = get_object_or_404(Team.objects.visible_to(request.membership), pk=pk) if pk is not None else None
    if found is not None and said(request, "action") == "end":
        end_team(team=found, by=request.membership)
        messages.success(request, _("The team is gone."))
        return redirect("office:teams")
    colleagues = list(
        Membership.objects.visible_to(request.membership).active().select_related("user").order_by("user__name")
    )
    start = {"name": found.name, "members": [str(each.pk) for each in found.members.all()]} if found else {}
    form = TeamForm(request.POST or None, initial=start, colleagues=colleagues)
    if request.method == "POST" and form.is_valid():
        chosen = set(form.cleaned_data["members"])
        try:
            save_team(
                organisation=request.organisation,
                team=found,
                name=form.cleaned_data["name"],
                members=[each for each in colleagues if str(each.pk) in chosen],
                by=request.membership,
            )
        except Refused as refusal:
            form.add_error("name", str(refusal))
        else:
            messages.success(request, _("Saved."))
            return redirect("office:teams")
    return office_page(request, "office/team.html", {"form": form, "team": found}, place="office:teams")
