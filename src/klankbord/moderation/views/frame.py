"""What every page for moderators has around it."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render, resolve_url
from django.urls import reverse

from klankbord.design.writing import plain_lines
from klankbord.moderation.reading.queue import VIEWS, View, groups, view_named
from klankbord.signin.staff import StaffRequest


def page(
    request: StaffRequest, template: str, context: dict[str, Any], *, place: str = "", status: int = 200
) -> HttpResponse:
    """Render `template` within the workplace; `place` is the view or page that is current on the left."""
    frame = {
        "groups": groups(request.membership, place),
        "workplace_url": resolve_url("inbox:list"),
        "back_url": reverse("moderation:queue"),
    }
    return render(request, template, frame | context, status=status)


def chosen_view(request: HttpRequest) -> View:
    """The list that the address or the form names; what waits when it names none."""
    return view_named(request.POST.get("view") or request.GET.get("view", "")) or VIEWS[0]


def typed(request: HttpRequest, name: str) -> str:
    """What was typed into a field, with line ends as people mean them."""
    return plain_lines(request.POST.get(name, ""))
