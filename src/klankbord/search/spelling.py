"""A better spelling of a word that is nowhere in the index: one letter more, less, other or swapped, or two in a long
word.
"""

from __future__ import annotations

from collections.abc import Iterator
from string import ascii_lowercase

import tantivy

from klankbord.search.index import Index, Within
from klankbord.search.words import MOST_WORDS
from klankbord.understanding.misspelling import is_nearly
from klankbord.understanding.terms import PlacedWord, placed_words

_SHORTEST, _LONGEST = 4, 24
_MOST_TRIED = 5
_SURELY_BEGUN = 3
"""The first letters of a word with two errors, which are right."""
_MOST_LOOKED_AT = 1_000
_SURELY_KNOWN = 1_000
"""Documents: a word in so many is rightly spelled, whoever's they are; nothing is offered because of it."""


def did_you_mean(index: Index, text: str, *, within: Within) -> str | None:
    """`text` with unknown words replaced by known ones; None when there is nothing to replace.

    Only words are offered that who asks can find, as they are written there: another organisation's words are nobody's
    suggestion. One of four letters keeps its first, as too many others differ in it ("zaal", "taal"). The last word is
    let be when it only begins a known one, as it may still be being typed.
    """
    searcher = index.searcher()
    better = text
    words = placed_words(text)[:MOST_WORDS]
    if words and text[-1:].isalnum() and _begins(index, searcher, words[-1].word.folded, within):
        words.pop()
    for placed in reversed(words):
        if suggestion := _suggestion(index, searcher, placed, within):
            better = better[: placed.start] + suggestion + better[placed.end :]
    return better if better != text else None


def _suggestion(index: Index, searcher: tantivy.Searcher, placed: PlacedWord, within: Within) -> str | None:
    word = placed.word.folded
    if not _SHORTEST <= len(word) <= _LONGEST or not word.isalpha() or _is_known(index, searcher, placed, within):
        return None
    tried = _spellings(word)
    if len(word) == _SHORTEST:
        tried = (each for each in tried if each[0] == word[0])
    counted = {each: searcher.doc_freq("word", each) for each in tried}
    if not any(counted.values()):
        alike = searcher.terms_with_prefix("word", word[:_SURELY_BEGUN], limit=_MOST_LOOKED_AT)
        counted = {each: count for each, count in alike if is_nearly(word, each)}
    likely = sorted((each for each in counted if counted[each]), key=lambda each: (-counted[each], each))
    return next((each for each in likely[:_MOST_TRIED] if _finds(index, searcher, "word", each, within)), None)


def _begins(index: Index, searcher: tantivy.Searcher, word: str, within: Within) -> bool:
    longer = searcher.terms_with_prefix("word", word, limit=_MOST_TRIED)
    return any(_finds(index, searcher, "word", each, within) for each, _ in longer)


def _is_known(index: Index, searcher: tantivy.Searcher, placed: PlacedWord, within: Within) -> bool:
    fields = [
        ("word", placed.word.folded),
        *((field, stem) for stem in placed.word.stems for field in ("stem", "part")),
    ]
    return any(searcher.doc_freq(field, term) > _SURELY_KNOWN for field, term in fields) or any(
        _finds(index, searcher, field, term, within) for field, term in fields
    )


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
