"""Lists of conversations, and what was found."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from klankbord.conversations.models import Conversation
from klankbord.inbox.access import StaffRequest, for_staff, is_partial
from klankbord.inbox.pages import read_frame, read_list


@require_GET
@for_staff()
def show_list(request: StaffRequest) -> HttpResponse:
    """One list, or what was found for `?q=`. A script that keeps the page true gets the list and the numbers alone."""
    frame = read_frame(request)
    found = read_list(request, frame)
    context = frame.context | found | {"pane": "list", "is_beginning": _nobody_wrote_yet(request, found)}
    return render(request, "inbox/fresh_list.html" if is_partial(request) else "inbox/list.html", context)


def _nobody_wrote_yet(request: StaffRequest, found: dict[str, Any]) -> bool:
    """Whether this house has no conversation at all; asked only where the list is empty."""
    if found["rows"] or found.get("searched"):
        return False
    return not Conversation.objects.of(request.organisation).exists()
