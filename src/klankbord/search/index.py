"""The Tantivy index in a folder: written by one process of a machine, read by all. The database stays the truth."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import tantivy

from klankbord.events.follower import Position
from klankbord.search.contract import Audience, Document

LAYOUT = 1
"""Raise it when the schema or the analysis changes: the index is then built anew."""
WRITER_BYTES = 15_000_000
_WORD = re.compile(r"\w+", re.UNICODE)
MOST_WORDS = 12
LONGEST_WORD = 60


class IndexInUse(RuntimeError):
    """Another process of this machine writes to the index."""


@dataclass(frozen=True, slots=True)
class Found:
    """A hit: what it is about, and how well it fits (higher is better, comparable within one search only)."""

    about_id: int
    score: float


def _schema() -> tantivy.Schema:
    builder = tantivy.SchemaBuilder()
    builder.add_text_field("key", stored=False, tokenizer_name="raw", index_option="basic")
    builder.add_text_field("scope", stored=False, tokenizer_name="raw", index_option="basic")
    builder.add_integer_field("about", stored=True, indexed=False, fast=True)
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


class Index:
    """An index folder. Reading is safe from any thread; writing needs `Writer`."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.folder = folder
        self._index = tantivy.Index(_schema(), path=str(folder))
        self._index.register_tokenizer("plain", _analyser(stem=False))
        self._index.register_tokenizer("dutch", _analyser(stem=True))

    def writer(self) -> Writer:
        """The one writer.

        Raises:
            IndexInUse: another process has it.
        """
        try:
            return Writer(self, self._index.writer(WRITER_BYTES, 1))
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

    def find(self, text: str, *, scopes: Iterable[str], limit: int) -> list[Found]:
        """What fits `text` best within `scopes`, each thing once, best first, at most `limit`.

        Documents with all words come before those with some. The last word also finds what begins with it, as it may
        still be being typed.
        """
        words = [word.lower()[:LONGEST_WORD] for word in _WORD.findall(text[:1000])[:MOST_WORDS]]
        if not words:
            return []
        schema = _schema()
        within = tantivy.Query.boolean_query(
            [(tantivy.Occur.Should, tantivy.Query.term_query(schema, "scope", each)) for each in scopes]
        )
        parts = [(tantivy.Occur.Should, self._word_query(word)) for word in words]
        parts.append((tantivy.Occur.Should, self._beginning_query(schema, words[-1])))
        asked = tantivy.Query.boolean_query(
            [
                (tantivy.Occur.Must, tantivy.Query.const_score_query(within, 0.0)),
                (tantivy.Occur.Must, tantivy.Query.boolean_query(parts)),
            ]
        )
        self._index.reload()
        searcher = self._index.searcher()
        best: dict[int, float] = {}
        for score, address in searcher.search(asked, limit=limit * 4).hits:
            about = int(searcher.doc(address)["about"][0])
            best.setdefault(about, float(score))
        return [Found(about, score) for about, score in list(best.items())[:limit]]

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
        self._index = index
        self._writer = writer

    def replace(self, kind: str, ids: Iterable[int], documents: Iterable[Document]) -> None:
        """Let `documents` be all that is known under `kind` and `ids`. Twice is once."""
        for id_ in ids:
            self._writer.delete_documents_by_term("key", f"{kind}:{id_}")
        for each in documents:
            document = tantivy.Document()
            document.add_text("key", f"{each.kind}:{each.id}")
            document.add_text("scope", scope(each.organisation_id, each.kind, each.audience))
            document.add_integer("about", each.about_id)
            for field, words in (("title", each.title), ("text", each.text)):
                document.add_text(field, words)
                document.add_text(f"{field}_stem", words)
            self._writer.add_document(document)

    def clear(self) -> None:
        """Remove everything."""
        self._writer.delete_all_documents()

    def commit(self, position: Position) -> None:
        """Make it all findable, then remember how far the outbox was followed. A crash between the two repeats work."""
        self._writer.commit()
        self._index.reload()
        save_position(self._index.folder, position)

    def tidy(self) -> None:
        """Let removed words leave the files."""
        self._writer.commit()
        self._writer.garbage_collect_files()

    def close(self) -> None:
        """Give the writer's lock back."""
        self._writer.wait_merging_threads()


def save_position(folder: Path, position: Position) -> None:
    """Remember how far the outbox was followed, beside the index."""
    place = folder / "position.json"
    fresh = folder / "position.json.new"
    stored = {"layout": LAYOUT, "transaction": position.transaction, "id": position.id}
    fresh.write_text(json.dumps(stored), encoding="ascii")
    fresh.replace(place)


def read_position(folder: Path) -> Position | None:
    """How far the outbox was followed; None when the index must be built anew."""
    try:
        stored = json.loads((folder / "position.json").read_text(encoding="ascii"))
        if stored["layout"] != LAYOUT:
            return None
        return Position(int(stored["transaction"]), int(stored["id"]))
    except (OSError, ValueError, KeyError, TypeError):
        return None
