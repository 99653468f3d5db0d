"""Which public pages there are, for search engines (sitemaps.org): a list of lists, as each holds 50,000 at most."""

from __future__ import annotations

from datetime import datetime

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from klankbord.conversations.announcing import public_topic
from klankbord.conversations.models import Conversation
from klankbord.live.shows import shows
from klankbord.participation.contract import thread_route
from klankbord.participation.paths import thread_path
from klankbord.people.requests import organisation_of

IN_ONE = 10_000
_XML = "application/xml; charset=utf-8"
_PAGES = ("portal:home", "portal:promise", "portal:contact", "portal:privacy", "portal:accessibility")


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """`/sitemap.xml`"""
    organisation = organisation_of(request)
    newest = Conversation.objects.of(organisation).public().order_by("-pk").values_list("pk", flat=True).first() or 0
    parts = [
        request.build_absolute_uri(reverse("portal:sitemap-part", args=[number]))
        for number in range(newest // IN_ONE + 1)
    ]
    response = render(request, "portal/sitemap_index.xml", {"parts": parts}, content_type=_XML)
    return shows(response, public_topic(organisation.pk))


@require_safe
def part(request: HttpRequest, number: int) -> HttpResponse:
    """`/sitemap-<number>.xml`: the threads whose ids lie between two round numbers, so that nothing shifts."""
    organisation, first = organisation_of(request), number * IN_ONE
    rows = Conversation.objects.of(organisation).public().filter(pk__gte=first, pk__lt=first + IN_ONE)
    found = [each for each in rows.order_by("pk") if thread_route(each.kind)]
    pages: list[tuple[str, datetime | None]] = (
        [] if number else [(request.build_absolute_uri(reverse(name)), None) for name in _PAGES]
    )
    if number and not found:
        raise Http404
    pages += [(request.build_absolute_uri(thread_path(each)), each.last_message_at) for each in found]
    response = render(request, "portal/sitemap.xml", {"pages": pages}, content_type=_XML)
    return shows(response, public_topic(organisation.pk))
