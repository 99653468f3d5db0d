"""Finding by a few words, as someone types them into a search box."""

from __future__ import annotations

from collections.abc import Sequence

import tantivy

from klankbord.search.index import Hit, Index, Within
from klankbord.understanding.terms import PlacedWord, placed_words

MOST_WORDS = 12
_LONGEST = 1_000
_MOST_BEGUN = 30
_SHORTEST_BEGUN = 3
_ROOM = 4
"""Times as many documents as things are asked for: many messages are one conversation."""


def find(index: Index, text: str, *, within: Within, limit: int) -> list[Hit]:
    """What fits `text` best, each thing once, best first, at most `limit`.

    What has all words comes before what has some. The last word also finds what begins with it, as it may still be
    being typed.
    """
    words = placed_words(text[:_LONGEST])[:MOST_WORDS]
    telling = [each for each in words if each.word.stems] or words
    if not telling:
        return []
    searcher = index.searcher()
    still_typed = words[-1] if text[-1:].isalnum() else None
    asked = [_asking_for(index, searcher, each, begun=each is still_typed) for each in telling]
    found = _ask(index, searcher, asked, tantivy.Occur.Must, within, limit)
    if len(found) < limit and len(asked) > 1:
        known = {(each.kind, each.about_id) for each in found}
        some = _ask(index, searcher, asked, tantivy.Occur.Should, within, limit)
        found += [each for each in some if (each.kind, each.about_id) not in known]
    return found[:limit]


def _ask(
    index: Index,
    searcher: tantivy.Searcher,
    asked: Sequence[tantivy.Query],
    occur: tantivy.Occur,
    within: Within,
    limit: int,
) -> list[Hit]:
    query = tantivy.Query.boolean_query([(occur, each) for each in asked])
    answers = index.ask(searcher, query, within, limit * _ROOM)
    return answers.hits(answers.scores, limit=limit)


def _asking_for(index: Index, searcher: tantivy.Searcher, placed: PlacedWord, *, begun: bool) -> tantivy.Query:
    """One word: as it is written, by its stem, by what it is made of, and in what is made of it."""
    word = placed.word
    ways = [(index.term("word", word.folded), 1.5)]
    for stem in word.stems:
        ways += [(index.term("title", stem), 2.0), (index.term("stem", stem), 1.0), (index.term("part", stem), 0.4)]
    for part in word.parts:
        ways.append((index.term("stem", part), 0.3))
    if begun and len(word.folded) >= _SHORTEST_BEGUN:
        longer = searcher.terms_with_prefix("word", word.folded, limit=_MOST_BEGUN)
        ways += [(index.term("word", each), 0.5) for each, _ in longer if each != word.folded]
    return tantivy.Query.disjunction_max_query(
        [tantivy.Query.boost_query(query, weight) for query, weight in ways], tie_breaker=0.3
    )
