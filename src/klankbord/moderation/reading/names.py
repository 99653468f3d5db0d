"""How persons and posts are called on the pages of moderation."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _

from klankbord.conversations.models import Conversation, Message
from klankbord.people.models import Person


@dataclass(frozen=True, slots=True)
class Somebody:
    """A person as colleagues see them: the public name, and the one that only we know."""

    id: int
    name: str
    real_name: str
    face: str


def somebody(person: Person) -> Somebody:
    """This person, as who they are now."""
    now = person.canonical
    name = now.pseudonym or now.name or _("Somebody")
    return Somebody(now.pk, name, now.name if now.name != name else "", now.face or f"person-{now.pk}")


def kind_of(conversation: Conversation, message: Message, *, opens: bool) -> str:
    """What a post is: what its thread is called for the one that opened it, a reaction for the others."""
    if opens:
        return str(conversation.get_kind_display())
    return _("comment") if message.reply_to_id else _("answer") if conversation.kind == "question" else _("reaction")
