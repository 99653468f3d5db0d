"""What forms say of what cannot be used."""

from __future__ import annotations

from typing import Any

import pytest
from django import forms
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils.translation import override


class _Form(forms.Form):
    line = forms.CharField(max_length=5, min_length=2)
    number = forms.IntegerField(min_value=1, max_value=9)
    choice = forms.ChoiceField(choices=[("a", "A")])
    choices = forms.MultipleChoiceField(choices=[("a", "A")], required=False)
    mail = forms.EmailField()
    file = forms.FileField()
    time = forms.TimeField()
    day = forms.DateField()


FINE = {"line": "abc", "number": "5", "choice": "a", "mail": "a@b.nl", "time": "17:30", "day": "2026-11-30"}


@pytest.mark.parametrize(
    ("name", "value", "dutch", "english"),
    [
        ("line", "", "Vul dit in.", "Fill this in."),
        (
            "line",
            "abcdefg",
            "Dit is te lang: het zijn 7 tekens, en er passen er 5.",
            "This is too long: it has 7 characters, and 5 fit.",
        ),
        ("line", "a", "Dit is te kort: het moeten 2 tekens zijn.", "This is too short: it has to have 2 characters."),
        ("number", "0", "Kies 1 of meer.", "Choose 1 or more."),
        ("number", "10", "Kies 9 of minder.", "Choose 9 or less."),
        (
            "number",
            "veel",
            "Schrijf een heel getal in cijfers, zoals 12.",
            "Write a whole number in figures, such as 12.",
        ),
        ("choice", "b", "Kies er een die in de lijst staat.", "Choose one that stands in the list."),
        ("choices", ["b"], "Kies alleen wat in de lijst staat.", "Choose only what stands in the list."),
        (
            "mail",
            "geen",
            "Dit is nog geen e-mailadres. Het lijkt op naam@voorbeeld.nl.",
            "This is no e-mail address yet. It looks like name@example.nl.",
        ),
        (
            "file",
            SimpleUploadedFile("leeg.txt", b""),
            "Dit bestand is leeg. Kies een ander.",
            "This file is empty. Choose another one.",
        ),
        ("time", "vijf", "Dit is nog geen tijd. Een tijd lijkt op 17:30.", "This is no time yet. It looks like 17:30."),
        ("day", "morgen", "Dit is nog geen datum.", "This is no date yet."),
    ],
)
def test_what_cannot_be_used_is_said_in_the_words_of_a_person(name: str, value: Any, dutch: str, english: str) -> None:
    values, files = dict(FINE), {"file": SimpleUploadedFile("a.txt", b"a")}
    (files if name == "file" else values)[name] = value
    form = _Form(values, files)  # type: ignore[arg-type]  # also a list, as a QueryDict would give
    assert form.errors.get(name) is not None
    assert set(form.errors) == {name}
    for language, said in (("nl", dutch), ("en", english)):
        with override(language):
            assert [str(each) for each in form.errors[name]] == [said]
