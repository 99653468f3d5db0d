"""The Tantivy index in a folder: written by one process of a machine, read by all. The database stays the truth."""

from __future__ import annotations

import math
import re
import zlib
from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import tantivy

from klankbord.search.contract import Audience, Document

LAYOUT = 2
"""Raise it when the schema or the analysis changes: the index is then built anew."""
WRITER_BYTES = 15_000_000
_WORD = re.compile(r"\w+", re.UNICODE)
MOST_WORDS = 12
LONGEST_WORD = 60
LONGEST_TEXT = 20_000
TITLE_COUNTS = 2
MOST_TERMS = 30


class IndexInUse(RuntimeError):
    """Another process of this machine writes to the index."""


@dataclass(frozen=True, slots=True)
class Hit:
    """What was found: its kind, what it is about, and how well it fits (higher is better, comparable within one
    search only).
    """

    kind: str
    about_id: int
    score: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Within:
    """Among which documents a search looks; it is applied before anything is ranked."""

    organisation_id: int
    kinds: Sequence[str]
    audience: Audience
    labels: Sequence[str] = ()

    def scopes(self) -> list[str]:
        """The terms of which a document has at least one."""
        audiences = (Audience.STAFF, Audience.PUBLIC) if self.audience is Audience.STAFF else (self.audience,)
        return [scope(self.organisation_id, kind, each) for kind in self.kinds for each in audiences]


def _schema() -> tantivy.Schema:
    builder = tantivy.SchemaBuilder()
    builder.add_text_field("key", stored=False, tokenizer_name="raw", index_option="basic")
    builder.add_text_field("scope", stored=False, tokenizer_name="raw", index_option="basic")
    builder.add_text_field("label", stored=False, tokenizer_name="raw", index_option="basic")
    builder.add_integer_field("about", stored=False, indexed=False, fast=True)
    builder.add_integer_field("kind", stored=False, indexed=False, fast=True)
    for field in ("title", "text"):
        builder.add_text_field(field, stored=False, tokenizer_name="plain", index_option="position")
        builder.add_text_field(f"{field}_stem", stored=False, tokenizer_name="dutch", index_option="freq")
    return builder.build()


def _analyser(*, stem: bool) -> tantivy.TextAnalyzer:
    builder = tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.simple())
    builder = builder.filter(tantivy.Filter.remove_long(LONGEST_WORD + 1)).filter(tantivy.Filter.lowercase())
    if stem:
        builder = builder.filter(tantivy.Filter.stemmer("dutch"))
    return builder.filter(tantivy.Filter.ascii_fold()).build()


def scope(organisation_id: int, kind: str, audience: Audience) -> str:
    """The one term that keeps a search within an organisation, a kind and an audience, before anything is ranked."""
    return f"{organisation_id}:{kind}:{audience}"


def _number(kind: str) -> int:
    """A kind as a number, as only numbers can be read back quickly."""
    return zlib.crc32(kind.encode())


