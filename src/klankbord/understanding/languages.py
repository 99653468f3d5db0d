"""Which language a text is in, by the small words that every sentence of a language has.

Four languages are told apart, those in which stems are known. Names, numbers and other languages give none.
"""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum
from functools import cache


class Language(StrEnum):
    """A language whose words are understood."""

    DUTCH = "nl"
    ENGLISH = "en"
    FRENCH = "fr"
    GERMAN = "de"


# Function words without accents: articles, pronouns, prepositions, conjunctions, auxiliaries, the commonest adverbs.
_SMALL_WORDS = {
    Language.DUTCH: """
        aan al alle alleen als altijd andere ben bent bij bijvoorbeeld daar daarom dan dat de deze die dit doe doen
        door dus echt een eens en er even gaan gaat gewoon had hadden haar heb hebben hebt heeft heel hele hem hen
        het hier hij hoe hun iemand iets ik in is ja je jij jou jouw jullie kan kon konden kun kunnen kunt maar mag
        me meer men met mij mijn misschien moet moeten mogen na naar nee niet niets nog nu of om omdat ons onze ook
        op over s sinds steeds t te tegen toch toe tot u uit uw van veel via volgens voor waar waarom wanneer want
        waren was wat we wel welke werd wie wij wil wilt word worden wordt zal ze zeer zelf zich zij zijn zo zoals
        zonder zou zouden zullen zult
    """,
    Language.ENGLISH: """
        a about after again all also although always am an and any are as at be because been before being both but
        by can could d did do does doesn doing don each even ever every few for from get got had has have having he
        her here hers him his how i if in instead into is isn it its just least less like ll m many may me might
        more most much must my need no nor not now of off on once one only onto or other our out over own quite
        rather re really s same shall she should since so some such t than that the their them then there these they
        this those though through thus to too toward under until up upon us use using ve very via want was wasn way
        we were what when where whether which while who whom whose why will with within without won would yes yet
        you your
    """,
    Language.FRENCH: """
        a ai ainsi apres as assez au aucun aucune aujourd aussi autre autres aux avait avant avec avez avoir avons
        bien c ca car ce cela ces cet cette ceux chaque chez ci comme comment contre d dans de deja depuis des deux
        doit donc dont du elle elles en encore entre es est et etaient etait etant ete etes etre eu fait faire faut
        font hui ici il ils j jamais je jusqu l la laquelle le lequel les leur leurs lors lorsque lui m ma mais me
        meme memes mes moi moins mon n ne ni non nos notre nous on ont ou oui par parce pas peu peut peuvent plus
        pour pourquoi pouvoir puis puisque qu quand que quel quelle quelles quelqu quelque quelques quels qui quoi
        rien s sa sans se sera serait ses si soit son sont sous suis sur ta te tes toi ton toujours tous tout toute
        toutes tres trop tu un une va vers veut voici voila vos votre vous y
    """,
    Language.GERMAN: """
        aber alle allem allen aller alles als also am an andere anderen auch auf aus bei beim bin bis bist da damit
        dann das dass dein deine dem den denn der des dich die dies diese dieser dieses dir doch dort du durch ein
        eine einem einen einer eines er es etwas euch fur ganz gegen gibt haben habe hat hatte hatten hier ich ihm
        ihn ihr ihre ihren im immer in ins ist ja jede jeder jetzt kann kein keine keinen konnen konnte man mehr
        mein meine meinem meinen meiner mich mir mit muss mussen nach nicht nichts noch nun nur ob oder ohne schon
        sehr sein seine sich sie sind so soll sondern uber um und uns unser unter viel vom von vor wann war waren
        warum was weil welche wenn wer werden wie wieder wir wird wo wurde zu zum zur zwischen
    """,
}


@cache
def small_words(language: Language) -> frozenset[str]:
    """Folded words of a language that say little by themselves."""
    return frozenset(_SMALL_WORDS[language].split())


@cache
def _spoken_in() -> dict[str, tuple[Language, ...]]:
    everything = set().union(*(small_words(each) for each in Language))
    return {word: tuple(each for each in Language if word in small_words(each)) for word in everything}


type Counts = dict[Language, int]


def count_small_words(words: Iterable[str]) -> Counts:
    """How many of these folded words are small words of each language."""
    counts = dict.fromkeys(Language, 0)
    for spoken_in in filter(None, map(_spoken_in().get, words)):
        for language in spoken_in:
            counts[language] += 1
    return counts


def likeliest(counts: Counts, *, lead: int = 1) -> Language | None:
    """The language with the most small words; None when it has not `lead` more than the next."""
    first, second = sorted(counts, key=lambda each: -counts[each])[:2]
    return first if counts[first] >= counts[second] + lead else None


def language_of(words: Iterable[str]) -> Language | None:
    """The language of folded words, if it can be told."""
    return likeliest(count_small_words(words))
