"""What is personal is found before it stands in public, and what is not is left in peace."""

from __future__ import annotations

import time
from itertools import pairwise

import pytest

from klankbord.understanding.check_digits import is_bsn, is_card, is_iban
from klankbord.understanding.personal_data import Certainty, Finding, Kind, find, redact


def seen(text: str, **options) -> list[tuple[str, str]]:
    return [(each.kind.value, text[each.start : each.end]) for each in find(text, **options)]


FOUND = {
    "Mijn BSN is 111222333, kunt u kijken?": ("bsn", "111222333"),
    "bsn: 123.456.782": ("bsn", "123.456.782"),
    "burgerservicenummer 1234 56 782 van mijn moeder": ("bsn", "1234 56 782"),
    "Ik heet Jan en 123456782 is mijn nummer": ("bsn", "123456782"),
    "123456782 (BSN)": ("bsn", "123456782"),
    "Ik vul 111222333 in bij BSN": ("bsn", "111222333"),
    "Stort het op NL91 ABNA 0417 1643 00 graag.": ("iban", "NL91 ABNA 0417 1643 00"),
    "nl91abna0417164300": ("iban", "nl91abna0417164300"),
    "BE68 5390 0754 7034.": ("iban", "BE68 5390 0754 7034"),
    "FR14 2004 1010 0505 0001 3M02 606": ("iban", "FR14 2004 1010 0505 0001 3M02 606"),
    "kaart 4111 1111 1111 1111 tot 11/27": ("card", "4111 1111 1111 1111"),
    "amex 3782-822463-10005": ("card", "3782-822463-10005"),
    "visa: 4222222222222": ("card", "4222222222222"),
    "Mijn pasnummer is 123456782": ("member", "123456782"),
    "lidnr. 2100.345": ("member", "2100.345"),
    "library card number: 21234 56789 0123": ("member", "21234 56789 0123"),
    "bel me op 06-12345678 aub": ("phone", "06-12345678"),
    "bel me 06 12 34 56 78 twee keer": ("phone", "06 12 34 56 78"),
    "(06)12345678": ("phone", "(06)12345678"),
    "(010) 123 45 67": ("phone", "(010) 123 45 67"),
    "0111-123456": ("phone", "0111-123456"),
    "+31 (0)6 1234 5678": ("phone", "+31 (0)6 1234 5678"),
    "0031 6 12345678": ("phone", "0031 6 12345678"),
    "GSM: 0470/12.34.56": ("phone", "0470/12.34.56"),
    "02 123 45 67": ("phone", "02 123 45 67"),
    "+49 30 901820-123": ("phone", "+49 30 901820-123"),
    "Mail jan.jansen+x@post.example.nl.": ("email", "jan.jansen+x@post.example.nl"),
    "jan (at) example punt nl": ("email", "jan (at) example punt nl"),
    "Ik woon op Dorpsstraat 12, 1234 AB Utrecht.": ("address", "Dorpsstraat 12, 1234 AB Utrecht"),
    "Laan van Meerdervoort 100-B\n2517 AB Den Haag": ("address", "Laan van Meerdervoort 100-B\n2517 AB Den Haag"),
    "dorpsstraat 12 1234ab": ("address", "dorpsstraat 12 1234ab"),
    "1e Jan Steenstraat 4 hs, 1072 NP Amsterdam": ("address", "1e Jan Steenstraat 4 hs, 1072 NP Amsterdam"),
    "postcode 1234 AB huisnummer 12": ("address", "1234 AB huisnummer 12"),
    "wij wonen aan de Lange Dreef 8": ("address", "Lange Dreef 8"),
    "Kerkstraat 12 bus 3, 1000 Brussel": ("address", "Kerkstraat 12 bus 3, 1000 Brussel"),
    "Hauptstr. 5, 10115 Berlin": ("address", "Hauptstr. 5, 10115 Berlin"),
    "12 rue de la Paix, 75002 Paris": ("address", "12 rue de la Paix, 75002 Paris"),
    "geboortedatum: 12-05-1968": ("birth_date", "12-05-1968"),
    "Op 12 mei 1968 ben ik geboren": ("birth_date", "12 mei 1968"),
    "born May 12, 1968": ("birth_date", "May 12, 1968"),
}


@pytest.mark.parametrize(("text", "expected"), FOUND.items(), ids=list(FOUND))
def test_personal_data_is_found_at_its_place(text: str, expected: tuple[str, str]):
    assert seen(text) == [expected]


