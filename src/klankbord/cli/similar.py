"""`klankbord similar`: which texts of a file are about the same, as the website finds them. Needs no database."""

from __future__ import annotations

import json
import shutil
import sys
import tempfile
import time
from collections.abc import Iterator
from itertools import batched
from pathlib import Path
from typing import Annotated, Any

import typer

from klankbord.cli.similar_files import BadLine, Ids, Text, read_texts
from klankbord.search.contract import Audience, Document
from klankbord.search.index import Index, Within
from klankbord.search.likeness import Likeness

_KIND = "text"
EVERYTHING = Within(organisation_id=0, kinds=(_KIND,), audience=Audience.PUBLIC)
_WRITER_BYTES = 60_000_000
_BATCH = 1_000
_SECONDS_BETWEEN = 2.0


def similar(
    corpus: Annotated[Path, typer.Option(help='The texts to rank, one a line: {"id": 1, "text": "words"}.')],
    queries: Annotated[Path, typer.Option(help="The texts to find others for, in the same form.")],
    top: Annotated[int, typer.Option(min=1, max=1000, help="How many to print for each.")] = 20,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object a line.")] = False,
) -> None:
    """Rank texts by how much they are about the same, as the website does while someone types a question.

    A text is no result of itself: what has the same id is left out.
    """
    with tempfile.TemporaryDirectory(prefix="klankbord-similar-") as temporary:
        folder = Path(temporary)
        try:
            asked = _checked(queries, folder)
            with Ids(folder / "ids") as ids:
                likeness = Likeness(build(read_texts(corpus), ids, folder / "index"))
                for query in read_texts(asked):
                    _print(query, rank(likeness, ids, query, top), as_json=as_json)
        except BadLine as problem:
            typer.secho(str(problem), fg=typer.colors.RED, err=True)
            raise typer.Exit(1) from None


def _checked(queries: Path, folder: Path) -> Path:
    """The queries as a file in which every line is good: better known before the corpus is read than after."""
    if not queries.is_file():  # A pipe can be read once only.
        kept = folder / "queries"
        with queries.open("rb") as coming, kept.open("wb") as going:
            shutil.copyfileobj(coming, going)
    else:
        kept = queries
    try:
        for _ in read_texts(kept):
            pass
    except BadLine as problem:
        raise BadLine(str(problem).replace(str(kept), str(queries), 1)) from None
    return kept


def build(texts: Iterator[Text], ids: Ids, folder: Path) -> Index:
    """An index of the texts in `folder`; each is known by its number in `ids`."""
    index = Index(folder)
    writer = index.writer(_WRITER_BYTES)
    told = time.monotonic()
    for some in batched(texts, _BATCH):
        writer.replace(_KIND, (), [_document(ids.add(text), text) for text in some])
        if time.monotonic() - told > _SECONDS_BETWEEN:
            told = time.monotonic()
            typer.echo(f"{len(ids):,} texts read", err=True)
    writer.commit()
    writer.close()
    typer.echo(f"{len(ids):,} texts read, all of them", err=True)
    return index


def _document(number: int, text: Text) -> Document:
    title, body = title_and_text(text.text)
    return Document(_KIND, number, number, EVERYTHING.organisation_id, Audience.PUBLIC, title, body)


def title_and_text(text: str) -> tuple[str, str]:
    title, _, body = text.strip().partition("\n")
    return (title, body) if len(title) <= 200 else ("", text)


def rank(likeness: Likeness, ids: Ids, query: Text, top: int) -> list[tuple[Text, float]]:
    """What is most like the query, best first, without the query itself; of texts with one id the best."""
    title, body = title_and_text(query.text)
    looked_at = top + 1
    while True:
        hits = likeness.similar(body, title=title, within=EVERYTHING, limit=looked_at)
        ranked: dict[str, tuple[Text, float]] = {}
        for hit in hits:
            found = ids.read(hit.about_id)
            if found.key() != query.key():
                ranked.setdefault(found.key(), (found, hit.score))
        if len(ranked) >= top or len(hits) < looked_at:
            return list(ranked.values())[:top]
        looked_at *= 4  # some ids stand in the corpus more than once


def _print(query: Text, ranked: list[tuple[Text, float]], *, as_json: bool) -> None:
    if as_json:
        results: list[dict[str, Any]] = [{"id": found.id, "score": round(score, 4)} for found, score in ranked]
        lines = [json.dumps({"query": query.id, "results": results})]
    else:
        lines = [f"{query.id}: {' '.join(query.text[:160].split())[:80]}"]
        lines += [f"  {score:8.2f}  {found.id}: {found.text}" for found, score in ranked] or ["  nothing"]
    sys.stdout.buffer.write(("\n".join(lines) + "\n").encode("utf-8", "replace"))
    sys.stdout.buffer.flush()
