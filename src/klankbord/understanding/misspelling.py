"""Whether a word is another one, spelled wrongly: a letter more, less, other or swapped with the next."""

from __future__ import annotations

SHORTEST = 5
"""Letters: of shorter words too many are nearly another."""
_LONG = 8


def is_nearly(word: str, known: str) -> bool:
    """Whether `word`, folded, is `known` but for one such error, or two where it has eight letters or more.

    Hardly anyone errs at the very begin or end, and many words differ in nothing else ("vacation", "closest"): there
    only one error in a long word is borne.
    """
    is_long = len(word) >= _LONG
    most = 2 if is_long else 1
    if len(word) < SHORTEST or abs(len(word) - len(known)) > most or len(set(word) ^ set(known)) > 2 * most:
        return False
    same_ends = sorted(word[:2]) == sorted(known[:2]) or word[0] == known[0]
    same_ends &= sorted(word[-2:]) == sorted(known[-2:]) or word[-1] == known[-1]
    if not same_ends and not is_long:
        return False
    return _errors(word, known) <= (most if same_ends else 1)


def _errors(one: str, other: str) -> int:
    """How many letters are more, less, other or swapped (the optimal string alignment distance)."""
    above: list[int] = []
    row = list(range(len(other) + 1))
    for place, letter in enumerate(one):
        before, above, row = above, row, [place + 1]
        for at, theirs in enumerate(other):
            fewest = min(above[at] + (letter != theirs), above[at + 1] + 1, row[at] + 1)
            if place and at and letter == other[at - 1] and one[place - 1] == theirs:
                fewest = min(fewest, before[at - 1] + 1)
            row.append(fewest)
    return row[-1]
