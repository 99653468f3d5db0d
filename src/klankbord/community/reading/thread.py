"""A question's page: the question, its answers and comments, those of its duplicates included.

These are the rows that every reader of a question costs. They are read plain, by queries that are worked out once; what
they mean is only made out for a message that is not kept in pieces from before.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple

from django.db.models import Exists, OuterRef
from django.db.models.functions import Length
from markupsafe import Markup

from klankbord.community.counting import family_of
from klankbord.community.models import Question, Related
from klankbord.community.reading.fragments import WORDS
from klankbord.conversations.models import Direction, Message
from klankbord.database.prepared import Plain, Prepared, Seen
from klankbord.markup.markdown import render_post
from klankbord.moderation.models import OfficialNote
from klankbord.participation.models import Tagging
from klankbord.people.models import Organisation


class Row(NamedTuple):
    """A message as the database has it, with what decides how its author is shown."""

    id: int
    conversation_id: int
    reply_to_id: int | None
    person_id: int | None
    score: int | None
    accepted_at: datetime | None
    official_at: datetime | None
    edited_at: datetime | None
    said_at: datetime
    withdrawn_at: datetime | None
    by_staff: int | None
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
    has_notes: bool


_COLUMNS = (
    "id", "conversation_id", "reply_to_id", "person_id", "answer__score", "answer__accepted_at", "answer__official_at",
    "edited_at", "said_at", "withdrawn_at", "membership_id", "answer__official_by__user__name",
    "answer__official_by__title", "answer__wiki_at", "person__pseudonym", "person__face", "person__merged_into_id",
    "person__works_as__is_active", "person__works_as__user__name", "person__works_as__title",
    "person__works_as__user__face", "person__standing__points",
)  # fmt: skip
_BY_STAFF, _WIKI = Row._fields.index("by_staff"), Row._fields.index("wiki_at")
_ID, _CONVERSATION, _REPLY_TO, _PERSON, _SCORE, _ACCEPTED, _OFFICIAL, _EDITED, _SAID, _WITHDRAWN = range(10)
_MERGED, _LENGTH, _HAS_NOTES = Row._fields.index("merged_into"), len(_COLUMNS), len(_COLUMNS) + 1


def _messages(*, organisation: int, conversation: int) -> Any:
    rows = Message.objects.of(organisation).filter(conversation_id=conversation, hidden_at__isnull=True)
    said = rows.filter(withdrawn_at__isnull=True).exclude(direction=Direction.NOTE).order_by("said_at", "id")
    notes = OfficialNote.objects.of(organisation).standing().filter(message_id=OuterRef("pk"))
    return said.values_list(*_COLUMNS, Length("text"), Exists(notes))


_MESSAGES = Prepared(_messages, ("organisation", "conversation"))


class Said:
    """One message: its plain values, and what they mean once somebody wants to know."""

    __slots__ = ("_row", "plain")

    def __init__(self, plain: Plain, row: Row | None = None) -> None:
        self.plain = plain
        self._row = row

    @property
    def id(self) -> int:
        """The message's."""
        found: int = self.plain[_ID]
        return found

    @property
    def conversation_id(self) -> int:
        """In whose thread it stands."""
        found: int = self.plain[_CONVERSATION]
        return found

    @property
    def person_id(self) -> int | None:
        """Who said it."""
        found: int | None = self.plain[_PERSON]
        return found

    @property
    def shown_person_id(self) -> int | None:
        """Whose page that is now."""
        found: int | None = self.plain[_MERGED] or self.plain[_PERSON]
        return found

    @property
    def is_ours(self) -> bool:
        """Whether staff wrote it, or the organisation made it its own."""
        return self.plain[_BY_STAFF] is not None or self.plain[_OFFICIAL] is not None

    @property
    def opens(self) -> bool:
        """Whether a question begins with it: neither an answer nor a comment."""
        return self.plain[_REPLY_TO] is None and self.plain[_SCORE] is None

    @property
    def is_open_to_all(self) -> bool:
        """Whether everybody may improve it."""
        return self.plain[_WIKI] is not None

    @property
    def has_notes(self) -> bool:
        """Whether the organisation put a correction beside it."""
        return bool(self.plain[_HAS_NOTES])

    @property
    def edition(self) -> tuple[Any, ...]:
        """What tells this text from any other. The length as well: what was erased was not changed by anybody."""
        return self.plain[_ID], self.plain[_EDITED], self.plain[_LENGTH]

    @property
    def row(self) -> Row:
        """Everything about it."""
        if self._row is None:
            self._row = Row(*next(_MESSAGES.converted([self.plain])))
        return self._row


@dataclass(slots=True)
class Post:
    """A question or answer with the comments under it."""

    said: Said
    comments: list[Said] = field(default_factory=list)


class Head(NamedTuple):
    """A question as its page needs it, whether or not everybody may read it."""

    id: int
    opening_id: int
    me_too: int
    closed_at: datetime | None
    closed_for: str
    locked_at: datetime | None
    moved_at: datetime | None
    joined_into_id: int | None
    person_id: int
    subject: str
    is_public: bool
    in_circle: bool
    hidden_at: datetime | None
    waiting_since: datetime | None
    due_at: datetime | None
    said_at: datetime
    withdrawn_at: datetime | None
    wiki_at: datetime | None
    has_duplicates: bool
    has_related: bool

    @property
    def takes_answers(self) -> bool:
        """Whether something can still be added."""
        return self.closed_at is None and self.locked_at is None and self.moved_at is None


