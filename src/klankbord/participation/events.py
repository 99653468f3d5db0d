"""What happens when people take part."""

from __future__ import annotations

from dataclasses import dataclass

from klankbord.events.base import Event


@dataclass(frozen=True, slots=True, kw_only=True)
class VoteCast(Event):
    """Somebody voted for a public message. `author_id` wrote it; the two may be the same."""

    conversation_id: int
    message_id: int
    vote_id: int
    person_id: int
    author_id: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class VoteWithdrawn(Event):
    """Somebody took their vote back."""

    conversation_id: int
    message_id: int
    vote_id: int
    person_id: int
    author_id: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Followed(Event):
    """Somebody follows a thread, topic, person or area, or no longer does."""

    person_id: int
    conversation_id: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Retagged(Event):
    """The topics of a public thread changed."""

    conversation_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Revised(Event):
    """The words of a public message changed; what stood there is kept."""

    conversation_id: int
    message_id: int
    revision_id: int
    by_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class TopicChanged(Event):
    """A topic was made, renamed, moved or removed."""

    topic_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ParticipantChanged(Event):
    """Somebody's public name, face or line about themselves changed."""

    person_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class AgreementUndone(Event):
    """What looked like an agreement was undone."""

    ring_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ConfirmationAsked(Event):
    """A stranger did something for which their address is to be confirmed; a mail goes out."""

    pending_id: int
