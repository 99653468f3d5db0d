"""Lists of ideas: which ones, in which order, from where on; and the rows as a page shows them, in few queries."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from django.conf import settings
from django.db.models import Q
from django.db.models.functions import Substr
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from klankbord.ideas.models import Board, IdeaQuerySet, Status
from klankbord.participation.authors import Author, authors
from klankbord.participation.models import Topic
from klankbord.people.models import Organisation

ON_A_PAGE = 20
_EXCERPT = 160
_LINK = re.compile(r"!?\[([^\[\]]{0,200})\]\([^()\s]{0,500}\)")
_SIGNS = re.compile(r"[*_`#>|~\\]+")
_COLUMNS = (
    "conversation_id",
    "organisation_id",
    "conversation__subject",
    "words",
    "score",
    "anonymous",
    "comments",
    "status",
    "created_at",
    "conversation__person_id",
    "board_id",
    "pk",
    "rising",
)


class Sort(StrEnum):
    """In which order."""

    RISING = "rising"
    MOST = "most"
    NEWEST = "newest"

    @property
    def field(self) -> str:
        """The column that it sorts by."""
        return {"rising": "rising", "most": "score", "newest": "created_at"}[self.value]

    @property
    def label(self) -> Any:
        """As a link says it."""
        return {"rising": _("Rising now"), "most": _("Most votes"), "newest": _("Newest")}[self.value]


@dataclass(frozen=True, slots=True)
class IdeaRow:
    """An idea as a list shows it.

    Attributes:
        id: Its conversation's, which stands in its address.
        path: A path here, or the whole address at the organisation that answers for it.
        score: Votes, with those that were brought in from elsewhere.
        house: The organisation's name, when it is another's.
    """

    id: int
    path: str
    title: str
    excerpt: str
    score: int
    anonymous: int
    comments: int
    status: Status
    created_at: datetime
    author: Author | None
    house: str
    board_id: int


@dataclass(frozen=True, slots=True)
class Choice:
    """What somebody wants to see: as it stands in the address of a list."""

    sort: Sort = Sort.RISING
    status: Status | None = None
    topic: Topic | None = None
    after: str = ""

    def query(self, **changes: str) -> dict[str, str]:
        """The parameters of an address that differs from this one in `changes`; from its first page on."""
        found = {
            "sort": self.sort.value if self.sort is not Sort.RISING else "",
            "status": self.status.value if self.status else "",
            "topic": self.topic.slug if self.topic else "",
            **changes,
        }
        return {name: value for name, value in found.items() if value}


@dataclass(frozen=True, slots=True)
class Page:
    """Some rows, and where the next ones begin; empty at the end."""

    rows: Sequence[IdeaRow]
    after: str


def read_choice(parameters: Any, organisation: Organisation) -> Choice:
    """What an address asks for; what it cannot mean is left out."""
    sort, status, slug = (str(parameters.get(name, "")) for name in ("sort", "status", "topic"))
    return Choice(
        sort=Sort(sort) if sort in set(Sort) else Sort.RISING,
        status=Status(status) if status in Status.values else None,
        topic=Topic.objects.of(organisation).filter(slug=slug).first() if slug else None,
        after=str(parameters.get("after", ""))[:60],
    )


def chosen(rows: IdeaQuerySet, choice: Choice) -> IdeaQuerySet:
    """The ideas among `rows` that were chosen, in their order, from where the last page ended."""
    if choice.status is not None:
        rows = rows.filter(status=choice.status)
    if choice.topic is not None:
        rows = rows.filter(conversation__taggings__topic=choice.topic)
    field = choice.sort.field
    end = _end_of(choice)
    if end is not None:
        value, pk = end
        # The first condition lets the index begin there; the second takes out what was seen.
        rows = rows.filter(**{f"{field}__lte": value}).filter(Q(**{f"{field}__lt": value}) | Q(pk__lt=pk))
    return rows.order_by(f"-{field}", "-pk")


def page_of(organisation: Organisation, rows: IdeaQuerySet, choice: Choice, size: int = ON_A_PAGE) -> Page:
    """One page of the chosen ideas, for a reader at this organisation's pages."""
    found = _values(chosen(rows, choice)[: size + 1])
    more = len(found) > size
    shown = found[:size]
    return Page(_rows(organisation, shown), _end(shown[-1], choice.sort) if more else "")


