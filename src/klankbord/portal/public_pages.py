"""Which pages everybody may read, each once and under the address where it stands: what search engines are told."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from django.db.models import Q
from django.urls import reverse

from klankbord.conversations.models import Conversation
from klankbord.ideas.models import Board, Change
from klankbord.participation.contract import thread_route
from klankbord.participation.models import Topic
from klankbord.participation.paths import thread_path
from klankbord.people.models import Organisation
from klankbord.posts.models import Log, Theme

type Page = tuple[str, datetime | None]
"""A path, and when it last changed if that is known."""

_OF_THE_HOUSE = (
    "portal:home",
    "portal:promise",
    "portal:contact",
    "portal:privacy",
    "portal:accessibility",
    "community:questions",
    "community:topics",
    "ideas:list",
    "ideas:boards",
    "ideas:roadmap",
    "changes:list",
    "posts:posts",
    "posts:tips",
    "posts:earlier",
    "participation:thanks",
    "participation:standing",
    "moderation:log",
)
_ELSEWHERE = (
    Q(question__joined_into__isnull=False)
    | Q(question__opening__withdrawn_at__isnull=False, question__answers=0)
    | Q(question__moved_at__isnull=False)
    | Q(idea__merged_into__isnull=False)
    | Q(idea__opening__withdrawn_at__isnull=False)
    | Q(post__taken_back_at__isnull=False)
    | Q(tip__withdrawn_at__isnull=False)
)
"""Threads of which the page leads to another, or is not there any more."""


def lists(organisation: Organisation) -> Iterator[Page]:
    """The pages that are there without anybody posting: of the house itself, of all that can be listed, and changes."""
    for name in _OF_THE_HOUSE:
        yield reverse(name), None
    for slug in Topic.objects.of(organisation).order_by("pk").values_list("slug", flat=True):
        yield reverse("community:topic", args=[slug]), None
    boards = Board.objects.of(organisation).open_to_all().filter(is_main=False)
    for slug in boards.order_by("pk").values_list("slug", flat=True):
        yield reverse("ideas:board", args=[slug]), None
    for slug in Log.objects.of(organisation).order_by("pk").values_list("slug", flat=True):
        yield reverse("posts:log", args=[slug]), None
    for slug in Theme.objects.of(organisation).order_by("pk").values_list("slug", flat=True):
        yield reverse("posts:theme", args=[slug]), None
    for pk, changed_at in Change.objects.of(organisation).published().values_list("pk", "published_at"):
        yield reverse("changes:change", args=[pk]), changed_at


def threads(organisation: Organisation, *, first: int, number: int) -> list[Page]:
    """The threads of this range of ids that have a page of their own."""
    rows = Conversation.objects.of(organisation).public().filter(pk__gte=first, pk__lt=first + number)
    shown = rows.exclude(_ELSEWHERE).order_by("pk")
    return [(thread_path(each), each.last_message_at) for each in shown if thread_route(each.kind)]
