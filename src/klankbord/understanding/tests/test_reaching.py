"""Who only wants to know when we are there and how to reach us."""

from __future__ import annotations

import pytest

from klankbord.understanding.reaching import asks_how_to_reach_us, who_is_asked_for


@pytest.mark.parametrize(
    "text",
    [
        "openingstijden",
        "Openingstijden bibliotheek De Klank",
        "openingst",
        "openingstijen",
        "openingstyden",
        "opeingstijden zondg",
        "telefonnummer",
        "contct",
        "zondga open",
        "openingstyden van de leeszaal",
        "zijn jullie op zondag open?",
        "hoe laat gaan jullie dicht",
        "wat is jullie telefoonnummer",
        "kan ik iemand bellen",
        "adres",
        "contact opnemen",
        "e-mail",
        "what are your opening hours",
        "phone number",
    ],
)
def test_these_ask_for_the_house(text):
    assert asks_how_to_reach_us(text, names=["Bibliotheek De Klank"])


@pytest.mark.parametrize(
    "text",
    [
        "",
        "de",
        "adres wijzigen",
        "mijn e-mailadres is veranderd",
        "een e-book openen",
        "contract",
        "contact leggen met andre lezers",
        "locate",
        "closest",
        "vacation",
        "zondg",
        "dichter",
        "nummer",
        "zaterdag",
        "telefoon zoekgeraakt in de leeszaal",
        "De Klank",
    ],
)
def test_these_are_about_something_else(text):
    assert not asks_how_to_reach_us(text, names=["Bibliotheek De Klank"])


PEOPLE = ["Fatima El Amrani", "Jan de Vries", "Fatima Jansen"]


@pytest.mark.parametrize(
    ("text", "asked"),
    [
        ("Fatima", [0, 2]),
        ("fátima el amrani", [0]),
        ("fati", [0, 2]),
        ("jansen", [2]),
        ("jans", [2]),
        ("de Vries bellen", [1]),
        ("is Fatima Jansen er vandaag?", [2]),
        ("e-mail van Jan", [1]),
        ("fa", []),
        ("fati ", []),
        ("de", []),
        ("", []),
        ("bellen", []),
        ("boeken van Fatima", []),
        ("Jan Amrani", []),
        ("Fatma", [0, 2]),
        ("Fatima Amrnai", [0]),
        ("janssen belllen", [2]),
        ("fatima jansne zondg", [2]),
        ("boekn van Fatima", []),
        ("januari", []),
        ("jnsn ", []),
    ],
)
def test_one_of_us_is_asked_for_by_name(text, asked):
    assert who_is_asked_for(text, PEOPLE, names=["De Klank"]) == asked
