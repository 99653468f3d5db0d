"""What a customer wrote is never taken for history, however much it looks like what programs write."""

from __future__ import annotations

import pytest

from klankbord.channels.adapters.email.quoting import split_reply


@pytest.mark.parametrize(
    "letter",
    [
        "On Monday I came to the desk and your colleague wrote:\n'come back tomorrow'.\nNobody was there.",
        "Hello,\n\nOn 3 March 2026 at 10:00 your colleague wrote:\n'come back tomorrow'.\nNobody was there.",
        "Op maandag was ik bij u en uw collega schreef:\ndat het boek er zou zijn.\nHet was er niet.",
        "Am Montag hat Ihre Kollegin geschrieben:\ndas Buch sei da.\nEs war nicht da.",
        "Le 3 mars, votre collègue m'a écrit :\n« venez demain ».\nC'était fermé.",
    ],
)
def test_a_sentence_about_what_someone_wrote_is_no_attribution(letter: str) -> None:
    assert split_reply(letter).reply == letter


@pytest.mark.parametrize(
    ("own", "earlier"),
    [
        ("Mijn antwoorden staan in rood tussen jouw tekst.", "Wat is je pasnummer?\n12345"),
        ("Please see my comments below.", "Which branch?\nThe one at the station."),
        ("Antworten siehe unten im Text.", "Welche Filiale?\nDie am Bahnhof."),
        ("Mes réponses sont ci-dessous en rouge.", "Quelle carte ?\n12345"),
    ],
)
def test_announced_answers_in_an_earlier_mail_without_quote_marks_are_kept(own: str, earlier: str) -> None:
    head = "From: Library <info@lib.example>\nSent: Tuesday, May 12, 2026 10:04 AM\nTo: Ann\nSubject: Questions"
    split = split_reply(f"{own}\n\n{head}\n\n{earlier}\n\n{head}\n\nOlder words.")
    assert split.reply == f"{own}\n\n{earlier}"
    assert split.quoted.endswith("Older words.")


@pytest.mark.parametrize(
    "own", ["Bedankt voor je antwoord hieronder.", "Thanks for your comments below.", "Zie hieronder de rekening."]
)
def test_words_about_the_mail_below_do_not_bring_it_into_the_reply(own: str) -> None:
    head = "Van: Bieb <info@lib.example>\nVerzonden: dinsdag 12 mei 2026 10:04\nAan: Ann\nOnderwerp: Rekening"
    assert split_reply(f"{own}\n\n{head}\n\nU moet betalen.").reply == own


@pytest.mark.parametrize("answer", ["12345", "liever woensdag of donderdag", "the one near the station please"])
def test_a_few_words_under_a_quoted_mail_are_an_answer(answer: str) -> None:
    text = f"Zie onder\n\nOp di 12 mei 2026 om 10:04 schreef Ann Lee <ann@post.example>:\n\n> Wanneer?\n\n{answer}"
    assert split_reply(text).reply.split() == f"Zie onder > Wanneer? {answer}".split()


def test_a_name_under_a_quoted_mail_is_no_answer() -> None:
    text = "Prima.\n\nOp di 12 mei 2026 om 10:04 schreef Ann <ann@post.example>:\n\n> Wanneer?\n\nJan van der Berg"
    assert split_reply(text).reply == "Prima."


def test_a_list_of_the_customers_own_that_looks_like_fields_stays() -> None:
    own = "Name: Jane\nDate: 3 March\nTo: the second floor\nSubject: noise\n\nIt was very noisy yesterday."
    assert split_reply(own).reply == own


def test_fields_that_a_form_writes_at_the_top_are_part_of_the_message() -> None:
    form = "Van: Jan Smit <jan@post.example>\nOnderwerp: Lenen\n\nBericht:\nHoe lang mag ik een boek houden?"
    assert split_reply(form).reply == form
