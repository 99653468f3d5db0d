"""Finding what is about the same as a whole text, while it is being typed.

In two steps. The index gives candidates by the rarest and most repeated stems (BM25). They are ranked by that together
with how alike they are spelled (`understanding/grams`), which also sees small words, inflections, compounds and typing
errors. Measured in bench/similar.py; docs/search.md has the figures.
"""

from __future__ import annotations

import math
import threading
from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass

import tantivy

from klankbord.search.index import LONGEST_TEXT, TITLE_COUNTS, Hit, Index, Within, samples
from klankbord.understanding.grams import Rarity, print_of
from klankbord.understanding.languages import Language, small_words
from klankbord.understanding.terms import Terms, terms

MOST_TERMS = 40
MOST_READ = 200_000
"""Documents that all chosen terms together occur in: what the search costs. The rarest come first."""
MOST_SHARING = 200
"""Documents among which is looked for a telling word in common: more than is ever shown."""
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
_ALIKE, _ALIKE_A_WORD, _MOST_ALIKE, _FEW_WORDS = 0.055, 0.001, 0.1, 12
"""How alike in spelling what is shown is at least, more for each telling word beyond a few: long texts are always
somewhat alike. Measured in bench/shown.py.
"""
_LEARNED_FROM = 2_000
_GROWN = 1.25
_COMMON, _AS_GOOD_AS, _MOST_KEPT = 1_000, 1.1, 100_000
"""From how many documents on a term's count is kept, until the index has changed how much, and of how many terms."""
_SMALL = frozenset[str]().union(*map(small_words, Language))


@dataclass(frozen=True, slots=True)
class _Term:
    field: str
    term: str
    weight: float
    """What it adds to the score of a document that has it."""
    boost: float
    count: int

    @property
    def is_small(self) -> bool:
        """Whether it tells nothing of what a text is about, in one language at least."""
        return self.field == "word" and self.term in _SMALL


@dataclass(frozen=True, slots=True)
class _Ranking:
    """What is alike, and why."""

    hits: list[Hit]
    chosen: list[_Term]
    surely: set[tuple[str, int]]
    """What scored higher than small words alone ever do."""
    alike: dict[tuple[str, int], float]
    """How alike each is spelled."""


class Likeness:
    """Ranks the documents of an index by how much they are about the same as a text."""

    def __init__(self, index: Index) -> None:
        self._index = index
        self._learning = threading.Lock()
        self._rarity: Rarity | None = None
        self._learned_at = 0
        self._counts = _Counts()

    def similar(
        self, text: str, *, title: str = "", within: Within, exclude: Collection[tuple[str, int]] = (), limit: int
    ) -> list[Hit]:
        """What is about the same as `text`, each thing once, best first, at most `limit`, without `exclude`."""
        return self._ranked(text, title, within, exclude, limit).hits

    def sharing(
        self, text: str, *, title: str = "", within: Within, exclude: Collection[tuple[str, int]] = (), limit: int
    ) -> list[Hit]:
        """The same, without what only seems alike: nothing is better than something about another thing.

        It has a word in common with `text` that tells what it is about: where little was written yet, "in the" and "on
        the" would be all that anything has in common. A text of nothing but small words is spared this. And it is
        spelled alike to some extent: one word in common ("book") is in much that is about something else.
        """
        ranking = self._ranked(text, title, within, exclude, limit)
        said = set(terms(f"{title}\n{text}"[:LONGEST_TEXT]).stems)
        least = min(_MOST_ALIKE, _ALIKE + _ALIKE_A_WORD * max(0, len(said) - _FEW_WORDS))
        hits = [hit for hit in ranking.hits if ranking.alike[hit.kind, hit.about_id] >= least]
        if not said or all((hit.kind, hit.about_id) in ranking.surely for hit in hits):
            return hits
        telling = [each for each in ranking.chosen if not each.is_small]
        if not telling:
            return []
        answers = self._index.ask(self._index.searcher(), self._any_of(telling), within, MOST_SHARING)
        shared = ranking.surely.union(answers.things)
        return [hit for hit in hits if (hit.kind, hit.about_id) in shared]

    def _ranked(
        self, text: str, title: str, within: Within, exclude: Collection[tuple[str, int]], limit: int
    ) -> _Ranking:
        searcher = self._index.searcher()
        text, title = text[:LONGEST_TEXT], title[:LONGEST_TEXT]
        chosen = self._choose(searcher, terms(title), terms(text))
        if not chosen:
            return _Ranking([], [], set(), {})
        wanted = max(CANDIDATES, limit * 3 // 2) + len(exclude)
        answers = self._index.ask(searcher, self._any_of(chosen), within, wanted)
        if not answers.scores:
            return _Ranking([], chosen, set(), {})
        rarity = self._rarity_in(searcher)
        asked = rarity.compare(print_of(f"{title}\n" * TITLE_COUNTS + text))
        alike = [asked.likeness(each) for each in answers.prints()]
        most = _MOST_FOR_ONE * sum(each.weight for each in chosen)
        scores = [
            _BY_STEMS * score / most + (1 - _BY_STEMS) * each for score, each in zip(answers.scores, alike, strict=True)
        ]
        small = _MOST_FOR_ONE * sum(each.weight for each in chosen if each.is_small)
        surely = {thing for thing, score in zip(answers.things, answers.scores, strict=True) if score > small}
        most_alike: dict[tuple[str, int], float] = {}
        for thing, each in zip(answers.things, alike, strict=True):
            most_alike[thing] = max(each, most_alike.get(thing, 0.0))
        return _Ranking(answers.hits(scores, exclude=exclude, limit=limit), chosen, surely, most_alike)

    def _any_of(self, chosen: Iterable[_Term]) -> tantivy.Query:
        return tantivy.Query.boolean_query(
            [
                (tantivy.Occur.Should, tantivy.Query.boost_query(self._index.term(each.field, each.term), each.boost))
                for each in chosen
            ]
        )

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

    def _choose(self, searcher: tantivy.Searcher, above: Terms, below: Terms) -> list[_Term]:
        """The terms that tell most, few and rare enough to be looked for quickly."""
        said: defaultdict[tuple[str, str], float] = defaultdict(float)
        for field, ours, factor in (
            ("stem", "stems", 1.0),
            ("stem", "parts", _PART),
            ("part", "stems", _PART),
            ("word", "words", _AS_WRITTEN),
        ):
            for each, weight in ((below, 1.0), (above, _TITLE)):
                for term in getattr(each, ours):
                    said[field, term] += weight * factor
        everything = searcher.num_docs
        counted = self._counts.of(searcher, said)
        found = []
        for (field, term), times in said.items():
            count = counted[field, term]
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


class _Counts:
    """In how many documents a term is. Of a common one a few more make no difference: it is counted anew only when the
    index has changed by a tenth.
    """

    def __init__(self) -> None:
        self._known: dict[tuple[str, str], int] = {}
        self._counted_at = 0

    def of(self, searcher: tantivy.Searcher, terms: Iterable[tuple[str, str]]) -> dict[tuple[str, str], int]:
        """Of each of these fields and terms."""
        count = searcher.num_docs
        if not self._counted_at / _AS_GOOD_AS < count < self._counted_at * _AS_GOOD_AS or len(self._known) > _MOST_KEPT:
            self._known, self._counted_at = {}, count
        known = self._known
        found = {}
        for each in terms:
            number = known.get(each)
            if number is None:
                number = searcher.doc_freq(*each)
                if number >= _COMMON:
                    known[each] = number
            found[each] = number
        return found