def rows_of(organisation: Organisation, rows: IdeaQuerySet) -> Sequence[IdeaRow]:
    """These ideas, in their order, as a list shows them."""
    return _rows(organisation, _values(rows))


def path_of(conversation_id: int) -> str:
    """Where an idea stands."""
    return f"/ideas/{conversation_id}/"


def board_path(board: Board) -> str:
    """Where a board's list is."""
    return reverse("ideas:list") if board.is_main else reverse("ideas:board", args=[board.slug])


def _values(rows: IdeaQuerySet) -> list[dict[str, Any]]:
    return list(rows.annotate(words=Substr("opening__text", 1, 3 * _EXCERPT)).values(*_COLUMNS))


def _rows(here: Organisation, found: Sequence[dict[str, Any]]) -> list[IdeaRow]:
    people: dict[tuple[int, int], Author] = {}
    houses: dict[int, Organisation] = {here.pk: here}
    elsewhere = {row["organisation_id"] for row in found} - {here.pk}
    if elsewhere:
        houses |= {each.pk: each for each in Organisation.objects.filter(pk__in=elsewhere)}
    for house in {row["organisation_id"] for row in found}:
        ids: Iterable[int] = {row["conversation__person_id"] for row in found if row["organisation_id"] == house}
        known = authors(organisation_id=house, person_ids=ids)
        people |= {(house, asked): author for asked, author in known.items()}
    return [_row(row, houses, here, people) for row in found]


def _row(
    row: dict[str, Any], houses: dict[int, Organisation], here: Organisation, people: dict[tuple[int, int], Author]
) -> IdeaRow:
    house, path = houses[row["organisation_id"]], path_of(row["conversation_id"])
    is_ours = house.pk == here.pk
    return IdeaRow(
        id=row["conversation_id"],
        path=path if is_ours else f"{settings.PUBLIC_SCHEME}://{house.host}{settings.PUBLIC_PORT}{path}",
        title=row["conversation__subject"],
        excerpt=_excerpt(row["words"]),
        score=row["score"],
        anonymous=row["anonymous"],
        comments=row["comments"],
        status=Status(row["status"]),
        created_at=row["created_at"],
        author=people.get((house.pk, row["conversation__person_id"])),
        house="" if is_ours else house.name,
        board_id=row["board_id"],
    )


def _excerpt(words: str) -> str:
    """The first words without the signs of Markdown. For a hint of what it is about, not for reading."""
    plain = " ".join(_SIGNS.sub("", _LINK.sub(r"\1", words)).split())
    return plain if len(plain) <= _EXCERPT else plain[:_EXCERPT].rpartition(" ")[0] + "…"


def _end(row: dict[str, Any], sort: Sort) -> str:
    value = row[sort.field]
    shown = value.isoformat() if isinstance(value, datetime) else repr(value)
    return f"{shown}_{row['pk']}"


def _end_of(choice: Choice) -> tuple[Any, int] | None:
    """Where the page before ended; None on the first, and for what nobody could have been given."""
    value, _line, number = choice.after.rpartition("_")
    if not value or not number.isdecimal() or len(number) > 18:
        return None
    try:
        if choice.sort is Sort.NEWEST:
            moment = datetime.fromisoformat(value)
            return (moment, int(number)) if moment.tzinfo else None
        parsed: float | int = float(value) if choice.sort is Sort.RISING else int(value)
    except ValueError:
        return None
    return (parsed, int(number)) if abs(parsed) < 1e15 else None
