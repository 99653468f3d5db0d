"""Which organisation a request is for, who makes it, and in which language it is answered."""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone, translation

from klankbord.people.models import Language, Membership, Organisation

Respond = Callable[[HttpRequest], HttpResponse]
LANGUAGE_COOKIE = "language"
SESSION_ORGANISATION = "organisation_id"


class OrganisationMiddleware:
    """Sets `request.organisation` by the host name; a host that nobody here has gets a plain page that says so."""

    def __init__(self, respond: Respond) -> None:
        self._respond = respond

    def __call__(self, request: HttpRequest) -> HttpResponse:
        host = request.get_host().rsplit(":", 1)[0]
        organisation = Organisation.objects.by_host(host)
        if organisation is None:
            return render(request, "people/nobody_here.html", {"host": host}, status=404)
        request.organisation = organisation  # type: ignore[attr-defined]  # documented in people/requests.py
        with timezone.override(organisation.zone):
            return self._respond(request)


class MembershipMiddleware:
    """Sets `request.membership`. A session is for the one organisation it was begun in; elsewhere it is ended."""

    def __init__(self, respond: Respond) -> None:
        self._respond = respond

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.membership = None  # type: ignore[attr-defined]  # documented in people/requests.py
        # Whoever has no session cookie is nobody. Not asking the session keeps their pages the same for all (no Vary).
        if settings.SESSION_COOKIE_NAME in request.COOKIES and request.user.is_authenticated:
            organisation: Organisation = request.organisation  # type: ignore[attr-defined]  # set above
            begun_in = request.session.setdefault(SESSION_ORGANISATION, organisation.pk)
            if begun_in != organisation.pk:
                logout(request)
            else:
                rows = Membership.objects.of(organisation).active().select_related("user")
                request.membership = rows.filter(user_id=request.user.pk).first()  # type: ignore[attr-defined]
        return self._respond(request)


class LanguageMiddleware:
    """Answers in the language that the visitor chose, else the member's own, else the organisation's."""

    def __init__(self, respond: Respond) -> None:
        self._respond = respond

    def __call__(self, request: HttpRequest) -> HttpResponse:
        organisation: Organisation = request.organisation  # type: ignore[attr-defined]  # set above
        chosen = request.COOKIES.get(LANGUAGE_COOKIE, "")
        member = getattr(request, "membership", None)
        own = member.user.language if member else ""
        language = next((each for each in (chosen, own, organisation.language) if each in Language.values), "nl")
        with translation.override(language):
            response = self._respond(request)
        response.headers.setdefault("Content-Language", language)
        return response
