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
from klankbord.people.models import ClosedDay, Membership, Organisation
from klankbord.people.opening_words import next_change, now_line, week_rows
from klankbord.people.requests import organisation_of
from klankbord.portal.actions import form_channel
from klankbord.portal.front_page import busiest_topics, latest_changes, question_of
from klankbord.portal.promise_score import recent_score
from klankbord.portal.words import day_words, median_line, promise_in_words, slowest_in_words

LONGEST_KEPT = timedelta(minutes=5)
"""A wait becomes late by the clock alone, which no event tells."""
_AHEAD = timedelta(days=30)
_MOST_FACES = 6
_MOST_TOPICS = 4
_MOST_CHANGES = 2


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """`/`"""
    organisation, now = organisation_of(request), clock.now()
    hours = organisation.opening_hours
    members = Membership.objects.of(organisation).public().select_related("user").order_by("pk")
    found = recent_score(organisation)
    context = {
        "is_open": hours.is_open(now),
        "closes_at": hours.closes_at(now),
        "now_line": now_line(hours, now),
        "members": members[:_MOST_FACES],
        "has_form": form_channel(organisation) is not None,
        "ways": _ways(organisation, hours.closes_at(now)),
        "topics": busiest_topics(organisation, _MOST_TOPICS),
        "changes": latest_changes(organisation, _MOST_CHANGES),
        "monthly": question_of(organisation, now),
        "promise": promise_in_words(organisation),
        "score": found,
        "median_line": median_line(found.median),
        "slowest_tenth": slowest_in_words(found.slowest_tenth),
        "week": week_rows(hours),
        "day_words": day_words,
        "closed_days": _closed_days(organisation, now),
        "address_lines": [line for line in organisation.visiting_address.splitlines() if line.strip()],
    }
    response = render(request, "portal/home.html", context)
    return shows(
        response,
        profile_topic(organisation.pk),
        promise_topic(organisation.pk),
        public_topic(organisation.pk),
        until=min(next_change(hours, now), now + LONGEST_KEPT),
    )


def _ways(organisation: Organisation, closes_at: datetime | None) -> list[dict[str, str]]:
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
    if form_channel(organisation) is not None:
        message = {
            "icon": "mail",
            "title": _("Send us a message"),
            "text": _("A question, complaint or compliment. Only we read it."),
            "href": reverse("portal:contact"),
        }
        found.insert(2, message)
    return found


def _closed_days(organisation: Organisation, now: datetime) -> list[ClosedDay]:
    """Days in the next month on which it is closed though it is usually open."""
    today = now.astimezone(organisation.zone).date()
    rows = ClosedDay.objects.of(organisation).filter(day__gte=today, day__lte=today + _AHEAD).order_by("day")
    return [row for row in rows if organisation.opening_hours.week.get(row.day.weekday())]
