"""The shapes of ASGI, as far as the front speaks it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, MutableMapping
from typing import Any

type Scope = MutableMapping[str, Any]
type Message = MutableMapping[str, Any]
type Receive = Callable[[], Awaitable[Message]]
type Send = Callable[[Message], Awaitable[None]]
type Headers = list[tuple[bytes, bytes]]
type Environ = dict[str, Any]
type Wsgi = Callable[[Environ, Callable[..., Any]], Iterable[bytes]]
