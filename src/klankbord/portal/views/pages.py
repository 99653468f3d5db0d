"""Pages that hardly change, the language switch, and what machines ask for."""

from __future__ import annotations

from datetime import timedelta
from urllib.parse import unquote, urlsplit

from django.http import (
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponseBadRequest,
    HttpResponseRedirect,
    HttpResponseServerError,
)
from django.shortcuts import render
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.urls import reverse
from django.utils import translation
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from klankbord import clock
from klankbord.live.shows import shows
from klankbord.office.forms.house import months_in_words
from klankbord.office.models import RetentionRule
from klankbord.people.announcing import profile_topic
from klankbord.people.known_houses import last_known
from klankbord.people.middleware import LANGUAGE_COOKIE
from klankbord.people.models import Language
from klankbord.people.requests import organisation_of
from klankbord.people.same_origin import is_own_path
from klankbord.people.simple_view import CHOSEN, SIMPLE_COOKIE
from klankbord.portal.views.home import LONGEST_KEPT

_NOT_FOR_ROBOTS = (
    *("/g/", "/inbox/", "/account/", "/live/", "/language/", "/view/", "/search/"),
    *("/me/", "/confirm/", "/take-part/", "/unsubscribe/", "/office/"),
)
_A_YEAR = int(timedelta(days=365).total_seconds())


def _page(request: HttpRequest, template: str, **context: str) -> HttpResponse:
    organisation = organisation_of(request)
    return shows(render(request, template, context), profile_topic(organisation.pk), until=clock.now() + LONGEST_KEPT)


@require_safe
def privacy(request: HttpRequest) -> HttpResponse:
    """`/privacy/`"""
    rule = RetentionRule.objects.of(organisation_of(request)).first()
    return _page(request, "portal/privacy.html", kept_for=months_in_words(rule.months) if rule else "")


@require_safe
def accessibility(request: HttpRequest) -> HttpResponse:
    """`/accessibility/`"""
    return _page(request, "portal/accessibility.html")


@never_cache
@require_safe
def choose_language(request: HttpRequest, code: str) -> HttpResponse:
    """`/language/<code>/?next=/...`: remember the choice and go back to the same page of this same site."""
    if code not in Language.values:
        raise Http404
    return _remembering(request, LANGUAGE_COOKIE, code)


@never_cache
@require_safe
def choose_view(request: HttpRequest, name: str) -> HttpResponse:
    """`/view/simple/?next=/...`, `/view/full/` to have everything back: remember it and go back to the page."""
    if name == "simple":
        return _remembering(request, SIMPLE_COOKIE, CHOSEN)
    if name != "full":
        raise Http404
    response = _back(request)
    response.delete_cookie(SIMPLE_COOKIE, samesite="Lax")
    return response


def _remembering(request: HttpRequest, cookie: str, value: str) -> HttpResponse:
    response = _back(request)
    response.set_cookie(cookie, value, max_age=_A_YEAR, secure=request.is_secure(), httponly=True, samesite="Lax")
    return response


def _back(request: HttpRequest) -> HttpResponse:
    """To the page that is named in `next`, if it is one of this same site, with what was searched or chosen on it."""
    target = request.GET.get("next", "/")
    if not is_own_path(target):
        return HttpResponseRedirect("/")
    return HttpResponseRedirect(target if "?" in target else target + _query_on(target, request))


def _query_on(path: str, request: HttpRequest) -> str:
    """`?` and the query of the page that led here, if it is `path`; the frame with the way here is kept for everybody
    and knows none."""
    try:
        source = urlsplit(request.headers.get("Referer", ""))
    except ValueError:  # no address at all, such as `http://[`
        return ""
    is_there = source.netloc.lower() == request.get_host().lower() and unquote(source.path) == path
    return f"?{source.query}" if is_there and source.query else ""


@require_safe
def robots(request: HttpRequest) -> HttpResponse:
    """`/robots.txt`: the public pages may be found, all others not."""
    lines = [
        "User-agent: *",
        *(f"Disallow: {path}" for path in _NOT_FOR_ROBOTS),
        f"Sitemap: {request.build_absolute_uri(reverse('portal:sitemap'))}",
    ]
    return HttpResponse("\n".join([*lines, ""]), content_type="text/plain; charset=utf-8")


@require_safe
def favicon(request: HttpRequest) -> HttpResponse:
    """`/favicon.ico`, for what asks for it without reading the page."""
    del request
    return HttpResponseRedirect(static("design/icon.svg"))


def bad_request(_request: HttpRequest, exception: Exception) -> HttpResponse:  # noqa: ARG001 - Django names it
    """The page for what cannot be read. Django's own reads the form once more, for its token, and fails at it again."""
    return HttpResponseBadRequest(render_to_string("400.html"))


def server_error(request: HttpRequest) -> HttpResponse:
    """The page for a fault of ours, with the organisation's name and phone number if those were ever known.

    Needs no database. If not even this page can be made, the front has one of its own.
    """
    organisation = getattr(request, "organisation", None)
    if organisation is not None:
        return HttpResponseServerError(render_to_string("500.html", {"organisation": organisation}))
    # It went wrong before the middleware knew for whom and in which language.
    organisation = last_known(request.headers.get("Host", ""))
    chosen = request.COOKIES.get(LANGUAGE_COOKIE) or translation.get_language_from_request(request)
    with translation.override(organisation.speaks(chosen) if organisation else chosen):
        return HttpResponseServerError(render_to_string("500.html", {"organisation": organisation}))
