"""How anybody takes part with ideas, with an account or without: see `participation.contract.Contribution`."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from klankbord.conversations.models import Message
from klankbord.ideas.access import may_see_board
from klankbord.ideas.actions.panels import follow_panel_link, join_panel
from klankbord.ideas.actions.suggest import react, suggest
from klankbord.ideas.actions.useful import find_no_longer_useful, find_useful
from klankbord.ideas.actions.vote import unvote, vote
from klankbord.ideas.actions.words import change_words, may_change, take_back
from klankbord.ideas.counting import reactions_to
from klankbord.ideas.listing import board_path
from klankbord.ideas.models import Board, Idea, PanelLink
from klankbord.ideas.refusals import BoardClosed
from klankbord.moderation.actions.hold import Before
from klankbord.participation.actions import follow, unfollow
from klankbord.participation.contract import NoLongerThere, NotYoursToChange, Payload
from klankbord.participation.held import settle
from klankbord.participation.paths import thread_path
from klankbord.participation.pictures import pictures_in
from klankbord.participation.saying import check_words, number, shortened, topics_in
from klankbord.people.models import Membership, Organisation, Person


def _board(organisation: Organisation, payload: Payload, person: Person | None, member: Membership | None) -> Board:
    board = Board.objects.shared_by(organisation).filter(pk=number(payload.get("board"))).first()
    if board is None or not may_see_board(board, person=person, member=member):
        raise NoLongerThere
    return board


def _idea(
    organisation: Organisation, payload: Payload, person: Person | None, member: Membership | None = None
) -> Idea:
    rows = (
        Idea.objects.visible_to(member)
        if member
        else Idea.objects.readable_by(person=person, organisation=organisation)
    )
    found = rows.filter(conversation_id=number(payload.get("idea")))
    idea: Idea | None = found.select_related("board", "conversation", "opening", "merged_into").first()
    if idea is None:
        raise NoLongerThere
    return idea


def _reaction_to(
    organisation: Organisation, payload: Payload, person: Person | None, member: Membership | None = None
) -> tuple[Idea, Message]:
    """What somebody said about an idea that this visitor may read, and that idea."""
    message = Message.objects.of(organisation).filter(pk=number(payload.get("message"))).first()
    if message is None:
        raise NoLongerThere
    idea = _idea(organisation, {"idea": message.conversation_id}, person, member)
    reaction = reactions_to(idea.root).filter(pk=message.pk).first()
    if reaction is None:
        raise NoLongerThere
    return idea, reaction


def words_of(
    organisation: Organisation, payload: Payload, person: Person | None, member: Membership | None = None
) -> tuple[Idea, Message]:
    """An idea's own words or a reaction to it, that this visitor may read, and that idea."""
    opening = Idea.objects.of(organisation).filter(
        opening_id=number(payload.get("message")), opening__withdrawn_at__isnull=True, opening__hidden_at__isnull=True
    )
    found = opening.values_list("conversation_id", flat=True).first()
    if found is None:
        return _reaction_to(organisation, payload, person, member)
    idea = _idea(organisation, {"idea": found}, person, member)
    return idea, idea.opening


class PostIdea:
    """Post an idea: `board`, `title`, `text`, `topics` (ids), `pictures` ([id, words])."""

    kind = "idea"

    def check(self, *, organisation: Organisation, payload: Payload) -> None:
        """The board takes ideas of everybody, and there is an idea."""
        self._check(_board(organisation, payload, None, None), organisation, payload)

    def perform(self, *, person: Person, membership: Membership | None, payload: Payload) -> str:
        """Post it; what the screening holds is only seen by moderators."""
        organisation = person.organisation
        board = _board(organisation, payload, person, membership)
        self._check(board, organisation, payload)
        title, text = str(payload["title"]), str(payload["text"])
        pictures = pictures_in(organisation, payload)
        screened = settle(
            person=person,
            membership=membership,
            text=text,
            subject=title,
            pictures=len(pictures),
        )
        idea = suggest(
            board=board,
            person=person,
            title=title,
            text=text,
            topics=topics_in(organisation, payload.get("topics", ())),
            pictures=pictures,
            membership=membership,
            held=screened.held,
            place=str(payload.get("place", "")),
        )
        return screened.after(idea.opening, thread_path(idea.conversation))

    @staticmethod
    def _check(board: Board, organisation: Organisation, payload: Payload) -> None:
        if not board.is_open():
            raise BoardClosed
        check_words(organisation, text=str(payload["text"]), title=str(payload["title"]))

    def words(self, payload: Payload) -> str:
        """What the mail says."""
        return _("Your idea: %(title)s") % {"title": shortened(payload["title"])}


