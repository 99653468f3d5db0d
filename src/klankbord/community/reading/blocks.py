"""The pieces of a question's page: each post with its author, numbers, words and buttons, as one looks at it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache, cached_property
from typing import Any

from django.http import HttpRequest
from django.template.loader import get_template
from django.utils import translation
from django.utils.text import Truncator
from markupsafe import Markup

from klankbord.community.models import Question
from klankbord.community.reading.fragments import BLOCKS, WORDS
from klankbord.community.reading.thread import Post, Said, Thread, words_of
from klankbord.database.prepared import Plain
from klankbord.markup.plain import text_from_html
from klankbord.moderation.showing import corrections
from klankbord.participation.authors import Author, authors
from klankbord.participation.pictures import ShownPicture, pictures_at
from klankbord.people.models import Membership, Organisation, Person, Role
from klankbord.people.requests import membership_of, person_of
from klankbord.reputation.actions import points_of
from klankbord.reputation.rules import THRESHOLDS, Right

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
    """What of the viewer decides how one post is shown to them."""

    voted: bool = False
    own: bool = False
    asker: bool = False
    staff: bool = False
    moderator: bool = False
    edits: bool = False
    retags: bool = False
    open: bool = True

    @property
    def key(self) -> tuple[bool, ...]:
        """The same for the same standpoint."""
        whole = self.voted, self.own, self.asker, self.staff, self.moderator
        return *whole, self.edits, self.retags, self.open


class Blocks:
    """The pieces of one page. What is kept from before is used; for the rest, all that is needed is read at once."""

    def __init__(self, thread: Thread, viewer: Viewer, organisation: Organisation, voted: set[int]) -> None:
        self._thread = thread
        self._viewer = viewer
        self._organisation = organisation
        self._voted = voted
        self._is_open = thread.head.locked_at is None
        # What all pieces depend on: "today" and "yesterday" mean other days tomorrow.
        today = organisation.today()
        self._place = f"{translation.get_language()} {today}"
        self._everybody = Standpoint(open=self._is_open)
        self._has_notes = thread.has_notes

    def opening(self, topics: Sequence[Plain], *, helped_too: bool) -> Markup:
        """The question itself: title, number, words, comments."""
        post, head = self._thread.opening, self._thread.head
        standpoint = self.standpoint(post.said)
        # Before there is an answer, whoever votes says that they have the same question.
        answered = bool(self._thread.answers)
        key = ("opening", *self._key(post, standpoint), head.subject, head.me_too, helped_too, answered, *topics)

        def make() -> Markup:
            votes = {"head": head, "helped_too": helped_too, "answered": answered}
            return _render("community/opening.html", {**self._around(post, standpoint), **votes, "topics": topics})

        return BLOCKS.get_or(key, make)

    def description(self) -> str:
        """The question as one line, for search engines and previews."""
        said = self._thread.opening.said
        key = ("description", *said.edition)
        return str(WORDS.get_or(key, lambda: Markup(description_of(self._words_of(said)))))  # noqa: S704 - escaped there

    def answer(self, post: Post) -> Markup:
        """An answer with everything around it."""
        standpoint = self.standpoint(post.said)
        kept = BLOCKS.get(key := self._key(post, standpoint))
        return kept if kept is not None else BLOCKS.keep(key, self._answer(post, standpoint))

    def _answer(self, post: Post, standpoint: Standpoint) -> Markup:
        return _render("community/answer.html", self._around(post, standpoint))

    def frame(self, template: str, context: dict[str, Any], *key: Any) -> Markup:
        """A piece around the posts. For everybody it depends on `key` alone; for who is known it is made anew."""
        if self._viewer.is_somebody:
            return _render(template, context)
        return BLOCKS.get_or((template, self._place, *key), lambda: _render(template, context))

    def joined(self, post: Post) -> Markup:
        """A duplicate's own words, with what was said about them."""
        titles = Question.objects.of(self._organisation).filter(pk=post.said.conversation_id)
        title = titles.values_list("conversation__subject", flat=True).first()
        context = {**self._around(post, self.standpoint(post.said)), "title": title}
        return _render("community/joined.html", context)

    def _key(self, post: Post, standpoint: Standpoint) -> tuple[Any, ...]:
        plain = [each.plain for each in (post.said, *post.comments)]
        notes = [self._beside(each) for each in (post.said, *post.comments)] if self._has_notes else ()
        own = [self.standpoint(each).key for each in post.comments] if self._viewer.is_somebody else ()
        return (self._place, standpoint.key, *plain, *own, *notes)

    def _around(self, post: Post, standpoint: Standpoint) -> dict[str, Any]:
        return {
            "row": post.said.row,
            "author": self._author_of(post.said),
            "words": self._said(post.said),
            "pictures": self._pictures.get(post.said.id, ()),
            "comments": Markup("").join(self._comment(each) for each in post.comments),
            "standpoint": standpoint,
        }

    def _comment(self, said: Said) -> Markup:
        context = {
            "row": said.row,
            "author": self._author_of(said),
            "words": self._said(said),
            "standpoint": self.standpoint(said),
        }
        return _render("community/comment.html", context)

    def _author_of(self, said: Said) -> Author | None:
        return self._authors.get(said.person_id) if said.person_id is not None else None

    def _words_of(self, said: Said) -> Markup:
        return self._words.get(said.id, Markup(""))

    def _said(self, said: Said) -> Markup:
        """What it says, and what we say beside it."""
        return self._words_of(said) + self._beside(said)

    def _beside(self, said: Said) -> Markup:
        """What we say beside it when it is not right."""
        return self._notes.get(said.id, Markup("")) if said.has_notes else Markup("")

    @cached_property
    def _authors(self) -> dict[int, Author]:
        wanted = {each.person_id for each in self._thread.said}
        return authors(organisation_id=self._organisation.pk, person_ids=wanted)

    @cached_property
    def _words(self) -> dict[int, Markup]:
        return words_of(self._organisation.pk, self._thread.said)

    @cached_property
    def _pictures(self) -> dict[int, list[ShownPicture]]:
        return pictures_at(self._organisation.pk, [each.id for each in self._thread.said])

    @cached_property
    def _notes(self) -> dict[int, Markup]:
        noted = [each.id for each in self._thread.said if each.has_notes]
        return corrections(organisation_id=self._organisation.pk, message_ids=noted)

    def standpoint(self, said: Said) -> Standpoint:
        """How the viewer looks at one message."""
        viewer, head = self._viewer, self._thread.head
        is_wiki = said.is_open_to_all or (said.id == head.opening_id and head.wiki_at is not None)
        if not viewer.is_somebody:
            return replace(self._everybody, edits=self._is_open) if is_wiki else self._everybody
        own = said.person_id in viewer.ids
        return Standpoint(
            voted=said.id in self._voted,
            own=own,
            asker=self._asked.get(said.conversation_id, False) or self._asked.get(head.id, False),
            staff=viewer.is_staff,
            moderator=viewer.is_moderator,
            edits=self._is_open and not own and (is_wiki or (self._edits_others and not said.is_ours)),
            retags=viewer.is_staff or (self._is_open and (own or self._has(Right.RETAG))),
            open=self._is_open,
        )

    @cached_property
    def _edits_others(self) -> bool:
        return self._has(Right.EDIT_OTHERS)

    def _has(self, right: Right) -> bool:
        return self._points >= THRESHOLDS[right].points

    @cached_property
    def _points(self) -> int:
        return points_of(self._viewer.person) if self._viewer.person is not None else 0

    @cached_property
    def _asked(self) -> dict[int, bool]:
        """For each question of the page, whether the viewer asked it."""
        ids, head = self._viewer.ids, self._thread.head
        theirs = {post.said.conversation_id: post.said.person_id in ids for post in self._thread.openings}
        return theirs | {head.id: head.person_id in ids}


@cache
def _template(name: str) -> Any:
    return get_template(name)


def _render(name: str, context: dict[str, Any]) -> Markup:
    return Markup(_template(name).render(context))  # noqa: S704 - Jinja escaped what was not safe


def description_of(words: Markup) -> str:
    """The beginning of a text as one line."""
    plain = " ".join(text_from_html(str(words)).split())
    return str(Truncator(plain).chars(_DESCRIPTION))
