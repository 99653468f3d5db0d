"""What the home page shows of what goes on in public."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from klankbord.ideas.changes import change_page
from klankbord.ideas.models import Change
from klankbord.participation.models import Tagging, Topic
from klankbord.people.models import Organisation
from klankbord.posts.models import MonthlyQuestion, Post, Tip


@dataclass(frozen=True, slots=True)
class ChangeLine:
    """A change in two lines: what, and because of whom."""

    title: str
    path: str
    about: str


def busiest_topics(organisation: Organisation, number: int) -> list[Topic]:
    """The topics with most public questions: what is often asked."""
    tagged = Tagging.objects.of(organisation).filter(
        conversation__is_public=True, conversation__hidden_at__isnull=True, conversation__kind="question"
    )
    busiest = tagged.values("topic").annotate(n=Count("pk")).order_by("-n", "topic")[:number]
    rows = Topic.objects.of(organisation).in_bulk([each["topic"] for each in busiest])
    return [rows[each["topic"]] for each in busiest]


def latest_changes(organisation: Organisation, number: int) -> list[ChangeLine]:
    """You said, we did: the latest."""
    return [_line(change) for change in Change.objects.of(organisation).published()[:number]]


def latest_posts(organisation: Organisation, number: int) -> list[Post]:
    """What staff wrote last."""
    return list(Post.objects.of(organisation).shown().select_related("conversation", "log")[:number])


def latest_tips(organisation: Organisation, number: int) -> list[Tip]:
    """What customers gave to others last."""
    return list(Tip.objects.of(organisation).shown().select_related("conversation")[:number])


def question_of(organisation: Organisation, now: datetime) -> MonthlyQuestion | None:
    """The question of this month, while it is this month."""
    first = now.astimezone(organisation.zone).date().replace(day=1)
    rows = MonthlyQuestion.objects.of(organisation).shown().filter(month=first)
    return rows.select_related("conversation").first()


def _line(change: Change) -> ChangeLine:
    page = change_page(change)
    parts = []
    if page.thanks:
        parts.append(_("Idea by %(name)s.") % {"name": page.thanks[0].name})
    if page.voters > 1:
        asked = ngettext("%(num)s person asked for it.", "%(num)s people asked for it.", page.voters)
        parts.append(asked % {"num": page.voters})
    parts.append(page.day)
    path = reverse("changes:change", args=[change.pk])
    return ChangeLine(change.title, path, " · ".join(parts).replace(". · ", ". "))
