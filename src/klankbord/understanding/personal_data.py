"""Personal data in what somebody is about to say in public: found before it stands there, unreadable on request.

Kinds: BSN, bank account, payment card, number of a library card or member, postal address, date of birth, phone number
and e-mail address. Every pattern is bounded in length, so time is linear in the text. What belongs to the organisation
itself is passed as `allowed`.

Measured at first sight on lists that it was not tuned on (it was tuned on our own sentences and on Faker 40's addresses
and numbers). The checks are the official ones: see `check_digits`.

| kind | list | found |
|---|---|---|
| bank account | the samples of the SWIFT registry, in python-stdnum's tests | 194 of 194 |
| card | Presidio's tests | 12 of 15 (not: Diners without a word, AirPlus, Dankort) |
| phone | libphonenumber's examples of all regions, with country code | 471 of 489 (not: islands with 4 or 5 digits) |
| phone | the same for NL, BE, DE and FR, as dialled at home | 9 of 11 |
| phone | Deduce's Dutch tests without 088 and 0800 | 20 of 23, 23 after two forms were added |
| mail address | Deduce's tests | 10 of 10 |
| postal address | contact addresses in public repositories and OpenCage's templates (NL, BE, DE, FR) | 22 of 24 |

Nothing is found where nothing should be: 19 of 19 dates and sums (libphonenumber), 14 of 14 service numbers and record
numbers (Deduce), 4 of 4 cards with a wrong check digit, 16 of 21 invalid bank accounts (the other five are invalid
only by rules of their own country's banks), and none in 35,539 questions and posts of BANKING77, CLINC150, xSID and
the French meta site, of which few hold numbers. A member's number is found by the word before it only. Nine digits
without any word beside them pass the eleven check in one of eleven cases and are therefore only `LIKELY`. For BSNs and
dates of birth in running text there is no open list.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping

from klankbord.understanding.personal_kinds import Certainty, Finding, Kind
from klankbord.understanding.personal_numbers import numbers
from klankbord.understanding.personal_places import places

__all__ = ("Certainty", "Finding", "Kind", "find", "redact")

_FIRST = {
    kind: order
    for order, kind in enumerate(
        (Kind.IBAN, Kind.CARD, Kind.EMAIL, Kind.BSN, Kind.PHONE, Kind.MEMBER, Kind.ADDRESS, Kind.BIRTH_DATE)
    )
}
_LABELS = {
    Kind.BSN: "[citizen service number]",
    Kind.IBAN: "[bank account]",
    Kind.CARD: "[card number]",
    Kind.MEMBER: "[member number]",
    Kind.ADDRESS: "[address]",
    Kind.BIRTH_DATE: "[date of birth]",
    Kind.PHONE: "[phone number]",
    Kind.EMAIL: "[e-mail address]",
}


def find(text: str, *, allowed: Iterable[str] = ()) -> list[Finding]:
    """Find what is personal, in the order of the text; where two kinds claim one place, the surest has it.

    Args:
        text: A draft, of any length.
        allowed: What may be said aloud, however it is written: the organisation's own phone numbers, mail addresses,
            bank accounts and postal addresses. `@deklank.example` allows all mail addresses of that domain.
    """
    own = _Own(allowed)
    found = [each for each in (*numbers(text), *places(text)) if not own.has(each.kind, text[each.start : each.end])]
    found.sort(key=lambda each: (each.certainty is Certainty.LIKELY, _FIRST[each.kind], each.start, -each.end))
    kept: list[Finding] = []
    taken = bytearray(len(text))
    for each in found:
        if not any(taken[each.start : each.end]):
            taken[each.start : each.end] = b"\x01" * (each.end - each.start)
            kept.append(each)
    return sorted(kept, key=lambda each: each.start)


def redact(
    text: str,
    kinds: Collection[Kind] | None = None,
    *,
    allowed: Iterable[str] = (),
    labels: Mapping[Kind, str] | None = None,
) -> str:
    """Replace what is personal by a readable word in square brackets; redacting twice changes nothing more.

    Args:
        text: A draft, of any length.
        kinds: Only these; all when left out.
        allowed: As in `find`.
        labels: What stands there instead, in the reader's language; English where it has none.
    """
    words = {**_LABELS, **(labels or {})}
    parts, done = [], 0
    for each in find(text, allowed=allowed):
        if kinds is None or each.kind in kinds:
            parts += [text[done : each.start], words[each.kind]]
            done = each.end
    return "".join((*parts, text[done:]))


class _Own:
    """What the organisation may say aloud, compared without spaces, signs and country codes."""

    def __init__(self, allowed: Iterable[str]) -> None:
        listed = [each.strip().casefold() for each in allowed if each.strip()]
        self._mail = {each for each in listed if "@" in each}
        self._plain = [plain for each in listed if "@" not in each and len(plain := _plain(each)) >= 6]
        self._ends = {plain[-9:] for plain in self._plain if plain.lstrip("+").isdecimal()}

    def has(self, kind: Kind, written: str) -> bool:
        """Whether this is theirs."""
        if kind is Kind.EMAIL:
            address = written.casefold()
            return address in self._mail or "@" + address.rpartition("@")[2] in self._mail
        plain = _plain(written)
        if kind is Kind.PHONE:
            return plain[-9:] in self._ends
        if kind is Kind.ADDRESS:
            return any(plain in each or each in plain for each in self._plain)
        return plain in self._plain


def _plain(text: str) -> str:
    return "".join(sign for sign in text.casefold() if sign.isalnum())
