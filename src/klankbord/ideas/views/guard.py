"""What several views share: who works here, who may keep a page, and for how long it stays true."""

from __future__ import annotations

from datetime import datetime, time, timedelta

from django.http import HttpRequest, HttpResponse

from klankbord.people.models import Membership, Organisation
from klankbord.people.requests import membership_of


def member_of(request: HttpRequest) -> Membership:
    """Who works here, behind `for_staff_in_public`."""
    membership = membership_of(request)
    assert membership is not None, "only called behind for_staff_in_public"
    return membership


def kept_private(response: HttpResponse) -> HttpResponse:
    """A page that only some may see: nothing on the way keeps it, and no search engine names it."""
    response["Cache-Control"] = "no-store, private"
    response["X-Robots-Tag"] = "noindex, nofollow"
    return response


def midnight(organisation: Organisation) -> datetime:
    """When "today" on a page stops being true."""
    tomorrow = organisation.today() + timedelta(days=1)
    return datetime.combine(tomorrow, time(), organisation.zone)
