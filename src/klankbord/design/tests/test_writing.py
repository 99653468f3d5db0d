"""What people wrote is shown safely: nothing of it becomes markup but paragraphs and links."""

from __future__ import annotations

import time

import pytest

from klankbord.design.writing import has_no_word, is_blank, phone_link, plain_paragraphs, says_nothing


def test_blank_lines_part_paragraphs_and_line_ends_stay() -> None:
    shown = str(plain_paragraphs("Dag,\r\nik ben er.\r\n\r\n  \r\nGroet"))
    assert shown == '<p dir="auto">Dag,<br>ik ben er.</p><p dir="auto">Groet</p>'


@pytest.mark.parametrize(
    ("text", "address", "after"),
    [
        ("Kijk op https://voorbeeld.nl/a?b=1&c=2.", "https://voorbeeld.nl/a?b=1&amp;c=2", "."),
        ("(zie http://voorbeeld.nl)", "http://voorbeeld.nl", ")"),
        (
            "https://nl.wikipedia.org/wiki/Klank_(taal) is goed",
            "https://nl.wikipedia.org/wiki/Klank_(taal)",
            " is goed",
        ),
        ("www.voorbeeld.nl!", "https://www.voorbeeld.nl", "!"),
    ],
)
def test_web_address_becomes_a_link_without_the_sentence_around_it(text: str, address: str, after: str) -> None:
    shown = str(plain_paragraphs(text))
    assert f'href="{address}" rel="nofollow noopener noreferrer ugc"' in shown
    assert f"</a>{after}" in shown


@pytest.mark.parametrize(
    "text",
    [
        "<script>alert(1)</script>",
        '"><img src=x onerror=alert(1)>',
        'https://x.nl/"onmouseover=alert(1)',
        "https://x.nl/'><script>",
        "javascript:alert(1)",
        "data:text/html,<script>alert(1)</script>",
        "https://x.nl/<b>",
    ],
)
def test_hostile_text_stays_text(text: str) -> None:
    shown = str(plain_paragraphs(text))
    for forbidden in ("<script", "<img", "<b>", 'href="javascript', 'href="data', '" on', '"on'):
        assert forbidden not in shown


def test_direction_overrides_are_taken_out() -> None:
    assert "\u202e" not in str(plain_paragraphs("https://goed.nl/\u202egro.daak"))


def test_nothing_but_space_gives_nothing() -> None:
    assert str(plain_paragraphs(" \n\n ")) == ""


def test_a_megabyte_of_nearly_links_takes_no_time() -> None:
    started = time.thread_time()
    plain_paragraphs("http://" * 20_000 + "(" * 100_000 + "\n " * 100_000)
    assert time.thread_time() - started < 1


@pytest.mark.parametrize(
    ("number", "dialled"),
    [("010 123 45 67", "+31101234567"), ("+32 2 123", "+322123"), ("0032 2 123", "+322123"), ("14 010", "14010")],
)
def test_phone_number_can_be_dialled(number: str, dialled: str) -> None:
    assert str(phone_link(number)) == f'<a class="phone" href="tel:{dialled}">{number}</a>'


def test_hostile_phone_number_stays_text() -> None:
    assert "<b>" not in str(phone_link('"><b>1'))


@pytest.mark.parametrize(
    "text", ["", " \n", "\u200b", "\u2060\u00ad", "\u00a0\u3000", "\u0301", "\ufe0f", "\u3164", "\u2800", "\U000e0041"]
)
def test_what_nobody_sees_is_blank(text: str) -> None:
    assert is_blank(text)


@pytest.mark.parametrize("text", ["a", "?", "❤️", "\u200bé", "\U0001faea", "👨\u200d👩\u200d👧"])
def test_what_somebody_sees_is_not_blank(text: str) -> None:
    assert not is_blank(text)


@pytest.mark.parametrize("text", ["", " ", ".", "...", " ? ?? ", "\u2800."])
def test_one_sign_however_often_says_nothing(text: str) -> None:
    assert says_nothing(text)
    assert has_no_word(text)


@pytest.mark.parametrize("text", [":)", "\N{PARTY POPPER}", "\N{HEAVY BLACK HEART}"])
def test_a_face_says_something_and_is_no_word(text: str) -> None:
    assert not says_nothing(text)
    assert has_no_word(text)


@pytest.mark.parametrize("text", ["7", "Te duur", "\u56fe"])
def test_a_word_is_a_word_in_any_script(text: str) -> None:
    assert not says_nothing(text)
    assert not has_no_word(text)
