"""Who may read what was said in public."""

from __future__ import annotations

from klankbord.conversations.models import Message
from klankbord.participation.contract import may_see
from klankbord.people.models import Person


def is_shown(message: Message) -> bool:
    """Whether it is there to be read: neither hidden nor taken back, nor its thread."""
    return message.hidden_at is None and message.withdrawn_at is None and message.conversation.hidden_at is None


def may_read(message: Message, person: Person | None) -> bool:
    """Whether this reader may read something of a public thread: what is shown, and of a panel's who is in it."""
    if not is_shown(message):
        return False
    if not message.conversation.in_circle:
        return True
    return person is not None and person.canonical.pk in may_see(message.conversation, [person.canonical.pk])
