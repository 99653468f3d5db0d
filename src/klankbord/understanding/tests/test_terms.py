"""What a text is about, in which language, and how alike two texts are."""

from __future__ import annotations

import pytest

from klankbord.understanding.grams import Rarity, print_of
from klankbord.understanding.languages import Language, language_of
from klankbord.understanding.terms import placed_words, terms


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("waar kan ik mijn boeken inleveren", Language.DUTCH),
        ("where can I return my books", Language.ENGLISH),
        ("ou est ce que je peux rendre mes livres", Language.FRENCH),
        ("wo kann ich meine bucher zuruckgeben", Language.GERMAN),
        ("boekenkast", None),
        ("kje mogu vrniti svoje knjige", None),
    ],
)
def test_a_language_is_known_by_its_small_words(text, language):
    assert language_of(text.split()) is language


def test_small_words_are_not_what_a_text_is_about():
    found = terms("Waar kan ik mijn boeken inleveren?")
    assert found.stems == ["boek", "inlever"]
    assert found.words == ["waar", "kan", "ik", "mijn", "boeken", "inleveren"]
    assert found.parts == ["lever"]


def test_each_sentence_is_read_in_its_own_language():
    found = terms("Les traductions des questions sont-elles utiles ici ? How are the translated questions useful?")
    assert {"traduct", "translat", "question"} <= set(found.stems)
    assert found.stems.count("question") == 2


def test_a_word_of_no_known_language_is_read_in_all():
    assert "boek" in terms("boekjes").stems
    assert "translat" in terms("translated").stems


def test_words_are_placed_where_they_stand():
    text = "Één café: boeken!"
    assert [text[each.start : each.end] for each in placed_words(text)] == ["Één", "café", "boeken"]
    assert [each.word.folded for each in placed_words(text)] == ["een", "cafe", "boeken"]


def test_likeness_goes_from_nothing_in_common_to_the_same():
    asked = "Ik wil mijn geleende boeken verlengen"
    others = ["Geleend boek verlengen, kan dat?", "Wat kost het huren van een zaal?", "¿qué?", ""]
    comparison = Rarity(print_of(each) for each in (asked, *others)).compare(print_of(asked))
    alike = [comparison.likeness(print_of(each)) for each in others]
    assert comparison.likeness(print_of(asked)) == pytest.approx(1)
    assert 0 < alike[0] < 1
    assert alike[2:] == [0, 0]


def test_a_typing_error_hardly_matters():
    comparison = Rarity([]).compare(print_of("mijn reservering is kwijt"))
    assert comparison.likeness(print_of("mijn resrevering is kwijt")) > comparison.likeness(
        print_of("mijn boek is kwijt")
    )


@pytest.mark.parametrize("text", ["", " ", "!!!", "a", "\x00", "\ud800", "𝔘𝔫𝔦", "é" * 10_000, "woord " * 20_000])
def test_any_text_can_be_read(text):
    assert len(terms(text).stems) <= 4 * len(text.split()) + 4
    assert Rarity([print_of(text)]).compare(print_of(text)).likeness(print_of(text)) <= 1.0001
