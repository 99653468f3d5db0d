"""For each of the reactions here, something that happened after which it has work to do."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from klankbord.conversations.actions.speak_publicly import hide_publicly, opening_message, say_publicly
from klankbord.conversations.events import MessageReceived
from klankbord.conversations.models import Direction, Message
from klankbord.events.base import Event
from klankbord.moderation.events import HeldPostShown
from klankbord.participation.actions import follow
from klankbord.posts import reactions
from klankbord.posts.actions import ask_monthly_question, give_tip, like_tip, like_tip_no_longer, react, write_post
from klankbord.posts.by_mail import take_in_by_mail
from klankbord.posts.models import Tip
from tests import cast
from tests.reacting import last


def _posted(house: cast.DeKlank) -> Event:
    follow(person=cast.helper(house.organisation, "Ans"), area="posts")
    write_post(by=house.marlies, title="Nieuwe kasten", text="Ze staan er.")
    return last("posts.PostWritten")


def _asked(house: cast.DeKlank) -> Event:
    follow(person=cast.helper(house.organisation, "Ans"), area="monthly")
    ask_monthly_question(by=house.tom, title="Wat lees je?", text="", month=house.organisation.today())
    return last("posts.MonthlyQuestionAsked")


def _reacted(house: cast.DeKlank) -> Event:
    post = write_post(by=house.marlies, title="Nieuwe kasten", text="Ze staan er.")
    follow(person=cast.helper(house.organisation, "Ans"), conversation=post.conversation)
    react(conversation=post.conversation, person=cast.helper(house.organisation, "Piet"), text="Mooi!")
    return last("conversations.PublicMessagePosted")


def _hidden(house: cast.DeKlank) -> Event:
    post = write_post(by=house.marlies, title="Nieuwe kasten", text="Ze staan er.")
    said = react(conversation=post.conversation, person=cast.helper(house.organisation, "Piet"), text="Koop dit!")
    hide_publicly(message=said)
    return last("conversations.PublicMessageChanged")


def _tip(house: cast.DeKlank) -> Tip:
    return give_tip(person=cast.helper(house.organisation, "Ans"), title="Ronja", text="Over moed.")


def _liked(house: cast.DeKlank) -> Event:
    like_tip(tip=_tip(house), person=cast.helper(house.organisation, "Piet"))
    return last("participation.VoteCast")


def _liked_no_longer(house: cast.DeKlank) -> Event:
    tip, piet = _tip(house), cast.helper(house.organisation, "Piet")
    like_tip(tip=tip, person=piet)
    reactions.earn_by_tip(last("participation.VoteCast"))
    like_tip_no_longer(tip=tip, person=piet)
    return last("participation.VoteWithdrawn")


def _tip_shown(house: cast.DeKlank) -> Event:
    tip = _tip(house)
    follow(person=cast.helper(house.organisation, "Fatima"), whom=tip.conversation.person)
    opening = opening_message(tip.conversation)
    return HeldPostShown(organisation_id=house.organisation.pk, conversation_id=tip.pk, message_id=opening.pk)


def _mailed(house: cast.DeKlank) -> Event:
    post = write_post(by=house.marlies, title="Nieuwe kasten", text="Ze staan er.")
    follow(person=cast.helper(house.organisation, "Ans"), conversation=post.conversation)
    ans = cast.helper(house.organisation, "Ans")
    said = say_publicly(conversation=post.conversation, person=ans, text="Mooi!", held=True)
    Message.objects.of(house.organisation).filter(pk=said.pk).update(direction=Direction.INBOUND)
    return MessageReceived(
        organisation_id=house.organisation.pk, conversation_id=post.pk, message_id=said.pk, opened=False
    )


SITUATIONS: dict[Callable[[Any], None], Callable[[cast.DeKlank], Event]] = {
    reactions.tell_of_our_post: _posted,
    reactions.tell_of_reaction: _reacted,
    reactions.count_again: _hidden,
    reactions.earn_by_tip: _liked,
    reactions.earn_no_longer: _liked_no_longer,
    take_in_by_mail: _mailed,
}

FURTHER: tuple[tuple[Callable[[Any], None], Callable[[cast.DeKlank], Event]], ...] = (
    (reactions.tell_of_our_post, _asked),
    (reactions.tell_of_reaction, _tip_shown),
)
"""Other events after which the same reaction has something else to do."""
