"""The lists as Atom feeds."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_safe

from klankbord.community.reading import lists as reading
from klankbord.community.reading.feed import feed_entries
from klankbord.conversations.announcing import public_topic
from klankbord.live.shows import shows
from klankbord.participation.feeds import atom
from klankbord.participation.models import Topic
from klankbord.people.announcing import profile_topic
from klankbord.people.requests import organisation_of


@require_safe
def feed(request: HttpRequest, slug: str) -> HttpResponse:
    """`/questions/feeds/<list>/`, with `?topic=` for what is under a topic."""
    organisation = organisation_of(request)
    chosen = reading.list_called("" if slug == "newest" else slug)
    wanted = request.GET.get("topic", "")
    topic = Topic.objects.of(organisation).filter(slug=wanted).first() if wanted else None
    if chosen is None or (wanted and topic is None):
        raise Http404
    response = atom(
        organisation=organisation,
        title=topic.name if topic else str(chosen.label),
        path=request.get_full_path(),
        page=reverse(f"community:{chosen.slug or 'questions'}"),
        entries=feed_entries(chosen, organisation, topic),
    )
    return shows(response, public_topic(organisation.pk), profile_topic(organisation.pk), query=("topic",))
