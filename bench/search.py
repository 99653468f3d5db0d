"""How fast search and similar-while-typing are in a large archive, and how soon a new post is found.

`python bench/search.py [--posts 50000] [--queries 200] [--json] [--keep FOLDER]`; the aims (p95 of both at most 15 ms,
a new post within 2 s) are for `--posts 1000000`, which takes half an hour or more to build. The baseline, in the same
run on the same posts: SQLite FTS5 (unicode61, bm25, the same words joined by OR).

Posts are made up from real words: the Dutch word list of this package by how often each word is part of others, small
words before them, Zipf's law over all. A post is about one of 3,000 subjects, of which a third of its words are. Half
are 45 words or shorter, some are hundreds. Five posts in a row have the same text under different titles, as reading a
text is most of the work of building. Seeded: every run makes the same posts.
"""
# ruff: noqa: PLC0415 - Django is loaded once it is known which folder it may write to

from __future__ import annotations

import argparse
import bisect
import json
import os
import random
import resource
import sqlite3
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator
from functools import lru_cache
from itertools import accumulate, batched
from pathlib import Path
from typing import Any

from klankbord.search import index as index_module
from klankbord.search import words
from klankbord.search.contract import Audience, Document
from klankbord.search.index import Index, Within
from klankbord.search.likeness import Likeness
from klankbord.understanding.dutch.lexicon import read
from klankbord.understanding.languages import Language, small_words

_AIMS = {"search": 15.0, "similar": 15.0, "new_post_s": 2.0}
_PUBLIC = Within(organisation_id=1, kinds=("question",), audience=Audience.PUBLIC)
_SUBJECTS = 3_000
_WORDS_OF_A_SUBJECT = 60
_SAME_TEXT = 5
_BATCH = 1_000
_WRITER_BYTES = 100_000_000


