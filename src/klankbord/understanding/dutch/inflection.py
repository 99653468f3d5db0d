"""From a form to its stem: "geleverd", "leverde" and "levert" to "lever", "boekjes" to "boek", "zalen" to "zaal".

Each rule proposes, and the word list decides. Words that the list does not know go to the rules alone.

Rules: Woordenlijst Nederlandse Taal, "Leidraad": doubling of letters, verbs, plurals and diminutives.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

from klankbord.understanding.dutch.lexicon import words
from klankbord.understanding.dutch.strong import EXCEPTIONS, NOUN_FORMS, STRONG_STEMS, VERB_FORMS

_PARTICLES = """
    aan achter achteruit achterna af bij bijeen binnen boven buiten dicht door heen in klaar kwijt langs los mee
    mede na neer om omhoog omver onder op open over rond samen tegen terug toe uit uiteen vast vol voor vooruit
    voort voorbij vrij weer weg zwart goed thuis bezig kennis stil deel plaats gelijk teleur tekort tentoon recht
    schoon leeg mis hoog waar wakker bloot vorm
"""
PARTICLES = frozenset(_PARTICLES.split())
"""What stands before a verb and walks away from it: "inleveren", "lever in"."""
_LONGEST_PARTICLE = max(map(len, PARTICLES))
_PREFIXES = ("be", "ver", "ont", "her", "er", "ge")
_VOWELS = "aeiou"


@lru_cache(maxsize=10_000)
def stem(word: str) -> str:
    """The stem of a folded word in lower case: one for all its forms."""
    if len(word) < 4 or not word.isalpha():
        return _short(word)
    for proposal in _proposals(word):
        if proposal:
            return proposal
    return word


def _short(word: str) -> str:
    form = VERB_FORMS.get(word)
    return form[0] if form and form[1] else word


def _proposals(word: str) -> Iterator[str | None]:
    """Stems of `word`, the surest first; the last one that is given is taken when no other was."""
    yield EXCEPTIONS.get(word) or NOUN_FORMS.get(word)
    yield _strong(word)
    yield _behind_a_particle(word)
    yield _participle(word)
    yield _present_participle(word)
    yield _diminutive(word)
    yield _plural_in_s(word)
    yield _in_en(word)
    yield _past(word)
    yield _third_person(word)
    yield _comparison(word)
    yield _in_e(word)
    yield _with_irregular_end(word)


def _strong(word: str) -> str | None:
    form = VERB_FORMS.get(word)
    if form:
        return form[0] if form[1] else None
    if word.startswith("ge") and word[2:] in VERB_FORMS:
        return VERB_FORMS[word[2:]][0]
    for prefix in _PREFIXES:
        rest = word.removeprefix(prefix)
        if rest != word and rest in VERB_FORMS and _is_verb(prefix + VERB_FORMS[rest][0]):
            return prefix + VERB_FORMS[rest][0]
    return None


def _is_verb(stem_: str) -> bool:
    return any(each in words() for each in infinitives(stem_))


def infinitives(stem_: str) -> list[str]:
    """How the infinitive (or plural) of a stem may be spelled: "leen" → "lenen", "geef" → "geven", "zet" → "zetten"."""
    if stem_.endswith(("ga", "sta", "sla")):
        return [f"{stem_}an"]
    if stem_.endswith("e"):
        return [f"{stem_}n"]
    found = []
    if len(stem_) > 2 and stem_[-1] not in _VOWELS:
        if stem_[-2] in _VOWELS and stem_[-3] == stem_[-2]:
            found.append(f"{stem_[:-2]}{_voiced(stem_[-1])}en")
        elif stem_[-2] in _VOWELS and stem_[-3] not in _VOWELS:
            found.append(f"{stem_}{stem_[-1]}en")
        found.append(f"{stem_[:-1]}{_voiced(stem_[-1])}en")
    found.append(f"{stem_}en")
    return found


def _voiced(consonant: str) -> str:
    return {"f": "v", "s": "z"}.get(consonant, consonant)


def _voiceless(end: str) -> str:
    if end.endswith("v"):
        return end[:-1] + "f"
    return end[:-1] + "s" if end.endswith("z") else end


def _behind_a_particle(word: str) -> str | None:
    """ "ingeleverd" and "inlevert" to "inlever", by way of "geleverd" and "levert"."""
    for particle, rest in particles(word):
        roots = [stem(rest)]
        if rest in VERB_FORMS:
            roots.append(VERB_FORMS[rest][0])
        if rest.startswith("ge"):  # "kwijtgeraakt" is of "raken", not of "geraken".
            roots += [rest[2:-1], rest[2:], stem(rest[2:])]
        for root in roots:
            if (root != rest or rest.endswith("en")) and is_separable(particle, root):
                return particle + root
    return None


def is_separable(particle: str, root: str) -> bool:
    """Whether particle and stem are a verb together: "in" and "lever", but not "aan" and "boek"."""
    if root not in words() or not any(particle + each in words() for each in infinitives(root)):
        return False
    return root in STRONG_STEMS or root[-1] in "dt" or f"{particle}{root}t" in words()


def particles(word: str) -> Iterator[tuple[str, str]]:
    """The ways in which a word begins with a particle, the longest first, and what is left."""
    for size in range(min(_LONGEST_PARTICLE, len(word) - 3), 1, -1):
        if word[:size] in PARTICLES:
            yield word[:size], word[size:]


def _participle(word: str) -> str | None:
    if word.startswith("ge") and word.endswith("en") and word[:-2] not in words():
        inner = stem(word[2:])
        if inner in STRONG_STEMS or (word not in words() and inner in words()):
            return inner
    bent = infinitives(word)
    if word[-1] not in "dt" or (any(e in words() for e in bent) and not any(e[:-1] in words() for e in bent)):
        return None
    if word.startswith("ge"):
        rest = word[2:]
        regular = (rest, rest[:-1]) if f"{rest}te" in words() or f"{rest}de" in words() else (rest[:-1], rest)
        proposals = [*([] if word[-2] == "e" else [word[:-1]]), *regular]
    else:
        # "verlengd", "overhandigd"; a short word such as "held" is rather itself.
        proposals = [word[:-1]] if word.startswith(_PREFIXES) or (len(word) > 7 and word[-1] == "d") else []
    return next((each for each in proposals if len(each) > 2 and each in words() and _is_verb(each)), None)


def _present_participle(word: str) -> str | None:
    """ "ontbrekende" by way of "ontbreken"."""
    infinitive = word.removesuffix("e").removesuffix("d")
    if not word.endswith(("end", "ende")) or infinitive not in words():
        return None
    root = stem(infinitive)
    return root if root != infinitive and _is_verb(root) else None


def _comparison(word: str) -> str | None:
    """ "natter" and "natste" to "nat"; not "lezer", as nothing is "leesst"."""
    for end in ("ste", "st", "ere", "er"):
        root = word.removesuffix(end)
        if root != word and len(root) > 2:
            for each in before_en(root) if end.startswith("e") else (root,):
                if (
                    each in words()
                    and f"{each}ste" in words()
                    and any(f"{e[:-1]}r" in words() for e in infinitives(each))
                ):
                    return each
            return None
    return None


def _diminutive(word: str) -> str | None:
    small = word.removesuffix("s") if word.endswith("jes") else word
    if not small.endswith("je") or len(small) < 5:
        return None
    root = small[:-2]
    proposals = [root]
    if root.endswith("t"):
        proposals.append(root[:-1])
        if root.endswith("et"):
            proposals.append(_single(root[:-2]))
        if len(root) > 3 and root[-2] == root[-3] and root[-2] in _VOWELS:
            proposals.append(root[:-2])
    if root.endswith("mp"):
        proposals.append(root[:-1])
    if root.endswith("nk"):
        proposals.append(f"{root[:-1]}g")
    if root.endswith("t") and len(root) > 3 and root[:-1] in words() and _is_base(root[:-1]) and not _is_base(root):
        proposals = proposals[1:]
    return next((stem(each) for each in proposals if len(each) > 1 and each in words()), None)


def _single(root: str) -> str:
    return root[:-1] if len(root) > 2 and root[-1] == root[-2] and root[-1] not in _VOWELS else root


def _plural_in_s(word: str) -> str | None:
    root = word[:-1]
    if (
        not word.endswith("s")
        or word.endswith(("ss", "is", "us"))
        or root not in words()
        or _is_base(word)
        or f"{word}e" in words()
    ):
        return None
    if root.endswith(("e", "el", "em", "en", "er", "a", "o", "i", "u", "y", "ie")) or f"{word}en" not in words():
        return stem(root) if root.endswith("je") else root
    return None


def _is_base(word: str) -> bool:
    """Whether something is bent from this word itself, so that its end belongs to it: "kans", as there is "kansen"."""
    return any(each in words() for each in infinitives(word)) or (word.endswith("e") and f"{word}n" in words())


def _in_en(word: str) -> str | None:
    if not word.endswith("en") or len(word) < 5:
        return None
    if word.endswith("heden") and f"{word[:-5]}heid" in words():
        return f"{word[:-5]}heid"
    if _keeps_its_end(word):
        return word
    # Without "n": "leenden" by way of "leende", "gedachten" by way of "gedachte".
    proposals = (*before_en(word[:-2]), word[:-1])
    if f"{word[:-1]}s" in words() and f"{word[:-2]}t" not in words():
        proposals = (word[:-1], *proposals)  # "waarden" is of "waarde", which is also "waardes".
    return next((stem(each) for each in proposals if each in words()), None)


def _keeps_its_end(word: str) -> bool:
    """Whether "-en" belongs to the word: "rekenen" is bent from it ("rekent"), or only a noun is ("tokens")."""
    if f"{word}en" in words() and f"{word}t" in words():
        return True
    return f"{word}s" in words() and not any(f"{each}t" in words() for each in before_en(word[:-2]))


def before_en(root: str) -> Iterator[str]:
    """What may have stood before "-en", "-e" or "-ing", the likeliest first: "len" → "leen", "zett" → "zet"."""
    if len(root) > 2 and root[-1] == root[-2] and root[-1] not in _VOWELS:
        yield root[:-1]
        return
    if len(root) > 1 and root[-1] not in _VOWELS and root[-2] in _VOWELS and (len(root) < 3 or root[-3] not in _VOWELS):
        # Behind a short vowel the consonant would have been doubled, unless nothing stresses it ("leveren", "motoren").
        long = _voiceless(root[:-1] + root[-2] + root[-1])
        if any(each in _VOWELS for each in root[:-2]) and (root.endswith("or") or _is_unstressed(root, long)):
            yield root
        yield long
    yield _voiceless(root)
    yield root
    if root.endswith(("ier", "iel", "uel")):
        yield f"{root[:-1]}e{root[-1]}"  # "kopiëren", "officiële", whose dots were folded away


def _past(word: str) -> str | None:
    for end in ("den", "ten", "de", "te"):
        root = word.removesuffix(end)
        if root != word and len(root) > 1 and root in words() and _is_weak(root, end[0]) and f"{word}s" not in words():
            return root
    return None


def _is_weak(root: str, dental: str) -> bool:
    """Whether this is a verb that has its past tense in "-de" or "-te": then its participle ends so too."""
    if root.endswith(dental):
        return _is_verb(root) and f"ge{root}" in words()
    participles = (f"ge{root}{dental}", f"{root}{dental}" if dental == "d" or root.startswith(_PREFIXES) else "")
    return _is_verb(root) and any(each in words() for each in participles)


def _third_person(word: str) -> str | None:
    root = word[:-1]
    if not word.endswith("t") or len(root) < 2 or root not in words() or not _is_verb(root):
        return None
    if f"{word}en" not in words() or root in STRONG_STEMS:
        return root
    return root if _is_weak(root, "t") and f"{word}je" not in words() else None


def _in_e(word: str) -> str | None:
    if not word.endswith("e") or len(word) < 4 or f"{word}s" in words():
        return None
    return next((stem(each) for each in before_en(word[:-1]) if each in words()), None)


def _is_unstressed(root: str, long: str) -> bool:
    """Whether the last "e" or "i" of a stem is weak: not when it is a verb's with a long vowel ("negeert")."""
    doubled = f"{root}{root[-1]}en" in words()
    return root[-2] in "ei" and not doubled and (f"{long}t" not in words() or f"{root}t" in words())


def _with_irregular_end(word: str) -> str | None:
    """A compound ends as its last part does: "hoofdsteden", "bibliotheekleden"."""
    for start in range(2, len(word) - 3):
        if word[start:] in NOUN_FORMS and word[:start] + NOUN_FORMS[word[start:]] in words():
            return word[:start] + NOUN_FORMS[word[start:]]
    return None
