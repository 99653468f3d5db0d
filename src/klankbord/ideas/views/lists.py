"""Lists of ideas: all of the organisation, a board, the boards, and the roadmap."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.utils.translation import get_language
from django.views.decorators.http import require_safe
from markupsafe import Markup

from klankbord import clock
from klankbord.database.prepared import Plain, Prepared, Seen
from klankbord.design.kept import Kept
from klankbord.ideas.access import board_for, may_see_board
from klankbord.ideas.actions.boards import main_board
from klankbord.ideas.announcing import board_topic, changes_topic, ideas_topic
from klankbord.ideas.listing import (
    Choice,
    Page,
    Sort,
    as_moment,
    board_path,
    everybodys_page,
    is_plain,
    page_of,
    read_choice,
    rows_of,
    shown_rows,
)
from klankbord.ideas.models import Board, BoardGrant, Idea, Status
from klankbord.ideas.reading import STATUS_TAGS
from klankbord.ideas.views.guard import kept_private, midnight
from klankbord.live.shows import shows
from klankbord.participation.actions import voted_for
from klankbord.participation.models import Topic
from klankbord.people.announcing import profile_topic
from klankbord.people.models import Organisation, Person
from klankbord.people.requests import membership_of, organisation_of, person_of
from klankbord.people.surroundings import kept_page

PARAMETERS = ("sort", "status", "topic", "whose", "after")
ROAD = (Status.PLANNED, Status.STARTED, Status.DONE)
_IN_A_COLUMN = 30
_BOARD = 9
"""Where a plain row of `listing` says on which board it stands."""
_OF_A_BOARD = tuple(field.attname for field in Board._meta.concrete_fields)
_MOMENTS = ("opens_at", "closes_at", "created_at")
_ROWS: Kept[Markup] = Kept(8_000_000, len)
"""Rows of lists, by everything that stands in them."""
_LISTS: Kept[dict[str, Markup]] = Kept(8_000_000, lambda parts: 2 * sum(map(len, parts.values())))
"""What stands in a list that everybody sees, by all rows that were read for it; those are about as many letters."""


@dataclass(frozen=True, slots=True)
class Boards:
    """The boards that everybody may know of.

    Attributes:
        state: The same for the same boards, and for no others.
        values: What each is, in the order in which they were made.
    """

    state: Hashable
    values: tuple[dict[str, Any], ...]

    @classmethod
    def of(cls, seen: Seen) -> Boards:
        """The boards in these rows."""
        found = (dict(zip(_OF_A_BOARD, row, strict=True)) for row in seen.plain())
        return cls(seen.state, tuple(each | {name: as_moment(each[name]) for name in _MOMENTS} for each in found))

    @property
    def turns(self) -> list[datetime]:
        """When one of them opens or closes by itself."""
        return [each[name] for each in self.values for name in ("opens_at", "closes_at") if each[name]]


_BOARDS: Kept[Boards] = Kept(200, lambda _boards: 1)


@require_safe
def ideas(request: HttpRequest) -> HttpResponse:
    """`/ideas/`: what customers would like, on all boards that everybody may read."""
    organisation = organisation_of(request)
    choice = read_choice(request.GET, organisation)
    page = everybodys_page(organisation, choice)
    known = _boards(organisation)
    response = _list(request, _main_board(organisation, known), page, choice, known)
    topics = (ideas_topic(organisation.pk), profile_topic(organisation.pk))
    return shows(response, *topics, until=_until(organisation, known), query=PARAMETERS)


@require_safe
def board(request: HttpRequest, slug: str) -> HttpResponse:
    """`/ideas/boards/<slug>/`: one board. A panel's own exists for nobody else."""
    organisation, person, member = organisation_of(request), person_of(request), membership_of(request)
    found = board_for(organisation=organisation, slug=slug, person=person, member=member)
    if found.is_main:
        return redirect("ideas:list")
    choice = read_choice(request.GET, organisation)
    ours = Idea.objects.of(organisation)
    rows = ours.within(found) if found.is_private else Idea.objects.on_board(found).listed()
    if choice.ours and not found.is_private:
        rows = ours.listed().filter(board=found)
    known = _boards(organisation)
    response = _list(request, found, page_of(rows, choice), choice, known)
    if found.is_private:
        return kept_private(response)
    topics = (board_topic(found.pk), ideas_topic(organisation.pk), profile_topic(organisation.pk))
    return shows(response, *topics, until=_until(organisation, known), query=PARAMETERS)


