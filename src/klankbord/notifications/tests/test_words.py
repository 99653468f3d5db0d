"""What the automatic mails say, and to whom they may be said."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone, translation

from klankbord import clock
from klankbord.notifications.acknowledgement import (
    acknowledgement_text,
    answer_line,
    due_in_words,
    greeting,
    names_in_words,
)
from klankbord.notifications.etiquette import may_answer_automatically
from klankbord.notifications.way_back import way_back_text

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def here() -> Iterator[None]:
    with clock.reading(NOW), timezone.override("Europe/Amsterdam"), translation.override("nl"):
        yield


def text(*, due_at: datetime | None = NOW + timedelta(hours=5), **changes: str) -> str:
    said = {
        "greeting": greeting("Ans de Wit"),
        "answer": answer_line(due_at, ["Marlies", "Jamal", "Anja"]) if due_at else "",
        "organisation": "Bibliotheek De Klank",
        "phone": "010 123 45 67",
        "code": "204 518",
    }
    return acknowledgement_text(**{**said, **changes})


def test_moment_is_said_as_people_say_it() -> None:
    assert due_in_words(NOW + timedelta(hours=5)) == "vandaag vóór 15.00 uur"
    assert due_in_words(NOW + timedelta(hours=24)) == "morgen vóór 10.00 uur"
    assert due_in_words(NOW + timedelta(hours=48)) == "donderdag 26 november vóór 10.00 uur"
    with translation.override("en"):
        assert due_in_words(NOW + timedelta(hours=48)) == "Thursday 26 November before 10:00"


def test_names_are_said_as_people_say_them() -> None:
    assert names_in_words(["Marlies", "Jamal", "Anja"]) == "Marlies, Jamal of Anja"
    assert names_in_words(["Anja"]) == "Anja"
    assert names_in_words([]) == "een van ons"


@pytest.mark.parametrize("name", ["Ans de Wit", "D’Arcy X", "Marie-Louise", "Yıldırım"])
def test_a_name_is_greeted(name: str) -> None:
    assert greeting(name) == f"Dag {name.split(maxsplit=1)[0]},"


@pytest.mark.parametrize(
    "name", ["", "  ", "win.example/x", "http://x", "ans@example.org", "€€€", "x" * 31, "<b>Ans</b>"]
)
def test_what_can_be_no_name_is_not_repeated(name: str) -> None:
    assert greeting(name) == "Goedendag,"


def test_acknowledgement_says_when_who_code_and_phone_and_that_it_is_automatic() -> None:
    said = text()
    for part in (
        "Dag Ans,",
        "vandaag vóór 15.00 uur",
        "Marlies, Jamal of Anja",
        "204 518",
        "010 123 45 67",
        "automatisch",
    ):
        assert part in said


def test_acknowledgement_without_a_due_moment_or_a_phone_promises_neither() -> None:
    said = text(due_at=None, phone="", code="")
    for part in ("vóór", "Bel", "kenmerk"):
        assert part not in said


def test_formal_house_says_u() -> None:
    with translation.override("nl-formal"):
        said = text() + way_back_text(name="", organisation="Gemeente", phone="14 010")
    assert "U krijgt vandaag" in said
    assert not {"je", "jij", "jouw", "jou"} & set(said.lower().replace(",", " ").replace(".", " ").split())


def test_every_sentence_is_short() -> None:
    said = text() + "\n" + way_back_text(name="Ans", organisation="De Klank", phone="010")
    for sentence in said.replace("!", ".").replace("?", ".").split("."):
        assert len(sentence.split("\n")[-1].split()) <= 15, sentence


@pytest.mark.parametrize(
    ("automatic", "sender", "bounced", "allowed"),
    [
        ("", "ans@example.org", False, True),
        ("auto-replied", "ans@example.org", False, False),
        ("list", "ans@example.org", False, False),
        ("", "", False, False),
        ("", "no-reply@example.org", False, False),
        ("", "MAILER-DAEMON@example.org", False, False),
        ("", "vraag+k1-abc@deklank.example", False, False),
        ("", "Vraag@deklank.example", False, False),
        ("", "ans@example.org", True, False),
    ],
)
def test_automatic_mail_goes_to_people_only(automatic: str, sender: str, bounced: bool, allowed: bool) -> None:
    own = frozenset({"vraag@deklank.example"})
    assert may_answer_automatically(automatic=automatic, sender=sender, own_addresses=own, bounced=bounced) is allowed
