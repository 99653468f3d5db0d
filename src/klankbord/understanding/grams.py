"""How alike two texts are spelled: pieces of four letters and pairs of words, whatever the language or inflection.

Pieces see past endings, compounds and typing errors; pairs see how something is asked ("how do I", "kwijt geraakt").

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
from itertools import pairwise
from zlib import crc32

from klankbord.understanding.dutch.lexicon import fold

PIECES = 1 << 16
LONGEST_TEXT = 4_000
"""Characters that are looked at."""
_SIZE = 4
_CLASSES = ((1, 1.0), (2, 1.85), (5, 2.8))
"""From how many times on a piece belongs to a class, and the class's weight: 1 + ln(times), as in Salton's tf-idf."""
_WORD = re.compile(r"\w+")


@lru_cache(maxsize=30_000)
def _pieces(word: str) -> tuple[int, tuple[int, ...]]:
    """A number for the word, and its pieces."""
    marked = f"_{fold(word)}_".encode("utf-8", "replace")
    count = max(1, len(marked) - _SIZE + 1)
    return crc32(marked), tuple(crc32(marked[place : place + _SIZE]) % PIECES for place in range(count))


def print_of(text: str) -> bytes:
    """The print of a text: for each class how many pieces, then the pieces."""
    found: list[int] = []
    before = 0
    for word in _WORD.findall(text[:LONGEST_TEXT].lower()):
        number, pieces = _pieces(word[:60])
        found += pieces
        if before:
            found.append((before * 31 + number) % PIECES)
        before = number
    counts = Counter(found)
    classes: list[list[int]] = [[piece for piece, count in counts.items() if count == 1]]
    repeated = [(piece, count) for piece, count in counts.items() if count > 1]
    for (least, _), (most, _) in pairwise((*_CLASSES[1:], (len(found) + 1, 0.0))):
        classes.append([piece for piece, count in repeated if least <= count < most])
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
        # Squared, as a piece's worth counts in both texts; then the other text's pieces are only looked up and added.
        self._squares = [(math.log((1 + number) / (1 + times)) + 1) ** 2 for times in seen]

    def compare(self, kept: bytes) -> Comparison:
        """What to compare other prints with this one by."""
        return Comparison(kept, self._squares)


class Comparison:
    """One text, to be compared with many."""

    def __init__(self, kept: bytes, squares: Sequence[float]) -> None:
        self._values = [0.0] * PIECES
        for weight, pieces in read_print(kept):
            for piece in pieces:
                self._values[piece] = weight * squares[piece]
        self._whole = self._common(kept) / (_length(kept) or 1.0)

    def likeness(self, kept: bytes) -> float:
        """From 0, nothing in common, to 1, the same: close to the cosine, with the other text's length unweighted."""
        return self._common(kept) / ((_length(kept) * self._whole) or 1.0)

    def _common(self, kept: bytes) -> float:
        value = self._values.__getitem__
        return sum(weight * sum(map(value, pieces)) for weight, pieces in read_print(kept))


def _length(kept: bytes) -> float:
    return math.sqrt(sum(weight * weight * len(pieces) for weight, pieces in read_print(kept)))
