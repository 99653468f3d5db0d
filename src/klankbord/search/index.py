"""The Tantivy index in a folder: written by one process of a machine, read by all. The database stays the truth.

Texts are read by `understanding` before they come here: the fields hold terms that are found as they are, so that the
index and a question are always read by the same rules.
"""

from __future__ import annotations

import zlib
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from importlib.metadata import version
from itertools import chain
from pathlib import Path
from typing import Any

import tantivy

from klankbord.search.contract import Audience, Document
from klankbord.understanding.grams import print_of
from klankbord.understanding.terms import terms

LAYOUT = f"3 {version('tantivy')}"
"""Change it when the schema or the reading of texts changes: the index is then built anew. So it is by another Tantivy,
whose stems may differ.
"""
WRITER_BYTES = 15_000_000
LONGEST_TEXT = 20_000
"""Characters of a text that are read, of a document as of a question."""
TITLE_COUNTS = 2
"""Words of a title are in the text this many times."""
_DEEPEST_SAMPLE = 24
_TERMS = ("word", "title", "stem", "part")


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
    has_all: bool = True
    """Whether it has all words that were looked for."""


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
        return [_scope(self.organisation_id, kind, each) for kind in self.kinds for each in audiences]


def _schema() -> tantivy.Schema:
    builder = tantivy.SchemaBuilder()
    for field in ("key", "scope", "label", "sample"):
        builder.add_text_field(field, stored=False, tokenizer_name="raw", index_option="basic")
    for field in ("about", "kind"):
        builder.add_integer_field(field, stored=False, indexed=False, fast=True)
    for field in _TERMS:
        builder.add_text_field(field, stored=False, tokenizer_name="spaces", index_option="freq")
    builder.add_bytes_field("print", stored=True, indexed=False, fast=False)
    return builder.build()


def _scope(organisation_id: int, kind: str, audience: Audience) -> str:
    return f"{organisation_id}:{kind}:{audience}"


def number_of(kind: str) -> int:
    """A kind as a number, as only numbers can be read back quickly."""
    return zlib.crc32(kind.encode())


