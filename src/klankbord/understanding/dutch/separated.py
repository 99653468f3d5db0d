"""Verbs whose particle walked away: "lever het boek in" says "inleveren"."""

from __future__ import annotations

from collections.abc import Sequence

from klankbord.understanding.dutch.inflection import PARTICLES, is_separable, stem

_FARTHEST = 10
"""Words between a verb and its particle."""
_ALWAYS_PARTICLES = frozenset(["terug", "mee", "kwijt", "af", "weg", "klaar", "toe", "neer"])
"""These are seldom anything else, wherever they stand; the others only end a clause ("in" is a preposition)."""
_CONJUNCTIONS = "en maar of want als omdat dat die dan zodat tot voordat terwijl wanneer zonder om"
_BEGIN_A_CLAUSE = frozenset(_CONJUNCTIONS.split())


def rejoined(words: Sequence[str]) -> list[str]:
    """Stems of the separable verbs that stand apart in the folded words of one sentence."""
    found = []
    for place, word in enumerate(words):
        if word not in PARTICLES:
            continue
        following = words[place + 1] if place + 1 < len(words) else ""
        if following == "te" and place + 2 < len(words):
            root = stem(words[place + 2])
            if is_separable(word, root):
                found.append(word + root)
        elif not following or following in _BEGIN_A_CLAUSE or word in _ALWAYS_PARTICLES:
            before = {stem(each) for each in words[max(0, place - _FARTHEST) : place] if len(each) > 1}
            # Of "Ik lever een boek in" also "inboeken": which of the two is the verb is not worth knowing.
            found += sorted(word + root for root in before if is_separable(word, root))
    return found
