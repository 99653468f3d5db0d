"""Where somebody can be found: e-mail and postal addresses; and the day on which they were born."""

from __future__ import annotations

import re
from collections.abc import Iterator

from klankbord.understanding.personal_kinds import Certainty, Finding, Kind

_REACH = 90
"""Characters before a postcode in which its street stands."""

_MAILBOX_SIGNS = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._%+-"
_DOMAIN = re.compile(r"\w(?:[\w-]{0,62}\.){1,6}[^\W\d_]{2,24}(?![\w@])")
_AT_IN_WORDS = re.compile(
    r"(?: ?[\[({<] ?(?:at|apenstaartje|apenstaart|@) ?[\])}>] ?| apenstaartje )"
    r"[\w-]{2,40}(?: ?(?:[\[({<] ?(?:dot|punt|\.) ?[\])}>]|\b(?:punt|dot)\b|\.) ?[\w-]{2,24}){1,4}",
    re.IGNORECASE,
)

_MONTHS = (
    r"(?:jan(?:uari|uary|vier|uar)?|feb(?:ruari|ruary|ruar)?|fév(?:rier)?|m(?:aart|arch|ärz|ars|rt|ar)|apr(?:il)?|avril|mei|may|mai"
    r"|ju[nl]i?|june|july|juin|juillet|aug(?:ustus|ust)?|août|sept?(?:ember|embre)?|o[kc]t(?:ober|obre)?|nov(?:ember|embre)?"
    r"|d[eé][czs](?:ember|embre)?)\.?"
)
_DAY = re.compile(
    r"(?<!\w)(?:[0-3]?[0-9](?: ?[./\-] ?| )[01]?[0-9](?: ?[./\-] ?| )(?:(?:19|20)[0-9]{2}|[0-9]{2})"
    r"|(?:19|20)[0-9]{2}[./\-][01]?[0-9][./\-][0-3]?[0-9]"
    rf"|[0-3]?[0-9](?:e|st|nd|rd|th|er|\.)? (?:of )?{_MONTHS},? (?:19|20)[0-9]{{2}}"
    rf"|{_MONTHS} [0-3]?[0-9](?:st|nd|rd|th)?,? (?:19|20)[0-9]{{2}})(?!\w)",
    re.IGNORECASE,
)
_BORN = re.compile(
    r"\b(?:geboorte ?datum|geboorte ?dag|geb\. ?dat(?:um|\.)?|geboren|geb\b\.?|verjaardag|jarig|date of birth"
    r"|birth ?date|birthday|born|d\.?o\.?b\b\.?|geburtsdatum|geburtstag|date de naissance|née?(?:\(e\))? le\b)",
    re.IGNORECASE,
)
_SAYS_DATE = re.compile(r"dat|date|d\.?o\.?b", re.IGNORECASE)
_OWN = re.compile(
    r"\b(?:ik|mijn|m'n|wij|ons|onze|i|i'm|my|our|ich|mein\w*|je suis|ma|mon|zoon|zoontje|dochter|dochtertje)\b",
    re.IGNORECASE,
)

