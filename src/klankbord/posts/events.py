"""What happens to posts, tips and questions of the month."""

from __future__ import annotations

from dataclasses import dataclass

from klankbord.events.base import Event


@dataclass(frozen=True, slots=True, kw_only=True)
class PostWritten(Event):
    """A member of staff said something to everybody."""

    conversation_id: int
    message_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class TipGiven(Event):
    """A customer gave a tip. It may be held."""

    conversation_id: int
    message_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class MonthlyQuestionAsked(Event):
    """The question of a month was asked."""

    conversation_id: int
    message_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ThingsArranged(Event):
    """A log or a theme was made, changed or ended."""
