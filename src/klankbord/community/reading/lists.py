"""The lists of questions: what stands in each, in which order, and how one pages through it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from django.db.models import Count, Q
from django.utils.functional import Promise as LazyText
from django.utils.translation import gettext_lazy as _

from klankbord.community.models import Question, QuestionQuerySet
from klankbord.participation.models import Tagging, Topic
from klankbord.people.models import Organisation

PAGE = 25
MAIN_TOPICS = 12
MOST_CHOICES = 200
DEEPEST = 6
"""Levels of topics that a page shows."""

type Text = str | LazyText


@dataclass(frozen=True, slots=True)
class QuestionList:
    """One list.

    Attributes:
        slug: As it stands in an address; empty for the newest.
        label: Its name.
        column: By which it is read, falling; each has an index.
        empty: What is said when nothing is in it: a title and a sentence.
        shown: Which moment stands at a row.
    """

    slug: str
    label: Text
    column: str
    empty: tuple[Text, Text]
    only_unanswered: bool = False

    def of(self, organisation: Organisation) -> QuestionQuerySet:
        """Its questions."""
        rows = Question.objects.of(organisation).shown()
        return rows.unanswered() if self.only_unanswered else rows


NEWEST = QuestionList(
    "",
    _("Newest"),
    "asked_at",
    (_("Nobody has asked anything yet"), _("Be the first. Other visitors and our staff answer you.")),
)
UNANSWERED = QuestionList(
    "unanswered",
    _("Unanswered"),
    "asked_at",
    (_("Every question has an answer"), _("That is how we like it. Do you have a question yourself?")),
    only_unanswered=True,
)
ACTIVE = QuestionList("active", _("Active"), "active_at", NEWEST.empty)
MOST_HELPED = QuestionList("most-helped", _("Most helped"), "helped", NEWEST.empty)
LISTS = (NEWEST, UNANSWERED, ACTIVE, MOST_HELPED)
_BY_SLUG = {each.slug: each for each in LISTS}


def list_called(slug: str) -> QuestionList | None:
    """The list of this slug."""
    return _BY_SLUG.get(slug)


@dataclass(frozen=True, slots=True)
class ListRow:
    """A question in a list."""

    id: int
    title: str
    asked_at: datetime
    active_at: datetime
    answers: int
    accepted: int
    helped: int
    me_too: int
    person_id: int
    is_closed: bool
    waits_for_staff: bool
    topics: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class ListPage:
    """A page of a list. `next_cursor` is empty on the last one."""

    rows: tuple[ListRow, ...]
    next_cursor: str = ""


_COLUMNS = (
    "pk", "conversation__subject", "asked_at", "active_at", "answers", "accepted", "helped", "me_too",
    "conversation__person_id", "closed_at", "conversation__waiting_since",
)  # fmt: skip


def read_page(
    chosen: QuestionList, organisation: Organisation, *, topic: Topic | None = None, cursor: str = "", most: int = PAGE
) -> ListPage:
    """One page of a list behind `cursor`, in two queries."""
    rows = chosen.of(organisation)
    if topic is not None:
        under = Tagging.objects.of(organisation).filter(topic_id__in=topic_ids(topic))
        rows = rows.filter(pk__in=under.values("conversation_id"))
    found = _read(behind(rows, chosen.column, cursor).order_by(f"-{chosen.column}", "-pk"), most + 1)
    shown = found[:most]
    more = cursor_of(shown[-1][chosen.column], shown[-1]["pk"]) if len(found) > most else ""
    return ListPage(_rows(organisation, shown), more)


def read_these(organisation: Organisation, ids: list[int]) -> tuple[ListRow, ...]:
    """These questions, in this order, without those that nobody may read."""
    rows = Question.objects.of(organisation).shown().filter(pk__in=ids)
    by_id = {values["pk"]: values for values in _read(rows, len(ids))}
    return _rows(organisation, [by_id[pk] for pk in ids if pk in by_id])


def topic_ids(topic: Topic) -> list[int]:
    """The topic and all below it."""
    found, layer = [topic.pk], [topic.pk]
    while layer:
        below = Topic.objects.of(topic.organisation_id).filter(parent_id__in=layer).values_list("pk", flat=True)
        layer = [pk for pk in below if pk not in found]
        found += layer
    return found


def rows_of(organisation: Organisation, rows: QuestionQuerySet) -> tuple[ListRow, ...]:
    """These questions as they stand in a list."""
    return _rows(organisation, list(rows.values(*_COLUMNS)))


@dataclass(frozen=True, slots=True)
class ShownTopic:
    """A topic with how many questions stand directly under it, and what is below it."""

    name: str
    slug: str
    description: str
    questions: int
    below: tuple[ShownTopic, ...] = ()


def topic_tree(organisation: Organisation) -> list[ShownTopic]:
    """All topics, those below others with them, by name. Two queries."""
    shown = Question.objects.of(organisation).shown()
    counted = Tagging.objects.of(organisation).filter(conversation__question__in=shown).values("topic_id")
    numbers = dict(counted.annotate(number=Count("pk")).values_list("topic_id", "number"))
    children: dict[int | None, list[Topic]] = {}
    for each in Topic.objects.of(organisation).order_by("name"):
        children.setdefault(each.parent_id, []).append(each)

    def below(parent: int | None, depth: int) -> tuple[ShownTopic, ...]:
        found = children.get(parent, ()) if depth < DEEPEST else ()
        return tuple(
            ShownTopic(each.name, each.slug, each.description, numbers.get(each.pk, 0), below(each.pk, depth + 1))
            for each in found
        )

    return list(below(None, 0))


def topic_choices(organisation: Organisation) -> list[dict[str, Any]]:
    """The topics to choose from, those below others behind them."""
    found: list[dict[str, Any]] = []

    def add(parent: int | None, above: str) -> None:
        for each in children.get(parent, ()):
            label = f"{above}{each.name}"
            found.append({"value": each.pk, "label": label})
            if len(found) < MOST_CHOICES:
                add(each.pk, f"{label} › ")

    children: dict[int | None, list[Topic]] = {}
    for topic in Topic.objects.of(organisation).order_by("name"):
        children.setdefault(topic.parent_id, []).append(topic)
    add(None, "")
    return found


_ASKED = Q(taggings__conversation__question__isnull=False)


def main_topics(organisation: Organisation) -> list[tuple[str, str]]:
    """The topics under which most is asked, for beside a list: slug and name."""
    rows = Topic.objects.of(organisation).annotate(number=Count("taggings", filter=_ASKED)).filter(number__gt=0)
    return list(rows.order_by("-number", "name").values_list("slug", "name")[:MAIN_TOPICS])


def _read(rows: QuestionQuerySet, most: int) -> list[dict[str, Any]]:
    return list(rows.values(*_COLUMNS)[:most])


def _rows(organisation: Organisation, found: list[dict[str, Any]]) -> tuple[ListRow, ...]:
    topics: dict[int, list[tuple[str, str]]] = {}
    taggings = Tagging.objects.of(organisation).filter(conversation_id__in=[each["pk"] for each in found])
    for pk, slug, name in taggings.order_by("topic__name").values_list("conversation_id", "topic__slug", "topic__name"):
        topics.setdefault(pk, []).append((slug, name))
    return tuple(
        ListRow(
            id=each["pk"],
            title=each["conversation__subject"],
            asked_at=each["asked_at"],
            active_at=each["active_at"],
            answers=each["answers"],
            accepted=each["accepted"],
            helped=each["helped"],
            me_too=each["me_too"],
            person_id=each["conversation__person_id"],
            is_closed=each["closed_at"] is not None,
            waits_for_staff=each["conversation__waiting_since"] is not None,
            topics=tuple(topics.get(each["pk"], ())),
        )
        for each in found
    )


_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def cursor_of(value: datetime | int, pk: int) -> str:
    """The place behind a row, as it stands in an address."""
    number = (value - _EPOCH) // timedelta(microseconds=1) if isinstance(value, datetime) else value
    return f"{number}_{pk}"


def behind(rows: QuestionQuerySet, column: str, cursor: str) -> QuestionQuerySet:
    """What comes after the place that `cursor` names; all of it when the cursor is empty or nonsense."""
    first, _line, second = cursor.partition("_")
    digits = first.removeprefix("-")
    if not (digits.isascii() and digits.isdigit() and second.isascii() and second.isdigit()):
        return rows
    if len(digits) > 17 or len(second) > 18:
        return rows
    number, pk = int(first), int(second)
    if column == "helped":
        if abs(number) > 2**31 - 1:
            return rows
        value: Any = number
    else:
        if abs(number) > 10**17 // 2:
            return rows
        value = _EPOCH + timedelta(microseconds=number)
    # The plain bound first: it is what the index is entered with; the second condition only settles equal values.
    return rows.filter(**{f"{column}__lte": value}).filter(Q(**{f"{column}__lt": value}) | Q(pk__lt=pk))
