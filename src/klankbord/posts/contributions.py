"""How anybody reacts, tips and likes, with an account or without: see `participation.contract.Contribution`."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from klankbord.conversations.actions.speak_publicly import opening_message
from klankbord.conversations.models import Conversation, Message
from klankbord.participation.actions import follow, unfollow
from klankbord.participation.contract import NoLongerThere, Payload
from klankbord.participation.held import settle
from klankbord.participation.paths import thread_path
from klankbord.participation.pictures import pictures_in
from klankbord.participation.saying import check_words, number, shortened
from klankbord.people.models import Membership, Organisation, Person
from klankbord.posts.actions import (
    give_tip,
    like_tip,
    like_tip_no_longer,
    react,
    take_reaction_back,
    withdraw_tip,
)
from klankbord.posts.models import MonthlyQuestion, Post, Theme, Tip


def public_thread(organisation: Organisation, pk: object) -> Conversation:
    """The post, tip or question of the month that everybody may read.

    Raises:
        NoLongerThere: there is none.
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
        NoLongerThere: there is none.
    """
    rows = Tip.objects.of(organisation).shown().select_related("conversation__person", "theme")
    found: Tip | None = rows.filter(pk=number(pk)).first()
    if found is None:
        raise NoLongerThere
    return found


def public_reaction(organisation: Organisation, pk: object) -> Message:
    """Something said below a post, tip or question of the month that everybody may read.

    Raises:
        NoLongerThere: there is none.
    """
    found = Message.objects.of(organisation).public().filter(pk=number(pk)).select_related("conversation").first()
    if found is None:
        raise NoLongerThere
    public_thread(organisation, found.conversation_id)
    return found


class React:
    """Say `text` below the post, tip or question of the month `thread`."""

    kind = "reaction"

    def check(self, *, organisation: Organisation, payload: Payload) -> None:
        """There is such a thread, and something to say."""
        public_thread(organisation, payload["thread"])
        check_words(organisation, text=str(payload["text"]))

    def perform(self, *, person: Person, membership: Membership | None, payload: Payload) -> str:
        """Say it; what the screening holds is only seen by moderators."""
        self.check(organisation=person.organisation, payload=payload)
        thread, text = public_thread(person.organisation, payload["thread"]), str(payload["text"])
        screened = settle(person=person, membership=membership, text=text)
        said = react(conversation=thread, person=person, text=text, membership=membership, held=screened.held)
        return screened.after(said, thread_path(thread, said))

    def words(self, payload: Payload) -> str:
        """What the mail says."""
        return _("Your reaction: %(text)s") % {"text": shortened(payload["text"])}


class TakeReactionBack:
    """Who said `message` below a post, tip or question of the month takes it back."""

    kind = "reaction-take-back"

    def check(self, *, organisation: Organisation, payload: Payload) -> None:
        """It stands there."""
        public_reaction(organisation, payload["message"])

    def perform(self, *, person: Person, membership: Membership | None, payload: Payload) -> str:
        """Take it back."""
        said = public_reaction(person.organisation, payload["message"])
        take_reaction_back(said=said, by=person)
        return thread_path(said.conversation)

    def words(self, payload: Payload) -> str:
        """What the mail says."""
        return _("You take back something that you wrote.")


class GiveTip:
    """Give a tip: `title`, `text`, `theme`, and one picture as `participation.pictures.pictures_in` reads it."""

    kind = "tip"

    def check(self, *, organisation: Organisation, payload: Payload) -> None:
        """There is a tip."""
        check_words(organisation, text=str(payload["text"]), title=str(payload["title"]), both=True)

    def perform(self, *, person: Person, membership: Membership | None, payload: Payload) -> str:
        """Give it."""
        organisation = person.organisation
        self.check(organisation=organisation, payload=payload)
        title, text = str(payload["title"]), str(payload["text"])
        picture = next(iter(pictures_in(organisation, payload)), None)
        screened = settle(
            person=person,
            membership=membership,
            text=text,
            subject=title,
            pictures=int(picture is not None),
        )
        tip = give_tip(
            person=person,
            title=title,
            text=text,
            theme=Theme.objects.of(organisation).filter(pk=number(payload.get("theme"))).first(),
            picture=picture,
            membership=membership,
            held=screened.held,
        )
        return screened.after(opening_message(tip.conversation), thread_path(tip.conversation))

    def words(self, payload: Payload) -> str:
        """What the mail says."""
        return _("Your tip: %(title)s") % {"title": shortened(payload["title"])}


class FollowThread:
    """Hear of reactions to `thread`, or no longer (`stop`)."""

    kind = "post-follow"

    def check(self, *, organisation: Organisation, payload: Payload) -> None:
        """There is such a thread."""
        public_thread(organisation, payload["thread"])

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

    def check(self, *, organisation: Organisation, payload: Payload) -> None:
        """There is such a tip."""
        public_tip(organisation, payload["tip"])

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

    def check(self, *, organisation: Organisation, payload: Payload) -> None:
        """There is such a tip."""
        public_tip(organisation, payload["tip"])

    def perform(self, *, person: Person, membership: Membership | None, payload: Payload) -> str:
        """Take it back."""
        withdraw_tip(tip=public_tip(person.organisation, payload["tip"]), by=person)
        return "/tips/"

    def words(self, payload: Payload) -> str:
        """What the mail says."""
        return _("You take your tip back.")


CONTRIBUTIONS: tuple[Any, ...] = (React(), TakeReactionBack(), FollowThread(), GiveTip(), LikeTip(), WithdrawTip())
"""All of them, for `wiring/`."""
