"""What is said of a password that will not do."""

from __future__ import annotations

import pytest
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.utils import translation

from klankbord.people.models import User


@pytest.mark.parametrize(
    ("language", "said"),
    [
        (
            "nl",
            [
                "Dit wachtwoord is te kort. Gebruik minstens 10 tekens.",
                "Te veel mensen gebruiken dit wachtwoord. Kies een ander.",
                "Dit wachtwoord lijkt te veel op je naam of je adres. Kies een ander.",
            ],
        ),
        (
            "en",
            [
                "This password is too short. Use at least 10 characters.",
                "Too many people use this password. Choose another one.",
                "This password looks too much like your name or your address. Choose another one.",
            ],
        ),
    ],
)
def test_all_that_is_wrong_with_a_password_is_said_in_the_readers_language(language: str, said: list[str]) -> None:
    with translation.override(language), pytest.raises(ValidationError) as refused:
        validate_password("password", User(name="Password", email="password@example.org"))
    assert refused.value.messages == said
