"""The one search box: its page, and what it answers while somebody types."""

from __future__ import annotations

from datetime import timedelta

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_safe

from klankbord import clock
from klankbord.conversations.announcing import public_topic
from klankbord.live.shows import shows
from klankbord.people.announcing import profile_topic
from klankbord.people.requests import organisation_of, person_of
from klankbord.portal.finding import SHORTEST, kind_words, search_public

WHILE_TYPING = 6
_LONGEST = 300
INDEX_FOLLOWS = timedelta(seconds=2)
"""The index hears of a change a moment after the pages do; a page made in between must not stay."""


@require_safe
def search(request: HttpRequest) -> HttpResponse:
    """`/search/?q=`"""
    return _answer(request, "portal/search.html", 20)


@require_safe
def suggest(request: HttpRequest) -> HttpResponse:
    """`/search/suggest/?q=`: a part of a page, for below the search box."""
    return _answer(request, "portal/suggestions.html", WHILE_TYPING)


def _answer(request: HttpRequest, template: str, limit: int) -> HttpResponse:
    organisation, text = organisation_of(request), request.GET.get("q", "")[:_LONGEST].strip()
    results = search_public(organisation=organisation, text=text, person=person_of(request), limit=limit)
    context = {"q": text, "results": results, "kind_words": kind_words, "is_short": len(text) < SHORTEST}
    context["ask_url"] = f"{reverse('community:ask')}?{urlencode({'title': text})}"
    response = render(request, template, context)
    topics = (public_topic(organisation.pk), profile_topic(organisation.pk))
    return shows(response, *topics, until=clock.now() + INDEX_FOLLOWS, query=("q",))
