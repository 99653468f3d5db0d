"""Taking Dutch words apart: "leeskaart" into "lees" and "kaart", "inleveren" into "in" and "lever", "reservering" to
"reserveer".
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import NamedTuple

from klankbord.understanding.dutch.inflection import before_en, infinitives, is_separable, particles, stem
from klankbord.understanding.dutch.lexicon import read, words

SHORTEST = 6
"""Letters: shorter words are not taken apart."""
LONGEST = 40
_UNSURE = 5
"""From so many letters, any word of the list may be a part, even if it is seldom one."""
_ONE_THING = 60
"""A word that is itself a part of so many others is one thing: "kantoor" is no "kant" and "oor"."""


class Counts(NamedTuple):
    """How many words begin with a part, and how many end with it."""

    first: int
    last: int


@cache
def _parts() -> dict[str, Counts]:
    lines = (line.split(" ") for line in read("parts.xz").decode("ascii").split("\n"))
    return {word: Counts(int(first), int(last)) for word, first, last in lines}


def parts(word: str) -> tuple[str, ...]:
    """Stems of what a folded word is made of or made from, without the word's own stem; none for most words."""
    if len(word) < SHORTEST or len(word) > LONGEST or not word.isalpha():
        return ()
    own = stem(word)
    made_from = tuple(_within(own))
    found: dict[str, None] = dict.fromkeys(made_from)
    for each in _split(made_from[0] if made_from else own):
        found[each] = None
        found |= dict.fromkeys(_within(each))
    found.pop(own, None)
    return tuple(found)


def _within(own: str) -> Iterator[str]:
    """The verb inside: without its particle, or before it became a noun or an adjective."""
    for particle, root in particles(own):
        if len(root) > 2 and root in words() and is_separable(particle, root):
            yield stem(root)
            return
    for end in ("ing", "er", "aar", "baar"):
        if own.endswith(end) and not own.endswith("eer") and len(own) > len(end) + 3:
            roots = (own[: -len(end)],) if end.endswith("aar") else before_en(own[: -len(end)])
            for root in roots:
                if root in words() and any(each in words() for each in infinitives(root)):
                    yield root
                    yield from _within(root)
                    return
    if own.endswith("heid") and own[:-4] in words():
        yield own[:-4]


def _split(own: str) -> tuple[str, ...]:
    whole = _parts().get(own)
    if len(own) < SHORTEST or (whole and max(whole) >= _ONE_THING):
        return ()
    best = _best(own, 0)
    return tuple(stem(_unlinked(each)) for each in best[1]) if best and len(best[1]) > 1 else ()


def _unlinked(part: str) -> str:
    """Without the "s" between two parts: "dorps" is of "dorp"."""
    return part[:-1] if part.endswith("s") and part[:-1] in _parts() else part


def _best(word: str, depth: int) -> tuple[float, tuple[str, ...]] | None:
    """The likeliest way to read `word` as parts, with how likely it is: products of how often each part is one."""
    found: tuple[float, tuple[str, ...]] | None = None
    if depth and (chance := _chance(word, last=True)):
        found = (chance, (word,))
    if depth > 2:
        return found
    for place in range(3, len(word) - 2):
        begin = word[:place]
        for part in (begin, begin[:-1]) if begin.endswith("s") else (begin,):
            chance = _chance(part, last=False)
            rest = _best(word[place:], depth + 1) if chance else None
            if rest and (found is None or chance * rest[0] > found[0]):
                found = (chance * rest[0], (part, *rest[1]))
    return found


_ALL = 100_000.0


def _chance(part: str, *, last: bool) -> float:
    counts = _parts().get(part)
    seen = (counts.last if last else counts.first) if counts else 0
    if seen:
        return (seen + 1) / _ALL
    if len(part) >= _UNSURE and part in words() and (not last or _is_plausible_end(part)):
        return 0.5 / _ALL
    return 0.0


def _is_plausible_end(part: str) -> bool:
    """A form of what is often a last part ("kaarten"), or a verb ("leveren")."""
    root = stem(part)
    counts = _parts().get(root)
    return bool(counts and counts.last) or (root != part and len(root) > 3)
