"""Lists of ideas: which ones, in which order, from where on; and the rows as a page shows them, in few queries."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from functools import cache, cached_property
from typing import Any

from django.conf import settings
from django.db.models import Q
from django.db.models.functions import Substr
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from klankbord.database.prepared import Plain, Prepared, Seen
from klankbord.design.jinja import url
from klankbord.ideas.models import Board, Idea, IdeaQuerySet, Status
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
    "board_id",
    "pk",
    "conversation__person_id",
    "conversation__person__pseudonym",
    "conversation__person__face",
    "conversation__person__merged_into_id",
    "conversation__person__works_as__id",
)

_PERSON, _MERGED_INTO, _WORKS_AS = 11, 14, 15
"""Where in these."""


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
        words: What it begins with, as it was written.
        score: Votes, with those that were brought in from elsewhere.
        posted: When, as the database gives it.
        author_name: Empty for somebody without a public name.
        house: The organisation's name, when it is another's.
    """

    id: int
    path: str
    title: str
    words: str
    score: int
    anonymous: int
    comments: int
    status: Status
    posted: Any
    author_name: str
    author_face: str
    author_is_staff: bool
    house: str
    board_id: int

    @property
    def created_at(self) -> datetime:
        """When it was posted."""
        moment = as_moment(self.posted)
        assert moment is not None, "each idea was posted some time"
        return moment

    @property
    def excerpt(self) -> str:
        """Its first words without the signs of Markdown. For a hint of what it is about, not for reading."""
        plain = " ".join(_SIGNS.sub("", _LINK.sub(r"\1", self.words)).split())
        return plain if len(plain) <= _EXCERPT else plain[:_EXCERPT].rpartition(" ")[0] + "…"

    @property
    def author(self) -> str:
        """Their name as others see it."""
        return self.author_name or gettext("Somebody")


@dataclass(frozen=True, slots=True)
class Choice:
    """What somebody wants to see: as it stands in the address of a list. `ours`: of a shared board only one's own."""

    sort: Sort = Sort.RISING
    status: Status | None = None
    topic: Topic | None = None
    ours: bool = False
    after: str = ""

    def query(self, **changes: str) -> dict[str, str]:
        """The parameters of an address that differs from this one in `changes`; from its first page on."""
        found = {
            "sort": self.sort.value if self.sort is not Sort.RISING else "",
            "status": self.status.value if self.status else "",
            "topic": self.topic.slug if self.topic else "",
            "whose": "ours" if self.ours else "",
            **changes,
        }
        return {name: value for name, value in found.items() if value}


class Page:
    """Some rows, in the order of `_COLUMNS`, and where the next ones begin; looked into only by who needs them.

    Attributes:
        state: The same for the same rows, and for no others.
    """

    def __init__(self, seen: Seen, sort: Sort) -> None:
        self.state = seen.state
        self._seen, self._sort = seen, sort

    @cached_property
    def _found(self) -> list[Plain]:
        return self._seen.plain()

    @property
    def rows(self) -> list[Plain]:
        """What stands on this page."""
        return self._found[:ON_A_PAGE]

    @property
    def after(self) -> str:
        """Where the next one begins; empty at the end."""
        return _end(self._found[ON_A_PAGE - 1], self._sort) if len(self._found) > ON_A_PAGE else ""


def read_choice(parameters: Any, organisation: Organisation) -> Choice:
    """What an address asks for; what it cannot mean is left out."""
    sort, status, slug = (str(parameters.get(name, "")) for name in ("sort", "status", "topic"))
    return Choice(
        sort=Sort(sort) if sort in set(Sort) else Sort.RISING,
        status=Status(status) if status in Status.values else None,
        topic=Topic.objects.of(organisation).filter(slug=slug).first() if slug else None,
        ours=parameters.get("whose") == "ours",
        after=str(parameters.get("after", ""))[:60],
    )


def chosen(rows: IdeaQuerySet, choice: Choice) -> IdeaQuerySet:
    """The ideas among `rows` that were chosen, in their order, from where the last page ended."""
    rows = _narrowed(rows, status=choice.status, topic=choice.topic.pk if choice.topic else None)
    field = choice.sort.field
    end = _end_of(choice)
    if end is not None:
        value, pk = end
        # The first condition lets the index begin there; the second takes out what was seen.
        rows = rows.filter(**{f"{field}__lte": value}).filter(Q(**{f"{field}__lt": value}) | Q(pk__lt=pk))
    return rows.order_by(f"-{field}", "-pk")


def page_of(rows: IdeaQuerySet, choice: Choice) -> Page:
    """One page of the chosen ideas among `rows`."""
    return Page(Seen(tuple(_plain(chosen(rows, choice), choice.sort)[: ON_A_PAGE + 1])), choice.sort)


