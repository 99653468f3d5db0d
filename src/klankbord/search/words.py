"""Finding by a few words, as someone types them into a search box."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import tantivy

from klankbord.search.index import Hit, Index, Within
from klankbord.understanding.terms import PlacedWord, placed_words

MOST_WORDS = 12
MOST_READ = 50_000
"""Documents: what more of them have is looked for in titles first, and left out where other words tell more."""
MOST_READ_TOGETHER = 400_000
"""Documents, each once for each way to have a word: what looking for all words together costs at most."""
_LONGEST = 1_000
_MOST_BEGUN = 20
_SHORTEST_BEGUN = 3
_ROOM = 4
"""Times as many documents as things are asked for: many messages are one conversation."""
_STEP = 1_000.0
"""More than any score: what fits better by its words comes first, however often they are said."""


type _Way = tuple[str, str, float]
"""A field, a term and how much it counts."""


@dataclass(frozen=True, slots=True)
class _Asked:
    """One word: the ways in which it may be found, each with how many documents have it, and of those the one by which
    it is found most; the ways in which it may be in titles; and in how many texts it is at most.
    """

    anywhere: dict[_Way, int]
    mostly: _Way
    in_titles: list[_Way]
    count: int

    @property
    def is_common(self) -> bool:
        """Whether it is in so many that not all of them can be read."""
        return self.count > MOST_READ


def find(index: Index, text: str, *, within: Within, limit: int, strictly: bool = False) -> list[Hit]:
    """What fits `text` best, each thing once, best first, at most `limit`.

    What has all words comes before what has some; when very many have them, titles come before texts. The last word
    also finds what begins with it, as it may still be being typed. `strictly` finds only what has all words, and not
    what has no more than a part of a compound ("tijd" of "openingstijden").
    """
    words = placed_words(text[:_LONGEST])[:MOST_WORDS]
    telling = [each for each in words if each.word.stems] or words
    if not telling:
        return []
    searcher = index.searcher()
    still_typed = words[-1] if text[-1:].isalnum() else None
    asked = [_asking_for(searcher, each, begun=each is still_typed, whole=strictly) for each in telling]
    found: dict[tuple[str, int], Hit] = {}
    for step, (query, has_all) in enumerate(_queries(index, asked)):
        if strictly and not has_all:
            break
        answers = index.ask(searcher, query, within, limit * _ROOM)
        for hit in answers.hits(answers.scores, limit=limit):
            score = hit.score - step * _STEP
            found.setdefault((hit.kind, hit.about_id), Hit(hit.kind, hit.about_id, score, has_all))
        if len(found) >= limit:
            break
    return list(found.values())[:limit]


def _queries(index: Index, asked: Sequence[_Asked]) -> Iterator[tuple[tantivy.Query, bool]]:
    """What to ask, the best first, and whether what it finds has all words; the next only when that was not enough."""
    every, some = tantivy.Occur.Must, tantivy.Occur.Should
    rarest = sorted(asked, key=lambda each: each.count)
    if rarest[0].is_common:
        yield tantivy.Query.boolean_query([(every, _any_of(index, each.in_titles)) for each in asked]), True
    yield tantivy.Query.boolean_query([(every, each) for each in _each_of(index, asked, rarest[0])]), True
    if rarest[0].is_common:
        others = [(some, _mostly(index, each)) for each in rarest[1:]]
        yield tantivy.Query.boolean_query([(every, _any_of(index, rarest[0].anywhere)), *others]), not others
    elif len(asked) > 1:
        rare = [_any_of(index, each.anywhere) for each in rarest if not each.is_common]
        yield tantivy.Query.boolean_query([(some, each) for each in rare]), False


def _each_of(index: Index, asked: Sequence[_Asked], rarest: _Asked) -> Iterator[tantivy.Query]:
    """The words, to be found together.

    Of a word that may be found in several ways Tantivy reads each from end to end, of one way only what is where the
    other words are. So each way that is common is looked for where the rarest word is. When even that is too much to
    read, the way in which a common word is found most has to do.
    """
    read = sum(min(count, rarest.count) for each in asked for count in each.anywhere.values())
    is_cheap = read <= MOST_READ_TOGETHER
    for each in asked:
        if is_cheap and each is not rarest:
            yield _beside(index, each, rarest)
        elif is_cheap or not each.is_common:
            yield _any_of(index, each.anywhere)
        else:
            yield _mostly(index, each)


def _asking_for(searcher: tantivy.Searcher, placed: PlacedWord, *, begun: bool, whole: bool) -> _Asked:
    """One word: as it is written, by its stem, in what is made of it, and, unless it must be whole, by what it is made
    of. In titles, one that is only begun is looked for by the stems of what begins with it.
    """
    word = placed.word
    own = [("word", word.folded, 1.5)]
    for stem in word.stems:
        own += [("title", stem, 2.0), ("stem", stem, 1.0), ("part", stem, 0.4)]
    itself = tuple(own)
    own += [("stem", part, 0.3) for part in word.parts if not whole]
    longer = _beginning_with(searcher, word.folded) if begun and len(word.folded) >= _SHORTEST_BEGUN else {}
    counts = {way: searcher.doc_freq(*way[:2]) for way in own} | longer
    anywhere = [way for way, count in counts.items() if count] or own
    in_texts = [way for way in anywhere if way[0] != "title"]
    titles = [("title", term, weight) for field, term, weight in own if field == "stem"]
    titles = [way for way in titles if searcher.doc_freq(*way[:2])]
    if not titles and longer:
        stems = {stem for _, each, _ in longer for read in placed_words(each) for stem in read.word.stems}
        titles = [("title", stem, 1.0) for stem in sorted(stems)]
    mostly = max([way for way in in_texts if way in itself] or in_texts, key=lambda way: counts[way])
    return _Asked({way: counts[way] for way in anywhere}, mostly, titles or own, sum(counts[way] for way in in_texts))


def _beginning_with(searcher: tantivy.Searcher, word: str) -> dict[_Way, int]:
    """The commonest words that begin with this one, and in how many documents each is."""
    longer = searcher.terms_with_prefix("word", word, limit=_MOST_BEGUN)
    return {("word", each, 0.5): count for each, count in longer if each != word}


def _mostly(index: Index, asked: _Asked) -> tantivy.Query:
    """A word by the way in which it is found most; what has it in its title fits better."""
    field, term, _ = asked.mostly
    weight = max(weight for where, _, weight in asked.anywhere if where != "title")
    found = (tantivy.Occur.Must, _way(index, (field, term, weight)))
    return tantivy.Query.boolean_query([found, (tantivy.Occur.Should, _any_of(index, asked.in_titles))])


def _beside(index: Index, asked: _Asked, rarest: _Asked) -> tantivy.Query:
    """A word in any way; each way that is in more documents than `rarest`, only where that is."""
    there = (tantivy.Occur.Must, tantivy.Query.const_score_query(_any_of(index, rarest.anywhere), 0.0))
    return _best_of(
        [
            tantivy.Query.boolean_query([there, (tantivy.Occur.Must, _way(index, way))])
            if count > rarest.count
            else _way(index, way)
            for way, count in asked.anywhere.items()
        ]
    )


def _any_of(index: Index, ways: Iterable[_Way]) -> tantivy.Query:
    return _best_of([_way(index, way) for way in ways])


def _way(index: Index, way: _Way) -> tantivy.Query:
    field, term, weight = way
    return tantivy.Query.boost_query(index.term(field, term), weight)


def _best_of(queries: list[tantivy.Query]) -> tantivy.Query:
    """The best of several ways to have a word, with a little for each further one."""
    return queries[0] if len(queries) == 1 else tantivy.Query.disjunction_max_query(queries, tie_breaker=0.3)
