"""What every page of the back office has around it."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from klankbord.inbox.access import StaffRequest
from klankbord.people.models import Role


def office_page(
    request: StaffRequest, template: str, context: dict[str, Any] | None = None, *, place: str, status: int = 200
) -> HttpResponse:
    """Render `template`; `place` is the name of the route that is current in the menu."""
    own = [(_("About me"), "office:me"), (_("How I sign in"), "mfa_index")]
    house = [
        (_("The organisation"), "office:organisation"),
        (_("Opening hours"), "office:hours"),
        (_("Colleagues"), "office:members"),
        (_("Teams"), "office:teams"),
        (_("Questions in public"), "office:community"),
        (_("Mailboxes"), "office:channels"),
        (_("Keeping and erasing"), "office:keeping"),
    ]
    public = [(_("Topics"), "office:topics")]
    if request.membership.may(Role.LEAD):
        public.append((_("Standing"), "office:standing"))
    groups = [{"title": _("Me"), "links": _links(own, place)}]
    if request.membership.may(Role.MODERATOR):
        groups.append({"title": _("In public"), "links": _links(public, place)})
    if request.membership.may(Role.ADMINISTRATOR):
        groups.append({"title": _("The house"), "links": _links(house, place)})
    frame = {"groups": groups, "workplace_url": reverse("inbox:list"), "back_url": reverse("inbox:list")}
    return render(request, template, frame | (context or {}), status=status)


def _links(items: list[tuple[str, str]], place: str) -> list[dict[str, Any]]:
    return [{"label": label, "url": reverse(name), "current": name == place} for label, name in items]


def said(request: HttpRequest, name: str) -> str:
    """Which button was pressed."""
    return str(request.POST.get(name, ""))
