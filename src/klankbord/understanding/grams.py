"""How alike two texts are spelled: pieces of four letters, whatever the language, inflection or typing error.

A text becomes a *print*: which pieces occur once, a few times, many times, each piece as a number of sixteen bits. Two
prints are compared as vectors (the cosine), rare pieces counting more. Measured on public data together with counted
words: docs/search.md.
"""

from __future__ import annotations

import math
import re
from array import array
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from zlib import crc32

from klankbord.understanding.dutch.lexicon import fold

PIECES = 1 << 16
LONGEST_TEXT = 4_000
"""Characters that are looked at."""
_SIZE = 4
_CLASSES = ((1, 1.0), (2, 1.85), (5, 2.8))
"""From how many times on a piece belongs to a class, and the class's weight: 1 + ln(times), as in Salton's tf-idf."""
_WORD = re.compile(r"\w+")


@lru_cache(maxsize=100_000)
def _pieces(word: str) -> tuple[int, ...]:
    marked = f"_{fold(word)}_"
    count = max(1, len(marked) - _SIZE + 1)
    return tuple(crc32(marked[place : place + _SIZE].encode("utf-8", "replace")) % PIECES for place in range(count))


def print_of(text: str) -> bytes:
    """The print of a text: for each class how many pieces, then the pieces."""
    counts: Counter[int] = Counter()
    for word in _WORD.findall(text[:LONGEST_TEXT].lower()):
        counts.update(_pieces(word[:60]))
    classes: list[list[int]] = [[] for _ in _CLASSES]
    for piece, count in counts.items():
        classes[sum(count >= least for least, _ in _CLASSES) - 1].append(piece)
    numbers = array("H", [len(each) for each in classes])
    for each in classes:
        numbers.extend(each)
    return numbers.tobytes()


def read_print(kept: bytes) -> Iterator[tuple[float, Sequence[int]]]:
    """The classes of a print: a weight and its pieces."""
    numbers = array("H")
    numbers.frombytes(kept[: len(kept) // 2 * 2])
    start = len(_CLASSES)
    for (_, weight), size in zip(_CLASSES, numbers[:start], strict=False):
        yield weight, numbers[start : start + size]
        start += size


class Rarity:
    """How rare each piece is, learned from some prints of the texts that are to be compared."""

    def __init__(self, prints: Iterable[bytes]) -> None:
        seen = [0] * PIECES
        number = 0
        for each in prints:
            number += 1
            for _, pieces in read_print(each):
                for piece in pieces:
                    seen[piece] += 1
        self._worth = [math.log((1 + number) / (1 + times)) + 1 for times in seen]
        self._squares = [each * each for each in self._worth]

    def vector(self, kept: bytes) -> list[float]:
        """A print as numbers by piece, of length one."""
        numbers = [0.0] * PIECES
        for weight, pieces in read_print(kept):
            for piece in pieces:
                # Squared, as the other text's piece is worth as much, and is looked up without weighing it again.
                numbers[piece] = weight * self._squares[piece]
        length = self.length(kept)
        return [each / length if each else 0.0 for each in numbers] if length else numbers

    def length(self, kept: bytes) -> float:
        """The length of a print's vector."""
        squares = self._squares.__getitem__
        return math.sqrt(sum(weight * weight * sum(map(squares, pieces)) for weight, pieces in read_print(kept)))

    def likeness(self, vector: list[float], kept: bytes) -> float:
        """From 0 (nothing in common) to 1 (the same): the cosine of a `vector` and a print."""
        value = vector.__getitem__
        common = sum(weight * sum(map(value, pieces)) for weight, pieces in read_print(kept))
        length = self.length(kept) if common else 0.0
        return common / length if length else 0.0
