"""What went wrong is kept in English and told in the reader's language, figures and all."""

from __future__ import annotations

import pytest
from django.utils import translation

from klankbord.channels.adapters.email.imap import HAS_NO_FOLDER
from klankbord.channels.adapters.email.structure import MOST_PARTS, TOO_LARGE, TOO_MANY_PARTS
from klankbord.channels.mailboxes.reading import TOO_LARGE_TO_FETCH
from klankbord.channels.telling import in_words


@pytest.mark.parametrize(
    ("kept", "told"),
    [
        ("The mail server cannot be reached.\nNo route", "De mailserver is niet te bereiken. No route"),
        (HAS_NO_FOLDER % {"name": "Werk 100% af."}, "De postbus heeft geen map Werk 100% af.."),
        (TOO_MANY_PARTS % {"most": MOST_PARTS}, "Deze mail heeft meer dan 1000 delen."),
        (TOO_LARGE % {"size": 7, "most": 3}, "Deze mail van 7 bytes is groter dan de 3 die we lezen."),
        ("failed 5.1.1", "Het adres bestaat niet. (5.1.1)"),
        ("failed 5.7.26", "De mailserver van de klant weigert onze mail. (5.7.26)"),
        ("delayed 4.4.1", "De mailserver van de klant was niet te bereiken. (4.4.1)"),
        ("failed 5.0.0", "De mailserver van de klant zegt niet waarom. (5.0.0)"),
        ("failed 5.9.9", "failed 5.9.9"),
        ("Said by an older version in one line. 550 no", "Said by an older version in one line. 550 no"),
        ("", ""),
    ],
)
def test_what_is_kept_is_told_in_the_readers_language(kept: str, told: str) -> None:
    with translation.override("nl"):
        assert in_words(kept) == told


def test_a_figure_stands_where_the_sentence_wants_it() -> None:
    with translation.override("nl"):
        told = in_words(TOO_LARGE_TO_FETCH % {"size": "48", "most": 35})
    assert told.startswith("Deze mail van 48 MB is groter dan de 35 MB")
