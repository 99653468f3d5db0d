"""What the frame of every page needs: the ways through the site, the footer, the languages."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils import translation
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from klankbord.design.jinja import url
from klankbord.people.models import Language
from klankbord.people.simple_view import is_simple


def frame(request: HttpRequest) -> dict[str, Any]:
    """The ways that docs/design.md describes, and the languages. Asks nothing of the database."""
    organisation = getattr(request, "organisation", None)
    if organisation is None:
        return {}
    simple = is_simple(request)
    return {
        "simple_view": simple,
        "site_address": f"{settings.PUBLIC_SCHEME}://{organisation.host}{settings.PUBLIC_PORT}",
        "navigation": [*_ways(request, simple=simple), *_other_view(request, simple=simple)],
        "work_url": url("inbox:list"),
        "footer_links": _foot(request, simple=simple),
        "languages": _languages(request),
    }


def _ways(request: HttpRequest, *, simple: bool) -> list[dict[str, Any]]:
    """The ways through the site. In the simple view there is one, to the beginning, where all others start."""
    if simple:
        home = url("portal:home")
        return [{"label": _("To the home page"), "url": home, "current": request.path == home}]
    ways = [
        (_("Questions"), "community:questions"),
        (_("Ideas"), "ideas:list"),
        (_("What we changed"), "changes:list"),
        (_("Contact"), "portal:contact"),
    ]
    return [{"label": label, "url": url(name), "current": request.path.startswith(url(name))} for label, name in ways]


def _other_view(request: HttpRequest, *, simple: bool) -> list[dict[str, Any]]:
    """This page in the other view. Not for what a form was answered with: the way there would lose what they typed."""
    if request.method not in ("GET", "HEAD"):
        return []
    name, label = ("full", _("Ordinary view")) if simple else ("simple", _("Simple view"))
    return [{"label": label, "url": _back_here("portal:view", name, request), "current": False}]


def _foot(request: HttpRequest, *, simple: bool) -> list[dict[str, str]]:
    links = [
        (_("Your own page"), url("participation:me")),
        (_("Where is my message?"), url("portal:where")),
        (_("Accessibility"), url("portal:accessibility")),
        (_("Privacy"), url("portal:privacy")),
        (_("What do you think of this page?"), f"{url('portal:contact')}?{urlencode({'about': request.path})}"),
    ]
    if not simple:
        links[1:1] = [(_("From us"), url("posts:posts")), (_("Tips"), url("posts:tips"))]
        links[4:4] = [(_("Our promise"), url("portal:promise")), (_("How we judge"), url("moderation:log"))]
    return [{"label": label, "url": address} for label, address in links]


def _back_here(name: str, choice: str, request: HttpRequest) -> str:
    """The address that remembers a choice and leads back to this page. What was searched on it is not in it, for it
    stands in a frame that is kept for everybody (`people/surroundings.py`): the browser tells it (`Referer`)."""
    return f"{url(name, choice)}?{urlencode({'next': request.path})}"


def _languages(request: HttpRequest) -> list[dict[str, Any]]:
    """This page in each language. None for what a form was answered with: the way there would lose what they typed."""
    if request.method not in ("GET", "HEAD"):
        return []
    spoken = (translation.get_language() or "")[:2]
    return [
        {
            "code": code,
            "label": label,
            "url": _back_here("portal:language", code, request),
            "current": code == spoken,
        }
        for code, label in Language.choices
    ]
