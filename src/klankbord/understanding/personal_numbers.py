"""Numbers that belong to one person: BSN, bank account, payment card, library card and phone, as people write them.

Each pattern is bounded and tried at places where a number begins; what a pattern allows too much of is judged by its
digits (`check_digits`) and by the words before it: after "ISBN" or "lidnummer" nine digits are no BSN.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from klankbord.understanding.check_digits import iban_length, is_bsn, is_card, is_iban
from klankbord.understanding.personal_kinds import Certainty, Finding, Kind

_NEAR = 40
"""Characters before a number in which a word says what it is."""

_BSN = re.compile(
    r"(?<![\w+])(?:[0-9]{3}([ .\-])[0-9]{3}\1[0-9]{3}|[0-9]{4}([ .])[0-9]{2}\2[0-9]{3}|[0-9]{8,9})(?!\w|[.,\-/]?[0-9])"
)
_BSN_WORD = re.compile(
    r"\b(?:bsn|bsn-?(?:nummers?|nr)|burger ?service ?(?:nummers?|nr)|so(?:ci|f)i?[- ]?(?:nummers?|nr)|sofi"
    r"|citizen service number|rijksregister(?:nummer)?)\b",
    re.IGNORECASE,
)
_OTHER_WORD = re.compile(
    r"\b(?:isbn|issn|ppn|ean|imei|kvk|rsin|btw|vat|barcode|streepjescode|track(?:ing|\s?&\s?trace)?|serie|artikel|exemplaar"
    r"|factuur|order|bestel|klant|lid|lener|leners|pas|abonnee|dossier|zaak|ticket|referentie|ref|kenmerk|reservering"
    r"|meldings?|gespreks?|code|bedrag|invoice|member(?:ship)?|customer|account|item|reference|case|library card"
    r"|bibliotheekpas|biebpas|kaart|titel|record|order)"
    r"(?:[- ]?(?:nummers?|numbers?|nrs?|no|code|id|kaart|pas))?\b\.?(?: ?(?:is|was|:|=|#|met|van))?[ :#=]*\Z",
    re.IGNORECASE,
)
_PHONE_WORD = re.compile(
    r"(?:\b(?:tel|telefoon\w*|telephone|téléphone|tél|phone|mobiel\w*|mobile|mob|gsm|handy|fax|sms|bel|bellen|bereikbaar|bereiken"
    r"|call|app|appen|whatsapp|appje|06|nummer|rufnummer|portable)\b|[☎📞📱])[^0-9\n]{0,20}\Z",
    re.IGNORECASE,
)
_MONEY = re.compile(r"[€$£] ?\Z|\b(?:euro|eur) \Z", re.IGNORECASE)

_IBAN_START = re.compile(r"(?<![A-Za-z0-9])([A-Za-z]{2})[ .\-]?([0-9]{2})(?=[ .\-]?[A-Za-z0-9])")
_IBAN_REST = re.compile(r"(?:[ .\-\u00a0]?[A-Za-z0-9]){11,30}")

_CARD = re.compile(
    r"(?<![\w+.])(?:[0-9]{4}([ \-.])(?:[0-9]{4}\1){2}[0-9]{4}(?:\1[0-9]{3})?"
    r"|3[0-9]{3}([ \-.])[0-9]{6}\2[0-9]{4,5}|[0-9]{13,19})(?!\w|[.,\-]?[0-9])"
)
_CARD_WORD = re.compile(
    r"\b(?:credit ?cards?|creditcard\w*|visa|master ?card|maestro|amex|american express|diners|debit|betaalpas"
    r"|bank ?pas\w*|pinpas|kredietkaart|kreditkarte|carte bancaire|card ?number|kaartnummer)\b",
    re.IGNORECASE,
)

_MEMBER = re.compile(
    r"\b(?:(?:bibliotheek|bieb)?pas|lid(?:maatschaps)?|leners?|abonnee|klant|library card|member(?:ship)?|customer)"
    r"[- ]?(?:nummer|nr|number|no)\b\.?(?: (?:is|was))?[ :#=]{0,3}([0-9](?:[ .\-]?[0-9]){4,15})(?!\w)",
    re.IGNORECASE,
)

_ABROAD = re.compile(r"(?<![\w+])(?:\+ ?|00(?=[ ]?[1-9]))(?:[ .\-–/]?\(?[0-9]\)?){8,17}(?!\w)")
_AT_HOME = re.compile(
    r"(?<![\w+€.,])(?:0[1-9][0-9]{8,10}|(?:\(0[1-9][0-9]{0,3}\)[ .\-–/]{0,3}[0-9]{1,8}|0[1-9][0-9]{0,5})"
    r"(?:[ .\-–/]{1,3}[0-9]{1,8}){0,9})(?!\w)"
)
_DATE = re.compile(r"[0-3]?[0-9][.\-/][01]?[0-9][.\-/](?:[0-9]{4}|[0-9]{2})\b")
_ACCOUNT_BEGUN = re.compile(r"\b[A-Za-z]{2}[0-9]{2}(?: [A-Za-z0-9]{4}){1,6} \Z")
"""Four digits inside a bank account that was mistyped."""
_NEVER_A_PERSON = re.compile(r"0(?:800|900|906|909|88)|31(?:800|900|88|14)")
"""Free and paid service numbers, and 088, which the ACM gives to organisations only."""
_DIALLED = re.compile(r"31|32|33|34|39|44|49|351|352|48|90|212|40|30|43|41|45|46|47|380|597|599|62|1(?=[2-9])")
_NATIONAL = {"31": (9,), "32": (8, 9), "33": (9,), "44": (10, 9), "1": (10,)}
"""How many digits follow the country's code; elsewhere 7 to 13 (ITU-T E.164: fifteen in all)."""


