"""Today: what is late, what is due, who answers, and how the last week went."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import Any

from django.db.models import Count, Q
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET

from klankbord import clock
from klankbord.conversations.models import Conversation, ConversationQuerySet
from klankbord.inbox.access import StaffRequest, for_staff
from klankbord.inbox.counting import capped_counts, shown_count
from klankbord.inbox.figures import last_week
from klankbord.inbox.pages import Frame, read_frame
from klankbord.inbox.rows import read_values, row_of

MOST_SHOWN = 5


@require_GET
@for_staff()
def show_today(request: StaffRequest) -> HttpResponse:
    """The day at a glance."""
    frame = read_frame(request, place="today")
    now = clock.now()
    waiting: ConversationQuerySet = Conversation.objects.visible_to(request.membership).awaiting_answer()
    late = waiting.late(now)
    due = waiting.filter(due_at__gte=now, due_at__lt=_tonight(now)).order_by("due_at", "id")
    counts = capped_counts({"late": late, "due": due, "waiting": waiting, "unassigned": waiting.unassigned()})
    context = {
        "late_rows": _rows(request, frame, late),
        "due_rows": _rows(request, frame, due),
        "counts": {name: shown_count(count) or "0" for name, count in counts.items()},
        "is_quiet": not counts["waiting"],
        "answering": _who_answers(frame, waiting),
        "week": last_week(request.membership, frame.surroundings.hours),
        "closes_at": frame.surroundings.hours.closes_at(now),
        "opens_at": frame.surroundings.hours.opens_after(now),
        "back_url": reverse("inbox:list"),
    }
    return render(request, "inbox/today.html", frame.context | context)


def _tonight(now: datetime) -> datetime:
    """The midnight that ends today, in the organisation's zone."""
    today = timezone.localtime(now).date()
    return timezone.make_aware(datetime.combine(today + timedelta(days=1), time()))


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
