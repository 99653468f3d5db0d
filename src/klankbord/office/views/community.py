"""What the organisation chooses for its community."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from klankbord.community.actions.rules import change_rules, rules_of
from klankbord.inbox.access import StaffRequest, for_staff
from klankbord.office.forms.community import CommunityForm
from klankbord.office.frame import office_page
from klankbord.people.models import Role


@require_http_methods(["GET", "HEAD", "POST"])
@for_staff(Role.ADMINISTRATOR)
def community(request: StaffRequest) -> HttpResponse:
    """When a question that nobody answers goes to staff."""
    form = CommunityForm(request.POST or None, initial=CommunityForm.start(rules_of(request.organisation)))
    if request.method == "POST" and form.is_valid():
        change_rules(
            organisation=request.organisation,
            staff_after_hours=form.cleaned_data["staff_after_hours"],
            by=request.membership,
        )
        messages.success(request, _("Saved."))
        return redirect("office:community")
    return office_page(request, "office/community.html", {"form": form}, place="office:community")
