"""How anybody takes part with ideas, with an account or without: see `participation.contract.Contribution`."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from klankbord.conversations.actions.send_reply import LONGEST_TEXT
from klankbord.conversations.actions.speak_publicly import LONGEST_SUBJECT
from klankbord.conversations.models import Message
from klankbord.conversations.refusals import NothingWritten, Refused, TooLong
from klankbord.ideas.access import may_see_board
from klankbord.ideas.actions.panels import follow_panel_link, join_panel
from klankbord.ideas.actions.suggest import react, suggest
from klankbord.ideas.actions.vote import unvote, vote
from klankbord.ideas.models import Board, Idea, PanelLink
from klankbord.ideas.pictures import Shown, as_files, hang, waiting
from klankbord.ideas.refusals import BoardClosed, NotHere, NoTitle, TooPersonal
from klankbord.ideas.screening import settle
from klankbord.ideas.suggesting import is_forbidden
from klankbord.participation.actions import follow, unfollow
from klankbord.participation.contract import CannotTakePart, Payload
from klankbord.participation.models import Topic
from klankbord.participation.paths import thread_path
from klankbord.people.models import Membership, Organisation, Person


def _in_words[**P, R](act: Callable[P, R]) -> Callable[P, R]:
    """Turn what an action refuses into what a page can say."""

    @wraps(act)
    def told(*args: P.args, **kwargs: P.kwargs) -> R:
        try:
            return act(*args, **kwargs)
        except Refused as refusal:
            raise CannotTakePart(str(refusal.sentence)) from refusal

    return told


def _short(words: object) -> str:
    text = " ".join(str(words or "").split())
    return text if len(text) <= 120 else text[:119] + "…"


def _number(value: object) -> int:
    text = str(value)
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else 0


def _board(organisation: Organisation, payload: Payload, person: Person | None, member: Membership | None) -> Board:
    board = Board.objects.shared_by(organisation).filter(pk=_number(payload.get("board"))).first()
    if board is None or not may_see_board(board, person=person, member=member):
        raise NotHere
    return board


def _idea(
    organisation: Organisation, payload: Payload, person: Person | None, member: Membership | None = None
) -> Idea:
    rows = (
        Idea.objects.visible_to(member)
        if member
        else Idea.objects.readable_by(person=person, organisation=organisation)
    )
    found = rows.filter(conversation_id=_number(payload.get("idea")))
    idea: Idea | None = found.select_related("board", "conversation", "opening", "merged_into").first()
    if idea is None:
        raise NotHere
    return idea


def _check_words(organisation: Organisation, *, text: str, title: str | None = None) -> None:
    if title is not None and not title.strip():
        raise NoTitle
    if title is None and not text.strip():
        raise NothingWritten
    if len(title or "") > LONGEST_SUBJECT or len(text) > LONGEST_TEXT:
        raise TooLong
    if is_forbidden(f"{title or ''}\n{text}", organisation):
        raise TooPersonal


def _pictures(organisation: Organisation, payload: Payload) -> list[Shown]:
    named = {_number(pk): str(words) for pk, words in payload.get("pictures", ())}
    there = waiting(organisation, named)
    return [(there[pk], words) for pk, words in named.items() if pk in there]


class PostIdea:
    """Post an idea: `board`, `title`, `text`, `topics` (ids), `pictures` ([id, words])."""

    kind = "idea"

    @_in_words
    def check(self, *, organisation: Organisation, payload: Payload) -> None:
        """The board takes ideas of everybody, and there is an idea."""
        self._check(_board(organisation, payload, None, None), organisation, payload)

    @_in_words
    def perform(self, *, person: Person, membership: Membership | None, payload: Payload) -> str:
        """Post it; what the screening holds is only seen by moderators."""
        organisation = person.organisation
        board = _board(organisation, payload, person, membership)
        self._check(board, organisation, payload)
        title, text = str(payload["title"]), str(payload["text"])
        pictures = _pictures(organisation, payload)
        screened = settle(
            person=person,
            membership=membership,
            text=text,
            subject=title,
            kind=self.kind,
            pictures=len(pictures),
        )
        chosen = [_number(pk) for pk in payload.get("topics", ())]
        idea = suggest(
            board=board,
            person=person,
            title=title,
            text=text,
            topics=list(Topic.objects.of(organisation).filter(pk__in=chosen)),
            pictures=as_files(pictures),
            membership=membership,
            held=screened.held,
            place=str(payload.get("place", "")),
        )
        hang(pictures, idea.opening)
        return screened.after(idea.opening, thread_path(idea.conversation))

    @staticmethod
    def _check(board: Board, organisation: Organisation, payload: Payload) -> None:
        if not board.is_open():
            raise BoardClosed
        _check_words(organisation, text=str(payload["text"]), title=str(payload["title"]))

    def words(self, payload: Payload) -> str:
        """What the mail says."""
        return _("Your idea: %(title)s") % {"title": _short(payload["title"])}


class IdeaVote:
    """Want `idea` too, or no longer (`stop`)."""

    kind = "idea-vote"

    @_in_words
    def check(self, *, organisation: Organisation, payload: Payload) -> None:
        """There is such an idea, and its board takes votes."""
        if not _idea(organisation, payload, None).root.board.is_open():
            raise BoardClosed

    @_in_words
    def perform(self, *, person: Person, membership: Membership | None, payload: Payload) -> str:
        """Vote, once."""
        idea = _idea(person.organisation, payload, person, membership)
        if payload.get("stop"):
            unvote(idea=idea, person=person)
        else:
            vote(idea=idea, person=person, place=str(payload.get("place", "")))
        return thread_path(idea.root.conversation)

    def words(self, payload: Payload) -> str:
        """What the mail says."""
        return _("You want this too: %(title)s") % {"title": _short(payload.get("title"))}


class IdeaComment:
    """Say something about `idea`, or about `message` below it: `text`, `pictures`."""

    kind = "idea-comment"

    @_in_words
    def check(self, *, organisation: Organisation, payload: Payload) -> None:
        """There is such an idea, its board is open, and there is something to say."""
        idea = _idea(organisation, payload, None)
        if not idea.root.board.is_open():
            raise BoardClosed
        _check_words(organisation, text=str(payload["text"]))

    @_in_words
    def perform(self, *, person: Person, membership: Membership | None, payload: Payload) -> str:
        """Say it."""
        organisation = person.organisation
        idea = _idea(organisation, payload, person, membership)
        _check_words(organisation, text=str(payload["text"]))
        text = str(payload["text"])
        pictures = _pictures(organisation, payload)
        screened = settle(person=person, membership=membership, text=text, kind=self.kind, pictures=len(pictures))
        message = react(
            idea=idea,
            person=person,
            text=text,
            reply_to=self._above(idea, payload),
            pictures=as_files(pictures),
            membership=membership,
            held=screened.held,
        )
        hang(pictures, message)
        return screened.after(message, thread_path(idea.root.conversation, message))

    @staticmethod
    def _above(idea: Idea, payload: Payload) -> Message | None:
        number = _number(payload.get("message"))
        if not number:
            return None
        found = Message.objects.of(idea.organisation_id).filter(pk=number).select_related("conversation__idea").first()
        if found is None or not hasattr(found.conversation, "idea") or found.conversation.idea.root.pk != idea.root.pk:
            raise NotHere
        return found

    def words(self, payload: Payload) -> str:
        """What the mail says."""
        return _("Your reaction: %(text)s") % {"text": _short(payload["text"])}


class IdeaFollow:
    """Hear what becomes of `idea`, or no longer (`stop`)."""

    kind = "idea-follow"

    @_in_words
    def check(self, *, organisation: Organisation, payload: Payload) -> None:
        """There is such an idea."""
        _idea(organisation, payload, None)

    @_in_words
    def perform(self, *, person: Person, membership: Membership | None, payload: Payload) -> str:
        """Follow it, once."""
        idea = _idea(person.organisation, payload, person, membership).root
        act = unfollow if payload.get("stop") else follow
        act(person=person, conversation=idea.conversation)
        return thread_path(idea.conversation)

    def words(self, payload: Payload) -> str:
        """What the mail says."""
        return _("You want to hear of this: %(title)s") % {"title": _short(payload.get("title"))}


class JoinPanel:
    """Come into a panel by a link that was handed on: `token`."""

    kind = "idea-panel"

    @_in_words
    def check(self, *, organisation: Organisation, payload: Payload) -> None:
        """The link opens something."""
        self._link(organisation, payload)

    @_in_words
    def perform(self, *, person: Person, membership: Membership | None, payload: Payload) -> str:
        """Come in, once."""
        link = self._link(person.organisation, payload)
        join_panel(board=link.board, person=person)
        return reverse("ideas:board", args=[link.board.slug])

    @staticmethod
    def _link(organisation: Organisation, payload: Payload) -> PanelLink:
        found = follow_panel_link(organisation_id=organisation.pk, token=str(payload.get("token", "")))
        if found is None or found.person_id is not None:
            raise NotHere
        return found

    def words(self, payload: Payload) -> str:
        """What the mail says."""
        return _("You want to think along in a group.")


CONTRIBUTIONS: tuple[Any, ...] = (PostIdea(), IdeaVote(), IdeaComment(), IdeaFollow(), JoinPanel())
"""All of them, for `wiring/`."""
