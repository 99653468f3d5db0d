"""What happens to ideas, boards and changes."""

from __future__ import annotations

from dataclasses import dataclass

from klankbord.events.base import Event


@dataclass(frozen=True, slots=True, kw_only=True)
class IdeaPosted(Event):
    """Somebody had an idea. `quiet` for one that was brought in from elsewhere: nobody is told."""

    idea_id: int
    conversation_id: int
    board_id: int
    quiet: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class IdeaStatusSet(Event):
    """We said what we do with it: `step_id` on its road, and `message_id` with the sentence in its thread.

    `quiet` when those who follow it hear of it in another way.
    """

    idea_id: int
    conversation_id: int
    board_id: int
    message_id: int
    step_id: int
    status: str
    by_id: int
    quiet: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class IdeasMerged(Event):
    """`idea_id` goes on as part of `into_id`; or, with `apart`, stands by itself again."""

    idea_id: int
    conversation_id: int
    into_id: int
    into_conversation_id: int
    by_id: int
    apart: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class IdeaMoved(Event):
    """It stands on another board now, or came to the attention of staff again."""

    idea_id: int
    conversation_id: int
    board_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class BoardChanged(Event):
    """A board was made or changed, or, with `shared`, who shares it."""

    board_id: int
    shared: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class PanelInvited(Event):
    """Somebody is asked to think along on a private board; a mail goes out."""

    board_id: int
    person_id: int
    membership_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsentAsked(Event):
    """A customer is asked whether what they wrote may be posted as an idea; a mail goes out."""

    request_id: int
    conversation_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsentAnswered(Event):
    """The customer said yes or no to that; it stands in the private conversation from which it came."""

    request_id: int
    conversation_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangePublished(Event):
    """Something is different now, and those who asked for it are told."""

    change_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeRevised(Event):
    """The words of a change, its ideas, or what people say of it changed."""

    change_id: int
