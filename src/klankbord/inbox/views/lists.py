"""Lists of conversations, and what was found."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from klankbord.inbox.access import StaffRequest, for_staff, is_partial
from klankbord.inbox.pages import read_frame, read_list


@require_GET
@for_staff()
def show_list(request: StaffRequest) -> HttpResponse:
    """One list, or what was found for `?q=`. A script that keeps the page true gets the list and the numbers alone."""
    frame = read_frame(request)
    context = frame.context | read_list(request, frame) | {"pane": "list"}
    return render(request, "inbox/fresh_list.html" if is_partial(request) else "inbox/list.html", context)
