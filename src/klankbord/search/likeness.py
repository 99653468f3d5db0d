"""Finding what is about the same as a whole text, while it is being typed.

In two steps. The index gives candidates by the rarest and most repeated stems (BM25). They are ranked by that together
with how alike they are spelled (`understanding/grams`), which also sees small words, inflections, compounds and typing
errors. Measured in bench/similar.py; docs/search.md has the figures.
"""

from __future__ import annotations

import math
import threading
from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass

import tantivy

from klankbord.search.index import LONGEST_TEXT, TITLE_COUNTS, Hit, Index, Within, samples
from klankbord.understanding.grams import Rarity, print_of
from klankbord.understanding.terms import terms

MOST_TERMS = 40
MOST_READ = 200_000
"""Documents that all chosen terms together occur in: what the search costs. The rarest come first."""
CANDIDATES = 60
_TITLE = 4.0
_PART = 0.4
_AS_WRITTEN = 0.2
"""Small words count too, as "how" and "where" do in a short question, unless they are too common to be looked for."""
_ENOUGH = 4.0
"""How often a stem is said before saying it again hardly counts."""
_MOST_FOR_ONE = 2.2
"""What BM25 gives at most for a term of weight one: k1 + 1, and Tantivy's k1 is 1.2."""
_BY_STEMS = 0.52
"""How much of the score are stems; the rest is spelling."""
_LEARNED_FROM = 2_000
_GROWN = 1.25


@dataclass(frozen=True, slots=True)
class _Term:
    field: str
    term: str
    weight: float
    """What it adds to the score of a document that has it."""
    boost: float
    count: int


class Likeness:
    """Ranks the documents of an index by how much they are about the same as a text."""

    def __init__(self, index: Index) -> None:
        self._index = index
        self._learning = threading.Lock()
        self._rarity: Rarity | None = None
        self._learned_at = 0

    def similar(
        self, text: str, *, title: str = "", within: Within, exclude: Collection[tuple[str, int]] = (), limit: int
    ) -> list[Hit]:
        """What is about the same as `text`, each thing once, best first, at most `limit`, without `exclude`."""
        searcher = self._index.searcher()
        text, title = text[:LONGEST_TEXT], title[:LONGEST_TEXT]
        chosen = _choose(searcher, text, title)
        if not chosen:
            return []
        query = tantivy.Query.boolean_query(
            [
                (tantivy.Occur.Should, tantivy.Query.boost_query(self._index.term(each.field, each.term), each.boost))
                for each in chosen
            ]
        )
        answers = self._index.ask(searcher, query, within, max(CANDIDATES, limit * 3 // 2) + len(exclude))
        if not answers.scores:
            return []
        rarity = self._rarity_in(searcher)
        asked = rarity.compare(print_of(f"{title}\n" * TITLE_COUNTS + text))
        alike = [asked.likeness(each) for each in answers.prints()]
        most = _MOST_FOR_ONE * sum(each.weight for each in chosen)
        scores = [
            _BY_STEMS * score / most + (1 - _BY_STEMS) * each for score, each in zip(answers.scores, alike, strict=True)
        ]
        return answers.hits(scores, exclude=exclude, limit=limit)

    def _rarity_in(self, searcher: tantivy.Searcher) -> Rarity:
        """How rare pieces of words are in this index; learned again when it has grown by a quarter."""
        count = max(1, searcher.num_docs)
        with self._learning:
            if self._rarity is None or not 1 / _GROWN < count / self._learned_at < _GROWN:
                drawn = [
                    (tantivy.Occur.Should, self._index.term("sample", each)) for each in samples(count, _LEARNED_FROM)
                ]
                found = searcher.search(tantivy.Query.boolean_query(drawn), limit=2 * _LEARNED_FROM, count=False).hits
                self._rarity = Rarity(bytes(searcher.doc(place)["print"][0]) for _, place in found)
                self._learned_at = count
            return self._rarity


def _choose(searcher: tantivy.Searcher, text: str, title: str) -> list[_Term]:
    """The terms that tell most, few and rare enough to be looked for quickly."""
    above, below = terms(title), terms(text)
    said: Counter[tuple[str, str]] = Counter()
    for field, ours, factor in (
        ("stem", "stems", 1.0),
        ("stem", "parts", _PART),
        ("part", "stems", _PART),
        ("word", "words", _AS_WRITTEN),
    ):
        for each, weight in ((below, 1.0), (above, _TITLE)):
            for term in getattr(each, ours):
                said[field, term] += weight * factor  # type: ignore[assignment] # a Counter adds up fractions too
    everything = searcher.num_docs
    found = []
    for (field, term), times in said.items():
        count = searcher.doc_freq(field, term)
        if count:
            boost = times * (_ENOUGH + 1) / (times + _ENOUGH)
            rarity = math.log(1 + (everything - count + 0.5) / (count + 0.5))
            found.append(_Term(field, term, boost * rarity, boost, count))
    found.sort(key=lambda each: -each.weight)
    chosen: list[_Term] = []
    read = 0
    for candidate in found[:MOST_TERMS]:
        if not chosen or read + candidate.count <= MOST_READ:
            chosen.append(candidate)
            read += candidate.count
    return chosen