class Language_:  # noqa: N801 - "Language" is taken
    """Made-up Dutch with the statistics of Dutch."""

    def __init__(self, seed: int = 7) -> None:
        self._chance = random.Random(seed)
        parts = [line.split(" ") for line in read("parts.xz").decode().split("\n")]
        common = [word for word, *counts in sorted(parts, key=lambda part: -sum(map(int, part[1:])))]
        known = set(common)
        rare = [word for word in read("words.xz").decode().split("\n") if word not in known]
        self._chance.shuffle(rare)
        self._words = [*sorted(small_words(Language.DUTCH), key=lambda word: (len(word), word)), *common, *rare]
        self._sums = list(accumulate(1 / (rank + 2.7) ** 1.05 for rank in range(1, len(self._words) + 1)))
        content = len(small_words(Language.DUTCH))
        self._subjects = [
            [self._words[content + int(self._chance.paretovariate(0.35)) % 40_000] for _ in range(_WORDS_OF_A_SUBJECT)]
            for _ in range(_SUBJECTS)
        ]

    def _word(self, chance: random.Random) -> str:
        return self._words[bisect.bisect(self._sums, chance.random() * self._sums[-1])]

    def _said(self, chance: random.Random, subject: list[str], count: int) -> str:
        said = [chance.choice(subject) if chance.random() < 0.33 else self._word(chance) for _ in range(count)]
        for place in range(9, count, 10):
            said[place] += "."
        return " ".join(said)

    def post(self, number: int) -> tuple[str, str]:
        """Title and text of a post; a number always gives the same."""
        chance = random.Random(number // _SAME_TEXT)
        subject = self._subjects[chance.randrange(_SUBJECTS)]
        text = self._said(chance, subject, min(800, max(8, int(chance.lognormvariate(3.8, 0.7)))))
        chance = random.Random(-number)
        return self._said(chance, subject, chance.randint(3, 9)), text

    def typed_words(self, number: int) -> str:
        """What someone types into a search box: one to four words, the last one sometimes not finished."""
        chance = random.Random(-number - 1)
        subject = self._subjects[chance.randrange(_SUBJECTS)]
        typed = [chance.choice(subject) if chance.random() < 0.7 else self._word(chance) for _ in range(1 + number % 4)]
        if number % 3 == 0 and len(typed[-1]) > 5:
            typed[-1] = typed[-1][: chance.randint(3, 5)]
        return " ".join(typed)

    def typed_paragraph(self, number: int) -> tuple[str, str]:
        """A title and a whole paragraph of 60 to 120 words."""
        chance = random.Random(-1_000_000 - number)
        subject = self._subjects[chance.randrange(_SUBJECTS)]
        return self._said(chance, subject, 6), self._said(chance, subject, chance.randint(60, 120))


def build(language: Language_, posts: int, folder: Path) -> dict[str, float]:
    """Both indexes in `folder`; how long each took, in seconds, and its size, in MB."""
    index = Index(folder / "ours")
    writer = index.writer(_WRITER_BYTES)
    index_module.terms = lru_cache(maxsize=4)(index_module.terms)  # type: ignore[assignment]
    lite = sqlite3.connect(folder / "fts5.db")
    lite.execute("PRAGMA journal_mode=off")
    lite.execute("PRAGMA synchronous=off")
    lite.execute("CREATE VIRTUAL TABLE post USING fts5(title, text, tokenize='unicode61 remove_diacritics 2')")
    took = {"build_s": 0.0, "build_fts5_s": 0.0}
    for numbers in batched(range(posts), _BATCH):
        made = [(number, *language.post(number)) for number in numbers]
        began = time.perf_counter()
        writer.replace("question", (), [document(*each) for each in made])
        took["build_s"] += time.perf_counter() - began
        began = time.perf_counter()
        lite.executemany("INSERT INTO post(rowid, title, text) VALUES (?, ?, ?)", made)
        took["build_fts5_s"] += time.perf_counter() - began
        if numbers[-1] % 100_000 >= 100_000 - _BATCH:
            print(f"{numbers[-1] + 1:,} posts", file=sys.stderr, flush=True)
    began = time.perf_counter()
    writer.commit()
    writer.close()
    took["build_s"] += time.perf_counter() - began
    lite.commit()
    lite.close()
    size = sum(file.stat().st_size for file in (folder / "ours").iterdir())
    return took | {"index_mb": size / 1e6, "fts5_mb": (folder / "fts5.db").stat().st_size / 1e6}


def document(number: int, title: str, text: str) -> Document:
    """A post as the index takes it."""
    return Document("question", number, number, 1, Audience.PUBLIC, title, text)


def times(work: Callable[[Any], object], asked: Iterable[Any]) -> dict[str, float]:
    """Milliseconds for each of `asked`: median, 95th percentile, worst; and what the processor alone took (`cpu_p95`),
    as a busy machine makes everything wait.
    """
    found, busy = [], []
    for each in asked:
        began, began_cpu = time.perf_counter(), time.thread_time()
        work(each)
        found.append((time.perf_counter() - began) * 1000)
        busy.append((time.thread_time() - began_cpu) * 1000)
    found.sort()
    busy.sort()
    p95 = int(len(found) * 0.95)
    return {"p50": statistics.median(found), "p95": found[p95], "worst": found[-1], "cpu_p95": busy[p95]}


def ask(language: Language_, folder: Path, queries: int) -> dict[str, dict[str, float]]:
    """Both questions to both engines."""
    index = Index(folder / "ours")
    likeness = Likeness(index)
    lite = sqlite3.connect(folder / "fts5.db")

    def fts5(text: str) -> list[Any]:
        match = " OR ".join(f'"{word}"' for word in dict.fromkeys(text.replace(".", "").split()))
        return lite.execute("SELECT rowid FROM post WHERE post MATCH ? ORDER BY rank LIMIT 20", (match,)).fetchall()

    typed = [language.typed_words(number) for number in range(queries)]
    paragraphs = [language.typed_paragraph(number) for number in range(queries)]
    for title, text in paragraphs[:5]:  # What every process learns once, and the disk's cache.
        likeness.sharing(text, title=title, within=_PUBLIC, limit=10)
        words.find(index, title, within=_PUBLIC, limit=20)
    few = max(10, queries // 10)
    return {
        "search": times(lambda text: words.find(index, text, within=_PUBLIC, limit=20), typed),
        "similar": times(lambda each: likeness.sharing(each[1], title=each[0], within=_PUBLIC, limit=10), paragraphs),
        "search_fts5": times(fts5, typed[:few]),
        "similar_fts5": times(lambda each: fts5(f"{each[0]} {each[1]}"), paragraphs[:few]),
    }


def freshness(folder: Path, rounds: int = 10) -> dict[str, float]:
    """Seconds until a new post is found: from the commit of its transaction, through the outbox and the keeper."""
    (folder / "house").mkdir(exist_ok=True)
    os.environ |= {"KLANKBORD_DIR": str(folder / "house"), "DJANGO_SETTINGS_MODULE": "klankbord.config.settings"}
    os.environ.setdefault("KLANKBORD_SECRET_KEY", "only-for-this-bench-0123456789-0123456789")
    import django

    django.setup()
    from django.core.management import call_command
    from django.db import transaction

    from klankbord.conversations.events import MessageReceived
    from klankbord.events.follower import Follower
    from klankbord.events.publish import publish
    from klankbord.search.keeping import IndexKeeper
    from klankbord.search.position import save_position

    call_command("migrate", verbosity=0)
    written: dict[int, Document] = {}

    class Posts:
        """What a package with posts would provide."""

        kind = "question"

        def touched(self, event: Any) -> Iterable[int]:
            return [event.message_id]

        def documents(self, ids: Iterable[int]) -> Iterator[Document]:
            return (written[id_] for id_ in ids)

        def all_ids(self) -> Iterator[int]:
            return iter(())

    save_position(folder / "ours", Follower.end())
    index = Index(folder / "ours")
    keeper = IndexKeeper(folder / "ours", [Posts()])
    keeper.start()
    found = []
    for number in range(rounds):
        id_ = 2_000_000_000 + number
        written[id_] = document(id_, f"gloednieuw{number:03d}", "Dit is net geschreven.")
        with transaction.atomic():
            publish(MessageReceived(organisation_id=1, message_id=id_, conversation_id=id_, opened=True))
        began = time.perf_counter()
        while not words.find(index, f"gloednieuw{number:03d}", within=_PUBLIC, limit=1):
            time.sleep(0.005)
            if time.perf_counter() - began > 30:
                raise SystemExit("a new post was not found within 30 s")
        found.append(time.perf_counter() - began)
    keeper.stop()
    return {"new_post_s": max(found), "new_post_median_s": statistics.median(found)}


def main() -> None:
    """Build, ask, print."""
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--posts", type=int, default=50_000)
    arguments.add_argument("--queries", type=int, default=200)
    arguments.add_argument("--keep", type=Path, help="build here, or use what was built here")
    arguments.add_argument("--json", action="store_true")
    chosen = arguments.parse_args()
    language = Language_()
    with tempfile.TemporaryDirectory() as temporary:
        folder = chosen.keep or Path(temporary)
        found: dict[str, Any] = {"posts": chosen.posts}
        if not (folder / "ours").exists():
            found["build"] = build(language, chosen.posts, folder)
        found["ms"] = ask(language, folder, chosen.queries)
        found["fresh"] = freshness(folder)
        found["memory_mb"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1000
    if chosen.json:
        print(json.dumps(found))
        return
    built = [f"{name} {value:.1f}" for name, value in found.get("build", {}).items()]
    print(f"{chosen.posts:,} posts", *built, sep="  ")
    for name, each in found["ms"].items():
        aim = f"   (aim: p95 at most {_AIMS[name]} ms at 1,000,000)" if name in _AIMS else ""
        shown = "  ".join(f"{key} {value:8.2f}" for key, value in each.items())
        print(f"{name:14} {shown}  ms{aim}")
    print(f"a new post is found within {found['fresh']['new_post_s']:.2f} s (aim: {_AIMS['new_post_s']} s)")
    print(f"memory {found['memory_mb']:.0f} MB")


if __name__ == "__main__":
    main()
