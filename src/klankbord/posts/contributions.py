"""How anybody reacts, tips and likes, with an account or without: see `participation.contract.Contribution`."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.utils.translation import gettext as _

from klankbord.conversations.actions.send_reply import LONGEST_TEXT
from klankbord.conversations.actions.speak_publicly import LONGEST_SUBJECT
from klankbord.conversations.models import Conversation, Message
from klankbord.conversations.refusals import NothingWritten, Refused, TooLong
from klankbord.files.models import StoredFile
from klankbord.moderation.actions.hold import hold_for_judgement
from klankbord.moderation.screening import Outcome, Verdict, screen
from klankbord.participation.actions import follow, unfollow
from klankbord.participation.contract import CannotTakePart, NoLongerThere, Payload
from klankbord.participation.paths import thread_path
from klankbord.people.models import Membership, Organisation, Person
from klankbord.posts.actions import TipPicture, give_tip, like_tip, like_tip_no_longer, react, withdraw_tip
from klankbord.posts.models import MonthlyQuestion, Post, Theme, Tip


def _in_words[**P, R](act: Callable[P, R]) -> Callable[P, R]:
    """Turn what an action refuses into what a page can say."""

    @wraps(act)
    def told(*args: P.args, **kwargs: P.kwargs) -> R:
        try:
            return act(*args, **kwargs)
        except CannotTakePart:
            raise
        except Refused as refusal:
            raise CannotTakePart(str(refusal.sentence)) from refusal

    return told


def number(value: object) -> int:
    """The id in a payload; 0, which nothing has, for anything else."""
    text = str(value or "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else 0


def public_thread(organisation: Organisation, pk: object) -> Conversation:
    """The post, tip or question of the month that everybody may read.

    Raises:
        CannotTakePart: there is none.
    """
    key = number(pk)
    shown = (
        Post.objects.of(organisation).shown().filter(pk=key).exists()
        or Tip.objects.of(organisation).shown().filter(pk=key).exists()
        or MonthlyQuestion.objects.of(organisation).filter(pk=key).exists()
    )
    found = Conversation.objects.of(organisation).public().filter(pk=key).first() if shown else None
    if found is None:
        raise NoLongerThere
    return found


def public_tip(organisation: Organisation, pk: object) -> Tip:
    """The tip that everybody may read.

    Raises:
        CannotTakePart: there is none.
    """
    rows = Tip.objects.of(organisation).shown().select_related("conversation__person", "theme")
    found: Tip | None = rows.filter(pk=number(pk)).first()
    if found is None:
        raise NoLongerThere
    return found


def _screened(
    person: Person, membership: Membership | None, *, text: str, subject: str = "", pictures: int = 0
) -> Verdict:
    verdict = screen(
        organisation=person.organisation,
        person=person,
        membership=membership,
        text=text,
        subject=subject,
        pictures=pictures,
    )
    if verdict.outcome is Outcome.REFUSE:
        raise CannotTakePart(verdict.refusal)
    return verdict


def _held(message: Message, verdict: Verdict) -> None:
    if verdict.held:
        hold_for_judgement(message=message, verdict=verdict)


class React:
    """Say `text` below the post, tip or question of the month `thread`."""

    kind = "reaction"

    @_in_words
    def check(self, *, organisation: Organisation, payload: Payload) -> None:
        """There is such a thread, and something to say."""
        public_thread(organisation, payload["thread"])
        text = str(payload["text"])
        if not text.strip():
            raise NothingWritten
        if len(text) > LONGEST_TEXT:
            raise TooLong

    @_in_words
    def perform(self, *, person: Person, membership: Membership | None, payload: Payload) -> str:
        """Say it; what the screening holds is only seen by moderators."""
        self.check(organisation=person.organisation, payload=payload)
        thread, text = public_thread(person.organisation, payload["thread"]), str(payload["text"])
        verdict = _screened(person, membership, text=text)
        said = react(conversation=thread, person=person, text=text, membership=membership, held=verdict.held)
        _held(said, verdict)
        return f"{thread_path(thread)}?held=1" if verdict.held else thread_path(thread, said)

    def words(self, payload: Payload) -> str:
        """What the mail says."""
        return _("Your reaction: %(text)s") % {"text": str(payload.get("text", ""))[:120]}


class GiveTip:
    """Give a tip: `title`, `text`, `theme`, `picture` (the id of a kept file), `width`, `height`, `picture_words`."""

    kind = "tip"

    @_in_words
    def check(self, *, organisation: Organisation, payload: Payload) -> None:
        """There is a tip."""
        if not str(payload["title"]).strip() or not str(payload["text"]).strip():
            raise NothingWritten
        if len(str(payload["title"])) > LONGEST_SUBJECT or len(str(payload["text"])) > LONGEST_TEXT:
            raise TooLong

    @_in_words
    def perform(self, *, person: Person, membership: Membership | None, payload: Payload) -> str:
        """Give it."""
        organisation = person.organisation
        self.check(organisation=organisation, payload=payload)
        title, text = str(payload["title"]), str(payload["text"])
        picture = _picture(organisation, payload)
        verdict = _screened(person, membership, text=text, subject=title, pictures=int(picture is not None))
        tip = give_tip(
            person=person,
            title=title,
            text=text,
            theme=Theme.objects.of(organisation).filter(pk=number(payload.get("theme"))).first(),
            picture=picture,
            membership=membership,
            held=verdict.held,
        )
        opening = Message.objects.of(organisation).filter(conversation=tip.conversation).in_order()[0]
        _held(opening, verdict)
        return "/tips/?held=1" if verdict.held else thread_path(tip.conversation)

    def words(self, payload: Payload) -> str:
        """What the mail says."""
        return _("Your tip: %(title)s") % {"title": str(payload.get("title", ""))[:120]}


class FollowThread:
    """Hear of reactions to `thread`, or no longer (`stop`)."""

    kind = "post-follow"

    @_in_words
    def check(self, *, organisation: Organisation, payload: Payload) -> None:
        """There is such a thread."""
        public_thread(organisation, payload["thread"])

    @_in_words
    def perform(self, *, person: Person, membership: Membership | None, payload: Payload) -> str:
        """Follow it, or stop."""
        thread = public_thread(person.organisation, payload["thread"])
        act = unfollow if payload.get("stop") else follow
        act(person=person, conversation=thread)
        return thread_path(thread)

    def words(self, payload: Payload) -> str:
        """What the mail says."""
        return _("You want to hear when somebody reacts.")


class LikeTip:
    """Like `tip`, or no longer (`stop`)."""

    kind = "tip-like"

    @_in_words
    def check(self, *, organisation: Organisation, payload: Payload) -> None:
        """There is such a tip."""
        public_tip(organisation, payload["tip"])

    @_in_words
    def perform(self, *, person: Person, membership: Membership | None, payload: Payload) -> str:
        """Like it, once."""
        tip = public_tip(person.organisation, payload["tip"])
        if payload.get("stop"):
            like_tip_no_longer(tip=tip, person=person)
        else:
            like_tip(tip=tip, person=person, place=str(payload.get("place", "")))
        return thread_path(tip.conversation)

    def words(self, payload: Payload) -> str:
        """What the mail says."""
        return _("You like a tip.")


class WithdrawTip:
    """Its giver takes `tip` back."""

    kind = "tip-withdraw"

    @_in_words
    def check(self, *, organisation: Organisation, payload: Payload) -> None:
        """There is such a tip."""
        public_tip(organisation, payload["tip"])

    @_in_words
    def perform(self, *, person: Person, membership: Membership | None, payload: Payload) -> str:
        """Take it back."""
        withdraw_tip(tip=public_tip(person.organisation, payload["tip"]), by=person)
        return "/tips/"

    def words(self, payload: Payload) -> str:
        """What the mail says."""
        return _("You take your tip back.")


def _picture(organisation: Organisation, payload: Payload) -> TipPicture | None:
    file = StoredFile.objects.of(organisation).filter(pk=number(payload.get("picture"))).first()
    if file is None:
        return None
    width, height = number(payload.get("width")), number(payload.get("height"))
    return TipPicture(file, width, height, str(payload.get("picture_words", "")))


CONTRIBUTIONS: tuple[Any, ...] = (React(), FollowThread(), GiveTip(), LikeTip(), WithdrawTip())
"""All of them, for `wiring/`."""
