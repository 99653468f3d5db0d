"""How well personal data and spam are recognised, on lists that no one here wrote.

Reads from the folder given as argument, else from `shared/data/moderation` beside the checkout; says so when it is not
there. `personal.json`: a list of {"text", "kind" (empty: nothing is to be found), "source"}. `youtube/*.tsv`: two files
of comments, one a line, `s` (spam) or `h` (ham), a tab, the words. Run: `python bench/moderation.py [FOLDER]`.
"""

from __future__ import annotations

import json
import random
import sys
from collections import defaultdict
from pathlib import Path

from klankbord.understanding.personal_data import find
from klankbord.understanding.spam import Model, learn, score

DATA = Path(__file__).resolve().parents[2] / "shared" / "data" / "moderation"

type Judged = list[tuple[bool, str]]
"""Whether it is spam, and its words."""


def personal(file: Path) -> None:
    """One line for each kind and source: how many texts gave exactly what they should."""
    right: dict[tuple[str, str], list[int]] = defaultdict(lambda: [0, 0])
    for each in json.loads(file.read_text(encoding="utf-8")):
        found = {finding.kind.value for finding in find(each["text"])}
        counted = right[each["kind"] or "nothing", each["source"]]
        counted[0] += found == ({each["kind"]} if each["kind"] else set())
        counted[1] += 1
    for (kind, source), (good, all_of_them) in sorted(right.items()):
        print(f"personal data: {kind}: {good} of {all_of_them} ({source})")


def spam(name: str, taught_by: Judged, tried_on: Judged) -> None:
    """One line: what a filter that learned from the first says of the second, at a probability of one half."""
    model = Model()
    for is_spam, text in taught_by:
        learn(model, text, is_spam=is_spam)
    scores = [(score(text, model=model).probability, is_spam) for is_spam, text in tried_on]
    bad = [probability for probability, is_spam in scores if is_spam]
    good = [probability for probability, is_spam in scores if not is_spam]
    above = sum((one > other) + (one == other) / 2 for one in bad for other in good)
    print(
        f"spam: {name}: {sum(each >= 0.5 for each in bad)} of {len(bad)} found, {sum(each >= 0.5 for each in good)} of "
        f"{len(good)} accused, area {above / len(bad) / len(good):.2f}"
    )


def read(file: Path) -> Judged:
    """The comments of a file."""
    lines = [line for line in file.read_text(encoding="utf-8").split("\n") if line.strip()]
    return [(line[0] == "s", line.split("\t", 1)[1]) for line in lines]


def main() -> int:
    """Prints the figures; 0 also when the data is absent."""
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else DATA
    files = sorted((folder / "youtube").glob("*.tsv"))
    if not (folder / "personal.json").exists() or len(files) < 2:
        print(f"moderation: no data at {folder}; nothing measured")
        return 0
    personal(folder / "personal.json")
    first, second = read(files[0]), read(files[1])
    spam("untaught", [], first)
    spam(f"{files[1].stem} → {files[0].stem}", second, first)
    spam(f"{files[0].stem} → {files[1].stem}", first, second)
    both = [*second, *first]
    random.Random(1).shuffle(both)
    half = len(both) // 2
    for number in (20, 40, half):
        spam(f"{number} decisions → the other half", both[:number], both[half:])
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
