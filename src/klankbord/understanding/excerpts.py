"""The piece of a text that shows best why it was found, with the words that were looked for."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass

from klankbord.understanding.terms import PlacedWord, Word, placed_words

_LONGEST_TEXT = 20_000
_BEGUN = 3
"""Letters from which the last word that was typed may be the beginning of another."""
_EXACT, _SAME, _NEAR = 3.0, 2.0, 1.0
_AGAIN = 0.1
"""What a word adds that was in the excerpt already."""


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


def excerpt(text: str, query: str, *, length: int = 220) -> Excerpt:
    """The best piece of about `length` characters of `text` for a `query`, cut between words.

    Words are the same if their stems are ("verlengd" for "verlengen"), and near if one is made of the other
    ("leeskaart" for "kaart"). Small words are marked only when nothing else was asked for. Without any hit it is the
    beginning.
    """
    text = text[:_LONGEST_TEXT]
    words = placed_words(text)
    hits = list(_hits(words, query))
    first = _best_window(words, hits, length) if hits else 0
    start = words[first].start if words and first else 0
    return _cut(text, words, [(words[place].start, words[place].end) for place, _, _ in hits], start, length)


def _hits(words: list[PlacedWord], query: str) -> Iterator[tuple[int, int, float]]:
    """Place among the words, which word of the query it is, and how sure."""
    asked = [each.word for each in placed_words(query)]
    last = asked[-1].folded if asked and query[-1:].isalnum() and len(asked[-1].folded) >= _BEGUN else ""
    asked = [each for each in asked if each.stems] or asked
    for place, placed in enumerate(words):
        word = placed.word
        for number, each in enumerate(asked):
            if word.folded == each.folded:
                yield place, number, _EXACT
            elif not set(word.stems).isdisjoint(each.stems):
                yield place, number, _SAME
            elif _is_near(word, each) or (each.folded == last and word.folded.startswith(last)):
                yield place, number, _NEAR
            else:
                continue
            break


def _is_near(one: Word, other: Word) -> bool:
    return not (set(one.parts).isdisjoint(other.stems) and set(one.stems).isdisjoint(other.parts))


def _best_window(words: list[PlacedWord], hits: list[tuple[int, int, float]], length: int) -> int:
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
    return bisect_left([each.start for each in words], max(0, words[chosen].start - length // 4))


def _cut(text: str, words: list[PlacedWord], hits: list[tuple[int, int]], start: int, length: int) -> Excerpt:
    if len(text) - start < length:
        starts = [each.start for each in words]
        place = bisect_left(starts, max(0, len(text) - length))
        start = 0 if len(text) <= length else starts[place] if place < len(starts) else start
    end = len(text)
    if end - start > length:
        fitting = [each.end for each in words if start < each.end <= start + length]
        end = fitting[-1] if fitting else start + length
    piece = "".join(" " if sign.isspace() else sign for sign in text[start:end])
    within = tuple((from_ - start, to - start) for from_, to in hits if from_ >= start and to <= end)
    return Excerpt(piece, within, is_begin=not text[:start].strip(), is_end=not text[end:].strip(" .!?\n"))