_DUTCH_POSTCODE = re.compile(r"(?<![\w.,/\-])[1-9][0-9]{3}(?: ?(?!S[ADS])[A-Z]{2}|(?!s[ads])[a-z]{2})(?!\w)")
_FOREIGN_POSTCODE = re.compile(r"(?<![\w.,/])(?:[ABDFL]-)?[0-9]{4,5} (?=[A-ZÀ-ÖØ-Þ][^\W\d_])")
_TOWN = re.compile(
    r"[ ,]{1,3}(?:['’][st]-?[ -]?)?[A-ZÀ-ÖØ-Þ][^\W\d_]{1,30}"
    r"(?:[ -](?:(?:aan|op|bij|den|de|der|ter|van|sur|am|im|an|en|la|le|les)[ -]|['’]t ){0,2}"
    r"[A-ZÀ-ÖØ-Þ][^\W\d_]{0,25}){0,3}"
)
_ENDING = re.compile(
    r"(?:straat|laan|weg|plein|singel|gracht|kade|dijk|hof|steeg|pad|dreef|plantsoen|park|markt|wal|baan|erf|burg|poort|dam|brink|kamp"
    r"|veld|haven|oord|berg|beemd|stede|boulevard|allee|straße|strasse|str\.?|platz|gasse|ufer|damm|ring|lei|vest|ln|wg)\Z",
    re.IGNORECASE,
)
_CONNECTING = " van de den der het 't ’t 's ten ter te op aan in bij of en von zum zur am im du des la le "
"""Small words inside the name of a street."""
_HOUSE_NUMBER = re.compile(
    r"[0-9]{1,5}(?:,? (?:bus|boîte|bte) [0-9]{1,4}|[ \-/]?"
    r"(?:[A-Za-z]{1,2}[0-9]{0,3}|[0-9]{1,4}|bis|hs|huis|I{1,3}|rood|zwart))?,?\Z"
)
_NUMBER_FIRST = re.compile(
    r"(?<![\w.,])[0-9]{1,4}(?: ?(?:bis|ter|[A-D]))?,? "
    r"(?i:rue|avenue|av\.|boulevard|bd|place|chemin|impasse|allée|quai|route|cours|square|chaussée)\b"
    r"[^0-9\n]{2,50}\n?(?:[BFL]-)?[0-9]{4,5} [A-ZÀ-ÖØ-Þ][\w-]{1,30}(?: [A-ZÀ-ÖØ-Þ][\w-]{1,30}){0,2}",
)
_NUMBER_AFTER = re.compile(
    r"(?:[ ,]{1,3}(?:en )?(?:huis)?(?:nr|nummer)\.?:? ?|-)[0-9]{1,5}[A-Za-z]?(?!\w)", re.IGNORECASE
)
_AT_HOME = re.compile(
    r"\b(?:(?:ik|wij|we) (?:woon|wonen)|woon(?:t|achtig)?|(?:mijn|ons|thuis|huis|woon|post)[ -]?adres|adres:|i live"
    r"|(?:my|home) address|address:|ich wohne|j['’]habite)\b[:]?",
    re.IGNORECASE,
)
_STREET_AHEAD = re.compile(
    r"(?<![\w'’.\-])(?:[A-ZÀ-ÖØ-Þ][\w'’.\-]{0,30} ){0,3}?[\w'’.\-]{0,30}"
    r"(?i:straat|laan|weg|plein|singel|gracht|kade|dijk|hof|steeg|pad|dreef|plantsoen|straße|strasse|str\.) "
    r"[0-9]{1,5}(?: ?[A-Za-z])?(?!\w)"
    r"|(?<!\w)[0-9]{1,4},? (?:rue|avenue|boulevard) [^0-9\n,.]{2,30}",
)


def places(text: str) -> Iterator[Finding]:
    """Find e-mail addresses, postal addresses and dates of birth; they may overlap."""
    yield from _mail_addresses(text)
    yield from _dutch_addresses(text)
    yield from _foreign_addresses(text)
    yield from _homes(text)
    yield from _birth_dates(text)


def _mail_addresses(text: str) -> Iterator[Finding]:
    at = text.find("@")
    while at >= 0:
        start = _mailbox_start(text, at)
        domain = _DOMAIN.match(text, at + 1) if start < at else None
        if domain:
            yield Finding(Kind.EMAIL, start, domain.end())
        at = text.find("@", at + 1)
    for found in _AT_IN_WORDS.finditer(text):
        start = _mailbox_start(text, found.start())
        if start < found.start():
            yield Finding(Kind.EMAIL, start, found.end(), Certainty.LIKELY)


def _mailbox_start(text: str, end: int) -> int:
    before = text[max(0, end - 64) : end]
    start = end - len(before) + len(before.rstrip(_MAILBOX_SIGNS))
    while start < end and text[start] in ".-+%":
        start += 1
    return start