def numbers(text: str) -> Iterator[Finding]:
    """Find bank accounts, cards, BSNs, members' and phone numbers; they may overlap, the surest kind first."""
    yield from _ibans(text)
    yield from _cards(text)
    yield from (Finding(Kind.MEMBER, *found.span(1), Certainty.LIKELY) for found in _MEMBER.finditer(text))
    yield from _bsns(text)
    yield from _phones(text)


def _before(text: str, start: int) -> str:
    return text[max(0, start - _NEAR) : start].rpartition("\n")[2] if start else ""


def _digits(text: str) -> str:
    return "".join(sign for sign in text if "0" <= sign <= "9")


def _ibans(text: str) -> Iterator[Finding]:
    for begin in _IBAN_START.finditer(text):
        length = iban_length(begin[1])
        rest = _IBAN_REST.match(text, begin.end()) if length else None
        end = _end_after(text, begin.end(), length - 4) if rest else 0
        compact = "".join(sign for sign in text[begin.start() : end] if sign.isalnum())
        if end and not text[end : end + 1].isalnum() and is_iban(compact):
            yield Finding(Kind.IBAN, begin.start(), end)


def _end_after(text: str, position: int, signs: int) -> int:
    """The position after so many letters and digits with at most one sign between them; 0 when there are fewer."""
    while signs and position < len(text):
        if not text[position].isalnum():
            position += 1
        if not text[position : position + 1].isalnum():
            return 0
        position, signs = position + 1, signs - 1
    return 0 if signs else position


def _cards(text: str) -> Iterator[Finding]:
    for found in _CARD.finditer(text):
        digits = _digits(found[0])
        if not is_card(digits):
            continue
        before = _before(text, found.start())
        if _CARD_WORD.search(before) or len(digits) != len(found[0]):
            yield Finding(Kind.CARD, found.start(), found.end())
        elif len(digits) >= 15 and not _OTHER_WORD.search(
            before
        ):  # thirteen and fourteen digits are a barcode's or a library card's too
            yield Finding(Kind.CARD, found.start(), found.end(), Certainty.LIKELY)


