"""The public log of decisions."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from klankbord import clock
from klankbord.live.shows import shows
from klankbord.moderation import rules
from klankbord.moderation.actions.decide import several_may_judge
from klankbord.moderation.announcing import log_topic, queue_topic
from klankbord.moderation.house import house_rules, reasons
from klankbord.moderation.reading.log import read_figures, read_lines
from klankbord.people.announcing import profile_topic
from klankbord.people.requests import organisation_of


@require_safe
def show_log(request: HttpRequest) -> HttpResponse:
    """`/log/`: what moderators decided, why, and how objections went; and the rules they go by. `?before=` goes on."""
    organisation = organisation_of(request)
    asked = request.GET.get("before", "")
    before = int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 19 else None
    lines, more = read_lines(organisation, before=before)
    context = {
        "lines": lines,
        "more": more,
        "before": before,
        "figures": read_figures(organisation),
        "reasons": reasons(organisation),
        "chosen": house_rules(organisation),
        "longest_days": rules.LONGEST_SPAN.days,
        "object_days": rules.OBJECT_WITHIN.days,
        "several_judge": several_may_judge(organisation.pk),
    }
    response = render(request, "moderation/log.html", context)
    # A decision shows some minutes after it was made, and counts grow without one: nobody minds five minutes.
    return shows(
        response,
        log_topic(organisation.pk),
        queue_topic(organisation.pk),
        profile_topic(organisation.pk),
        until=clock.now() + rules.TELL_AFTER,
        query=("before",),
    )
