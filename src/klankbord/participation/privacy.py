"""What is personal in words that somebody is about to say in public, pointed out before they stand there."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from markupsafe import Markup, escape

from klankbord.conversations.refusals import Refused
from klankbord.moderation.house import own_ways
from klankbord.people.models import Organisation
from klankbord.understanding.personal_data import Certainty, Finding, Kind, find, redact

FORBIDDEN = frozenset({Kind.BSN, Kind.CARD})
"""Never in public, whoever wants it."""


class TooPersonal(Refused):
    """It holds a number that nobody should ever publish."""

    sentence = gettext_lazy("There is a citizen service number or bank card number in this text. Take it out first.")


@dataclass(frozen=True, slots=True)
class Warned:
    """What was found in one field of a draft.

    Attributes:
        marked: The passage with what was found in `<mark>`.
        kinds: In words, each once.
        never: Those of them that cannot be posted at all.
    """

    marked: Markup
    kinds: list[str]
    never: list[str]

    @property
    def forbidden(self) -> bool:
        """Whether something of it cannot be posted at all."""
        return bool(self.never)


def kind_words(kind: Kind) -> str:
    """What it is, for the one who wrote it."""
    return {
        Kind.BSN: _("a citizen service number (BSN)"),
        Kind.IBAN: _("a bank account number"),
        Kind.CARD: _("a bank card number"),
        Kind.MEMBER: _("the number of a card or membership"),
        Kind.ADDRESS: _("a home address"),
        Kind.BIRTH_DATE: _("a date of birth"),
        Kind.PHONE: _("a phone number"),
        Kind.EMAIL: _("an e-mail address"),
    }[kind]


def labels() -> dict[Kind, str]:
    """What stands in its place when it is taken out."""
    return {
        Kind.BSN: _("[citizen service number]"),
        Kind.IBAN: _("[bank account]"),
        Kind.CARD: _("[bank card number]"),
        Kind.MEMBER: _("[number of the card]"),
        Kind.ADDRESS: _("[address]"),
        Kind.BIRTH_DATE: _("[date of birth]"),
        Kind.PHONE: _("[phone number]"),
        Kind.EMAIL: _("[e-mail address]"),
    }


def warn(organisation: Organisation, *texts: str) -> list[Warned]:
    """What of these texts is personal; empty when nothing is."""
    allowed = own_ways(organisation)
    warned = []
    for text in texts:
        found = find(text, allowed=allowed)
        if found:
            kinds = list(dict.fromkeys(kind_words(each.kind) for each in found))
            never = list(dict.fromkeys(kind_words(each.kind) for each in found if _is_forbidden(each)))
            warned.append(Warned(_marked(text, found), kinds, never))
    return warned


def kinds_in(organisation: Organisation, *texts: str) -> list[str]:
    """What kinds of personal data these texts hold, in words, each once."""
    return list(dict.fromkeys(kind for each in warn(organisation, *texts) for kind in each.kinds))


def is_forbidden(organisation: Organisation, *texts: str) -> bool:
    """Whether one of these can never be posted as it is."""
    return any(_is_forbidden(each) for text in texts for each in find(text, allowed=own_ways(organisation)))


def without_personal_data(organisation: Organisation, text: str) -> str:
    """The text with a word in the place of everything personal, as a proposal for who edits it."""
    return redact(text, allowed=own_ways(organisation), labels=labels())


def _is_forbidden(finding: Finding) -> bool:
    # Nine digits that only may be a citizen's number are asked about; who knows that they are not, can go on.
    return finding.kind in FORBIDDEN and finding.certainty is Certainty.CERTAIN


_AROUND = 60


def _marked(text: str, found: list[Finding]) -> Markup:
    """The places with some words around them; what lies between is left out."""
    parts: list[str] = []
    end = 0
    for each in found:
        begin = max(end, each.start - _AROUND)
        if begin > end:
            parts.append(" … " if end else "… ")
        parts.append(str(escape(text[begin : each.start])))
        parts.append(f"<mark>{escape(text[each.start : each.end])}</mark>")
        end = each.end
    tail = text[end : end + _AROUND]
    parts.append(str(escape(tail)) + (" …" if end + _AROUND < len(text) else ""))
    return Markup("".join(parts))  # noqa: S704 - each part was escaped
