"""One's own page."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from klankbord.inbox.access import StaffRequest, for_staff
from klankbord.office.actions.members import change_own_profile
from klankbord.office.forms.own import OwnProfileForm
from klankbord.office.frame import office_page, said


@require_http_methods(["GET", "HEAD", "POST"])
@for_staff()
def me(request: StaffRequest) -> HttpResponse:
    """Name, face, title and language. "Look" draws the face again without keeping anything."""
    start = OwnProfileForm.start(request.membership)
    form = OwnProfileForm(request.POST or None, initial=start)
    if request.method == "POST" and form.is_valid():
        if not said(request, "look"):
            change_own_profile(
                membership=request.membership,
                name=form.cleaned_data["name"],
                language=form.cleaned_data["language"],
                face=form.spec(),
                title=form.cleaned_data["title"],
            )
            with translation.override(form.cleaned_data["language"] or request.organisation.language):
                messages.success(request, _("Saved."))
            return redirect("office:me")
        face = form.spec()
    else:
        face = request.membership.user.face
    return office_page(request, "office/me.html", {"form": form, "face_spec": face}, place="office:me")
