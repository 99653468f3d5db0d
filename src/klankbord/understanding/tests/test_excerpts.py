"""The piece of a text that is shown for what was looked for."""

from __future__ import annotations

import pytest

from klankbord.understanding import excerpts
from klankbord.understanding.excerpts import Excerpt, ReadText, Sought

LETTER = (
    "Vorige week was ik in de bibliotheek. Het regende dat het goot, en binnen was het lekker warm. " * 3
    + "Ik heb toen mijn boeken ingeleverd bij de balie.\nIn mijn lijst staan ze nog. "
    + "Kan ik met mijn leeskaart verlengen? "
    + "Verder is er in de zaal een stoel kapot. " * 6
)


def excerpt(text: str, query: str, *, length: int = 220) -> Excerpt:
    return excerpts.excerpt(ReadText.of(text), Sought(query), length=length)


def marked(found):
    return [piece for piece, hit in found.pieces() if hit]


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("boek inleveren", ["boeken", "ingeleverd"]),
        ("kaart", ["leeskaart"]),
        ("verlengd", ["verlengen"]),
        ("leesk", ["leeskaart"]),
        ("INGELEVERD", ["ingeleverd"]),
    ],
)
def test_the_words_are_marked_in_whatever_form(query, words):
    assert marked(excerpt(LETTER, query, length=100)) == words


def test_it_is_short_and_says_whether_something_was_left_out():
    found = excerpt(LETTER, "ingeleverd", length=100)
    assert len(found.text) <= 100
    assert (found.is_begin, found.is_end) == (False, False)
    assert "".join(piece for piece, _ in found.pieces()) == found.text
    assert "\n" not in found.text
    assert found.text in LETTER.replace("\n", " ")


def test_small_words_are_marked_only_when_nothing_else_was_asked():
    assert marked(excerpt("Kan ik hier een boek lenen?", "kan ik een boek")) == ["boek"]
    assert marked(excerpt("Kan ik hier een boek lenen?", "kan ik")) == ["Kan", "ik"]


def test_where_most_of_the_words_are_together_is_shown():
    text = "Over de zaal. " + "Iets anders. " * 40 + "De zaal huren kost geld."
    assert "huren" in excerpt(text, "zaal huren", length=60).text


def test_without_a_hit_it_is_the_beginning():
    found = excerpt(LETTER, "olifant", length=50)
    assert found.text.startswith("Vorige week")
    assert (found.hits, found.is_begin, found.is_end) == ((), True, False)


def test_the_end_of_a_text_is_shown_whole():
    found = excerpt("Iets anders. " * 40 + "Tot slot: waar is de kluis", "kluis", length=60)
    assert found.text.endswith("waar is de kluis")
    assert found.is_end


@pytest.mark.parametrize("text", ["", "   ", "x" * 5_000, "kluis", "!!! kluis ???"])
@pytest.mark.parametrize("query", ["", "kluis", "!", "x" * 900])
def test_anything_can_be_shown(text, query):
    found = excerpt(text, query, length=80)
    assert len(found.text) <= 80
    assert all(0 <= start < end <= len(found.text) for start, end in found.hits)


def test_what_is_sought_in_several_texts_is_found_in_each_as_in_one():
    texts = [LETTER, "De kaart van de zaal", "Lenen met een leeskaart kost niets", "The card is lost and I need a card"]
    sought = Sought("kaart lenen")
    together = [excerpts.excerpt(ReadText.of(each), sought, length=60) for each in texts]
    assert together == [excerpt(each, "kaart lenen", length=60) for each in texts]
