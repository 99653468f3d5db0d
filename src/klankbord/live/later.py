"""How a view answers once something is done that a thread elsewhere does, and needs no thread of its own meanwhile.

A view that waits holds one of the few threads in which Django answers. So it says what it waits for and goes on; the
front sends its answer once that is done. When it failed, the front asks the view again, and there it hears why.
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future
from typing import Any

from django.http import HttpRequest

KEY = "klankbord.later"
"""Where in the request's environment the front puts a `Later`."""
PATIENCE = 30.0
"""Seconds after which something is taken to have failed."""


class Later:
    """What the answer to one request waits for, if anything."""

    __slots__ = ("awaited",)

    def __init__(self) -> None:
        self.awaited: Future[Any] | None = None


def once(request: HttpRequest, begin: Callable[[], Future[Any]]) -> None:
    """Let the answer that this view goes on to give be sent once what `begin` begins is done, and only if it succeeds.

    Begun once for each request. Where nobody can send an answer later (a test, another server) it is waited for here.
    What the view does before this is done again after a failure.

    Raises:
        Exception: why it failed.
        TimeoutError: it was not done in time.
    """
    later: Later | None = request.META.get(KEY)
    if later is None:
        begin().result(PATIENCE)
    elif later.awaited is not None:  # asked again
        later.awaited.result(0)
    else:
        awaited = begin()
        if awaited.done():
            awaited.result()
        else:
            later.awaited = awaited
