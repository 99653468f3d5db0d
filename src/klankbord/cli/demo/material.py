"""What the demo is made of: organisations, the people who speak to them, and what was said.

Nothing here knows the database; ``houses/README.md`` describes the texts that these are read from.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, time, timedelta
from enum import StrEnum
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from klankbord.people import opening_hours


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
    """Somebody who answers. `face` is a spec for `design.faces`, never a photo."""

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

    def reckoning(self, around: date) -> opening_hours.OpeningHours:
        """The same hours in the form that one can reckon with, for the year of `around` and those beside it."""
        return opening_hours.OpeningHours(
            zone=self.zone,
            week={weekday: (span,) for weekday, span in enumerate(self.week) if span},
            closed=frozenset(day.falls_on(around.year + beside) for day in self.closed for beside in (-1, 0, 1)),
        )


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
    """An organisation with the people who speak to it and what was said; `public` is what goes on in public, if any."""

    organisation: Organisation
    people: tuple[Person, ...]
    conversations: tuple[Conversation, ...]
    public: Mapping[str, Any] | None = None

    @property
    def messages(self) -> int:
        """How much is said in all its conversations."""
        return sum(len(each.messages) for each in self.conversations)


@dataclass(frozen=True, slots=True)
class Corpus:
    """All of the demo; the first house is the one a visitor sees first."""

    houses: tuple[House, ...]


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
