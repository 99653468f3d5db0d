"""How well `klankbord similar` finds what is about the same, against plain BM25 on the same texts.

`python bench/similar.py [--data FOLDER] [--half dev|test] [--json]`. Every corpus is split in two by the hash of the
query: only the first half (dev) was looked at while the engine was made. The baseline is Okapi BM25 (k1 1.2, b 0.75) on
words in lower case, title and text joined. What is asked:

* links: which questions did people link to this one, as a duplicate or as related (French and English mixed);
* titles: the same, when only the title was typed;
* answers: which question does this answer belong to (no title, other words than the question);
* banking, clinc, xsid: which short questions have the same intent. No duplicates, but nothing else public is Dutch.
"""

from __future__ import annotations

import argparse
import csv
import hashlib
import html
import json
import math
import re
import sys
import tempfile
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from xml.etree import ElementTree as ET

from klankbord.cli.similar import build, rank
from klankbord.cli.similar_files import Ids, Text
from klankbord.search.likeness import Likeness

DATA = Path(__file__).resolve().parents[2] / "shared" / "data"
_DEPTH = 50
_AT = (1, 5, 10)
_TAG = re.compile(r"<[^>]+>")
_WORD = re.compile(r"\w+")


@dataclass
class Task:
    """Texts, and for some queries which of them are right."""

    name: str
    corpus: list[Text]
    queries: list[Text] = field(default_factory=list)
    right: dict[str | int | float, set[str | int | float]] = field(default_factory=dict)


class Plain:
    """Okapi BM25 as in the textbook."""

    def __init__(self, corpus: list[Text]) -> None:
        self._ids = [each.id for each in corpus]
        counted = [Counter(_WORD.findall(each.text.lower())) for each in corpus]
        lengths = [sum(each.values()) for each in counted]
        mean = sum(lengths) / len(lengths)
        self._postings: dict[str, list[tuple[int, float]]] = defaultdict(list)
        for number, (counts, length) in enumerate(zip(counted, lengths, strict=True)):
            for word, times in counts.items():
                self._postings[word].append((number, times * 2.2 / (times + 1.2 * (0.25 + 0.75 * length / mean))))

    def rank(self, query: Text) -> list[str | int | float]:
        """Ids, best first."""
        scores: dict[int, float] = defaultdict(float)
        for word, times in Counter(_WORD.findall(query.text.lower())).items():
            found = self._postings.get(word, [])
            rarity = math.log(1 + (len(self._ids) - len(found) + 0.5) / (len(found) + 0.5))
            for number, weight in found:
                scores[number] += times * rarity * weight
        ranked = sorted(scores, key=lambda number: -scores[number])
        return [self._ids[number] for number in ranked[: _DEPTH + 1] if self._ids[number] != query.id][:_DEPTH]


def _half(query: Text) -> str:
    return "dev" if hashlib.sha256(str(query.id).encode()).digest()[0] % 2 == 0 else "test"


def measure(task: Task, ranks: Callable[[Text], list[str | int | float]], half: str) -> dict[str, float]:
    """Mean reciprocal rank, and the share of what is right among the first 1, 5 and 10."""
    found: dict[str, list[float]] = defaultdict(list)
    for query in task.queries:
        right = task.right[query.id]
        if _half(query) == half and right:
            hits = [each in right for each in ranks(query)]
            found["mrr"].append(next((1 / place for place, hit in enumerate(hits, start=1) if hit), 0.0))
            for depth in _AT:
                found[f"at_{depth}"].append(sum(hits[:depth]) / min(depth, len(right)))
    return {name: sum(values) / len(values) for name, values in found.items()} | {"queries": len(found["mrr"])}


def _plain_text(body: str) -> str:
    return html.unescape(_TAG.sub("", re.sub(r"<(p|br|li|h\d|hr|pre|blockquote)\b", r"\n<\1", body))).strip()


