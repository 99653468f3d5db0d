"""Dates as mail writes them: RFC 5322, its obsolete forms, and what programs make of it."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, timezone

_MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "jan januari january januar janvier janv",
            "feb februari february februar février fevrier févr fev",
            "mar maart march märz mrt mär mars maerz",
            "apr april avril avr",
            "may mei mai",
            "jun juni june juin",
            "jul juli july juillet juil",
            "aug augustus august août aout",
            "sep september sept septembre",
            "oct oktober october okt octobre",
            "nov november novembre",
            "dec december dezember dez décembre decembre déc",
        ),
        start=1,
    )
    for name in names.split()
}
# Hours from UTC. RFC 5322 section 4.3, and zones that programs write although nobody defined them.
_ZONES = {
    "ut": 0,
    "utc": 0,
    "gmt": 0,
    "z": 0,
    "wet": 0,
    "bst": 1,
    "cet": 1,
    "met": 1,
    "mez": 1,
    "west": 1,
    "cest": 2,
    "mest": 2,
    "mesz": 2,
    "eet": 2,
    "eest": 3,
    "msk": 3,
    "jst": 9,
    "kst": 9,
    "est": -5,
    "edt": -4,
    "cst": -6,
    "cdt": -5,
    "mst": -7,
    "mdt": -6,
    "pst": -8,
    "pdt": -7,
}
_TIME = r"(\d{1,2})[ ]?[:.][ ]?(\d{1,2})(?:[ ]?[:.][ ]?(\d{1,2}))?(?:[.,]\d{1,9})?[ ]*([AaPp]\.?[Mm]\.?)?"
_ZONE = (
    r"[ ]*(?:(?:GMT|UTC|UT)[ ]?(?=[+-]))?([+-][ ]?\d{1,2}:?\d{2}(?!\d)|[+-]\d{3}(?!\d)|[A-Za-z]{1,5}(?![A-Za-z\d])|)"
)
_LETTERS = r"[^\W\d_]{3,10}"
_DAY_FIRST = re.compile(rf"(\d{{1,2}})[ .\-/]*({_LETTERS})\.?[ .,\-/]*(\d{{2,4}})[ ,T]*(?:{_TIME}{_ZONE})?")
_MONTH_FIRST = re.compile(rf"({_LETTERS})\.?[ ]+(\d{{1,2}})(?:st|nd|rd|th)?,?[ ]+(\d{{4}})[ ,]*(?:{_TIME}{_ZONE})?")
_ASCTIME = re.compile(
    rf"({_LETTERS})[ ]+(\d{{1,2}})[ ]+{_TIME}[ ]+(?:([A-Za-z]{{3,4}}|[+-]\d{{4}})[ ]+)?(\d{{4}}){_ZONE}"
)
_YEAR_FIRST = re.compile(rf"(\d{{4}})[-/.](\d{{1,2}})[-/.](\d{{1,2}})[ T]*(?:{_TIME}{_ZONE})?")
_COMMENT = re.compile(r"\([^()]*\)")
_SPACE = re.compile(r"\s+")
_LONGEST = 300
_EARLIEST, _LATEST = 1900, 2100


def read_date(text: str) -> tuple[datetime | None, str | None]:
    """Read a date.

    Args:
        text: The value of a Date header.

    Returns:
        The moment in UTC or None, and a defect (an English sentence) or None. An unreadable zone counts as UTC,
        with a defect.
    """
    plain = text[:_LONGEST]
    for _ in range(3):
        plain = _COMMENT.sub(" ", plain)
    plain = _SPACE.sub(" ", plain).strip()
    if not plain:
        return None, "The date is empty."
    for pattern, order in (
        (_YEAR_FIRST, "ymd"),
        (_DAY_FIRST, "dmy"),
        (_MONTH_FIRST, "mdy"),
        (_ASCTIME, "asc"),
    ):
        match = pattern.search(plain)
        if match:
            moment = _moment(match, order)
            if moment is not None:
                return moment
    return None, f"The date {plain[:80]!r} cannot be read."


def _moment(match: re.Match[str], order: str) -> tuple[datetime | None, str | None] | None:
    groups = match.groups(default="")
    if order == "asc":
        month, day, *clock, named, year, zone = groups
        zone = zone or named
    else:
        first, second, third, *clock, zone = groups
        year, month, day = {
            "ymd": (first, second, third),
            "dmy": (third, second, first),
            "mdy": (third, first, second),
        }[order]
    number = int(month) if month.isdigit() else _MONTHS.get(month.lower()) or _MONTHS.get(month[:3].lower())
    if number is None:
        return None
    hour, minute, seconds = (int(part or 0) for part in clock[:3])
    half = clock[3][:1].lower()
    if half and 1 <= hour <= 12:
        hour = hour % 12 + (12 if half == "p" else 0)
    offset, defect = _offset(zone)
    try:
        moment = datetime(
            _year(year),
            number,
            int(day),
            hour,
            minute,
            59 if seconds == 60 else seconds,
            tzinfo=offset,
        ).astimezone(UTC)
    except (ValueError, OverflowError):
        return None
    if not clock[0]:
        defect = "The date has no time."
    return (moment, defect) if _EARLIEST <= moment.year <= _LATEST else None


def _year(text: str) -> int:
    """RFC 5322 section 4.3: two digits up to 49 are this century, three digits count from 1900."""
    year = int(text)
    if len(text) == 2:
        return year + (2000 if year < 50 else 1900)
    return year + 1900 if len(text) == 3 else year


def _offset(zone: str) -> tuple[timezone, str | None]:
    zone = zone.replace(" ", "").replace(":", "")
    if not zone:
        return UTC, "The date has no time zone."
    if zone[0] in "+-":
        digits = zone[1:]
        # Three digits: a truncated `-0400` when it starts with 0, else `-400`.
        digits = digits + "0" if len(digits) == 3 and digits[0] == "0" else digits.zfill(4)
        minutes = int(digits[:2]) * 60 + int(digits[2:])
        if minutes >= 24 * 60:
            return UTC, f"The time zone {zone} does not exist."
        return timezone(timedelta(minutes=-minutes if zone[0] == "-" else minutes)), None
    hours = _ZONES.get(zone.lower())
    if hours is None:
        # RFC 5322 section 4.3: unknown and military zones mean nothing and count as UTC.
        return UTC, f"The time zone {zone!r} is unknown."
    return timezone(timedelta(hours=hours)), None
