"""What happens on the public pages."""

from __future__ import annotations

from dataclasses import dataclass

from klankbord.events.base import Event


@dataclass(frozen=True, slots=True, kw_only=True)
class WayBackAskedFor(Event):
    """Somebody asked for the private link of a conversation. Both ids are None when they did not know the person.

    It is written in both cases, so that how long the answer takes says nothing. `request` is this request's own number.
    """

    conversation_id: int | None
    address_id: int | None
    request: str