def french_meta(folder: Path) -> Iterator[Task]:
    rows = [each.attrib for each in ET.parse(folder / "Posts.xml").getroot()]
    questions = {
        row["Id"]: Text(row["Id"], f"{row['Title']}\n{_plain_text(row['Body'])}")
        for row in rows
        if row["PostTypeId"] == "1"
    }
    answers = [row for row in rows if row["PostTypeId"] == "2" and row["ParentId"] in questions]
    of_answer = {row["Id"]: row["ParentId"] for row in answers}
    right: dict[str | int | float, set[str | int | float]] = defaultdict(set)
    for link in ET.parse(folder / "PostLinks.xml").getroot():
        pair = [of_answer.get(link.attrib[end], link.attrib[end]) for end in ("PostId", "RelatedPostId")]
        if pair[0] != pair[1] and all(each in questions for each in pair):
            right[pair[0]].add(pair[1])
            right[pair[1]].add(pair[0])
    corpus = list(questions.values())
    linked = [each for each in corpus if each.id in right]
    yield Task("links", corpus, linked, right)
    yield Task("titles", corpus, [Text(each.id, each.text.partition("\n")[0]) for each in linked], right)
    asked = [Text(f"a{row['Id']}", _plain_text(row["Body"])) for row in answers]
    yield Task("answers", corpus, asked, {f"a{row['Id']}": {row["ParentId"]} for row in answers})


def _intents(name: str, rows: list[tuple[str, str]], every: int) -> Task:
    corpus = [Text(number, text) for number, (text, _) in enumerate(rows)]
    same: dict[str, set[str | int | float]] = defaultdict(set)
    for number, (_, intent) in enumerate(rows):
        same[intent].add(number)
    queries = corpus[::every]
    return Task(name, corpus, queries, {each.id: same[rows[int(each.id)][1]] - {each.id} for each in queries})


def tasks(data: Path) -> Iterator[Task]:
    """All of them, as far as their data are there."""
    yield from french_meta(data / "stackexchange_french_meta")
    with (data / "xsid" / "valid_all_languages.csv").open(encoding="utf-8", newline="") as lines:
        xsid = list(csv.DictReader(lines))
    for language in ("nl", "de", "en"):
        rows = [(row["text"], row["intent"]) for row in xsid if row["lang"] == language]
        yield _intents(f"xsid {language}", rows, 1)
    with (data / "banking77" / "train.csv").open(encoding="utf-8", newline="") as lines:
        yield _intents("banking", [(row["text"], row["category"]) for row in csv.DictReader(lines)], 20)
    clinc = json.loads((data / "clinc150" / "train_val.json").read_text(encoding="utf-8"))
    yield _intents("clinc", [(text, intent) for text, intent in clinc["train"]], 30)


def compare(task: Task, half: str) -> dict[str, dict[str, float]]:
    """Both engines on one task."""
    with tempfile.TemporaryDirectory() as temporary, Ids(Path(temporary) / "ids") as ids:
        likeness = Likeness(build(iter(task.corpus), ids, Path(temporary) / "index"))
        ours = measure(task, lambda query: [each.id for each, _ in rank(likeness, ids, query, _DEPTH)], half)
    return {"plain": measure(task, Plain(task.corpus).rank, half), "klankbord": ours}


def main() -> None:
    """Measure and print."""
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--data", type=Path, default=DATA)
    arguments.add_argument("--half", choices=["dev", "test"], default="test")
    arguments.add_argument("--only", nargs="*", help="names of tasks")
    arguments.add_argument("--json", action="store_true")
    chosen = arguments.parse_args()
    if not chosen.data.is_dir():
        print(f"skipped: {chosen.data} is not there")
        return
    found = {}
    for task in tasks(chosen.data):
        if chosen.only and task.name not in chosen.only:
            continue
        found[task.name] = compare(task, chosen.half)
        if not chosen.json:
            for engine, figures in found[task.name].items():
                row = "  ".join(f"{name} {value:.3f}" for name, value in figures.items() if name != "queries")
                print(f"{task.name:9} {engine:10} {row}  ({figures['queries']:.0f} queries)")
    engines = ("plain", "klankbord")
    mean = {engine: sum(each[engine]["mrr"] for each in found.values()) / len(found) for engine in engines}
    if chosen.json:
        json.dump({"tasks": found, "mean_mrr": mean}, sys.stdout)
    else:
        print(f"mean mrr  plain {mean['plain']:.3f}  klankbord {mean['klankbord']:.3f}")


if __name__ == "__main__":
    main()
