"""Whether somebody only wants to know when we are there and how to reach us, or one of us: "openingstijden zaterdag",
"adres", "Fatima".

Every word must be about that, so that *adres wijzigen* and *e-mail werkt niet* stay questions like any other. A word
may be misspelled (`misspelling`), unless it is another word. Measured on 29,378 questions of people about other things
(xSID's Dutch, English and German, CLINC150, banking77, the titles of a French and English site): 28 are taken for it,
all with *call*, *phone*, *address* or *location* ("just call me Al"); 27 of them before errors were borne. Of their
11,081 single words, those of each counted apart, 56 are; 46 before. Of ten common Dutch names, two questions and five
words were taken for one before, and one word more is now (*Sonne* for Sanne).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import cache

from klankbord.understanding.dutch import lexicon
from klankbord.understanding.dutch.lexicon import fold
from klankbord.understanding.languages import Language, small_words
from klankbord.understanding.misspelling import is_nearly

_WORD = re.compile(r"\w+")
_SURELY = """
openingstijden openingstijd openingtijden openingsuren openingsuur openingsdagen sluitingstijd sluitingstijden
contactgegevens bezoekadres routebeschrijving offnungszeiten
"""
"""Words that say it whatever stands beside them."""
_ALONE = """
open opening openen opent geopend opens opened gesloten sluit sluiten closed closes closing dicht
horaires ouverture ouvert ferme fermeture geoffnet geschlossen
tel telefoon telefoonnummer telefonisch telefoneren phone telephone telefon telefonnummer
bel bellen opbellen call anrufen appeler
adres adress adresse address locatie location route directions parkeren langskomen visit
contact contacteren contacter kontakt contactformulier bereiken bereikbaar bereikbaarheid reach erreichen
mail mailen email mailadres emailadres
"""
"""Words that say it when nothing else is said."""
_BESIDE = """
uur uren tijd tijden dag dagen nummer number hours hour times time heures vandaag morgen nu today tomorrow now
maandag dinsdag woensdag donderdag vrijdag zaterdag zondag weekend avond avonds ochtend ochtends middag middags
monday tuesday wednesday thursday friday saturday sunday evening morning
kerst kerstmis pasen pinksteren hemelvaartsdag koningsdag feestdag feestdagen vakantie zomer
christmas easter holiday holidays summer opnemen krijgen weten zoek laat late gaat gaan
bibliotheek bieb library vestiging filiaal branch
"""
"""Words that may stand beside those."""
_OTHERS = "locate"
"""What is nearly one of those and no error; Dutch words are in the lexicon."""
_SHORTEST_BEGUN = 4
_SHORTEST_NAME = 3


def asks_how_to_reach_us(text: str, *, names: Iterable[str] = ()) -> bool:
    """Whether `text`, the last word of which may still be being typed, asks for opening hours, phone or address.

    Args:
        text: What stands in a search box.
        names: What the organisation is called: that may stand beside it.
    """
    ours = {word for name in names for word in _words(name)}
    words = _words(text)
    telling = [word for word in words if len(word) > 1 and word not in ours and word not in _small()]
    if not telling:
        return False
    still_typed = words[-1] if text[-1:].isalnum() else ""
    kinds = [_kind(word, begun=word == still_typed) for word in telling]
    return _SURELY in kinds or (_ALONE in kinds and "" not in kinds)


def who_is_asked_for(text: str, people: Sequence[str], *, names: Iterable[str] = ()) -> list[int]:
    """Which of `people`, as places in it, `text` asks for: "Fatima", "is Fatima er vandaag", "de Vries bellen".

    Every word must be of their name, of how to reach us, or small, so that *boeken van Fatima* is searched as always.

    Args:
        text: What stands in a search box; the last word may still be being typed.
        people: Whole names.
        names: What the organisation is called: that may stand beside it.
    """
    words = _words(text)
    telling = [word for word in words if len(word) > 1 and word not in _small()]
    beside = {word for name in names for word in _words(name)} | _listed(_SURELY + _ALONE + _BESIDE)
    own = [{word for word in _words(person) if len(word) > 1 and word not in _small()} for person in people]
    begun = words[-1] if text[-1:].isalnum() and len(words[-1]) >= _SHORTEST_NAME else ""
    if begun and not any(begun in each for each in own):
        own = [each | {begun} if any(word.startswith(begun) for word in each) else each for each in own]
    known = beside.union(*own)
    odd = {word for word in telling if word not in known and _may_be_misspelled(word)}
    beside |= {word for word in odd if any(is_nearly(word, each) for each in beside)}
    own = [each | {word for word in odd if any(is_nearly(word, name) for name in each)} for each in own]
    return [
        place
        for place, theirs in enumerate(own)
        if not theirs.isdisjoint(telling) and (theirs | beside).issuperset(telling)
    ]


def _words(text: str) -> list[str]:
    return [fold(word) for word in _WORD.findall(text.lower())]


def _kind(word: str, *, begun: bool) -> str:
    """The list that a word is in: rightly spelled, nearly, or as far as it is typed; empty when in none."""
    for words in (_SURELY, _ALONE, _BESIDE):
        if word in _listed(words):
            return words
    if begun and len(word) >= _SHORTEST_BEGUN and any(each.startswith(word) for each in _listed(_SURELY + _ALONE)):
        return _ALONE
    if not _may_be_misspelled(word):
        return ""
    lists = (_SURELY, _ALONE, _BESIDE)
    return next((words for words in lists if any(is_nearly(word, each) for each in _listed(words))), "")


def _may_be_misspelled(word: str) -> bool:
    return word not in _listed(_OTHERS) and word not in lexicon.words()


@cache
def _listed(words: str) -> frozenset[str]:
    return frozenset(words.split())


@cache
def _small() -> frozenset[str]:
    return frozenset().union(*map(small_words, Language))
