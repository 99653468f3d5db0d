"""The home page: who we are, how to reach us, and whether we keep our word."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from klankbord import clock
from klankbord.conversations.announcing import promise_topic, public_topic
from klankbord.design.moments import clock_time
from klankbord.live.shows import shows
from klankbord.people.announcing import profile_topic
from klankbord.people.models import Membership, Organisation
from klankbord.people.opening_words import next_change
from klankbord.people.requests import organisation_of
from klankbord.people.simple_view import is_simple
from klankbord.portal.actions import form_channel
from klankbord.portal.front_page import busiest_topics, latest_changes, latest_posts, latest_tips, question_of
from klankbord.portal.promise_score import recent_score
from klankbord.portal.reaching import how_to_reach
from klankbord.portal.words import day_words, median_line, promise_in_words, slowest_in_words

LONGEST_KEPT = timedelta(minutes=5)
"""A wait becomes late by the clock alone, which no event tells."""
_MOST_FACES = 6
_MOST_TOPICS = 4
_MOST_CHANGES = 2
_MOST_POSTS = 2


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """`/`"""
    organisation, now = organisation_of(request), clock.now()
    hours = organisation.opening_hours
    members = Membership.objects.of(organisation).public().select_related("user").order_by("pk")
    found = recent_score(organisation)
    context = {
        "reach": how_to_reach(organisation, now),
        "closes_at": hours.closes_at(now),
        "members": members[:_MOST_FACES],
        "has_form": form_channel(organisation) is not None,
        "ways": _ways(organisation, hours.closes_at(now), human_first=is_simple(request)),
        "topics": busiest_topics(organisation, _MOST_TOPICS),
        "changes": latest_changes(organisation, _MOST_CHANGES),
        "posts": latest_posts(organisation, _MOST_POSTS),
        "tips": latest_tips(organisation, _MOST_POSTS),
        "monthly": question_of(organisation, now),
        "promise": promise_in_words(organisation),
        "score": found,
        "median_line": median_line(hours, found.median),
        "slowest_tenth": slowest_in_words(hours, found.slowest_tenth),
        "day_words": day_words,
    }
    response = render(request, "portal/home.html", context)
    return shows(
        response,
        profile_topic(organisation.pk),
        promise_topic(organisation.pk),
        public_topic(organisation.pk),
        until=min(next_change(hours, now), now + LONGEST_KEPT),
    )


def _ways(organisation: Organisation, closes_at: datetime | None, *, human_first: bool) -> list[dict[str, str]]:
    found = [
        {
            "icon": "question",
            "title": _("Ask your question"),
            "text": _("Readers and staff help you. Everybody can read along."),
            "href": reverse("community:ask"),
        },
        {
            "icon": "idea",
            "title": _("Share an idea"),
            "text": _("What can be better? You always hear what we do with it."),
            "href": reverse("ideas:new"),
        },
        {
            "icon": "phone",
            "title": _("Call or drop in"),
            "text": _("Today until %(time)s.") % {"time": clock_time(closes_at)}
            if closes_at
            else _("Would you rather talk? We have time for you."),
            "href": "#visit",
        },
    ]
    if not (organisation.phone or organisation.visiting_address.strip()):
        found.pop()
    if form_channel(organisation) is not None:
        message = {
            "icon": "mail",
            "title": _("Send us a message"),
            "text": _("A question, complaint or compliment. Only we read it."),
            "href": reverse("portal:contact"),
        }
        found.insert(2, message)
    return [*reversed(found[2:]), *found[:2]] if human_first else found
