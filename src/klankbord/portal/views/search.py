"""The one search box: its page, and what it answers while somebody types."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.http import urlencode
from django.utils.translation import get_language
from django.views.decorators.http import require_safe
from markupsafe import Markup, escape

from klankbord import clock
from klankbord.conversations.announcing import public_topic
from klankbord.design.jinja import url
from klankbord.design.kept import Kept
from klankbord.limits import Limit, allow_from, is_this_machine
from klankbord.live.shows import shows
from klankbord.people.announcing import profile_topic
from klankbord.people.models import Organisation
from klankbord.people.requests import organisation_of
from klankbord.people.surroundings import kept_page
from klankbord.portal.actions import form_channel
from klankbord.portal.finding import MOST, SHORTEST, Found, Result, kind_words, search_public
from klankbord.portal.reaching import Reach, answer_of_the_house
from klankbord.portal.words import day_words

WHILE_TYPING = 6
_ROWS: Kept[Markup] = Kept(2_000_000, len)
_LISTS: Kept[Markup] = Kept(2_000_000, len)
_LONGEST = 300
FROM_ONE_ADDRESS = Limit("search-address", 1200, timedelta(minutes=1))
FROM_ONE_NETWORK = Limit("search-network", 3000, timedelta(minutes=1))
"""Searches, those while typing included: a school class behind one address that types at once gets nowhere near."""
INDEX_FOLLOWS = timedelta(seconds=2)
"""The index hears of a change a moment after the pages do; a page made in between must not stay."""


@dataclass(frozen=True, slots=True)
class _Answer:
    """What is known once somebody has searched: either why we did not look, or what there is."""

    text: str
    limit: int
    too_many: bool = False
    reach: Reach | None = None
    found: Found | None = None

    def context(self, organisation: Organisation) -> dict[str, Any]:
        """What the templates ask for."""
        if self.found is None:
            return {"organisation": organisation, "is_short": not self.too_many, "too_many": self.too_many}
        results, words = self.found.results, self.found.words
        return {
            "organisation": organisation,
            "results": results,
            "instead": words if results and words != self.text else "",
            "is_full": len(results) == self.limit,
            "kind_words": kind_words,
            "reach": self.reach,
            "day_words": day_words,
            "has_form": self.reach and form_channel(organisation) is not None,
            "ask_url": f"{url('community:ask')}?{urlencode({'title': self.text})}",
        }


@require_safe
def search(request: HttpRequest) -> HttpResponse:
    """`/search/?q=`"""
    organisation = organisation_of(request)
    answer = _ask(request, organisation, MOST)
    parts = {"typed": escape(answer.text), "found": _below(organisation, answer)}
    return _kept(kept_page(request, "portal/search.html", dict, parts), organisation, answer)


@require_safe
def suggest(request: HttpRequest) -> HttpResponse:
    """`/search/suggest/?q=`: a part of a page, for below the search box."""
    organisation = organisation_of(request)
    answer = _ask(request, organisation, WHILE_TYPING)
    return _kept(render(request, "portal/suggestions.html", answer.context(organisation)), organisation, answer)


def _ask(request: HttpRequest, organisation: Organisation, limit: int) -> _Answer:
    text = request.GET.get("q", "")[:_LONGEST].strip()
    if len(text) < SHORTEST:
        return _Answer(text, limit)
    if not _may_search(request, organisation):
        return _Answer(text, limit, too_many=True)
    reach = answer_of_the_house(organisation, text, clock.now())
    found = search_public(organisation=organisation, text=text, limit=limit, strictly=reach is not None)
    return _Answer(text, limit, reach=reach, found=found)


def _below(organisation: Organisation, answer: _Answer) -> Markup:
    """What stands below the box. The same things, found with the same words, make the same list."""

    def make() -> Markup:
        context = answer.context(organisation)
        rows = Markup("").join(map(_row, context.get("results", ())))
        return Markup(render_to_string("portal/_found.html", {**context, "rows": rows}))  # noqa: S704 - a template of ours

    if answer.found is None or answer.reach is not None:
        return make()
    key = (get_language(), organisation.phone, answer.text, answer.limit, answer.found.state)
    return _LISTS.get_or(key, make)


def _row(result: Result) -> Markup:
    def make() -> Markup:
        context = {"each": result, "kind_words": kind_words}
        return Markup(render_to_string("portal/_result.html", context))  # noqa: S704 - a template of ours

    return _ROWS.get_or((get_language(), result), make)


def _kept(response: HttpResponse, organisation: Organisation, answer: _Answer) -> HttpResponse:
    if answer.too_many:
        response.status_code = 429
        return response
    topics = (public_topic(organisation.pk), profile_topic(organisation.pk))
    return shows(response, *topics, until=clock.now() + INDEX_FOLLOWS, query=("q",))


def _may_search(request: HttpRequest, organisation: Organisation) -> bool:
    remote = request.META.get("REMOTE_ADDR", "")
    if is_this_machine(remote):  # a proxy that does not say for whom it asks, so everybody: or whoever keeps the house
        return True
    return allow_from(remote, FROM_ONE_ADDRESS, FROM_ONE_NETWORK, organisation.pk)
