"""Today: what is late, what is due, who answers, and how the last week went."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from django.db.models import Count, Q
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET

from klankbord import clock
from klankbord.conversations.models import Conversation, ConversationQuerySet
from klankbord.inbox.access import StaffRequest, for_staff
from klankbord.inbox.counting import capped_counts, shown_count
from klankbord.inbox.figures import last_week
from klankbord.inbox.lateness import wait_in_words
from klankbord.inbox.lists import DUE_TODAY
from klankbord.inbox.pages import Frame, read_frame
from klankbord.inbox.rows import read_values, row_of
from klankbord.inbox.undelivered import undelivered

MOST_SHOWN = 5


@require_GET
@for_staff()
def show_today(request: StaffRequest) -> HttpResponse:
    """The day at a glance."""
    frame = read_frame(request, place="today")
    now = clock.now()
    waiting: ConversationQuerySet = Conversation.objects.visible_to(request.membership).awaiting_answer()
    late = waiting.late(now)
    due = DUE_TODAY.of(request.membership)
    counts = capped_counts({"late": late, "due": due, "waiting": waiting, "unassigned": waiting.unassigned()})
    context = {
        "late_rows": _rows(request, frame, late),
        "due_rows": _rows(request, frame, due),
        "counts": {name: shown_count(count) or "0" for name, count in counts.items()},
        "undelivered": undelivered(request.membership),
        "is_quiet": not counts["waiting"],
        "answering": _who_answers(frame, waiting),
        **_week(request, frame),
        "closes_at": frame.surroundings.hours.closes_at(now),
        "opens_at": frame.surroundings.hours.opens_after(now),
        "back_url": reverse("inbox:list"),
    }
    return render(request, "inbox/today.html", frame.context | context)


def _week(request: StaffRequest, frame: Frame) -> dict[str, Any]:
    hours = frame.surroundings.hours
    week = last_week(request.membership, hours)
    return {
        "week": week,
        "half_within": wait_in_words(hours, week.median) if week.median else "",
        "slow_tenth": wait_in_words(hours, replace(week.slowest_tenth, at_least=False)) if week.slowest_tenth else "",
    }


def _rows(request: StaffRequest, frame: Frame, rows: ConversationQuerySet) -> list[Any]:
    values = read_values(rows, request.organisation)[:MOST_SHOWN]
    return [row_of(each, request.membership, request.organisation, frame.surroundings.hours) for each in values]


def _who_answers(frame: Frame, waiting: ConversationQuerySet) -> list[dict[str, Any]]:
    """Colleagues with how many wait for each, most first; those without any are left out."""
    counted = waiting.filter(assignee__isnull=False).order_by().values("assignee_id")
    found = {
        row["assignee_id"]: row
        for row in counted.annotate(waits=Count("pk"), late=Count("pk", filter=Q(due_at__lt=clock.now())))
    }
    people = [
        {"name": each.name, "face": each.face, "waits": found[each.id]["waits"], "late": found[each.id]["late"]}
        for each in frame.surroundings.colleagues
        if each.id in found
    ]
    return sorted(people, key=lambda person: -person["waits"])