def _bsns(text: str) -> Iterator[Finding]:
    for found in _BSN.finditer(text):
        digits = _digits(found[0])
        if not is_bsn(digits):
            continue
        before = _before(text, found.start())
        if _BSN_WORD.search(before) or _BSN_WORD.search(text, found.end(), found.end() + _NEAR // 2):
            yield Finding(Kind.BSN, found.start(), found.end())
        elif len(digits) == 9 and not (
            _OTHER_WORD.search(before) or _PHONE_WORD.search(before) or _MONEY.search(before)
        ):
            yield Finding(Kind.BSN, found.start(), found.end(), Certainty.LIKELY)


def _phones(text: str) -> Iterator[Finding]:
    for found in _ABROAD.finditer(text):
        end = _abroad(text, found)
        if end:
            yield Finding(Kind.PHONE, found.start(), end)
    for found in _AT_HOME.finditer(text):
        end = _at_home(text, found)
        if end:
            sure = found[0].startswith("06") or _PHONE_WORD.search(_before(text, found.start()))
            yield Finding(Kind.PHONE, found.start(), end, Certainty.CERTAIN if sure else Certainty.LIKELY)


def _abroad(text: str, found: re.Match[str]) -> int:
    """Where a number with a country's code ends; 0 when it is none."""
    plus = found[0].startswith("+")
    digits = _digits(found[0].replace("(0)", ""))
    digits = digits if plus else digits[2:]
    if _NEVER_A_PERSON.match(digits) or not (digits and digits[0] != "0"):
        return 0
    if not plus and not (_DIALLED.match(digits) or _PHONE_WORD.search(_before(text, found.start()))):
        return 0
    code = next((code for code in _NATIONAL if digits.startswith(code)), None)
    if code is None:
        return found.end() if 9 <= len(digits) <= 15 else 0
    for length in _NATIONAL[code]:
        if end := _group_end(found, length + len(code) + (0 if plus else 2), skip="(0)"):
            return end
    return 0


def _at_home(text: str, found: re.Match[str]) -> int:
    """Where a number that begins with 0 ends; 0 when it is none."""
    before, written = _before(text, found.start()), found[0]
    if _NEVER_A_PERSON.match(_digits(written)) or _DATE.match(written):
        return 0
    if _OTHER_WORD.search(before) or _ACCOUNT_BEGUN.search(before):
        return 0
    named = bool(_PHONE_WORD.search(before))
    for length in (10, 9, 11, 12):
        if end := _group_end(found, length):
            sizes = [len(group) for group in re.findall("[0-9]+", written[: end - found.start()])]
            if named or _like_a_phone(sizes, written):
                return end
    return 0


def _like_a_phone(sizes: list[int], written: str) -> bool:
    """Whether digits in groups of these sizes look like area and number without a word that says so.

    Ten in all as in the Netherlands and France; nine as in Belgium (02 123 45 67, 053 12 34 56) and up to twelve as in
    Germany (03671 377168, 030/901820, 01570675960) only in their own forms.
    """
    if sum(sizes) == 10:
        return len(sizes) == 1 or min(sizes[1:]) >= 2 or (max(sizes[1:]) == 1 and written.startswith("06"))
    if sizes in ([2, 3, 2, 2], [3, 2, 2, 2]) or (sizes == [11] and "015" <= written[:3] <= "017"):
        return True
    return len(sizes) == 2 and sizes[1] >= 5 and (sizes[0] >= 4 or "/" in written or written.startswith("("))


def _group_end(found: re.Match[str], digits: int, skip: str = "") -> int:
    """The position after so many digits, when a group of digits ends there; 0 otherwise."""
    count, at, written = 0, 0, found[0]
    while at < len(written):
        if skip and written.startswith(skip, at):
            at += len(skip)
            continue
        count += written[at].isdecimal()
        at += 1
        if count == digits:
            if written[at : at + 1] == ")":
                at += 1
            return 0 if written[at : at + 1].isdecimal() else found.start() + at
    return 0
