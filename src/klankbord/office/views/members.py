"""Who works here, and who was asked to."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from klankbord.inbox.access import StaffRequest, for_staff
from klankbord.office.actions.invitations import invite, withdraw
from klankbord.office.actions.members import change_member, deactivate_member, reactivate_member
from klankbord.office.forms.house import InviteForm, MemberForm
from klankbord.office.frame import office_page, said
from klankbord.office.models import Invitation
from klankbord.office.refusals import Refused
from klankbord.people.models import Membership, Role


@require_safe
@for_staff(Role.ADMINISTRATOR)
def members(request: StaffRequest) -> HttpResponse:
    """All colleagues, and the invitations that are still open."""
    rows = Membership.objects.visible_to(request.membership).select_related("user").order_by("user__name", "pk")
    everyone = list(rows)
    context = {
        "here": [each for each in everyone if each.is_active and each.user.is_active],
        "gone": [each for each in everyone if not (each.is_active and each.user.is_active)],
        "invitations": Invitation.objects.visible_to(request.membership).open().order_by("-created_at"),
    }
    return office_page(request, "office/members.html", context, place="office:members")


@require_http_methods(["GET", "HEAD", "POST"])
@for_staff(Role.ADMINISTRATOR)
def member(request: StaffRequest, pk: int) -> HttpResponse:
    """One colleague: role, title, visibility; or the end of their work here."""
    rows = Membership.objects.visible_to(request.membership).select_related("user")
    found = get_object_or_404(rows, pk=pk)
    start = {"role": found.role, "title": found.title, "is_public": found.is_public}
    action = said(request, "action")
    form = MemberForm(request.POST if request.method == "POST" and not action else None, initial=start)
    try:
        if action == "end":
            deactivate_member(member=found, by=request.membership)
        elif action == "back":
            reactivate_member(member=found, by=request.membership)
        elif form.is_bound and form.is_valid():
            values = form.cleaned_data
            change_member(
                member=found,
                role=Role(values["role"]),
                title=values["title"],
                is_public=values["is_public"],
                by=request.membership,
            )
        else:
            context = {"form": form, "member": found, "roles": MemberForm.role_options()}
            return office_page(request, "office/member.html", context, place="office:members")
    except Refused as refusal:
        messages.error(request, str(refusal))
        return redirect("office:member", pk)
    messages.success(request, _("Saved."))
    return redirect("office:members")


@require_http_methods(["GET", "HEAD", "POST"])
@for_staff(Role.ADMINISTRATOR)
def invite_member(request: StaffRequest) -> HttpResponse:
    """Ask somebody by mail to come and work here."""
    form = InviteForm(request.POST or None, initial={"role": Role.AGENT})
    if request.method == "POST" and form.is_valid():
        values = {**form.cleaned_data, "role": Role(form.cleaned_data["role"])}
        try:
            made = invite(organisation=request.organisation, by=request.membership, **values)
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("An invitation is on its way to %(address)s.") % {"address": made.email})
            return redirect("office:members")
    context = {"form": form, "roles": MemberForm.role_options()}
    return office_page(request, "office/invite.html", context, place="office:members")


@require_POST
@for_staff(Role.ADMINISTRATOR)
def withdraw_invitation(request: StaffRequest, pk: int) -> HttpResponse:
    """Make an invitation's link worthless."""
    withdraw(
        invitation=get_object_or_404(Invitation.objects.visible_to(request.membership), pk=pk), by=request.membership
    )
    messages.success(request, _("The invitation is withdrawn."))
    return redirect("office:members")
