"""Which organisation a request is for, who makes it, and in which language it is answered."""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone, translation

from klankbord.people.known_houses import remember
from klankbord.people.models import SPOKEN, Membership, Organisation
from klankbord.people.visitors import VISITOR_COOKIE, visitor_with

Respond = Callable[[HttpRequest], HttpResponse]
LANGUAGE_COOKIE = "language"
SESSION_ORGANISATION = "organisation_id"


_THIS_MACHINE = ("127.0.0.1", "localhost", "[::1]")


class OrganisationMiddleware:
    """Sets `request.organisation` by the host name; a host that nobody here has gets a plain page that says so."""

    def __init__(self, respond: Respond) -> None:
        self._respond = respond

    def __call__(self, request: HttpRequest) -> HttpResponse:
        host = request.get_host().rsplit(":", 1)[0]
        organisation = Organisation.objects.by_host(host)
        if organisation is None:
            context = {"host": host, "addresses": _addresses_here(request, host)}
            return render(request, "people/nobody_here.html", context, status=404)
        remember(organisation)
        request.organisation = organisation  # type: ignore[attr-defined]  # documented in people/requests.py
        with timezone.override(organisation.zone):
            return self._respond(request)


def _addresses_here(request: HttpRequest, host: str) -> list[str]:
    """Where the organisations of this very machine live, for who sits at it and asks for it by its number.

    Only names under `localhost`: those lead nowhere from elsewhere, so nobody learns whom a real installation is for.
    """
    if host not in _THIS_MACHINE or request.META.get("REMOTE_ADDR", "") not in ("127.0.0.1", "::1"):
        return []
    hosts = Organisation.objects.filter(host__endswith=".localhost").order_by("pk").values_list("host", flat=True)
    return [f"{settings.PUBLIC_SCHEME}://{each}{settings.PUBLIC_PORT}/" for each in hosts[:10]]


class NulMiddleware:
    """Refuses the one character that a text cannot hold (PostgreSQL), wherever it stands in what was sent.

    No browser sends it, so no form and no query has to think of it.
    """

    def __init__(self, respond: Respond) -> None:
        self._respond = respond

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self._respond(request)

    def process_view(self, request: HttpRequest, *_view: object) -> HttpResponse | None:
        """Look once it is sure that somebody will read it: upload handlers are chosen before."""
        texts = [request.path, *request.COOKIES.values()]
        for each in (request.GET, request.POST):
            texts += [text for name, values in each.lists() for text in (name, *values)]
        return render(request, "400.html", status=400) if any("\0" in text for text in texts) else None


class MembershipMiddleware:
    """Sets `request.membership`, and keeps each session to the one organisation in which it was begun.

    That holds from the first moment, before anyone is signed in: a code that was asked for at one organisation cannot
    be used at another. Whoever does not work here (any more) is nobody here: their session ends.
    """

    def __init__(self, respond: Respond) -> None:
        self._respond = respond

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.membership = None  # type: ignore[attr-defined]  # documented in people/requests.py
        organisation: Organisation = request.organisation  # type: ignore[attr-defined]  # set above
        # Whoever has no session cookie is nobody. Not asking the session keeps their pages the same for all (no Vary).
        if settings.SESSION_COOKIE_NAME in request.COOKIES:
            request.membership = self._membership(request, organisation)  # type: ignore[attr-defined]
        response = self._respond(request)
        if request.session.modified and not request.session.is_empty():
            request.session.setdefault(SESSION_ORGANISATION, organisation.pk)
        return response

    @staticmethod
    def _membership(request: HttpRequest, organisation: Organisation) -> Membership | None:
        begun_in = request.session.get(SESSION_ORGANISATION, organisation.pk)
        if begun_in != organisation.pk:
            logout(request)
            return None
        if not request.user.is_authenticated:
            return None
        # Made outside a request (a command, a test), so not marked yet.
        if SESSION_ORGANISATION not in request.session:
            request.session[SESSION_ORGANISATION] = organisation.pk
        membership = (
            Membership.objects.of(organisation)
            .active()
            .select_related("user", "person")
            .filter(user_id=request.user.pk)
            .first()
        )
        if membership is None:
            logout(request)
        else:
            membership.organisation = organisation  # known here; nobody has to ask for it again
        return membership


class PersonMiddleware:
    """Sets `request.person`: a visitor whose browser holds a key, or the person as whom a member of staff takes part.

    Without either cookie it asks the database nothing. A member without a public person yet has None until they first
    take part.
    """

    def __init__(self, respond: Respond) -> None:
        self._respond = respond

    def __call__(self, request: HttpRequest) -> HttpResponse:
        member: Membership | None = request.membership  # type: ignore[attr-defined]  # set above
        token = request.COOKIES.get(VISITOR_COOKIE, "")
        person = None
        if member is not None:
            person = member.person
        elif token:
            person = visitor_with(organisation=request.organisation, token=token)  # type: ignore[attr-defined]
        request.person = person  # type: ignore[attr-defined]  # documented in people/requests.py
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
        language = next((each for each in (chosen, own, organisation.language) if each in SPOKEN), "nl")
        # Colleagues say je to each other; visitors are addressed as the organisation chose.
        with translation.override(language if member else organisation.speaks(language)):
            response = self._respond(request)
        response.headers.setdefault("Content-Language", language)
        return response
