"""Where public threads are shown."""

from __future__ import annotations

from django.utils.text import slugify

from klankbord.conversations.models import Conversation, Message
from klankbord.design.jinja import url
from klankbord.participation.contract import thread_route


def thread_path(conversation: Conversation, message: Message | None = None) -> str:
    """The path of a public thread, at one of its messages if given; the home page's when nobody shows such threads."""
    path = thread_address(conversation.kind, conversation.pk)
    return f"{path}#m{message.pk}" if message is not None else path


def thread_address(kind: str, conversation_id: int) -> str:
    """The same, of a thread of which only this is known."""
    route = thread_route(kind)
    return url(route, conversation_id) if route else "/"


def slug_of(subject: str) -> str:
    """A few words of a subject, fit for an address that people read."""
    return slugify(subject)[:60].strip("-") or "-"
