"""The promise and all its figures, good or bad."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from klankbord import clock
from klankbord.conversations.announcing import promise_topic
from klankbord.live.shows import shows
from klankbord.people.announcing import profile_topic
from klankbord.people.opening_words import next_change
from klankbord.people.requests import organisation_of
from klankbord.portal.chart import promise_chart
from klankbord.portal.promise_score import recent_score, weekly_scores
from klankbord.portal.views.home import LONGEST_KEPT
from klankbord.portal.words import day_words, median_in_words, median_line, promise_in_words, slowest_in_words


@require_safe
def promise(request: HttpRequest) -> HttpResponse:
    """`/promise/`"""
    organisation, now = organisation_of(request), clock.now()
    hours = organisation.opening_hours
    found, weeks = recent_score(organisation), weekly_scores(organisation)
    context = {
        "day_words": day_words,
        "promise": promise_in_words(organisation),
        "score": found,
        "late": found.n - found.in_time,
        "median_line": median_line(hours, found.median),
        "slowest_tenth": slowest_in_words(hours, found.slowest_tenth),
        "rows": [
            {
                "week": week,
                "median": median_in_words(hours, week.score.median),
                "slowest_tenth": slowest_in_words(hours, week.score.slowest_tenth),
            }
            for week in reversed(weeks)
        ],
        "chart": promise_chart(weeks) if any(week.score.is_shown for week in weeks) else None,
    }
    response = render(request, "portal/promise.html", context)
    return shows(
        response,
        profile_topic(organisation.pk),
        promise_topic(organisation.pk),
        until=min(next_change(hours, now), now + LONGEST_KEPT),
    )
