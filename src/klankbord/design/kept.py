"""Values that were made before and are kept under everything that they depend on.

So they are never wrong: whatever changes makes another key, and what nobody asks for any more is forgotten. Each
process keeps its own.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Any
from weakref import WeakSet

_ALL: WeakSet[Kept[Any]] = WeakSet()


def forget_all() -> None:
    """Keep nothing: another database begins, with other rows under the same numbers."""
    for each in _ALL:
        each.clear()


class Kept[V]:
    """At most so much; what was used longest ago goes first. Safe to use from many threads."""

    def __init__(self, most: int, size: Callable[[V], int]) -> None:
        """`most` of what `size` counts, of all values together."""
        self._most, self._size_of = most, size
        self._values: OrderedDict[Hashable, V] = OrderedDict()
        self._guard = threading.Lock()
        self._size = 0
        _ALL.add(self)

    def get(self, key: Hashable) -> V | None:
        """What is kept under this key; None when nothing is."""
        with self._guard:
            found = self._values.get(key)
            if found is not None:
                self._values.move_to_end(key)
            return found

    def keep(self, key: Hashable, value: V) -> V:
        """Keep it; gives it back."""
        with self._guard:
            old = self._values.pop(key, None)
            self._size += self._size_of(value) - (self._size_of(old) if old is not None else 0)
            self._values[key] = value
            while self._size > self._most and len(self._values) > 1:
                self._size -= self._size_of(self._values.popitem(last=False)[1])
        return value

    def get_or(self, key: Hashable, make: Callable[[], V]) -> V:
        """What is kept under this key, made now if it is not."""
        found = self.get(key)
        return found if found is not None else self.keep(key, make())

    def clear(self) -> None:
        """Forget all."""
        with self._guard:
            self._values.clear()
            self._size = 0
