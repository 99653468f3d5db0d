"""What is shown as similar while somebody types: how much of what is right stays, and how much that is not goes.

`python bench/shown.py [--data FOLDER] [--json]`. The corpus is the French meta site: right are the questions that were
linked, and nothing is right for what people ask a bank, an alarm clock or a weather forecast. Shown are five at most,
out of everything that is ranked (`all`) and of what is alike enough (`shown`).
"""

from __future__ import annotations

import argparse
import csv
import json
import random
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from klankbord.cli.similar import EVERYTHING, build, title_and_text
from klankbord.cli.similar_files import Ids, Text
from klankbord.search.likeness import Likeness
from similar import DATA, french_meta

_MOST = 5
_MOST_QUERIES = 200

type Right = dict[str | int | float, set[str | int | float]]


def _asked(data: Path) -> Iterator[tuple[str, list[Text], Right]]:
    """For each kind of query: its name, the queries, what is right for each."""
    tasks = {task.name: task for task in french_meta(data / "stackexchange_french_meta")}
    for name in ("links", "titles"):
        yield name, tasks[name].queries, tasks[name].right
    with (data / "xsid" / "valid_all_languages.csv").open(encoding="utf-8", newline="") as lines:
        said = list(csv.DictReader(lines))
    with (data / "banking77" / "train.csv").open(encoding="utf-8", newline="") as lines:
        bank = [row["text"] for row in csv.DictReader(lines)]
    strange = {f"xsid {each}": [row["text"] for row in said if row["lang"] == each] for each in ("nl", "de", "en")}
    drawn = random.Random(1)
    strange["banking"] = drawn.sample(bank, _MOST_QUERIES)
    strange["banking, five in one"] = [". ".join(drawn.sample(bank, 5)) for _ in range(_MOST_QUERIES)]
    for name, texts in strange.items():
        yield name, [Text(f"{name} {number}", text) for number, text in enumerate(texts[:_MOST_QUERIES])], {}


def main() -> None:
    """Measure and print."""
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--data", type=Path, default=DATA)
    arguments.add_argument("--json", action="store_true")
    chosen = arguments.parse_args()
    if not chosen.data.is_dir():
        print(f"skipped: {chosen.data} is not there")
        return
    found: dict[str, dict[str, dict[str, float]]] = {}
    corpus = next(french_meta(chosen.data / "stackexchange_french_meta")).corpus
    with tempfile.TemporaryDirectory() as temporary, Ids(Path(temporary) / "ids") as ids:
        likeness = Likeness(build(iter(corpus), ids, Path(temporary) / "index"))
        for name, queries, right in _asked(chosen.data):
            found[name] = {}
            for way, look in (("all", likeness.similar), ("shown", likeness.sharing)):
                shown = [_first(look, ids, each) for each in queries]
                hits = sum(
                    len(right.get(each.id, set()) & set(first)) for each, first in zip(queries, shown, strict=True)
                )
                found[name][way] = {"a_query": sum(map(len, shown)) / len(queries), "right": hits}
    if chosen.json:
        json.dump(found, sys.stdout)
        return
    for name, ways in found.items():
        print(
            f"{name:22}",
            "  ".join(f"{way}: {each['a_query']:.2f} a query, {each['right']} right" for way, each in ways.items()),
        )


def _first(look: Likeness.similar, ids: Ids, query: Text) -> list[str | int | float]:
    title, text = title_and_text(query.text)
    ranked = [ids.read(hit.about_id) for hit in look(text, title=title, within=EVERYTHING, limit=_MOST + 1)]
    return [each.id for each in ranked if each.id != query.id][:_MOST]


if __name__ == "__main__":
    main()
