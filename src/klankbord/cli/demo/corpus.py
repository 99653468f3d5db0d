"""The demo's organisations, people and conversations, read from the text files in ``houses/``.

The files are written to be read and edited by hand; ``houses/README.md`` describes their form. Everything in them is
checked while it is read, so that a slip of the pen is a sentence with a file and a line, not a strange demo.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from datetime import time
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from klankbord.cli.demo.material import (
    Arrived,
    Attachment,
    ClosedDay,
    Conversation,
    Corpus,
    CorpusError,
    Door,
    DueIn,
    Ending,
    FormKind,
    House,
    Kind,
    Message,
    OnDay,
    OpeningHours,
    Organisation,
    Person,
    Role,
    Staff,
    WorkingAgo,
)
from klankbord.cli.demo.reading import read_conversations, read_people

__all__ = [
    "HOUSES",
    "Arrived",
    "Attachment",
    "ClosedDay",
    "Conversation",
    "Corpus",
    "CorpusError",
    "Door",
    "DueIn",
    "Ending",
    "FormKind",
    "House",
    "Kind",
    "Message",
    "OnDay",
    "OpeningHours",
    "Organisation",
    "Person",
    "Role",
    "Staff",
    "WorkingAgo",
    "load",
]

HOUSES = Path(__file__).parent / "houses"


def _public(folder: Path) -> Mapping[str, Any] | None:
    """What goes on in public there, and in which folder its `pictures` are; `public.py` plays it."""
    place = folder / "public.toml"
    if not place.exists():
        return None
    return {**tomllib.loads(place.read_text(encoding="utf-8")), "pictures": folder / "pictures"}


def load(root: Path = HOUSES) -> Corpus:
    """Read and check all houses under `root`, the library first.

    Raises:
        CorpusError: when a text cannot be understood or contradicts another.
    """
    houses = []
    for folder in sorted(path.parent for path in root.glob("*/organisation.toml")):
        organisation = _organisation(folder)
        people = read_people(folder / "people.txt")
        conversations = read_conversations(folder, organisation, people)
        houses.append(House(organisation, people, conversations, _public(folder)))
    return Corpus(tuple(houses))


def _organisation(folder: Path) -> Organisation:
    path = folder / "organisation.toml"
    try:
        raw = tomllib.loads(path.read_text("utf-8"))
        return _organisation_from(folder.name, raw)
    except (KeyError, ValueError, TypeError) as error:
        raise CorpusError(path, 1, f"cannot be used: {error!r}") from error


def _organisation_from(slug: str, raw: dict[str, Any]) -> Organisation:
    hours, promise = raw["hours"], raw["promise"]
    return Organisation(
        slug=slug,
        name=raw["name"],
        place=raw["place"],
        email=raw["email"],
        phone=raw["phone"],
        address_lines=tuple(raw["address_lines"]),
        website=raw["website"],
        about=raw["about"].strip(),
        customer_word=raw["customer_word"],
        form_of_address=raw["form_of_address"],
        hours=OpeningHours(
            zone=ZoneInfo(hours["zone"]),
            week=tuple(_span(hours.get(day, "")) for day in ("mo", "tu", "we", "th", "fr", "sa", "su")),
            closed=tuple(ClosedDay(**day) for day in hours["closed"]),
        ),
        hours_in_words=hours["in_words"],
        promise_in_words=promise["in_words"],
        promise_minutes=promise["opening_minutes"],
        teams=tuple(raw["teams"]),
        topics=tuple(raw["topics"]),
        staff=tuple(_staff(key, member) for key, member in raw["staff"].items()),
    )


def _span(words: str) -> tuple[time, time] | None:
    if not words:
        return None
    opens, closes = words.split("-")
    return time.fromisoformat(opens), time.fromisoformat(closes)


def _staff(key: str, raw: dict[str, Any]) -> Staff:
    return Staff(
        key=key,
        name=raw["name"],
        email=raw["email"],
        role=Role(raw["role"]),
        function=raw["function"],
        introduction=raw["introduction"].strip(),
        face=raw["face"],
        teams=tuple(raw.get("teams", ())),
    )
