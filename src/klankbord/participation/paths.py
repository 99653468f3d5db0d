"""Where public threads are shown."""

from __future__ import annotations

from django.urls import reverse
from django.utils.text import slugify

from klankbord.conversations.models import Conversation, Message
from klankbord.participation.contract import thread_route


def thread_path(conversation: Conversation, message: Message | None = None) -> str:
    """The path of a public thread, at one of its messages if given; the home page's when nobody shows such threads."""
    route = thread_route(conversation.kind)
    path = reverse(route, args=[conversation.pk]) if route else "/"
    return f"{path}#m{message.pk}" if message is not None else path


def slug_of(subject: str) -> str:
    """A few words of a subject, fit for an address that people read."""
    return slugify(subject)[:60].strip("-") or "-"
