"""The demo's organisations, people and conversations, read from the text files in ``houses/``.

The files are written to be read and edited by hand; ``houses/README.md`` describes their form. Everything in them is
checked while it is read, so that a slip of the pen is a sentence with a file and a line, not a strange demo.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from datetime import date, time, timedelta
from enum import StrEnum
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

HOUSES = Path(__file__).parent / "houses"


class CorpusError(ValueError):
    """Something in the demo's texts cannot be used; the message names the file, the line and what to change."""

    def __init__(self, path: Path, line: int, sentence: str) -> None:
        super().__init__(f"{path.parent.name}/{path.name}:{line}: {sentence}")


class Door(StrEnum):
    """The way in through which a conversation came."""

    EMAIL = "email"
    FORM = "form"


class FormKind(StrEnum):
    """What the customer chose at the top of the contact form."""

    QUESTION = "question"
    PROBLEM = "problem"
    COMPLAINT = "complaint"
    COMPLIMENT = "compliment"
    IDEA = "idea"


class Ending(StrEnum):
    """How a conversation stands now: whose turn it is, or that it is over."""

    DONE = "done"
    WAITS_FOR_US = "us"
    WAITS_FOR_CUSTOMER = "customer"
    SPAM = "spam"


class Kind(StrEnum):
    """What a message is: written by the customer, sent or noted by staff, or made by a machine."""

    CUSTOMER = "customer"
    REPLY = "reply"
    NOTE = "note"
    AUTOMATIC = "auto"
    BOUNCE = "bounce"


class Role(StrEnum):
    """What a staff member may do."""

    AGENT = "agent"
    MODERATOR = "moderator"
    LEAD = "lead"
    ADMINISTRATOR = "administrator"


@dataclass(frozen=True, slots=True)
class Staff:
    """Somebody who answers. `face` is the specification of a drawn face, never a photo."""

    key: str
    name: str
    email: str
    role: Role
    function: str
    introduction: str
    face: str
    teams: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ClosedDay:
    """A day of every year on which the house is closed: a fixed date, or so many days after Easter Sunday."""

    name: str
    month: int = 0
    day: int = 0
    easter: int | None = None

    def falls_on(self, year: int) -> date:
        """The date of this day in `year`."""
        if self.easter is None:
            return date(year, self.month, self.day)
        return easter_sunday(year) + timedelta(days=self.easter)


@dataclass(frozen=True, slots=True)
class OpeningHours:
    """When the house is open: for each weekday (0 = Monday) opening and closing time, or nothing."""

    zone: ZoneInfo
    week: tuple[tuple[time, time] | None, ...]
    closed: tuple[ClosedDay, ...]

    def on(self, day: date) -> tuple[time, time] | None:
        """Opening and closing time on `day`; nothing when the house is closed."""
        if any(closed.falls_on(day.year) == day for closed in self.closed):
            return None
        return self.week[day.weekday()]


@dataclass(frozen=True, slots=True)
class Organisation:
    """One tenant of the demo, as its home page and its settings show it."""

    slug: str
    name: str
    place: str
    email: str
    phone: str
    address_lines: tuple[str, ...]
    website: str
    about: str
    customer_word: str
    form_of_address: str
    hours: OpeningHours
    hours_in_words: str
    promise_in_words: str
    promise_minutes: int
    teams: tuple[str, ...]
    topics: tuple[str, ...]
    staff: tuple[Staff, ...]


@dataclass(frozen=True, slots=True)
class Person:
    """A customer. The first address is the one they mostly use; `about` is what the staff know, possibly empty."""

    name: str
    addresses: tuple[str, ...]
    age: int | None
    language: str
    phone: str
    about: str


@dataclass(frozen=True, slots=True)
class Attachment:
    """Name, media type and size in bytes of something attached; the demo makes up the bytes."""

    name: str
    media_type: str
    size: int


@dataclass(frozen=True, slots=True)
class OnDay:
    """Arrived so many days before today (at least 1), at this local time."""

    days: int
    at: time


@dataclass(frozen=True, slots=True)
class WorkingAgo:
    """Arrived so many minutes of opening hours before now."""

    minutes: int


@dataclass(frozen=True, slots=True)
class DueIn:
    """Arrived such that its answer is due in so many minutes of opening hours; below zero it is late by as many."""

    minutes: int


type Arrived = OnDay | WorkingAgo | DueIn


@dataclass(frozen=True, slots=True)
class Message:
    """One utterance. `text` is HTML source when `html` is set.

    `after` is the time since the message before it: wall-clock time for customers and machines, time in opening
    hours for staff. `author` is a staff key for replies and notes. `address` is what a customer wrote from.
    """

    kind: Kind
    author: str | None
    after: timedelta
    text: str
    html: bool
    address: str
    attachments: tuple[Attachment, ...]


@dataclass(frozen=True, slots=True)
class Conversation:
    """One thread, from its first message to how it stands now.

    `assignee` is a staff key; for a conversation that is done, or waits for the customer, it is who answered last.
    """

    key: str
    subject: str
    person: Person
    door: Door
    form_kind: FormKind | None
    arrived: Arrived
    topic: str
    ending: Ending
    assignee: str | None
    team: str | None
    messages: tuple[Message, ...]


@dataclass(frozen=True, slots=True)
class House:
    """An organisation with the people who speak to it and what was said."""

    organisation: Organisation
    people: tuple[Person, ...]
    conversations: tuple[Conversation, ...]


@dataclass(frozen=True, slots=True)
class Corpus:
    """All of the demo; the first house is the one a visitor sees first."""

    houses: tuple[House, ...]


def load(root: Path = HOUSES) -> Corpus:
    """Read and check all houses under `root`, the library first.

    Raises:
        CorpusError: when a text cannot be understood or contradicts another.
    """
    from klankbord.cli.demo.reading import read_conversations, read_people

    houses = []
    for folder in sorted(path.parent for path in root.glob("*/organisation.toml")):
        organisation = _organisation(folder)
        people = read_people(folder / "people.txt")
        houses.append(House(organisation, people, read_conversations(folder, organisation, people)))
    return Corpus(tuple(houses))


def easter_sunday(year: int) -> date:
    """Easter Sunday in the Gregorian calendar (the anonymous algorithm, Nature, 20 April 1876)."""
    a, (b, c) = year % 19, divmod(year, 100)
    d, e = divmod(b, 4)
    g = (8 * b + 13) // 25
    h = (19 * a + b - d - g + 15) % 30
    i, k = divmod(c, 4)
    weekday = (32 + 2 * e + 2 * i - h - k) % 7
    m = (a + 11 * h + 22 * weekday) // 451
    month, day = divmod(h + weekday - 7 * m + 114, 31)
    return date(year, month, day + 1)


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
