"""The context of a question's page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.template.loader import get_template
from django.urls import reverse
from django.utils import translation
from django.utils.text import Truncator
from markupsafe import Markup

from klankbord import clock
from klankbord.community.models import Question, Related
from klankbord.community.reading.fragments import BLOCKS, WORDS
from klankbord.community.reading.pictures import pictures_of
from klankbord.community.reading.thread import Post, Row, Thread, read_thread, words_of
from klankbord.markup.plain import text_from_html
from klankbord.moderation.showing import corrections
from klankbord.participation.actions import follows, voted_for
from klankbord.participation.authors import Author, authors
from klankbord.participation.models import Tagging
from klankbord.people.models import Membership, Organisation, Person, Role
from klankbord.people.requests import membership_of, person_of

ON_A_PAGE = 50
"""Answers; those after that are a page further."""
_DESCRIPTION = 200


@dataclass(frozen=True, slots=True)
class Viewer:
    """Who looks.

    Attributes:
        person: As others know them; None for a stranger, and for staff who never took part.
        ids: All rows that are this person.
    """

    person: Person | None
    membership: Membership | None
    ids: frozenset[int]

    @property
    def is_somebody(self) -> bool:
        """Whether the page is not the same for everybody."""
        return self.person is not None or self.membership is not None

    @property
    def is_staff(self) -> bool:
        """Whether they work here."""
        return self.membership is not None

    @property
    def is_moderator(self) -> bool:
        """Whether they may change what others wrote."""
        return self.membership is not None and self.membership.may(Role.MODERATOR)


def viewer_of(request: HttpRequest) -> Viewer:
    """Who makes this request."""
    person = person_of(request)
    ids = Person.objects.of(person.organisation_id).same_as(person) if person is not None else []
    return Viewer(person, membership_of(request), frozenset(ids))


@dataclass(frozen=True, slots=True)
class Standpoint:
    """What of the viewer decides how one post is shown to them; part of the key of its piece of HTML."""

    language: str
    today: date
    somebody: bool = False
    voted: bool = False
    own: bool = False
    asker: bool = False
    staff: bool = False
    moderator: bool = False
    open: bool = True


def question_page(question: Question, viewer: Viewer, organisation: Organisation, *, page: int = 1) -> dict[str, Any]:
    """Everything that a question's page shows."""
    thread = read_thread(question)
    shown = thread.answers[(page - 1) * ON_A_PAGE : page * ON_A_PAGE]
    voted = voted_for(
        person=viewer.person,
        organisation_id=organisation.pk,
        message_ids=[thread.opening.row.id, *(post.row.id for post in (*thread.openings, *shown))],
    )
    blocks = Blocks(thread, viewer, organisation, voted)
    opening = thread.opening
    helped_too = bool(voted & {opening.row.id, *(post.row.id for post in thread.openings)})
    path = reverse("community:question", args=[question.pk])
    return {
        "question": question,
        "conversation": question.conversation,
        "thread": thread,
        "viewer": viewer,
        "opening": opening,
        "opening_html": blocks.opening(topics_of(question), helped_too=helped_too),
        "follows": follows(person=viewer.person, conversation=question.conversation),
        "joined": [blocks.joined(post) for post in thread.openings],
        "answers": [blocks.answer(post) for post in shown],
        "pages": _pages(path, page, len(thread.answers)),
        "related": _related(question) if getattr(question, "has_related", True) else [],
        "duplicates": _duplicates(question) if viewer.is_moderator else [],
        "description": blocks.description() or question.conversation.subject,
        "address": f"{settings.PUBLIC_SCHEME}://{organisation.host}{settings.PUBLIC_PORT}{path}",
        "path": path,
    }


