"""What every contribution with words in it asks of them, and how it reads a payload."""

from __future__ import annotations

from collections.abc import Iterable

from klankbord.conversations.actions.send_reply import LONGEST_TEXT
from klankbord.conversations.actions.speak_publicly import LONGEST_SUBJECT
from klankbord.conversations.refusals import NothingWritten, TooLong
from klankbord.design.writing import has_no_word, says_nothing
from klankbord.participation.models import Topic
from klankbord.participation.privacy import TooPersonal, is_forbidden
from klankbord.people.models import Organisation

_SHOWN = 120


def number(value: object) -> int:
    """The id in a payload or a form; 0, which nothing has, for anything else."""
    text = str(value or "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else 0


def shortened(words: object, most: int = _SHOWN) -> str:
    """As a line in a mail, or a heading, says what somebody wrote."""
    text = " ".join(str(words or "").split())
    return text if len(text) <= most else text[: most - 1] + "…"


def topics_in(organisation: Organisation, chosen: Iterable[object]) -> list[Topic]:
    """Those of these ids that are the organisation's."""
    return list(Topic.objects.of(organisation).filter(pk__in=[number(pk) for pk in chosen]))


def check_words(organisation: Organisation, *, text: str, title: str | None = None, both: bool = False) -> None:
    """Whether this can stand in public. What has a title needs no text, unless it is to have `both`.

    Raises:
        NothingWritten, TooLong, TooPersonal: no.
    """
    if (title is not None and has_no_word(title)) or ((title is None or both) and says_nothing(text)):
        raise NothingWritten
    if len(title or "") > LONGEST_SUBJECT or len(text) > LONGEST_TEXT:
        raise TooLong
    if is_forbidden(organisation, title or "", text):
        raise TooPersonal
