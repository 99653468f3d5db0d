"""What happens in conversations."""

from __future__ import annotations

from dataclasses import dataclass

from klankbord.events.base import Event


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageReceived(Event):
    """A person said something. `opened` when it began the conversation; `quiet` for imported history."""

    conversation_id: int
    message_id: int
    opened: bool
    quiet: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class PublicMailReceived(MessageReceived):
    """A person said something by mail in a public thread: it is kept out of sight until who keeps that thread looks.

    An event of its own, for nearly all mail is not of this kind, and nobody need look at it to know.
    """


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplySent(Event):
    """A member of staff answered; it stands in the thread and is queued for sending."""

    conversation_id: int
    message_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplyTakenBack(Event):
    """A reply was undone before it was sent."""

    conversation_id: int
    message_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class NoteWritten(Event):
    """A note for colleagues."""

    conversation_id: int
    message_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ConversationAssigned(Event):
    """Someone (or a team, or nobody) is to answer it now. `by_id` is who decided that."""

    conversation_id: int
    assignee_id: int | None
    team_id: int | None
    by_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ConversationStateChanged(Event):
    """Done, reopened, or found to be spam. `by_id` is None when the customer's own message did it."""

    conversation_id: int
    state: str
    by_id: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AddressBounced(Event):
    """Mail to this address came back."""

    address_id: int
    conversation_id: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageErased(Event):
    """The words of a message are gone for good, on its author's request; indexes and caches forget them too."""

    conversation_id: int
    message_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PublicMessagePosted(Event):
    """Somebody said something in public. `opened` when it began the thread; `quiet` for imported history.

    It may be held: who shows or tells it on looks at the row.
    """

    conversation_id: int
    message_id: int
    opened: bool
    quiet: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class PublicMessageChanged(Event):
    """Its words, or whether everybody may see it: edited, hidden, shown again, withdrawn."""

    conversation_id: int
    message_id: int
