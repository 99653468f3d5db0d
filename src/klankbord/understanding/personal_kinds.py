"""The kinds of personal data, and one place in a text where some was found."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    """What was found, from what does most harm in the wrong hands to what does least."""

    BSN = "bsn"
    IBAN = "iban"
    CARD = "card"
    MEMBER = "member"
    ADDRESS = "address"
    BIRTH_DATE = "birth_date"
    PHONE = "phone"
    EMAIL = "email"


class Certainty(StrEnum):
    """`CERTAIN` passes an official check or has a form that little else has; `LIKELY` deserves a question."""

    CERTAIN = "certain"
    LIKELY = "likely"


@dataclass(frozen=True, slots=True)
class Finding:
    """One place: `text[start:end]`."""

    kind: Kind
    start: int
    end: int
    certainty: Certainty = Certainty.CERTAIN