class Index:
    """An index folder. Reading is safe from any thread; writing needs `Writer`."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.folder = folder
        self._index = tantivy.Index(_schema(), path=str(folder))
        self._index.register_tokenizer("plain", _analyser(stem=False))
        self._stems = _analyser(stem=True)
        self._index.register_tokenizer("dutch", self._stems)

    def writer(self, memory: int = WRITER_BYTES) -> Writer:
        """The one writer; `memory` is what it may collect, in bytes, before it goes to a file.

        Raises:
            IndexInUse: another process has it.
        """
        try:
            return Writer(self, self._index.writer(memory, 1))
        except ValueError as error:
            raise IndexInUse(str(error)) from None

    def reload(self) -> None:
        """See what was committed since."""
        self._index.reload()

    def size(self) -> int:
        """How many documents there are."""
        self._index.reload()
        number: int = self._index.searcher().num_docs
        return number

    def find(self, text: str, *, within: Within, limit: int) -> list[Hit]:
        """What fits `text` best, each thing once, best first, at most `limit`.

        Documents with all words come before those with some. The last word also finds what begins with it, as it may
        still be being typed.
        """
        words = [word.lower()[:LONGEST_WORD] for word in _WORD.findall(text[:1000])[:MOST_WORDS]]
        if not words:
            return []
        schema = _schema()
        parts = [(tantivy.Occur.Should, self._word_query(word)) for word in words]
        parts.append((tantivy.Occur.Should, self._beginning_query(schema, words[-1])))
        return self._ask(tantivy.Query.boolean_query(parts), within, limit=limit)

    def similar(
        self, text: str, *, title: str = "", within: Within, exclude: Collection[tuple[str, int]] = (), limit: int
    ) -> list[Hit]:
        """What is about the same as `text`, each thing once, best first, at most `limit`, without `exclude`."""
        self._index.reload()
        searcher = self._index.searcher()
        counts: Counter[str] = Counter(self._stems.analyze(text[:LONGEST_TEXT]))
        for word in self._stems.analyze(title[:1000]):
            counts[word] += TITLE_COUNTS
        everything = max(1, searcher.num_docs)
        worth: dict[str, float] = {}
        for word, count in counts.items():
            rarity = math.log(1 + everything / (1 + searcher.doc_freq("text_stem", word)))
            worth[word] = rarity * count / (count + 1)
        chosen = sorted(worth, key=lambda word: -worth[word])[:MOST_TERMS]
        if not chosen:
            return []
        schema = _schema()
        parts = []
        for word in chosen:
            for field, weight in (("title_stem", 2.0), ("text_stem", 1.0)):
                query = tantivy.Query.term_query(schema, field, word, "freq")
                parts.append((tantivy.Occur.Should, tantivy.Query.boost_query(query, worth[word] * weight)))
        return self._ask(tantivy.Query.boolean_query(parts), within, limit=limit, exclude=exclude)

    def _ask(
        self, query: tantivy.Query, within: Within, *, limit: int, exclude: Collection[tuple[str, int]] = ()
    ) -> list[Hit]:
        schema = _schema()
        scopes = [(tantivy.Occur.Should, tantivy.Query.term_query(schema, "scope", each)) for each in within.scopes()]
        conditions = [tantivy.Query.boolean_query(scopes)]
        conditions += [tantivy.Query.term_query(schema, "label", each) for each in within.labels]
        asked = tantivy.Query.boolean_query(
            [
                *((tantivy.Occur.Must, tantivy.Query.const_score_query(each, 0.0)) for each in conditions),
                (tantivy.Occur.Must, query),
            ]
        )
        self._index.reload()
        searcher = self._index.searcher()
        hits = searcher.search(asked, limit=limit * 4 + len(exclude), count=False).hits
        places = [address for _, address in hits]
        kinds = {_number(kind): kind for kind in within.kinds}
        best: dict[tuple[str, int], float] = {}
        for (score, _), kind, about in zip(
            hits,
            searcher.fast_field_values("kind", places),
            searcher.fast_field_values("about", places),
            strict=True,
        ):
            assert kind is not None and about is not None  # noqa: PT018 - every document has both
            best.setdefault((kinds[int(kind)], int(about)), float(score))
        found = [Hit(kind, about, score) for (kind, about), score in best.items() if (kind, about) not in exclude]
        return found[:limit]

    def _word_query(self, word: str) -> tantivy.Query:
        query, _errors = self._index.parse_query_lenient(
            word, ["title", "text", "title_stem", "text_stem"], {"title": 6.0, "text": 2.0, "title_stem": 4.0}
        )
        return query

    @staticmethod
    def _beginning_query(schema: tantivy.Schema, word: str) -> tantivy.Query:
        if len(word) < 3 or not word.isalnum():
            return tantivy.Query.empty_query()
        beginnings = [
            (tantivy.Occur.Should, tantivy.Query.regex_query(schema, field, f"{word}.*")) for field in ("title", "text")
        ]
        return tantivy.Query.boost_query(tantivy.Query.boolean_query(beginnings), 0.5)


class Writer:
    """Replaces and removes documents. Nothing is seen by searches before `commit`."""

    def __init__(self, index: Index, writer: tantivy.IndexWriter) -> None:
        self.folder = index.folder
        self._index = index
        self._writer = writer

    def replace(self, kind: str, ids: Iterable[int], documents: Iterable[Document]) -> None:
        """Let `documents` be all that is known under `kind` and `ids`. Twice is once."""
        for id_ in ids:
            self._writer.delete_documents_by_term("key", f"{kind}:{id_}")
        for each in documents:
            document = tantivy.Document()
            document.add_text("key", f"{each.kind}:{each.id}")
            for organisation_id in (each.organisation_id, *each.also_for):
                document.add_text("scope", scope(organisation_id, each.kind, each.audience))
            for label in each.labels:
                document.add_text("label", label)
            document.add_integer("about", each.about_id)
            document.add_integer("kind", _number(each.kind))
            for field, words in (("title", each.title), ("text", each.text)):
                document.add_text(field, words)
                document.add_text(f"{field}_stem", words)
            self._writer.add_document(document)

    def clear(self) -> None:
        """Remove everything."""
        self._writer.delete_all_documents()

    def commit(self) -> None:
        """Make it all findable."""
        self._writer.commit()
        self._index.reload()

    def tidy(self) -> None:
        """Let removed words leave the files."""
        self._writer.commit()
        self._writer.garbage_collect_files()

    def close(self) -> None:
        """Give the writer's lock back."""
        self._writer.wait_merging_threads()
