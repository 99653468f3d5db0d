"""Who may come in: every page for those who work here stands behind `for_staff`."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, cast

from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import resolve_url

from klankbord.people.models import Membership, Organisation, Role
from klankbord.people.same_origin import same_origin

STRICT_POLICY = "default-src 'self'; style-src 'self'; script-src 'self'; img-src 'self' data:; frame-src 'self'; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"  # noqa: E501
"""What a page of the staff may load. The front says nearly the same; said here it also holds without the front."""


class StaffRequest(HttpRequest):
    """A request of someone who works here; the middleware has set both."""

    organisation: Organisation
    membership: Membership


type View[**P] = Callable[Concatenate[HttpRequest, P], HttpResponseBase]


def for_staff[**P](
    role: Role = Role.AGENT,
) -> Callable[[Callable[Concatenate[StaffRequest, P], HttpResponseBase]], View[P]]:
    """Let in who works here in at least this role.

    Visitors are sent to sign in. To anybody else the page does not exist: 404 tells nothing about what is here.
    """

    def guard(view: Callable[Concatenate[StaffRequest, P], HttpResponseBase]) -> View[P]:
        @wraps(view)
        def guarded(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
            membership: Membership | None = getattr(request, "membership", None)
            if not request.user.is_authenticated:
                return _to_sign_in(request)
            if membership is None or not membership.may(role):
                raise Http404
            response = view(cast(StaffRequest, request), *args, **kwargs)
            response.headers.setdefault("Cache-Control", "no-store")
            response.headers.setdefault("Content-Security-Policy", STRICT_POLICY)
            response.headers.setdefault("X-Content-Type-Options", "nosniff")
            return response

        return cast(View[P], guarded)

    return guard


def for_staff_in_public[**P](
    role: Role = Role.AGENT,
) -> Callable[[Callable[Concatenate[StaffRequest, P], HttpResponse]], Callable[..., HttpResponse]]:
    """As `for_staff`, for forms that stand on pages for everybody and therefore hold no token."""

    def guard(view: Callable[Concatenate[StaffRequest, P], HttpResponse]) -> Callable[..., HttpResponse]:
        return same_origin(cast("Callable[..., HttpResponse]", for_staff(role)(view)))

    return guard


def _to_sign_in(request: HttpRequest) -> HttpResponse:
    if is_partial(request):
        return HttpResponse(status=401, headers={"HX-Redirect": resolve_url("account_login")})
    target = request.get_full_path() if request.method == "GET" else resolve_url("inbox:list")
    return redirect_to_login(target)


def is_partial(request: HttpRequest) -> bool:
    """Whether a script asks for a part of a page, to put it into the one that is open."""
    return request.headers.get("HX-Request") == "true"