def _dutch_addresses(text: str) -> Iterator[Finding]:
    for postcode in _DUTCH_POSTCODE.finditer(text):
        street = _street_start(text, postcode.start())
        after = None if street >= 0 else _NUMBER_AFTER.match(text, postcode.end())
        if street >= 0:
            town = _TOWN.match(text, postcode.end())
            yield Finding(Kind.ADDRESS, street, town.end() if town else postcode.end())
        elif after:
            yield Finding(Kind.ADDRESS, postcode.start(), after.end(), Certainty.LIKELY)


def _foreign_addresses(text: str) -> Iterator[Finding]:
    for postcode in _FOREIGN_POSTCODE.finditer(text):
        street = _street_start(text, postcode.start(), known_ending=True)
        if street >= 0:
            town = _TOWN.match(text, postcode.end() - 1)
            yield Finding(Kind.ADDRESS, street, town.end() if town else postcode.end())
    for found in _NUMBER_FIRST.finditer(text):
        yield Finding(Kind.ADDRESS, found.start(), found.end())


def _homes(text: str) -> Iterator[Finding]:
    for says in _AT_HOME.finditer(text):
        street = _STREET_AHEAD.search(text, says.end(), says.end() + 60)
        if street:
            yield Finding(Kind.ADDRESS, street.start(), street.end(), Certainty.LIKELY)


def _street_start(text: str, postcode: int, *, known_ending: bool = False) -> int:
    """Where the street before a postcode begins; -1 when no house number or no street stands there.

    Args:
        text: All of it.
        postcode: Where the postcode stands.
        known_ending: Whether only a name that ends as streets do counts, for postcodes that are only four digits.
    """
    window = text[max(0, postcode - _REACH) : postcode]
    words = [(word.start(), word[0]) for word in re.finditer(r"\S+", window.rstrip(" ,;|/\n·•-"))]
    numbered = _house_number_at(words, window)
    if numbered <= 0:
        return -1
    # A name may stand on the line above the street's.
    line = window.rfind("\n", 0, words[numbered][0])
    street = [word for word in words[:numbered] if word[0] > line] or words[numbered - 1 : numbered]
    first, ends = _street_words(street)
    if first < 0 or (known_ending and not ends):
        return -1
    return postcode - len(window) + first


def _house_number_at(words: list[tuple[int, str]], window: str) -> int:
    """The index of the word with which the house number begins, among the last three; -1 when there is none."""
    for index in range(max(0, len(words) - 3), len(words)):
        last, word = words[-1]
        if _HOUSE_NUMBER.match(" ".join(window[words[index][0] : last + len(word)].split())):
            return index
    return -1


def _street_words(words: list[tuple[int, str]]) -> tuple[int, bool]:
    """Where the street's name begins in the words before a house number (-1: nowhere), and whether it ends like one."""
    first = -1
    ends = bool(_ENDING.search(words[-1][1].rstrip(",")))
    for start, word in reversed(words[-6:]):
        nearest = start == words[-1][0]
        if (not nearest and word[-1] in ",;:?!)") or (word[-1] == "." and len(word) > 5 and not (nearest and ends)):
            break
        if word[0].isupper() or (nearest and (ends or word.isalpha())) or re.match(r"[1-9](?:e|de|ste)\Z", word):
            first = start
        elif f" {word.lower()} " not in _CONNECTING:
            break
    return first, ends


def _birth_dates(text: str) -> Iterator[Finding]:
    for says in _BORN.finditer(text):
        day = _DAY.search(text, says.end(), says.end() + 45)
        if not day:
            day = _last_day_before(text, says.start()) if says[0].lower() in ("geboren", "jarig", "born") else None
        if day and "\n\n" not in text[says.end() : day.start()]:
            own = _SAYS_DATE.search(says[0]) or _OWN.search(text, max(0, says.start() - 25), says.end() + 15)
            yield Finding(Kind.BIRTH_DATE, day.start(), day.end(), Certainty.CERTAIN if own else Certainty.LIKELY)


def _last_day_before(text: str, end: int) -> re.Match[str] | None:
    """The day that stands shortly before: "op 12 mei 1968 ben ik geboren"."""
    last = None
    for last in _DAY.finditer(text, max(0, end - 40), end):  # noqa: B007  (the last one counts)
        pass
    return last if last and end - last.end() <= 15 else None
