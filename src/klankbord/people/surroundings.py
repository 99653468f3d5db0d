"""What stands around the contents of a page, made once for all who see the same.

The frame of a public page (its head, the ways through the site, the phone number, the foot) costs more than what
changes in it. It is kept under everything that it depends on; a page gives what its own template adds to that.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Hashable, Mapping
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils.translation import get_language
from markupsafe import Markup

from klankbord.design.kept import Kept
from klankbord.people.models import Organisation
from klankbord.people.requests import membership_of, organisation_of
from klankbord.people.simple_view import is_simple

_OF_AN_ORGANISATION = tuple(field.attname for field in Organisation._meta.concrete_fields)
_MARK = re.compile(r"<!--part (\w+)-->")
_HOLD_MESSAGES = frozenset({settings.SESSION_COOKIE_NAME, "messages"})
"""Cookies that may bring a message for this one visitor into the frame."""

FRAMES: Kept[tuple[str, ...]] = Kept(6_000_000, lambda pieces: sum(map(len, pieces)))
"""Pages without their contents: text, name of a part, text, name of a part, text."""


def kept_page(
    request: HttpRequest,
    template: str,
    context: Callable[[], dict[str, Any]],
    parts: Mapping[str, Markup],
    *key: Hashable,
) -> HttpResponse:
    """The page of `template`, of which only `parts` are put in anew when the rest was made before.

    The template writes each part once, as `{{ name }}`, or asks whether there is any. `key` is everything else that
    `context` or the template depend on, the person who looks included.
    """
    around = surroundings(request)
    if around is None:
        return HttpResponse(render_to_string(template, {**context(), **parts}, request))

    def make() -> tuple[str, ...]:
        marks = {name: Markup(f"<!--part {name}-->") if html else Markup("") for name, html in parts.items()}  # noqa: S704 - names of ours
        return tuple(_MARK.split(render_to_string(template, {**context(), **marks}, request)))

    there = tuple(map(bool, parts.values()))
    pieces = list(FRAMES.get_or((template, around, there, key), make))
    pieces[1::2] = [parts[name] for name in pieces[1::2]]
    return HttpResponse("".join(pieces))


def surroundings(request: HttpRequest) -> Hashable | None:
    """What the frame of a page depends on; None where it is one visitor's own: staff's, or with a message."""
    if membership_of(request) is not None or not _HOLD_MESSAGES.isdisjoint(request.COOKIES):
        return None
    organisation = organisation_of(request)
    values = organisation.__dict__
    return (
        get_language(),
        request.method in ("GET", "HEAD"),
        request.get_host(),
        request.path,
        is_simple(request),
        organisation.today(),
        organisation.week_edition,
        *[values[name] for name in _OF_AN_ORGANISATION],
    )
