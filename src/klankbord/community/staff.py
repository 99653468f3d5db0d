"""Who may do what only staff may, on pages that everybody sees."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, cast

from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import resolve_url
from django.views.decorators.cache import never_cache

from klankbord.people.models import Membership, Organisation, Role
from klankbord.people.same_origin import same_origin


class StaffRequest(HttpRequest):
    """A request of someone who works here; the middleware has set both."""

    organisation: Organisation
    membership: Membership


type StaffView[**P] = Callable[Concatenate[StaffRequest, P], HttpResponse]


def for_staff[**P](role: Role = Role.AGENT) -> Callable[[StaffView[P]], Callable[..., HttpResponse]]:
    """Let in who works here in at least this role, from this very site.

    Visitors are sent to sign in; to anybody else the page does not exist.
    """

    def guard(view: StaffView[P]) -> Callable[..., HttpResponse]:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            membership: Membership | None = getattr(request, "membership", None)
            if not request.user.is_authenticated:
                target = request.get_full_path() if request.method == "GET" else resolve_url("community:questions")
                return redirect_to_login(target)
            if membership is None or not membership.may(role):
                raise Http404
            return view(cast("StaffRequest", request), *args, **kwargs)

        return never_cache(same_origin(guarded))

    return guard
