"""A better spelling of a word that is nowhere in the index: one letter more, less, other or swapped."""

from __future__ import annotations

from collections.abc import Iterator
from string import ascii_lowercase

import tantivy

from klankbord.search.index import Index, Within
from klankbord.search.words import MOST_WORDS
from klankbord.understanding.terms import PlacedWord, placed_words

_SHORTEST, _LONGEST = 4, 24
_MOST_TRIED = 5


def did_you_mean(index: Index, text: str, *, within: Within) -> str | None:
    """`text` with unknown words replaced by known ones; None when there is nothing to replace.

    Only words are offered that who asks can find: another organisation's words are nobody's suggestion.
    """
    searcher = index.searcher()
    better = text
    for placed in reversed(placed_words(text)[:MOST_WORDS]):
        if suggestion := _suggestion(index, searcher, placed, within):
            better = better[: placed.start] + suggestion + better[placed.end :]
    return better if better != text else None


def _suggestion(index: Index, searcher: tantivy.Searcher, placed: PlacedWord, within: Within) -> str | None:
    word = placed.word.folded
    if not _SHORTEST <= len(word) <= _LONGEST or not word.isalpha() or _is_known(index, searcher, placed, within):
        return None
    counted = {each: searcher.doc_freq("word", each) for each in _spellings(word)}
    likely = sorted((each for each in counted if counted[each]), key=lambda each: (-counted[each], each))
    return next((each for each in likely[:_MOST_TRIED] if _finds(index, searcher, "word", each, within)), None)


def _is_known(index: Index, searcher: tantivy.Searcher, placed: PlacedWord, within: Within) -> bool:
    fields = [
        ("word", placed.word.folded),
        *((field, stem) for stem in placed.word.stems for field in ("stem", "part")),
    ]
    return any(_finds(index, searcher, field, term, within) for field, term in fields)


def _finds(index: Index, searcher: tantivy.Searcher, field: str, term: str, within: Within) -> bool:
    return bool(searcher.doc_freq(field, term)) and bool(index.ask(searcher, index.term(field, term), within, 1).scores)


def _spellings(word: str) -> Iterator[str]:
    for place in range(len(word) + 1):
        begin, end = word[:place], word[place:]
        for letter in ascii_lowercase:
            yield begin + letter + end
            if end:
                yield begin + letter + end[1:]
        if end:
            yield begin + end[1:]
        if len(end) > 1:
            yield begin + end[1] + end[0] + end[2:]
