"""What went wrong, in the reader's language.

It is kept in English, for it may be read much later and by people of several languages: the sentence on the first line,
what the other side said below it. Sentences with figures are found again by the pattern that they were made of.
"""

from __future__ import annotations

import re
from functools import lru_cache

from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _

from klankbord.channels.adapters.email.imap import HAS_NO_FOLDER
from klankbord.channels.adapters.email.structure import TOO_DEEP, TOO_LARGE, TOO_MANY_PARTS
from klankbord.channels.mailboxes.reading import TOO_LARGE_TO_FETCH

_WITH_FIGURES = (HAS_NO_FOLDER, TOO_LARGE, TOO_MANY_PARTS, TOO_DEEP, TOO_LARGE_TO_FETCH)
_PLACE = re.compile(r"%\((\w+)\)s")
_REPORT = re.compile(r"(failed|delayed) [245]\.(\d{1,3}\.\d{1,3})")
_STATUSES = {
    "1.1": _("The address does not exist."),
    "1.2": _("The part behind the @ does not exist."),
    "1.10": _("This domain takes no mail."),
    "2.1": _("The mailbox is closed."),
    "2.2": _("Their mailbox is full."),
    "2.3": _("The mail is too large for their mailbox."),
    "3.4": _("The mail is too large for their mailbox."),
}
"""By the enhanced status code of a delivery report (RFC 3463)."""
_SUBJECTS = {
    "0": _("Their mail server does not say why."),
    "1": _("Something is wrong with the address."),
    "2": _("Something is wrong with their mailbox."),
    "4": _("Their mail server could not be reached."),
    "7": _("Their mail server refuses our mail."),
}


def in_words(kept: str) -> str:
    """What is kept of a failure, for people: the sentence in the active language, then what the other side said."""
    sentence, _line, said = kept.partition("\n")
    return f"{_sentence(sentence)} {said}".strip()


def _sentence(text: str) -> str:
    if report := _REPORT.fullmatch(text):
        words = _STATUSES.get(report[2]) or _SUBJECTS.get(report[2].partition(".")[0])
        return f"{gettext(words)} ({text.partition(' ')[2]})" if words else text
    for template in _WITH_FIGURES:
        if found := _pattern(template).fullmatch(text):
            return gettext(template) % found.groupdict()
    return gettext(text) if text else ""


@lru_cache(maxsize=len(_WITH_FIGURES))
def _pattern(template: str) -> re.Pattern[str]:
    pieces = _PLACE.split(template)
    return re.compile("".join(f"(?P<{each}>.+?)" if at % 2 else re.escape(each) for at, each in enumerate(pieces)))
