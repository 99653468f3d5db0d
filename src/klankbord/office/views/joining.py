"""Taking up an invitation: the only page of the office for who has no account yet."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from klankbord.office.actions.invitations import accept, find_invitation, known_user
from klankbord.office.forms.own import AcceptForm, AcceptKnownForm
from klankbord.office.refusals import Refused
from klankbord.people.models import Organisation


@sensitive_post_parameters("password")
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def join(request: HttpRequest, token: str) -> HttpResponse:
    """Ask for a name and a password, and let somebody in who has a link that works."""
    organisation: Organisation = request.organisation  # type: ignore[attr-defined]  # set by the middleware
    invitation = find_invitation(organisation, token)
    if invitation is None:
        return render(request, "office/no_invitation.html", status=404)
    data = request.POST if request.method == "POST" else None
    user = known_user(invitation)
    form: Any
    if user is not None:
        form = AcceptKnownForm(data)
    else:
        form = AcceptForm(data, email=invitation.email, initial={"name": invitation.name})
    if form.is_bound and form.is_valid():
        try:
            accept(
                invitation=invitation,
                name=form.cleaned_data.get("name", ""),
                password=form.cleaned_data["password"],
            )
        except Refused as refusal:
            form.add_error("password", str(refusal))
        else:
            messages.success(request, _("Welcome! Sign in with your new password."))
            return redirect("account_login")
    return render(request, "office/join.html", {"form": form, "invitation": invitation, "is_known": user is not None})
