"""Invitations (RFC 5545, 6047): one readable line of what and when. The file itself stays an attachment."""

from __future__ import annotations

import re
from datetime import datetime

_LINE = re.compile(r"^(SUMMARY|DTSTART|DTEND|LOCATION|STATUS)((?:;[^:\n]*)?):(.*)$")
_FOLD = re.compile(r"\n[ \t]")
_ZONE = re.compile(r"TZID=\"?([^\";:]{1,80})", re.IGNORECASE)
_ESCAPE = re.compile(r"\\([\\;,nN])")
_MOMENT = re.compile(r"^(\d{4})(\d\d)(\d\d)(?:T(\d\d)(\d\d)(?:\d\d)?)?Z?$")
_LONGEST = 100_000


def event_line(calendar: str) -> str:
    """Tell the first event of an iCalendar text in a line without words of any language; empty when there is none.

    Example: `Overleg · 2026-03-01 10:00-11:00 (Europe/Amsterdam) · Zaal 2`.
    """
    _, begun, event = _FOLD.sub("", calendar[:_LONGEST].replace("\r\n", "\n")).partition("BEGIN:VEVENT\n")
    if not begun:
        return ""
    told: dict[str, str] = {}
    zone = ""
    for line in event.partition("END:VEVENT")[0].split("\n"):
        match = _LINE.match(line)
        if match and match[1] not in told:
            told[match[1]] = match[3].strip()
            zoned = _ZONE.search(match[2]) if match[1] == "DTSTART" else None
            zone = zoned[1] if zoned else zone
    when = _when(told.get("DTSTART", ""), told.get("DTEND", ""), zone)
    return " · ".join(
        part
        for part in (
            _plain(told.get("SUMMARY", "")),
            when,
            _plain(told.get("LOCATION", "")),
        )
        if part
    )


def _plain(value: str) -> str:
    return " ".join(_ESCAPE.sub(lambda match: " " if match[1] in "nN" else match[1], value).split())[:300]


def _when(start: str, end: str, zone: str) -> str:
    begin, finish = _moment(start), _moment(end)
    if begin is None:
        return ""
    shown = f"{begin:%Y-%m-%d}" if len(start) == 8 else f"{begin:%Y-%m-%d %H:%M}"
    if finish is not None and len(end) > 8:
        same_day = finish.date() == begin.date()
        shown += f"-{finish:%H:%M}" if same_day else f" - {finish:%Y-%m-%d %H:%M}"
    zone = "UTC" if start.endswith("Z") else zone
    return f"{shown} ({zone})" if zone and len(start) > 8 else shown


def _moment(value: str) -> datetime | None:
    match = _MOMENT.match(value)
    if match is None:
        return None
    try:
        year, month, day, hour, minute = (int(part or 0) for part in match.groups())
        return datetime(year, month, day, hour, minute)  # noqa: DTZ001 (shown as written, its zone beside it)
    except ValueError:
        return None
