"""Which public pages there are, for search engines (sitemaps.org): a list of lists, as each holds 50,000 at most."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from klankbord.conversations.announcing import public_topic
from klankbord.conversations.models import Conversation
from klankbord.ideas.announcing import changes_topic, ideas_topic
from klankbord.live.shows import shows
from klankbord.people.requests import organisation_of
from klankbord.portal.public_pages import lists, threads

IN_ONE = 10_000
_XML = "application/xml; charset=utf-8"


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
    """`/sitemap-<number>.xml`: the threads whose ids lie between two round numbers, so that nothing shifts. All that is
    no thread stands in the first.
    """
    organisation = organisation_of(request)
    pages = threads(organisation, first=number * IN_ONE, number=IN_ONE)
    if number and not pages:
        raise Http404
    if not number:
        pages = [*lists(organisation), *pages]
    told = [(request.build_absolute_uri(path), moment) for path, moment in pages]
    response = render(request, "portal/sitemap.xml", {"pages": told}, content_type=_XML)
    return shows(response, public_topic(organisation.pk), ideas_topic(organisation.pk), changes_topic(organisation.pk))
