"""Letting an author write less freely, and again as before."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from klankbord.conversations.refusals import Refused
from klankbord.moderation.actions.restrain import lift, restrain
from klankbord.moderation.models import Restraint
from klankbord.people.models import Person, Role
from klankbord.people.same_origin import is_own_path
from klankbord.signin.staff import StaffRequest, for_staff


@require_POST
@for_staff(role=Role.MODERATOR)
def restrain_person(request: StaffRequest, pk: int) -> HttpResponse:
    """The next step for this person."""
    person = get_object_or_404(Person.objects.visible_to(request.membership), pk=pk)
    try:
        restrain(person=person, by=request.membership)
    except Refused as refusal:
        messages.error(request, str(refusal.sentence))
    else:
        messages.success(request, _("From now on, until it ends by itself."))
    return redirect(_back(request))


@require_POST
@for_staff(role=Role.MODERATOR)
def lift_restraint(request: StaffRequest, pk: int) -> HttpResponse:
    """Let this person write as before."""
    restraint = get_object_or_404(Restraint.objects.visible_to(request.membership), pk=pk)
    lift(restraint=restraint, by=request.membership)
    messages.success(request, _("They can write as before."))
    return redirect(_back(request))


def _back(request: StaffRequest) -> str:
    back = request.POST.get("next", "")
    return back if is_own_path(back) else reverse("moderation:queue")