def everybodys_page(organisation: Organisation, choice: Choice) -> Page:
    """One page of the chosen ideas among all of the organisation that everybody may read."""
    if choice.after:
        return page_of(Idea.objects.of(organisation).listed(), choice)
    values: dict[str, int | str] = {"organisation": organisation.pk}
    if choice.status is not None:
        values["status"] = choice.status.value
    if choice.topic is not None:
        values["topic"] = choice.topic.pk
    return Page(_beginning(choice.sort, frozenset(values)).seen(**values), choice.sort)


@cache
def _beginning(sort: Sort, values: frozenset[str]) -> Prepared:
    """The first page of a list: thousands ask for it."""

    def make(*, organisation: int, status: str | None = None, topic: int | None = None) -> Any:
        rows = _narrowed(Idea.objects.of(organisation).listed(), status=status, topic=topic)
        return _plain(rows.order_by(f"-{sort.field}", "-pk"), sort)[: ON_A_PAGE + 1]

    return Prepared(make, sorted(values - {"status"}), texts=sorted(values & {"status"}))


def _narrowed(rows: IdeaQuerySet, *, status: str | None, topic: int | None) -> IdeaQuerySet:
    if status is not None:
        rows = rows.filter(status=status)
    return rows.filter(conversation__taggings__topic=topic) if topic is not None else rows


def rows_of(organisation: Organisation, rows: IdeaQuerySet) -> Sequence[IdeaRow]:
    """These ideas, in their order, as a list shows them."""
    return shown_rows(organisation, list(_plain(rows)))


def is_plain(row: Plain, here: Organisation) -> bool:
    """Whether all that is shown of it stands in it: it is ours, and its author is neither merged nor works here."""
    return row[1] == here.pk and row[_MERGED_INTO] is None and row[_WORKS_AS] is None


def path_of(conversation_id: int) -> str:
    """Where an idea stands."""
    return f"/ideas/{conversation_id}/"


def board_path(board: Board) -> str:
    """Where a board's list is."""
    return url("ideas:list") if board.is_main else url("ideas:board", board.slug)


def _plain(rows: IdeaQuerySet, sort: Sort = Sort.NEWEST) -> Any:
    """These rows; one that stands where it does by a number with a fraction ends in that number (`Prepared`)."""
    columns = (*_COLUMNS, "rising") if sort is Sort.RISING else _COLUMNS
    return rows.annotate(words=Substr("opening__text", 1, 3 * _EXCERPT)).values_list(*columns)


def shown_rows(here: Organisation, found: Sequence[Plain]) -> list[IdeaRow]:
    """These rows, for a reader at this organisation's pages."""
    houses: dict[int, Organisation] = {here.pk: here}
    elsewhere = {row[1] for row in found} - {here.pk}
    if elsewhere:
        houses |= {each.pk: each for each in Organisation.objects.filter(pk__in=elsewhere)}
    # Who was merged into another or works here is looked up; of everybody else the row says all that is shown.
    special = [(row[1], row[_PERSON]) for row in found if row[_MERGED_INTO] is not None or row[_WORKS_AS] is not None]
    people: dict[tuple[int, int], Author] = {}
    for house in {house for house, _person in special}:
        known = authors(organisation_id=house, person_ids=[person for of, person in special if of == house])
        people |= {(house, asked): author for asked, author in known.items()}
    return [_row(row, houses, here, people) for row in found]


def _row(
    row: Plain, houses: dict[int, Organisation], here: Organisation, people: dict[tuple[int, int], Author]
) -> IdeaRow:
    conversation_id, house_id, subject, words, score, anonymous, comments, status, created_at, board_id = row[:10]
    person_id, pseudonym, face_spec = row[_PERSON:_MERGED_INTO]
    house, path = houses[house_id], path_of(conversation_id)
    is_ours = house_id == here.pk
    known = people.get((house_id, person_id))
    return IdeaRow(
        id=conversation_id,
        path=path if is_ours else f"{settings.PUBLIC_SCHEME}://{house.host}{settings.PUBLIC_PORT}{path}",
        title=subject,
        words=words,
        score=score,
        anonymous=anonymous,
        comments=comments,
        status=Status(status),
        posted=created_at,
        author_name=known.name if known else pseudonym,
        author_face=known.face if known else face_spec or f"person-{person_id}",
        author_is_staff=known is not None and known.staff,
        house="" if is_ours else house.name,
        board_id=board_id,
    )


def as_moment(value: Any) -> datetime | None:
    """A moment out of a plain row: SQLite gives it without a zone, as text or not; it is in UTC."""
    moment = datetime.fromisoformat(value) if isinstance(value, str) else value
    if not isinstance(moment, datetime):
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _end(row: Plain, sort: Sort) -> str:
    value = {Sort.RISING: row[-1], Sort.MOST: row[4], Sort.NEWEST: row[8]}[sort]
    if sort is Sort.NEWEST:
        moment = as_moment(value)
        return f"{moment.isoformat() if moment else ''}_{row[10]}"
    return f"{value!r}_{row[10]}"


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
