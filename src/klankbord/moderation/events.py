"""What happens in moderation."""

from __future__ import annotations

from dataclasses import dataclass

from klankbord.events.base import Event


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseOpened(Event):
    """Something waits for a moderator: held before anybody saw it, or reported."""

    case_id: int
    conversation_id: int
    message_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Flagged(Event):
    """Somebody said that something is wrong with a message."""

    flag_id: int
    conversation_id: int
    message_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldPostShown(Event):
    """What was held is there for everybody now, for the first time: who counts or tells of posts does so now."""

    conversation_id: int
    message_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PostHidden(Event):
    """What everybody could see is out of sight: by flags until it is judged, or by a decision."""

    conversation_id: int
    message_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class HiddenPostShown(Event):
    """What everybody could see before, and then not, is there again."""

    conversation_id: int
    message_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class DecisionMade(Event):
    """A moderator judged a message."""

    decision_id: int
    conversation_id: int
    message_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class DecisionUndone(Event):
    """A moderator took a decision back; the message waits to be judged again."""

    decision_id: int
    conversation_id: int
    message_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Objected(Event):
    """An author says that a decision about their words was not right."""

    objection_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ObjectionJudged(Event):
    """A moderator judged an objection."""

    objection_id: int
    granted: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonRestrained(Event):
    """Somebody writes less freely for a while, or again as before (`lifted`)."""

    restraint_id: int
    person_id: int
    lifted: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class OfficialNoteChanged(Event):
    """A correction was put beside a message, or taken away."""

    note_id: int
    conversation_id: int
    message_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class HouseRulesChanged(Event):
    """The organisation changed its rules or reasons of moderation."""