@require_safe
def boards(request: HttpRequest) -> HttpResponse:
    """`/ideas/boards/`: all boards that this visitor may know of, rounds that are open first."""
    organisation, person, member = organisation_of(request), person_of(request), membership_of(request)
    main_board(organisation)
    known = Board.objects.shared_by(organisation).select_related("organisation").in_order()
    seen = [board for board in known if may_see_board(board, person=person, member=member)]
    context = {"boards": seen, "board_path": board_path, "here": organisation}
    response = render(request, "ideas/boards.html", context)
    turns = [each for each in (board.next_turn() for board in seen) if each is not None]
    if any(board.is_private for board in seen):
        return kept_private(response)
    topics = (ideas_topic(organisation.pk), profile_topic(organisation.pk))
    return shows(response, *topics, until=min([*turns, midnight(organisation)]))


@require_safe
def roadmap(request: HttpRequest) -> HttpResponse:
    """`/ideas/roadmap/`: what is planned, begun and done, side by side."""
    organisation = organisation_of(request)
    listed = Idea.objects.of(organisation).listed()
    columns = [
        {
            "status": status,
            "rows": rows_of(organisation, listed.filter(status=status).order_by("-score", "-pk")[:_IN_A_COLUMN]),
        }
        for status in ROAD
    ]
    response = render(request, "ideas/roadmap.html", {"columns": columns, "tags": STATUS_TAGS})
    topics = (ideas_topic(organisation.pk), changes_topic(organisation.pk), profile_topic(organisation.pk))
    return shows(response, *topics, until=midnight(organisation))


def _list(request: HttpRequest, board: Board, page: Page, choice: Choice, known: Boards) -> HttpResponse:
    """The page of a list."""
    organisation, person = organisation_of(request), person_of(request)
    path, is_open = board_path(board), board.is_open()
    open_boards = _open(board, known)

    def make() -> dict[str, Markup]:
        rows_html = _rows_html(page.rows, open_boards=open_boards, person=person, here=organisation)
        return {"rows_html": rows_html, "pages_html": _pages_html(path, page, choice)}

    address = _address(path, choice.query(after=choice.after))
    key = (_language_and_day(organisation), organisation.pk, address, open_boards, page.state)
    parts = _LISTS.get(key) if person is None else None
    if parts is None:
        parts = make()
        if person is None and all(is_plain(row, organisation) for row in page.rows):
            _LISTS.keep(key, parts)
    made = _context(organisation, board, choice, is_open=is_open)
    return kept_page(request, "ideas/list.html", made, parts, *_besides(organisation, board, choice, known))


def _context(organisation: Organisation, board: Board, choice: Choice, *, is_open: bool) -> Any:
    """How to make what the template asks for besides the rows."""
    path = board_path(board)
    return lambda: {
        "board": board,
        "choice": choice,
        "path": path,
        "link": lambda **changes: _address(path, choice.query(**changes)),
        "sorts": list(Sort),
        "statuses": list(Status),
        "topics": list(Topic.objects.of(organisation).order_by("name")),
        "rounds": _rounds(organisation, board),
        "is_open": is_open,
        "here": organisation,
        "is_shared": _is_shared(board),
    }


def _is_shared(board: Board) -> bool:
    """Whether ideas of several organisations stand on it. The main board is an organisation's own."""
    if board.is_main or board.is_private:
        return False
    return bool(_GRANTS.plain(house=board.organisation_id, board=board.pk))


def _grants(*, house: int, board: int) -> Any:
    return BoardGrant.objects.of(house).running().filter(board=board).order_by("pk").values_list("pk")


_GRANTS = Prepared(_grants, ("house", "board"))


def _until(organisation: Organisation, known: Boards) -> datetime:
    """Until when a list stays true: a round that opens or closes changes it, also one that is only named beside it."""
    now = clock.now()
    return min([midnight(organisation), *(each for each in known.turns if each > now)])


def _open(board: Board, known: Boards) -> frozenset[int]:
    """The boards that take votes now: of those that everybody knows, and this one."""
    now = clock.now()
    found = {board.pk} if board.is_open(now) else set()
    for each in known.values:
        if (each["opens_at"] is None or each["opens_at"] <= now) and (
            each["closes_at"] is None or now < each["closes_at"]
        ):
            found.add(each["id"])
    return frozenset(found)