class IdeaVote:
    """Want `idea` too, or no longer (`stop`)."""

    kind = "idea-vote"

    def check(self, *, organisation: Organisation, payload: Payload) -> None:
        """There is such an idea, and its board takes votes."""
        if not _idea(organisation, payload, None).root.board.is_open():
            raise BoardClosed

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
        return _("You want this too: %(title)s") % {"title": shortened(payload.get("title"))}


class IdeaComment:
    """Say something about `idea`, or about `message` below it: `text`, `pictures`."""

    kind = "idea-comment"

    def check(self, *, organisation: Organisation, payload: Payload) -> None:
        """There is such an idea, its board is open, and there is something to say."""
        idea = _idea(organisation, payload, None)
        if not idea.root.board.is_open():
            raise BoardClosed
        check_words(organisation, text=str(payload["text"]))

    def perform(self, *, person: Person, membership: Membership | None, payload: Payload) -> str:
        """Say it."""
        organisation = person.organisation
        idea = _idea(organisation, payload, person, membership)
        check_words(organisation, text=str(payload["text"]))
        text = str(payload["text"])
        pictures = pictures_in(organisation, payload)
        screened = settle(person=person, membership=membership, text=text, pictures=len(pictures))
        message = react(
            idea=idea,
            person=person,
            text=text,
            reply_to=self._above(idea, payload),
            pictures=pictures,
            membership=membership,
            held=screened.held,
        )
        return screened.after(message, thread_path(idea.root.conversation, message))

    @staticmethod
    def _above(idea: Idea, payload: Payload) -> Message | None:
        above = number(payload.get("message"))
        if not above:
            return None
        found = Message.objects.of(idea.organisation_id).filter(pk=above).select_related("conversation__idea").first()
        if found is None or not hasattr(found.conversation, "idea") or found.conversation.idea.root.pk != idea.root.pk:
            raise NoLongerThere
        return found

    def words(self, payload: Payload) -> str:
        """What the mail says."""
        return _("Your reaction: %(text)s") % {"text": shortened(payload["text"])}


class ReactionVote:
    """Find the reaction `message` useful, or no longer (`stop`)."""

    kind = "idea-useful"

    def check(self, *, organisation: Organisation, payload: Payload) -> None:
        """There is such a reaction, and its board is open."""
        idea, _reaction = _reaction_to(organisation, payload, None)
        if not idea.root.board.is_open():
            raise BoardClosed

    def perform(self, *, person: Person, membership: Membership | None, payload: Payload) -> str:
        """Vote, once."""
        idea, reaction = _reaction_to(person.organisation, payload, person, membership)
        if payload.get("stop"):
            find_no_longer_useful(reaction=reaction, person=person)
        else:
            find_useful(idea=idea, reaction=reaction, person=person, place=str(payload.get("place", "")))
        return thread_path(idea.root.conversation, reaction)

    def words(self, payload: Payload) -> str:
        """What the mail says."""
        return _("You found a reaction useful.")


