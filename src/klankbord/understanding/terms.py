"""What a text is about, as words that can be counted: stems of its content words, and what compounds are made of.

Each sentence is read in its own language, as people mix them. Dutch has its own rules (`understanding/dutch`); English,
French and German have Snowball's, as Tantivy brings them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache, lru_cache

import tantivy

from klankbord.understanding.dutch.compounds import parts
from klankbord.understanding.dutch.inflection import stem as dutch_stem
from klankbord.understanding.dutch.lexicon import fold
from klankbord.understanding.dutch.separated import rejoined
from klankbord.understanding.languages import Language, count_small_words, language_of, likeliest, small_words

LONGEST_WORD = 60
_TOKEN = re.compile(r"\w+|[.!?:;\n]+")
_WORD = re.compile(r"\w+")
_SNOWBALL = {Language.ENGLISH: "english", Language.FRENCH: "french", Language.GERMAN: "german"}
_CLEAR_LEAD = 2
"""How many small words more make a sentence one of another language than the text around it."""


@dataclass(frozen=True, slots=True, eq=False)
class Word:
    """What is known of one word. The same word in the same language is nearly always the same object.

    Attributes:
        folded: The word in lower case, without accents.
        stems: Its stem; several where its language is not known, none for a small word.
        parts: Stems of what it is made of.
    """

    folded: str
    stems: tuple[str, ...] = ()
    parts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class PlacedWord:
    """A word of a text, from the index of its first character to the one behind its last."""

    start: int
    end: int
    word: Word


@dataclass(slots=True)
class Terms:
    """A text as lists of terms, each as often as it is said."""

    words: list[str] = field(default_factory=list)
    stems: list[str] = field(default_factory=list)
    parts: list[str] = field(default_factory=list)


def terms(text: str) -> Terms:
    """All words of a text folded, the stems of those that carry meaning, and the parts of compounds."""
    found = Terms()
    for sentence, language in _sentences(text):
        read = [_read(word, language) for word in sentence]
        folded = [each.folded for each in read]
        found.words += folded
        for each in read:
            found.stems += each.stems
            found.parts += each.parts
        if language in (Language.DUTCH, None):
            found.stems += rejoined(folded)
    return found


def placed_words(text: str) -> list[PlacedWord]:
    """The words of a text with their places, for showing where something was found."""
    matches = list(_WORD.finditer(text))
    language = language_of(fold(each.group()) for each in matches)
    return [PlacedWord(each.start(), each.end(), _read(each.group().lower(), language)) for each in matches]


def _sentences(text: str) -> Iterator[tuple[list[str], Language | None]]:
    sentences: list[list[str]] = [[]]
    for token in _TOKEN.findall(text.lower()):
        if token[0] in ".!?:;\n":
            if sentences[-1]:
                sentences.append([])
        else:
            sentences[-1].append(token)
    counts = [count_small_words(sentence if text.isascii() else map(fold, sentence)) for sentence in sentences]
    around = likeliest({language: sum(each[language] for each in counts) for language in Language})
    for sentence, count in zip(sentences, counts, strict=True):
        yield sentence, likeliest(count, lead=_CLEAR_LEAD) or around


@lru_cache(maxsize=40_000)
def _read(word: str, language: Language | None) -> Word:
    """A word in lower case, understood in a language, or in each when it may be any."""
    folded = fold(word)[:LONGEST_WORD]
    if language is None:
        return Word(folded, tuple(dict.fromkeys(_stem(word, folded, each) for each in Language)), parts(folded))
    if folded in small_words(language):
        return Word(folded)
    return Word(folded, (_stem(word, folded, language),), parts(folded) if language is Language.DUTCH else ())


def _stem(word: str, folded: str, language: Language) -> str:
    if language is Language.DUTCH:
        return dutch_stem(folded)
    found = _snowball(language).analyze(word)  # Snowball knows the accents.
    return fold(found[0])[:LONGEST_WORD] if found else folded


@cache
def _snowball(language: Language) -> tantivy.TextAnalyzer:
    builder = tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.raw())
    return builder.filter(tantivy.Filter.stemmer(_SNOWBALL[language])).build()