class Index:
    """An index folder. Reading is safe from any thread; writing needs `Writer`."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.folder = folder
        self.schema = _schema()
        self._index = tantivy.Index(self.schema, path=str(folder))
        spaces = tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.whitespace()).build()
        self._index.register_tokenizer("spaces", spaces)
        self._meta = folder / "meta.json"
        self._seen = (0, 0)

    def writer(self, memory: int = WRITER_BYTES) -> Writer:
        """The one writer; `memory` is what it may collect, in bytes, before it goes to a file.

        Raises:
            IndexInUse: another process has it.
        """
        try:
            return Writer(self, self._index.writer(memory, 1))
        except ValueError as error:
            raise IndexInUse(str(error)) from None

    def reload(self) -> tuple[int, int]:
        """See what was committed since, by this process or another: each commit puts another file in its place.

        Returns which commit that is: what is asked from now on is answered by this one or a later one.
        """
        file = self._meta.stat()
        edition = file.st_ino, file.st_mtime_ns
        if self._seen != edition:
            self._index.reload()
            self._seen = edition
        return edition

    def searcher(self) -> tantivy.Searcher:
        """A view of everything that was committed until now."""
        self.reload()
        return self._index.searcher()

    def size(self) -> int:
        """How many documents there are."""
        number: int = self.searcher().num_docs
        return number

    def term(self, field: str, term: str) -> tantivy.Query:
        """Documents that have this term in this field."""
        return tantivy.Query.term_query(self.schema, field, term, "freq" if field in _TERMS else "basic")

    def ask(self, searcher: tantivy.Searcher, query: tantivy.Query, within: Within, limit: int) -> Answers:
        """The best documents for `query` among those `within`."""
        scopes = [(tantivy.Occur.Should, self.term("scope", each)) for each in within.scopes()]
        conditions = [tantivy.Query.boolean_query(scopes), *(self.term("label", each) for each in within.labels)]
        filters = [(tantivy.Occur.Must, tantivy.Query.const_score_query(each, 0.0)) for each in conditions]
        asked = tantivy.Query.boolean_query([*filters, (tantivy.Occur.Must, query)])
        return Answers(searcher, searcher.search(asked, limit=limit, count=False).hits, within)


class Answers:
    """Documents that were found, best first, read as late and as little as possible."""

    def __init__(self, searcher: tantivy.Searcher, hits: list[tuple[Any, tantivy.DocAddress]], within: Within) -> None:
        self._searcher = searcher
        self._places = [place for _, place in hits]
        self.scores = [float(score) for score, _ in hits]
        kinds = {number_of(kind): kind for kind in within.kinds}
        numbers = self._numbers("kind")
        self.things = [(kinds[kind], about) for kind, about in zip(numbers, self._numbers("about"), strict=True)]

    def _numbers(self, field: str) -> list[int]:
        return [int(each or 0) for each in self._searcher.fast_field_values(field, self._places)]

    def prints(self) -> list[bytes]:
        """Their prints."""
        return [bytes(self._searcher.doc(place)["print"][0]) for place in self._places]

    def hits(self, scores: Sequence[float], *, exclude: Collection[tuple[str, int]] = (), limit: int) -> list[Hit]:
        """What they are about, each thing once, by these scores."""
        best: dict[tuple[str, int], float] = {}
        for thing, score in zip(self.things, scores, strict=True):
            if thing not in exclude and score > best.get(thing, -1.0):
                best[thing] = score
        ranked = sorted(best, key=lambda thing: -best[thing])[:limit]
        return [Hit(*thing, best[thing]) for thing in ranked]


class Writer:
    """Replaces and removes documents. Nothing is seen by searches before `commit`."""

    def __init__(self, index: Index, writer: tantivy.IndexWriter) -> None:
        self.folder = index.folder
        self._index = index
        self._writer = writer

    def replace(self, kind: str, ids: Iterable[int], documents: Iterable[Document]) -> bool:
        """Let `documents` be all that is known under `kind` and `ids`; twice is once.

        Returns whether anything was known under them at the last commit, whose words are in the files still.
        """
        keys = [f"{kind}:{id_}" for id_ in ids]
        searcher = self._index.searcher() if keys else None
        was_known = searcher is not None and any(searcher.doc_freq("key", key) for key in keys)
        for key in keys:
            self._writer.delete_documents_by_term("key", key)
        for each in documents:
            self._writer.add_document(_as_stored(each))
        return was_known

    def clear(self) -> None:
        """Remove everything."""
        self._writer.delete_all_documents()

    def commit(self) -> None:
        """Make it all findable."""
        self._writer.commit()
        self._index.reload()

    def tidy(self) -> None:
        """Commit, and remove the files of segments that are no more."""
        self._writer.commit()
        self._writer.garbage_collect_files()

    def close(self) -> None:
        """Give the writer's lock back."""
        self._writer.wait_merging_threads()


def _as_stored(document: Document) -> tantivy.Document:
    key = f"{document.kind}:{document.id}"
    text = document.text[:LONGEST_TEXT]
    title, body = terms(document.title[:LONGEST_TEXT]), terms(text)
    stored = tantivy.Document()
    stored.add_text("key", key)
    for organisation_id in (document.organisation_id, *document.also_for):
        stored.add_text("scope", _scope(organisation_id, document.kind, document.audience))
    for label in document.labels:
        stored.add_text("label", label)
    stored.add_text("sample", str(_sample_of(key)))
    stored.add_integer("about", document.about_id)
    stored.add_integer("kind", number_of(document.kind))
    stored.add_text("word", " ".join(chain(title.words, body.words)))
    stored.add_text("title", " ".join(chain(title.stems, title.parts)))
    stored.add_text("stem", " ".join(chain(title.stems * TITLE_COUNTS, body.stems)))
    stored.add_text("part", " ".join(chain(title.parts, body.parts)))
    stored.add_bytes("print", print_of(f"{document.title}\n" * TITLE_COUNTS + text))
    return stored


def _sample_of(key: str) -> int:
    """In which sample a document is: half of all in 0, a quarter in 1, an eighth in 2, and so on."""
    number = zlib.crc32(key.encode()) | 1 << _DEEPEST_SAMPLE
    return (number & -number).bit_length() - 1


def samples(count: int, wanted: int) -> list[str]:
    """The samples that together hold about `wanted` of `count` documents."""
    first = max(0, (max(count, 1) // wanted).bit_length())
    return [str(each) for each in range(min(first, _DEEPEST_SAMPLE), _DEEPEST_SAMPLE + 1)]