@pytest.mark.parametrize(
    "text",
    [
        "Een nieuw pasnummer kost 5 euro",
        "Mijn pasnummer 12 uur later",
        "Ik heb nummer 123456789",  # fails the eleven check
        "PPN 123456782, ISBN 9789028296114 en 90 282 9611 4",
        "een bedrag van € 123456782",
        "op 05-06-2024 10:30 uur en van 01-02-2023 t/m 03-04-2023",
        "in 2024 is het open van 10.00-12.00 uur",
        "bel 0800-1234, 0900-1234567, 14 010 of 112",
        "088 123 45 67 is van de bank",
        "lenerspas 21234567890123",
        "ordernummer 4111111111111111",
        "4111 1111 1111 1112",
        "NL91 ABNA 0417 1643 01",
        "https://catalogus.example/item/0612345678901",
        "De bibliotheek staat op Stationsplein 5",
        "in 2024 EU en 1984 George Orwell",
        "De schrijver werd in 1950 geboren",
        "versie 1.2.3.4 op 192.168.100.200",
        "@jan schreef 3.14159265358979",
    ],
)
def test_other_numbers_are_left_in_peace(text: str):
    assert seen(text) == []


def test_nine_digits_without_a_word_are_only_asked_about():
    [alone] = find("Het is 123456782 geloof ik")
    [named] = find("BSN 123456782")
    assert (alone.certainty, named.certainty) == (Certainty.LIKELY, Certainty.CERTAIN)


def test_what_is_the_organisations_own_may_be_said():
    own = ("010 123 45 67", "vraag@deklank.example", "@klank.example", "NL91ABNA0417164300", "Plein 1, 1234 AB Klank")
    text = (
        "Bel +31 10 1234567, mail vraag@deklank.example of iemand@klank.example, "
        "stort op NL91 ABNA 0417 1643 00 of kom naar Plein 1, 1234AB Klank. Ik ben 06-12345678."
    )
    assert seen(text, allowed=own) == [("phone", "06-12345678")]
    assert len(seen(text)) == 6


def test_redacting_leaves_readable_words_and_doing_it_twice_changes_nothing():
    text = "Ik ben Jan, 06-12345678, jan@example.nl, NL91 ABNA 0417 1643 00."
    once = redact(text)
    assert once == "Ik ben Jan, [phone number], [e-mail address], [bank account]."
    assert redact(once) == once


def test_only_the_kinds_asked_for_are_redacted_and_in_the_words_asked_for():
    text = "06-12345678 en jan@example.nl"
    assert redact(text, {Kind.PHONE}, labels={Kind.PHONE: "[telefoon]"}) == "[telefoon] en jan@example.nl"


def test_findings_stand_in_order_and_never_overlap():
    text = "jan@example.nl 06-12345678 BSN 111222333 " * 50
    found = find(text)
    assert len(found) == 150
    assert all(before.end <= after.start for before, after in pairwise(found))
    assert found[0] == Finding(Kind.EMAIL, 0, 14)


def test_the_official_checks():
    assert is_bsn("111222333")
    assert not is_bsn("111222334")
    assert not is_bsn("000000000")
    assert is_iban("MT84MALT011000012345MTLCAST001S")
    assert not is_iban("MT84MALT011000012345MTLCAST001")
    assert is_card("6011000990139424")
    assert not is_card("6011000990139425")


HOSTILE = {
    "digits": "1",
    "numbers apart": "1 ",
    "mobile beginnings": "06 ",
    "at signs": "@",
    "mail addresses": "a.a@a.a.",
    "letters": "a",
    "names": "Ik woon Aa ",
    "postcodes": "12 1234 AB ",
    "Belgian postcodes": "1000 Aa ",
    "born": "12-12-12 geboren ",
    "bank accounts": "NL12ABNA",
    "brackets": "+1(1)",
    "real BSNs": "123456782 ",
    "cards": "4111 1111 1111 1111 ",
    "empty lines": "\n",
}


@pytest.mark.parametrize("unit", HOSTILE.values(), ids=list(HOSTILE))
def test_time_is_linear_on_hostile_text(unit: str):
    """The whole megabyte takes 0.1 to 4 s; here a twentieth of it, which a quadratic pattern would not survive."""
    began = time.process_time()
    find(unit * (50_000 // len(unit)))
    assert time.process_time() - began < 2


@pytest.mark.slow
def test_a_hostile_megabyte_is_read_within_a_minute():
    began = time.process_time()
    find("12 1234 AB geboren 06 +1( a@a NL12 1 " * 27_000)
    assert time.process_time() - began < 60
