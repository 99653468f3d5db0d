"""The lists of questions."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_safe

from klankbord.community.models import Question
from klankbord.community.reading import lists as reading
from klankbord.community.reading.lists import LISTS, NEWEST, QuestionList
from klankbord.community.reading.shown import until_midnight
from klankbord.conversations.announcing import public_topic
from klankbord.live.shows import shows
from klankbord.participation.asked_for import asks_to_reach, colleagues_asked_for
from klankbord.participation.authors import authors
from klankbord.participation.models import Topic
from klankbord.participation.saying import shortened
from klankbord.people.announcing import profile_topic
from klankbord.people.models import Organisation
from klankbord.people.requests import organisation_of
from klankbord.search.contract import Audience
from klankbord.search.finding import find, find_as_meant

MOST_FOUND = 50


@require_safe
def newest(request: HttpRequest) -> HttpResponse:
    """`/questions/`, with `?q=` what was found for some words."""
    words = " ".join(request.GET.get("q", "").split())[:200]
    return _found(request, words) if words else _list(request, NEWEST)


@require_safe
def unanswered(request: HttpRequest) -> HttpResponse:
    """`/questions/unanswered/`"""
    return _list(request, reading.UNANSWERED)


@require_safe
def active(request: HttpRequest) -> HttpResponse:
    """`/questions/active/`"""
    return _list(request, reading.ACTIVE)


@require_safe
def most_helped(request: HttpRequest) -> HttpResponse:
    """`/questions/most-helped/`"""
    return _list(request, reading.MOST_HELPED)


@require_safe
def topic(request: HttpRequest, slug: str) -> HttpResponse:
    """`/questions/topics/<slug>/`, with `?by=active` and the like for another order."""
    found = Topic.objects.of(organisation_of(request)).filter(slug=slug).select_related("parent").first()
    chosen = reading.list_called(request.GET.get("by", ""))
    if found is None or chosen is None:
        raise Http404
    return _list(request, chosen, found)


@require_safe
def topics(request: HttpRequest) -> HttpResponse:
    """`/questions/topics/`: all of them, as the tree that they are."""
    organisation = organisation_of(request)
    context = {"tree": reading.topic_tree(organisation), "lists": _tabs(None, None), "chosen": None}
    return _kept(render(request, "community/topics.html", context), organisation)


def _list(request: HttpRequest, chosen: QuestionList, about: Topic | None = None) -> HttpResponse:
    organisation = organisation_of(request)
    page = reading.read_page(chosen, organisation, topic=about, cursor=request.GET.get("after", ""))
    context = {
        "chosen": chosen,
        "topic": about,
        "rows": page.rows,
        "authors": authors(organisation_id=organisation.pk, person_ids=[row.person_id for row in page.rows]),
        "lists": _tabs(chosen, about),
        "next_url": _url(chosen, about, after=page.next_cursor) if page.next_cursor else "",
        "first_url": _url(chosen, about) if request.GET.get("after") else "",
        "feed_url": reverse("community:feed", args=[chosen.slug or "newest"])
        + (f"?{urlencode({'topic': about.slug})}" if about else ""),
        "waiting": Question.objects.of(organisation).shown().unanswered().count() if about is None else 0,
        "topics": reading.main_topics(organisation),
    }
    return _kept(render(request, "community/list.html", context), organisation, query=("after", "by", "q"))


def _found(request: HttpRequest, words: str) -> HttpResponse:
    organisation = organisation_of(request)
    among: dict[str, Any] = {"organisation_id": organisation.pk, "kinds": ("question",), "audience": Audience.PUBLIC}
    asks_for_us = _asks_for_us(organisation, words)
    if asks_for_us:
        hits, meant = find(words, limit=MOST_FOUND, strictly=True, **among), words
    else:
        hits, meant = find_as_meant(words, limit=MOST_FOUND, **among)
    rows = reading.read_these(organisation, list(dict.fromkeys(hit.about_id for hit in hits)))
    context = {
        "chosen": NEWEST,
        "words": words,
        "echo": shortened(words, 60),
        "asks_for_us": asks_for_us,
        "everything_url": f"{reverse('portal:search')}?{urlencode({'q': words})}",
        "instead": shortened(meant, 60) if meant != words and rows else "",
        "rows": rows,
        "authors": authors(organisation_id=organisation.pk, person_ids=[row.person_id for row in rows]),
        "lists": _tabs(None, None),
        "topics": reading.main_topics(organisation),
    }
    return render(request, "community/list.html", context)


def _asks_for_us(organisation: Organisation, words: str) -> bool:
    """Whether the box over everything answers this itself: when we are there, how to reach us, or one of us."""
    return asks_to_reach(organisation, words) or bool(colleagues_asked_for(organisation, words))


def _tabs(chosen: QuestionList | None, about: Topic | None) -> list[dict[str, Any]]:
    return [{"label": each.label, "url": _url(each, about), "current": each is chosen} for each in LISTS]


def _url(chosen: QuestionList, about: Topic | None, **more: str) -> str:
    if about is None:
        place, query = reverse(f"community:{chosen.slug or 'questions'}"), more
    else:
        place, query = reverse("community:topic", args=[about.slug]), {"by": chosen.slug, **more}
    query = {name: value for name, value in query.items() if value}
    return f"{place}?{urlencode(query)}" if query else place


def _kept(response: HttpResponse, organisation: Organisation, query: tuple[str, ...] = ()) -> HttpResponse:
    topics = (public_topic(organisation.pk), profile_topic(organisation.pk))
    return shows(response, *topics, until=until_midnight(organisation), query=query)