def _head(*, organisation: int, question: int) -> Any:
    below = Question.objects.of(organisation).filter(joined_into_id=OuterRef("pk"))
    beside = Related.objects.of(organisation).filter(question_id=OuterRef("pk"))
    return (
        Question.objects.of(organisation)
        .filter(pk=question)
        .values_list(
            "pk", "opening_id", "me_too", "closed_at", "closed_for", "locked_at", "moved_at", "joined_into_id",
            "conversation__person_id", "conversation__subject", "conversation__is_public", "conversation__in_circle",
            "conversation__hidden_at", "conversation__waiting_since", "conversation__due_at", "opening__said_at",
            "opening__withdrawn_at", "wiki_at", Exists(below), Exists(beside),
        )
    )  # fmt: skip


_HEAD = Prepared(_head, ("organisation", "question"))


def _topics(*, organisation: int, question: int) -> Any:
    rows = Tagging.objects.of(organisation).filter(conversation_id=question).order_by("topic__name")
    return rows.values_list("topic__slug", "topic__name")


_TOPICS = Prepared(_topics, ("organisation", "question"))


@dataclass(slots=True)
class Thread:
    """All of a question's page that comes from messages.

    Attributes:
        openings: The questions that were joined into this one, oldest first, as posts.
        answers: Official ones first, then accepted ones, then the most useful.
    """

    head: Head
    opening: Post
    openings: list[Post]
    answers: list[Post]

    @property
    def has_notes(self) -> bool:
        """Whether the organisation put a correction beside one of the messages."""
        return any(each.has_notes for each in self.said)

    @property
    def said(self) -> list[Said]:
        """Every message, in the order of the page."""
        posts = [self.opening, *self.openings, *self.answers]
        return [said for post in posts for said in (post.said, *post.comments)]


def find_question(organisation: Organisation, pk: int) -> Question | None:
    """The question with its conversation, whether or not everybody may read it; None when there is none."""
    rows = Question.objects.of(organisation).select_related("conversation", "opening")
    found: Question | None = rows.filter(pk=pk).first()
    return found


def read_head(organisation: Organisation, pk: int) -> Head | None:
    """The same as plain values."""
    found = _HEAD.rows(organisation=organisation.pk, question=pk)
    return Head(*found[0]) if found else None


def topics_of(organisation: Organisation, pk: int) -> list[Plain]:
    """Slug and name of each topic that it is about."""
    return _TOPICS.plain(organisation=organisation.pk, question=pk)


def messages_of(organisation: Organisation, pk: int) -> Seen:
    """The rows of what everybody may read in this question's own conversation."""
    return _MESSAGES.seen(organisation=organisation.pk, conversation=pk)


def read_thread(organisation: Organisation, head: Head, own: Sequence[Plain]) -> Thread:
    """What everybody may read of it. `own` are its own messages; those of its duplicates are asked for here."""
    if not head.has_duplicates:
        return _arranged(head, own, [])
    question = Question.objects.of(organisation).get(pk=head.id)
    # What was joined, and hidden or made private since, takes along what was said of it.
    shown = Question.objects.of(organisation).filter(pk__in=family_of(question))
    family = [
        *shown.filter(conversation__hidden_at__isnull=True).exclude(pk=head.id).values_list("pk", flat=True),
    ]
    rows = [*own, *(row for pk in family for row in messages_of(organisation, pk).plain())]
    rows.sort(key=lambda row: (row[_SAID], row[_ID]))
    others = Question.objects.of(organisation).filter(pk__in=family).order_by("asked_at")
    return _arranged(head, rows, list(others.values_list("opening_id", flat=True)))


def _arranged(head: Head, rows: Sequence[Plain], openings: Sequence[int]) -> Thread:
    posts: dict[int, Post] = {}
    for row in rows:
        if row[_REPLY_TO] is None:
            posts[row[_ID]] = Post(Said(row))
    for row in rows:
        if row[_REPLY_TO] in posts:
            posts[row[_REPLY_TO]].comments.append(Said(row))
    own = posts.pop(head.opening_id, None) or Post(_taken_back(head))
    joined = [posts.pop(pk) for pk in openings if pk in posts]
    answers = [post for post in posts.values() if post.said.plain[_SCORE] is not None]
    answers.sort(key=_best_first)
    return Thread(head, own, joined, answers)


def _taken_back(head: Head) -> Said:
    """The place of a question that its author took back; its answers stay."""
    blank: dict[str, Any] = dict.fromkeys(Row._fields)
    row = Row(
        **blank
        | {
            "id": head.opening_id,
            "conversation_id": head.id,
            "said_at": head.said_at,
            "withdrawn_at": head.withdrawn_at or head.said_at,
            "length": 0,
            "has_notes": False,
        }
    )
    return Said(tuple(row), row)


def _best_first(post: Post) -> tuple[bool, bool, int, int]:
    plain = post.said.plain
    return plain[_OFFICIAL] is None, plain[_ACCEPTED] is None, -plain[_SCORE], plain[_ID]


def words_of(organisation_id: int, said: Iterable[Said]) -> dict[int, Markup]:
    """What these messages say, as safe HTML; read and rendered only when it is not kept from before."""
    found: dict[int, Markup] = {}
    missing: dict[int, Said] = {}
    for each in said:
        if each.plain[_WITHDRAWN] is not None:
            continue
        kept = WORDS.get(each.edition)
        if kept is None:
            missing[each.id] = each
        else:
            found[each.id] = kept
    if missing:
        texts = Message.objects.of(organisation_id).filter(pk__in=missing)
        for pk, text in texts.values_list("id", "text"):
            below = 1 if missing[pk].opens else 2
            found[pk] = Markup(render_post(text, below=below))  # noqa: S704 - the renderer lets no HTML through
            if (
                len(text) == missing[pk].plain[_LENGTH]
            ):  # changed in this very moment: shown, but not kept as the old one
                WORDS.keep(missing[pk].edition, found[pk])
    return found