class Blocks:
    """The pieces of one page. What is kept from before is used; for the rest, all that is needed is read at once."""

    def __init__(self, thread: Thread, viewer: Viewer, organisation: Organisation, voted: set[int]) -> None:
        self._thread = thread
        self._viewer = viewer
        self._organisation = organisation
        self._voted = voted
        self._language = translation.get_language() or ""
        self._today = clock.now().astimezone(organisation.zone).date()
        self._authors: dict[int, Author] = {}
        self._words: dict[int, Markup] = {}
        self._pictures: dict[int, list[Any]] | None = None
        self._beside: dict[int, Markup] | None = None
        self._askers = self._whose_questions()

    def _whose_questions(self) -> dict[int, bool]:
        """For each question of the family, whether the viewer asked it."""
        if not self._viewer.ids:
            return {}
        mine = {
            post.row.conversation_id: post.row.person_id in self._viewer.ids
            for post in (self._thread.opening, *self._thread.openings)
        }
        own = self._thread.question
        return mine | {own.pk: own.conversation.person_id in self._viewer.ids}

    def opening(self, topics: list[tuple[str, str]], *, helped_too: bool) -> Markup:
        """The question itself: title, number, words, comments."""
        post, question = self._thread.opening, self._thread.question
        row, standpoint = post.row, self.standpoint(post.row)
        beside = (self.beside(each) for each in (row, *post.comments))
        subject, number = question.conversation.subject, question.me_too
        key = ("opening", standpoint, row, subject, number, helped_too, *topics, *post.comments, *beside)

        def make() -> Markup:
            context = {
                "row": row,
                "question": question,
                "subject": subject,
                "helped_too": helped_too,
                "topics": topics,
                "author": self.author(row),
                "words": self.said(row),
                "pictures": self.pictures(row),
                "comments": self.comments(post),
                "standpoint": standpoint,
            }
            return _render("community/opening.html", context)

        return BLOCKS.get_or(key, make)

    def description(self) -> str:
        """The question as one line, for search engines and previews."""
        row = self._thread.opening.row
        key = ("description", row.id, row.edited_at, row.length)
        return str(WORDS.get_or(key, lambda: Markup(description_of(self.words(row)))))  # noqa: S704 - escaped in the page

    def answer(self, post: Post) -> Markup:
        """An answer with everything around it."""
        standpoint = self.standpoint(post.row)
        beside = (self.beside(row) for row in (post.row, *post.comments))
        key = (standpoint, post.row, *post.comments, *beside)
        return BLOCKS.get_or(key, lambda: self._answer(post, standpoint))

    def _answer(self, post: Post, standpoint: Standpoint) -> Markup:
        row = post.row
        context = {
            "row": row,
            "author": self.author(row),
            "words": self.said(row),
            "pictures": self.pictures(row),
            "comments": self.comments(post),
            "standpoint": standpoint,
        }
        return _render("community/answer.html", context)

    def comments(self, post: Post) -> Markup:
        """The comments under a post."""
        return Markup("").join(self._comment(row) for row in post.comments)

    def _comment(self, row: Row) -> Markup:
        standpoint = self.standpoint(row)

        def make() -> Markup:
            context = {"row": row, "author": self.author(row), "words": self.said(row), "standpoint": standpoint}
            return _render("community/comment.html", context)

        return BLOCKS.get_or(("comment", standpoint, row, self.beside(row)), make)

    def joined(self, post: Post) -> Markup:
        """A duplicate's own words, with what was said about them."""
        context = {
            "row": post.row,
            "title": Question.objects.of(self._organisation)
            .filter(pk=post.row.conversation_id)
            .values_list("conversation__subject", flat=True)
            .first(),
            "author": self.author(post.row),
            "words": self.said(post.row),
            "pictures": self.pictures(post.row),
            "comments": self.comments(post),
            "standpoint": self.standpoint(post.row),
        }
        return _render("community/joined.html", context)

    def author(self, row: Row) -> Author | None:
        """Who said it."""
        if row.person_id is None:
            return None
        if row.person_id not in self._authors:
            wanted = {each.person_id for each in self._thread.rows}
            self._authors = authors(organisation_id=self._organisation.pk, person_ids=wanted)
        return self._authors.get(row.person_id)

    def words(self, row: Row) -> Markup:
        """What it says."""
        if row.withdrawn_at is not None:
            return Markup("")
        if row.id not in self._words:
            self._words = words_of(self._organisation.pk, self._thread.rows)
        return self._words.get(row.id, Markup(""))

    def beside(self, row: Row) -> Markup:
        """What we say beside it when it is not right."""
        if self._beside is None:
            shown = [each.id for each in self._thread.rows]
            self._beside = corrections(organisation_id=self._organisation.pk, message_ids=shown)
        return self._beside.get(row.id, Markup(""))

    def said(self, row: Row) -> Markup:
        """What it says, and what we say beside it."""
        return self.words(row) + self.beside(row)

    def pictures(self, row: Row) -> Sequence[Any]:
        """What hangs at it."""
        if self._pictures is None:
            self._pictures = pictures_of(self._organisation.pk, [each.id for each in self._thread.rows])
        return self._pictures.get(row.id, ())

    def standpoint(self, row: Row) -> Standpoint:
        """How the viewer looks at one message."""
        viewer, question = self._viewer, self._thread.question
        if not viewer.is_somebody:
            return Standpoint(self._language, self._today, open=question.locked_at is None)
        return Standpoint(
            self._language,
            self._today,
            somebody=True,
            voted=row.id in self._voted,
            own=row.person_id in viewer.ids,
            asker=self._askers.get(row.conversation_id, False) or self._askers.get(question.pk, False),
            staff=viewer.is_staff,
            moderator=viewer.is_moderator,
            open=question.locked_at is None,
        )


@cache
def _template(name: str) -> Any:
    return get_template(name)


def _render(name: str, context: dict[str, Any]) -> Markup:
    return Markup(_template(name).render(context))  # noqa: S704 - Jinja escaped what was not safe


def description_of(words: Markup) -> str:
    """The beginning of a text as one line, for search engines and previews."""
    plain = " ".join(text_from_html(str(words)).split())
    return str(Truncator(plain).chars(_DESCRIPTION))


def topics_of(question: Question) -> list[tuple[str, str]]:
    """Slug and name of each topic that it is about."""
    rows = Tagging.objects.of(question.organisation_id).filter(conversation_id=question.pk).order_by("topic__name")
    return list(rows.values_list("topic__slug", "topic__name"))


def _related(question: Question) -> list[tuple[int, str]]:
    rows = Related.objects.of(question.organisation_id).filter(question_id=question.pk)
    shown = rows.filter(other__conversation__hidden_at__isnull=True, other__moved_at__isnull=True)
    return list(shown.order_by("pk").values_list("other_id", "other__conversation__subject")[:8])


def _duplicates(question: Question) -> list[tuple[int, str]]:
    """What was joined into it, for who can take it apart."""
    rows = Question.objects.of(question.organisation_id).filter(joined_into_id=question.pk)
    return list(rows.order_by("pk").values_list("pk", "conversation__subject"))


def _pages(path: str, page: int, answers: int) -> dict[str, str]:
    pages = -(-answers // ON_A_PAGE)

    def to(number: int) -> str:
        return f"{path}?page={number}#answers" if number > 1 else f"{path}#answers"

    return {
        "previous": to(page - 1) if page > 1 else "",
        "next": to(page + 1) if page < pages else "",
    }
