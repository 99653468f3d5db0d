"""The piece of a text that shows best why it was found, with the words that were looked for."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from operator import attrgetter

from klankbord.understanding.terms import PlacedWord, Word, placed_words

_LONGEST_TEXT = 20_000
_BEGUN = 3
"""Letters from which the last word that was typed may be the beginning of another."""
_EXACT, _SAME, _NEAR = 3.0, 2.0, 1.0
_AGAIN = 0.1
"""What a word adds that was in the excerpt already."""
_SPACE = re.compile(r"\s")
_START, _END = attrgetter("start"), attrgetter("end")


@dataclass(frozen=True, slots=True)
class Excerpt:
    """A piece of a text.

    Attributes:
        text: The piece, on one line.
        hits: Where the words that were looked for are in it: index of the first character, index behind the last.
        is_begin: Whether nothing was left out before it.
        is_end: Whether nothing was left out behind it.
    """

    text: str
    hits: tuple[tuple[int, int], ...]
    is_begin: bool
    is_end: bool

    def pieces(self) -> Iterator[tuple[str, bool]]:
        """The text in pieces, each with whether it was looked for; for a template that marks those."""
        place = 0
        for start, end in self.hits:
            if start > place:
                yield self.text[place:start], False
            yield self.text[start:end], True
            place = end
        if place < len(self.text):
            yield self.text[place:], False


@dataclass(frozen=True, slots=True)
class ReadText:
    """A text whose words were read, for who looks for something in it more than once."""

    text: str
    words: Sequence[PlacedWord]

    @classmethod
    def of(cls, text: str) -> ReadText:
        """Its first 20,000 characters."""
        text = text[:_LONGEST_TEXT]
        return cls(text, placed_words(text))


class Sought:
    """What somebody looks for, in one text or in several."""

    def __init__(self, query: str) -> None:
        asked = [each.word for each in placed_words(query)]
        is_begun = asked and query[-1:].isalnum() and len(asked[-1].folded) >= _BEGUN
        self._begun = asked[-1].folded if is_begun else ""
        self._asked = [each for each in asked if each.stems] or asked
        self._known: dict[Word, tuple[int, float] | None] = {}

    def hits(self, words: Sequence[PlacedWord]) -> Iterator[tuple[int, int, float]]:
        """Place among the words, which word of the query it is, and how sure."""
        for place, placed in enumerate(words):
            word = placed.word
            if word not in self._known:
                self._known[word] = self._which(word)
            which = self._known[word]
            if which is not None:
                yield place, *which

    def _which(self, word: Word) -> tuple[int, float] | None:
        for number, each in enumerate(self._asked):
            if word.folded == each.folded:
                return number, _EXACT
            if not set(word.stems).isdisjoint(each.stems):
                return number, _SAME
            if _is_near(word, each) or (each.folded == self._begun and word.folded.startswith(self._begun)):
                return number, _NEAR
        return None


def excerpt(read: ReadText, sought: Sought, *, length: int = 220) -> Excerpt:
    """The best piece of about `length` characters of a text, cut between words.

    Words are the same if their stems are ("verlengd" for "verlengen"), and near if one is made of the other
    ("leeskaart" for "kaart"). Small words are marked only when nothing else was asked for. Without any hit it is the
    beginning.
    """
    text, words = read.text, read.words
    hits = list(sought.hits(words))
    first = _best_window(words, hits, length) if hits else 0
    start = words[first].start if words and first else 0
    return _cut(text, words, [(words[place].start, words[place].end) for place, _, _ in hits], start, length)


def _is_near(one: Word, other: Word) -> bool:
    return not (set(one.parts).isdisjoint(other.stems) and set(one.stems).isdisjoint(other.parts))


def _best_window(words: Sequence[PlacedWord], hits: list[tuple[int, int, float]], length: int) -> int:
    """The word with which the best piece begins: a little before its first hit."""
    best, chosen = -1.0, 0
    for number, (place, _, _) in enumerate(hits):
        end = words[place].start + length * 3 // 4
        seen: dict[int, float] = {}
        value = 0.0
        for other, asked, weight in hits[number:]:
            if words[other].end > end:
                break
            value += max(0.0, weight - seen.get(asked, 0.0)) or _AGAIN
            seen[asked] = max(weight, seen.get(asked, 0.0))
        if value > best:
            best, chosen = value, place
    return bisect_left(words, max(0, words[chosen].start - length // 4), key=_START)


def _cut(text: str, words: Sequence[PlacedWord], hits: list[tuple[int, int]], start: int, length: int) -> Excerpt:
    if len(text) - start < length:
        place = bisect_left(words, max(0, len(text) - length), key=_START)
        start = 0 if len(text) <= length else words[place].start if place < len(words) else start
    end = len(text)
    if end - start > length:
        behind = bisect_right(words, start + length, key=_END)
        is_fitting = behind > 0 and words[behind - 1].end > start
        end = words[behind - 1].end if is_fitting else start + length
    piece = _SPACE.sub(" ", text[start:end])
    within = tuple((from_ - start, to - start) for from_, to in hits if from_ >= start and to <= end)
    return Excerpt(piece, within, is_begin=not text[:start].strip(), is_end=not text[end:].strip(" .!?\n"))
