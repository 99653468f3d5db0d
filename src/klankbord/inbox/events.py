"""What happens at the staff's desks."""

from __future__ import annotations

from dataclasses import dataclass

from klankbord.events.base import Event


@dataclass(frozen=True, slots=True, kw_only=True)
class AnsweringBegan(Event):
    """A member of staff began to write an answer; colleagues who look at the same conversation want to know."""

    conversation_id: int
    membership_id: int
