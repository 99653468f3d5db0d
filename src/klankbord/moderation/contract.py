"""What upper packages provide: where a public thread is shown. `wiring/` registers it."""

from __future__ import annotations

from collections.abc import Callable

from klankbord.conversations.models import Conversation, Message

type ThreadPath = Callable[[Conversation, Message | None], str]


def _nowhere(conversation: Conversation, message: Message | None) -> str:
    del conversation, message
    return "/"


_paths: list[ThreadPath] = [_nowhere]


def register(*, thread_path: ThreadPath) -> None:
    """Called once by `wiring/`."""
    _paths[:] = [thread_path]


def place_of(message: Message) -> str:
    """The path of the page that shows a public message, at its place."""
    return _paths[0](message.conversation, message)
