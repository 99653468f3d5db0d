"""A question's page: the question, its answers and comments, those of its duplicates included."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple

from django.db.models import Exists, F, OuterRef
from django.db.models.functions import Length
from markupsafe import Markup

from klankbord.community.counting import family_of
from klankbord.community.models import Question, Related
from klankbord.community.reading.fragments import WORDS
from klankbord.conversations.models import Direction, Message
from klankbord.markup.markdown import render_post
from klankbord.people.models import Organisation


class Row(NamedTuple):
    """A message as the database has it, with what decides how its author is shown."""

    id: int
    conversation_id: int
    reply_to_id: int | None
    person_id: int | None
    said_at: datetime
    edited_at: datetime | None
    withdrawn_at: datetime | None
    by_staff: int | None
    score: int | None
    accepted_at: datetime | None
    official_at: datetime | None
    official_name: str | None
    official_title: str | None
    wiki_at: datetime | None
    pseudonym: str | None
    face: str | None
    merged_into: int | None
    works: bool | None
    staff_name: str | None
    staff_title: str | None
    staff_face: str | None
    points: int | None
    length: int


_COLUMNS = (
    "id", "conversation_id", "reply_to_id", "person_id", "said_at", "edited_at", "withdrawn_at", "membership_id",
    "answer__score", "answer__accepted_at", "answer__official_at", "answer__official_by__user__name",
    "answer__official_by__title", "answer__wiki_at", "person__pseudonym", "person__face", "person__merged_into_id",
    "person__works_as__is_active", "person__works_as__user__name", "person__works_as__title",
    "person__works_as__user__face", "person__standing__points",
)  # fmt: skip


@dataclass(slots=True)
class Post:
    """A question, answer or comment with the comments under it."""

    row: Row
    comments: list[Row] = field(default_factory=list)


@dataclass(slots=True)
class Thread:
    """All of a question's page that comes from messages.

    Attributes:
        openings: The questions that were joined into this one, oldest first, as posts.
        answers: Accepted and official ones first, then the most useful.
    """

    question: Question
    opening: Post
    openings: list[Post]
    answers: list[Post]

    @property
    def posts(self) -> list[Post]:
        """Everything, in the order of the page."""
        return [self.opening, *self.openings, *self.answers]

    @property
    def rows(self) -> list[Row]:
        """Every message."""
        return [row for post in self.posts for row in (post.row, *post.comments)]


def find_question(organisation: Organisation, pk: int) -> Question | None:
    """The question with its conversation, whether or not everybody may read it; None when there is none."""
    rows = Question.objects.of(organisation).select_related("conversation", "opening")
    below = Question.objects.of(organisation).filter(joined_into_id=OuterRef("pk"))
    beside = Related.objects.of(organisation).filter(question_id=OuterRef("pk"))
    # Most have neither: then the page need not ask for them.
    marked = rows.annotate(has_duplicates=Exists(below), has_related=Exists(beside))
    found: Question | None = marked.filter(pk=pk).first()
    return found


def read_thread(question: Question) -> Thread:
    """What everybody may read of it, in two queries (one more for each level of duplicates)."""
    family = family_of(question) if getattr(question, "has_duplicates", True) else [question.pk]
    rows = _read_rows(question.organisation_id, family)
    openings = _openings(question, family)
    posts: dict[int, Post] = {}
    for row in rows:
        if row.reply_to_id is None:
            posts[row.id] = Post(row)
    for row in rows:
        if row.reply_to_id is not None and row.reply_to_id in posts:
            posts[row.reply_to_id].comments.append(row)
    own = posts.get(question.opening_id) or Post(_taken_back(question))
    joined = [posts[pk] for pk in openings if pk in posts]
    special = {question.opening_id, *openings}
    answers = [post for pk, post in posts.items() if pk not in special and post.row.score is not None]
    answers.sort(key=_best_first)
    return Thread(question, own, joined, answers)


def _read_rows(organisation_id: int, family: Sequence[int]) -> list[Row]:
    rows = Message.objects.of(organisation_id).filter(conversation_id__in=family, hidden_at__isnull=True)
    said = rows.filter(withdrawn_at__isnull=True).exclude(direction=Direction.NOTE)
    return [Row(*values) for values in said.order_by("said_at", "id").values_list(*_COLUMNS, Length("text"))]


def _openings(question: Question, family: Sequence[int]) -> list[int]:
    """The opening messages of the duplicates."""
    others = [pk for pk in family if pk != question.pk]
    if not others:
        return []
    rows = Question.objects.of(question.organisation_id).filter(pk__in=others).order_by(F("asked_at"))
    return list(rows.values_list("opening_id", flat=True))


def _taken_back(question: Question) -> Row:
    """The place of a question that its author took back; its answers stay."""
    blank: dict[str, Any] = dict.fromkeys(Row._fields)
    opening = question.opening
    return Row(
        **blank
        | {
            "id": opening.pk,
            "conversation_id": question.pk,
            "said_at": opening.said_at,
            "length": 0,
            "withdrawn_at": opening.withdrawn_at or opening.said_at,
        }
    )


def _best_first(post: Post) -> tuple[bool, bool, int, int]:
    row = post.row
    return (row.official_at is None, row.accepted_at is None, -(row.score or 0), row.id)


def words_of(organisation_id: int, rows: Iterable[Row]) -> dict[int, Markup]:
    """What these messages say, as safe HTML; read and rendered only when it is not kept from before."""
    found: dict[int, Markup] = {}
    missing: dict[int, Row] = {}
    for row in rows:
        # The length as well: what was erased was not changed by anybody, and must not be shown from before.
        kept = WORDS.get((row.id, row.edited_at, row.length))
        if kept is None:
            missing[row.id] = row
        else:
            found[row.id] = kept
    if missing:
        texts = Message.objects.of(organisation_id).filter(pk__in=missing)
        for pk, edited_at, text in texts.values_list("id", "edited_at", "text"):
            html = Markup(render_post(text))  # noqa: S704 - the renderer lets no HTML through
            found[pk] = WORDS.keep((pk, edited_at, len(text)), html)
    return found
