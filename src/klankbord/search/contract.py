"""What upper packages provide so that their rows can be found; `wiring/` lists who does."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from klankbord.events.base import Event


class Audience(StrEnum):
    """Who may find a document at all; the rows are checked again through `visible_to` afterwards."""

    STAFF = "staff"
    PUBLIC = "public"


@dataclass(frozen=True, slots=True)
class Document:
    """One piece of text that can be found.

    Attributes:
        kind: What it is part of (`conversation`).
        id: Its own id; with `kind` the key under which it is replaced or removed.
        about_id: The id of what a find shows: many messages, one conversation.
        organisation_id: Whose it is.
        audience: Who may find it.
        title: Counts more than the text.
        text: The words.
        labels: What a search can insist on (`board:12`, `tag:verlengen`); words of the package that provides it.
        also_for: Further organisations that may find it: a shared board.
    """

    kind: str
    id: int
    about_id: int
    organisation_id: int
    audience: Audience
    title: str
    text: str
    labels: tuple[str, ...] = ()
    also_for: tuple[int, ...] = ()


class Searchable(Protocol):
    """Turns rows of one kind into documents."""

    kind: str

    def touched(self, event: Event) -> Iterable[int]:
        """Ids of the documents that `event` may have changed or removed."""
        ...

    def documents(self, ids: Iterable[int]) -> Iterator[Document]:
        """The documents of these ids as they are now; an id that is gone or hidden gives none."""
        ...

    def all_ids(self) -> Iterator[int]:
        """Ids of everything that can be found, in any order, for building the index anew."""
        ...
