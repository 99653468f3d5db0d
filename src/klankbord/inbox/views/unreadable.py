"""What came in and could not be read: kept with its bytes, to be looked at and tried again."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from klankbord.channels.models import Arrival
from klankbord.inbox.access import StaffRequest, for_staff
from klankbord.inbox.actions import read_again
from klankbord.inbox.pages import read_frame
from klankbord.inbox.views.files import download

MOST = 50


@require_GET
@for_staff()
def show_unreadable(request: StaffRequest) -> HttpResponse:
    """The last ones, with why, from whom and when."""
    rows = Arrival.objects.visible_to(request.membership).quarantined().order_by("-id")
    arrivals = rows.values("id", "received_at", "last_error", "size", "envelope", "source", "channel__name")[:MOST]
    return render(
        request,
        "inbox/unreadable.html",
        read_frame(request, place="unreadable").context | {"arrivals": arrivals, "back_url": reverse("inbox:list")},
    )


@require_GET
@for_staff()
def raw(request: StaffRequest, pk: int) -> HttpResponse:
    """The bytes as they came, as a download."""
    row = get_object_or_404(Arrival.objects.visible_to(request.membership).quarantined(), pk=pk)
    return download(bytes(row.raw), "application/octet-stream", f"{pk}.eml")


@require_POST
@for_staff()
def try_again(request: StaffRequest, pk: int) -> HttpResponse:
    """Try once more to read it."""
    row = get_object_or_404(Arrival.objects.visible_to(request.membership).quarantined().defer("raw"), pk=pk)
    read_again(arrival=row, by=request.membership)
    messages.info(request, _("We try once more now."))
    return HttpResponseRedirect(reverse("inbox:unreadable"))
