"""What stands before the views: who may come in, and that a form stood on a page of ours."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, time, timedelta
from functools import wraps
from typing import Any

from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse

from klankbord import clock
from klankbord.people.models import Membership, Organisation, Role
from klankbord.people.requests import membership_of
from klankbord.people.same_origin import same_origin

type View = Callable[..., HttpResponse]


def for_staff(role: Role = Role.AGENT) -> Callable[[View], View]:
    """Let in who works here in at least this role. To anybody else who is signed in the page does not exist."""

    def guard(view: View) -> View:
        @wraps(view)
        @same_origin
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            membership = membership_of(request)
            if not request.user.is_authenticated:
                return redirect_to_login(request.get_full_path() if request.method == "GET" else "/ideas/")
            if membership is None or not membership.may(role):
                raise Http404
            response = view(request, *args, **kwargs)
            response.headers.setdefault("Cache-Control", "no-store")
            return response

        return guarded

    return guard


def member_of(request: HttpRequest) -> Membership:
    """Who works here, behind `for_staff`."""
    membership = membership_of(request)
    assert membership is not None, "only called behind for_staff"
    return membership


def kept_private(response: HttpResponse) -> HttpResponse:
    """A page that only some may see: nothing on the way keeps it, and no search engine names it."""
    response["Cache-Control"] = "no-store, private"
    response["X-Robots-Tag"] = "noindex, nofollow"
    return response


def midnight(organisation: Organisation) -> datetime:
    """When "today" on a page stops being true."""
    tomorrow = clock.now().astimezone(organisation.zone).date() + timedelta(days=1)
    return datetime.combine(tomorrow, time(), organisation.zone)
