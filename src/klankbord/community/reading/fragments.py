"""Pieces of a page that were made before: what a message says as safe HTML, an answer with all around it.

A piece is kept under everything that it depends on, so it is never wrong: whatever changes makes another key, and what
nobody asks for any more is forgotten. Each process keeps its own.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable

from markupsafe import Markup


class Fragments:
    """At most `most` characters of HTML; what was used longest ago goes first. Safe to use from many threads."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._kept: OrderedDict[Hashable, Markup] = OrderedDict()
        self._lock = threading.Lock()
        self._size = 0

    def get(self, key: Hashable) -> Markup | None:
        """The piece of this key, if it is still kept."""
        with self._lock:
            found = self._kept.get(key)
            if found is not None:
                self._kept.move_to_end(key)
            return found

    def keep(self, key: Hashable, html: Markup) -> Markup:
        """Keep a piece; gives it back."""
        with self._lock:
            old = self._kept.pop(key, None)
            self._size += len(html) - (len(old) if old is not None else 0)
            self._kept[key] = html
            while self._size > self._most and len(self._kept) > 1:
                self._size -= len(self._kept.popitem(last=False)[1])
        return html

    def get_or(self, key: Hashable, make: Callable[[], Markup]) -> Markup:
        """The piece of this key, made now if it is not kept."""
        found = self.get(key)
        return found if found is not None else self.keep(key, make())

    def clear(self) -> None:
        """Forget all."""
        with self._lock:
            self._kept.clear()
            self._size = 0


WORDS = Fragments(8_000_000)
"""What messages say, by message, edition and length."""
BLOCKS = Fragments(16_000_000)
"""Answers and comments with their author, numbers and buttons."""