def _boards(organisation: Organisation) -> Boards:
    """The boards that everybody may know of."""
    seen = _OPEN_TO_ALL.seen(organisation=organisation.pk)
    return _BOARDS.get_or(seen.state, lambda: Boards.of(seen))


def _open_to_all(*, organisation: int) -> Any:
    return Board.objects.shared_by(organisation).open_to_all().order_by("pk").values_list(*_OF_A_BOARD)


_OPEN_TO_ALL = Prepared(_open_to_all, ("organisation",))


def _main_board(organisation: Organisation, known: Boards) -> Board:
    """The organisation's own board, out of the query that is made anyhow."""
    for values in known.values:
        if values["is_main"] and values["organisation_id"] == organisation.pk:
            return Board(**values)
    return main_board(organisation)


def _besides(organisation: Organisation, board: Board, choice: Choice, known: Boards) -> tuple[Hashable, ...]:
    """What else the page depends on, besides its frame and its rows."""
    moment = clock.now()
    return (
        tuple(getattr(board, name) for name in _OF_A_BOARD),
        board.is_open(moment),
        _is_shared(board),
        known.state,
        # Which other rounds are open changes by itself, at the minute.
        moment.replace(second=0, microsecond=0) if known.turns else None,
        _TOPICS.seen(organisation=organisation.pk).state,
        (choice.sort, choice.status, choice.topic.pk if choice.topic else None, choice.ours, bool(choice.after)),
    )


def _topics(*, organisation: int) -> Any:
    return Topic.objects.of(organisation).order_by("name").values_list("pk", "name", "slug")


_TOPICS = Prepared(_topics, ("organisation",))


def _language_and_day(organisation: Organisation) -> tuple[Hashable, ...]:
    """Dates are said as one says them today."""
    return get_language(), organisation.today()


def _rows_html(
    rows: Sequence[Plain], *, open_boards: frozenset[int], person: Person | None, here: Organisation
) -> Markup:
    """The rows, each made once for all who see the same."""
    voted = _voted(person, here, rows)
    is_known = person is not None
    shared = (*_language_and_day(here), is_known)

    def html(row: Plain) -> Markup:
        wants_it, is_open = row[0] in voted, row[_BOARD] in open_boards

        def make() -> Markup:
            context = {
                "row": shown_rows(here, [row])[0],
                "tags": STATUS_TAGS,
                "with_votes": is_open,
                "is_known": is_known,
                "wants_it": wants_it,
            }
            return Markup(render_to_string("ideas/row.html", context))  # noqa: S704 - a template of ours

        # What stands elsewhere than in the row (a member's name, another organisation's) is looked at each time.
        return _ROWS.get_or((row, wants_it, is_open, shared), make) if is_plain(row, here) else make()

    return Markup("".join(map(html, rows)))  # noqa: S704 - as above


def _pages_html(path: str, page: Page, choice: Choice) -> Markup:
    next_url = _address(path, choice.query(after=page.after)) if page.after else None
    first_url = _address(path, choice.query()) if choice.after else None
    if next_url is None and first_url is None:
        return Markup("")
    context = {"first_url": first_url, "next_url": next_url}
    return _ROWS.get_or(
        (get_language(), first_url, next_url),
        lambda: Markup(render_to_string("ideas/pages.html", context)),  # noqa: S704 - a template of ours
    )


def _voted(person: Person | None, organisation: Organisation, rows: Sequence[Plain]) -> set[int]:
    """Which of the rows this person wants too, by the number in their address."""
    if person is None:
        return set()
    own = Idea.objects.of(organisation).filter(conversation_id__in=[row[0] for row in rows])
    openings = dict(own.values_list("opening_id", "conversation_id"))
    return {openings[each] for each in voted_for(person=person, organisation_id=organisation.pk, message_ids=openings)}


def _rounds(organisation: Organisation, board: Board) -> list[Board]:
    """Other boards that everybody may see and that are open now, to choose from."""
    rows = Board.objects.shared_by(organisation).open_to_all().exclude(pk=board.pk).in_order()
    return [each for each in rows if each.is_open()]


def _address(path: str, query: dict[str, str]) -> str:
    return f"{path}?{urlencode(query)}" if query else path
