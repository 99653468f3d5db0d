"""Finding by a few words, as someone types them into a search box."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import tantivy

from klankbord.search.index import Hit, Index, Within
from klankbord.understanding.terms import PlacedWord, placed_words

MOST_WORDS = 12
MOST_READ = 50_000
"""Documents: what more of them have is looked for in titles first, and left out where other words tell more."""
_LONGEST = 1_000
_MOST_BEGUN = 20
_SHORTEST_BEGUN = 3
_ROOM = 4
"""Times as many documents as things are asked for: many messages are one conversation."""
_STEP = 1_000.0
"""More than any score: what fits better by its words comes first, however often they are said."""


@dataclass(frozen=True, slots=True)
class _Asked:
    """One word: where it may be found, and in how many documents at most."""

    anywhere: tantivy.Query
    in_titles: tantivy.Query
    count: int


def find(index: Index, text: str, *, within: Within, limit: int) -> list[Hit]:
    """What fits `text` best, each thing once, best first, at most `limit`.

    What has all words comes before what has some; when very many have them, titles come before texts. The last word
    also finds what begins with it, as it may still be being typed.
    """
    words = placed_words(text[:_LONGEST])[:MOST_WORDS]
    telling = [each for each in words if each.word.stems] or words
    if not telling:
        return []
    searcher = index.searcher()
    still_typed = words[-1] if text[-1:].isalnum() else None
    asked = [_asking_for(index, searcher, each, begun=each is still_typed) for each in telling]
    found: dict[tuple[str, int], Hit] = {}
    for step, query in enumerate(_queries(asked)):
        answers = index.ask(searcher, query, within, limit * _ROOM)
        for hit in answers.hits(answers.scores, limit=limit):
            found.setdefault((hit.kind, hit.about_id), replace(hit, score=hit.score - step * _STEP))
        if len(found) >= limit:
            break
    return list(found.values())[:limit]


def _queries(asked: Sequence[_Asked]) -> Iterator[tantivy.Query]:
    """What to ask, the best first; the next only when that did not give enough."""
    every, some = tantivy.Occur.Must, tantivy.Occur.Should
    if min(each.count for each in asked) > MOST_READ:
        yield tantivy.Query.boolean_query([(every, each.in_titles) for each in asked])
    yield tantivy.Query.boolean_query([(every, each.anywhere) for each in asked])
    if len(asked) > 1:
        rarest = sorted(asked, key=lambda each: each.count)
        rare = [each for each in rarest if each.count <= MOST_READ] or rarest[:1]
        yield tantivy.Query.boolean_query([(some, each.anywhere) for each in rare])


def _asking_for(index: Index, searcher: tantivy.Searcher, placed: PlacedWord, *, begun: bool) -> _Asked:
    """One word: as it is written, by its stem, by what it is made of, and in what is made of it."""
    word = placed.word
    ways = [("word", word.folded, 1.5)]
    for stem in word.stems:
        ways += [("title", stem, 2.0), ("stem", stem, 1.0), ("part", stem, 0.4)]
    ways += [("stem", part, 0.3) for part in word.parts]
    if begun and len(word.folded) >= _SHORTEST_BEGUN:
        longer = searcher.terms_with_prefix("word", word.folded, limit=_MOST_BEGUN)
        ways += [("word", each, 0.5) for each, _ in longer if each != word.folded]
    titles = [("title", term, weight) for field, term, weight in ways if field == "stem"]
    counts = [searcher.doc_freq(field, term) for field, term, _ in ways if field != "title"]
    return _Asked(_any_of(index, ways), _any_of(index, titles or ways), sum(counts))


def _any_of(index: Index, ways: Sequence[tuple[str, str, float]]) -> tantivy.Query:
    """The best of several ways to have a word, with a little for each further one."""
    queries = [tantivy.Query.boost_query(index.term(field, term), weight) for field, term, weight in ways]
    return tantivy.Query.disjunction_max_query(queries, tie_breaker=0.3)