class IdeaEdit:
    """Change what `message`, an idea or a reaction to one, says: `text`, for an idea `title`, `reason`."""

    kind = "idea-edit"

    def check(self, *, organisation: Organisation, payload: Payload) -> None:
        """There is such a message, and something to say."""
        self._check(organisation, payload, words_of(organisation, payload, None))

    def perform(self, *, person: Person, membership: Membership | None, payload: Payload) -> str:
        """Change it; what stood there stays to be seen."""
        organisation = person.organisation
        idea, message = words_of(organisation, payload, person, membership)
        self._check(organisation, payload, (idea, message))
        if not may_change(message=message, person=person, membership=membership):
            raise NotYoursToChange
        text, title = str(payload["text"]), str(payload.get("title", ""))
        screened = settle(person=person, membership=membership, text=text, subject=title)
        before = Before(
            message.text, idea.conversation.subject if message.pk == idea.opening_id else "", message.edited_at
        )
        change_words(
            idea=idea,
            message=message,
            by=person,
            text=text,
            title=title,
            membership=membership,
            reason=str(payload.get("reason", "")),
        )
        return screened.after(message, thread_path(idea.root.conversation, message), before=before)

    @staticmethod
    def _check(organisation: Organisation, payload: Payload, said: tuple[Idea, Message]) -> None:
        idea, message = said
        title = str(payload.get("title", "")) if message.pk == idea.opening_id else None
        check_words(organisation, text=str(payload["text"]), title=title)

    def words(self, payload: Payload) -> str:
        """What the mail says."""
        return _("You changed your text: %(text)s") % {"text": shortened(payload.get("title") or payload["text"])}


class IdeaTakeBack:
    """The author takes `message`, an idea or a reaction to one, back."""

    kind = "idea-take-back"

    def check(self, *, organisation: Organisation, payload: Payload) -> None:
        """There is such a message."""
        words_of(organisation, payload, None)

    def perform(self, *, person: Person, membership: Membership | None, payload: Payload) -> str:
        """Take it back."""
        idea, message = words_of(person.organisation, payload, person, membership)
        take_back(idea=idea, message=message, by=person)
        return board_path(idea.board) if message.pk == idea.opening_id else thread_path(idea.root.conversation)

    def words(self, payload: Payload) -> str:
        """What the mail says."""
        return _("You take back something that you wrote.")


class IdeaFollow:
    """Hear what becomes of `idea`, or no longer (`stop`)."""

    kind = "idea-follow"

    def check(self, *, organisation: Organisation, payload: Payload) -> None:
        """There is such an idea."""
        _idea(organisation, payload, None)

    def perform(self, *, person: Person, membership: Membership | None, payload: Payload) -> str:
        """Follow it, once."""
        idea = _idea(person.organisation, payload, person, membership).root
        act = unfollow if payload.get("stop") else follow
        act(person=person, conversation=idea.conversation)
        return thread_path(idea.conversation)

    def words(self, payload: Payload) -> str:
        """What the mail says."""
        return _("You want to hear of this: %(title)s") % {"title": shortened(payload.get("title"))}


class JoinPanel:
    """Come into a panel by a link that was handed on: `token`."""

    kind = "idea-panel"

    def check(self, *, organisation: Organisation, payload: Payload) -> None:
        """The link opens something."""
        self._link(organisation, payload)

    def perform(self, *, person: Person, membership: Membership | None, payload: Payload) -> str:
        """Come in, once."""
        link = self._link(person.organisation, payload)
        join_panel(board=link.board, person=person)
        return reverse("ideas:board", args=[link.board.slug])

    @staticmethod
    def _link(organisation: Organisation, payload: Payload) -> PanelLink:
        found = follow_panel_link(organisation_id=organisation.pk, token=str(payload.get("token", "")))
        if found is None or found.person_id is not None:
            raise NoLongerThere
        return found

    def words(self, payload: Payload) -> str:
        """What the mail says."""
        return _("You want to think along in a group.")


CONTRIBUTIONS: tuple[Any, ...] = (
    PostIdea(),
    IdeaVote(),
    IdeaComment(),
    ReactionVote(),
    IdeaEdit(),
    IdeaTakeBack(),
    IdeaFollow(),
    JoinPanel(),
)
"""All of them, for `wiring/`."""
