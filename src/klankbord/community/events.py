"""What happens with questions and answers, beyond being said."""

from __future__ import annotations

from dataclasses import dataclass

from klankbord.events.base import Event


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerAccepted(Event):
    """The asker says that this answer helped. `author_id` wrote it; `by_id` is the asker."""

    conversation_id: int
    message_id: int
    author_id: int | None
    by_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerNoLongerAccepted(Event):
    """The asker took that back."""

    conversation_id: int
    message_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerMadeOfficial(Event):
    """A member of staff says that the organisation stands for this answer. `author_id` wrote it."""

    conversation_id: int
    message_id: int
    author_id: int | None
    membership_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerNoLongerOfficial(Event):
    """A member of staff took that back."""

    conversation_id: int
    message_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class QuestionsJoined(Event):
    """A duplicate is now shown on the page of `into_id`."""

    conversation_id: int
    into_id: int
    membership_id: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class QuestionsParted(Event):
    """The two are questions of their own again."""

    conversation_id: int
    into_id: int
    membership_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class QuestionChanged(Event):
    """Closed, opened again, locked, related to another: what its page says about it."""

    conversation_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class StaffAsked(Event):
    """Nobody answered in time: the question stands in the inbox, with its promise."""

    conversation_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class StaffNoLongerAsked(Event):
    """Nobody waits for staff any more: an answer by staff, or by somebody else that the asker accepted."""

    conversation_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class WentPrivate(Event):
    """A public question goes on in private, in `private_id`."""

    conversation_id: int
    private_id: int
    membership_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PublicationAsked(Event):
    """The customer was asked whether their question may be shown to everybody."""

    conversation_id: int
    publication_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PublicationDecided(Event):
    """They said yes or no, or we asked no longer."""

    conversation_id: int
    publication_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RulesChanged(Event):
    """What the organisation chose for its community."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountClaimed(Event):
    """Somebody says that an account from elsewhere is theirs, or that was decided."""

    claim_id: int
