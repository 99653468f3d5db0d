"""Lists of ideas: all of the organisation, a board, the boards, and the roadmap."""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from klankbord.ideas.access import board_for, may_see_board
from klankbord.ideas.actions.boards import main_board
from klankbord.ideas.announcing import board_topic, changes_topic, ideas_topic
from klankbord.ideas.listing import Choice, IdeaRow, Page, Sort, board_path, page_of, read_choice, rows_of
from klankbord.ideas.models import Board, Idea, Status
from klankbord.ideas.reading import STATUS_TAGS
from klankbord.ideas.views.guard import kept_private, midnight
from klankbord.live.shows import shows
from klankbord.participation.actions import voted_for
from klankbord.participation.models import Topic
from klankbord.people.announcing import profile_topic
from klankbord.people.models import Organisation, Person
from klankbord.people.requests import membership_of, organisation_of, person_of

PARAMETERS = ("sort", "status", "topic", "after")
ROAD = (Status.PLANNED, Status.STARTED, Status.DONE)
_IN_A_COLUMN = 30


@require_safe
def ideas(request: HttpRequest) -> HttpResponse:
    """`/ideas/`: what customers would like, on all boards that everybody may read."""
    organisation = organisation_of(request)
    choice = read_choice(request.GET, organisation)
    page = page_of(organisation, Idea.objects.of(organisation).listed(), choice)
    response = _list(request, main_board(organisation), page, choice)
    return shows(
        response,
        ideas_topic(organisation.pk),
        profile_topic(organisation.pk),
        until=midnight(organisation),
        query=PARAMETERS,
    )


@require_safe
def board(request: HttpRequest, slug: str) -> HttpResponse:
    """`/ideas/boards/<slug>/`: one board. A panel's own exists for nobody else."""
    organisation, person, member = organisation_of(request), person_of(request), membership_of(request)
    found = board_for(organisation=organisation, slug=slug, person=person, member=member)
    if found.is_main:
        return redirect("ideas:list")
    choice = read_choice(request.GET, organisation)
    rows = Idea.objects.of(organisation).within(found) if found.is_private else Idea.objects.on_board(found).listed()
    response = _list(request, found, page_of(organisation, rows, choice), choice)
    if found.is_private:
        return kept_private(response)
    turns = (each for each in (found.next_turn(), midnight(organisation)) if each is not None)
    topics = (board_topic(found.pk), ideas_topic(organisation.pk), profile_topic(organisation.pk))
    return shows(response, *topics, until=min(turns), query=PARAMETERS)


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
    until = min([*turns, midnight(organisation)])
    if any(board.is_private for board in seen):
        return kept_private(response)
    return shows(response, ideas_topic(organisation.pk), profile_topic(organisation.pk), until=until)


@require_safe
def roadmap(request: HttpRequest) -> HttpResponse:
    """`/ideas/roadmap/`: what is planned, begun and done, side by side."""
    organisation = organisation_of(request)
    columns = [
        {
            "status": status,
            "rows": rows_of(
                organisation,
                Idea.objects.of(organisation).listed().filter(status=status).order_by("-score", "-pk")[:_IN_A_COLUMN],
            ),
        }
        for status in ROAD
    ]
    context = {"columns": columns, "tags": STATUS_TAGS}
    response = render(request, "ideas/roadmap.html", context)
    topics = (ideas_topic(organisation.pk), changes_topic(organisation.pk), profile_topic(organisation.pk))
    return shows(response, *topics, until=midnight(organisation))


def _list(request: HttpRequest, board: Board, page: Page, choice: Choice) -> HttpResponse:
    organisation, person = organisation_of(request), person_of(request)
    path = board_path(board)
    context = {
        "board": board,
        "rows": page.rows,
        "choice": choice,
        "path": path,
        "link": lambda **changes: _address(path, choice.query(**changes)),
        "next_url": _address(path, choice.query(after=page.after)) if page.after else None,
        "first_url": _address(path, choice.query()) if choice.after else None,
        "sorts": list(Sort),
        "statuses": list(Status),
        "topics": list(Topic.objects.of(organisation).order_by("name")),
        "rounds": _rounds(organisation, board),
        "tags": STATUS_TAGS,
        "voted": _voted(person, organisation, page.rows),
        "is_known": person is not None,
        "is_open": board.is_open(),
        "here": organisation,
    }
    return render(request, "ideas/list.html", context)


def _voted(person: Person | None, organisation: Organisation, rows: Sequence[IdeaRow]) -> set[int]:
    """Which of the rows this person wants too, by the number in their address."""
    if person is None:
        return set()
    ideas = Idea.objects.of(organisation).filter(conversation_id__in=[row.id for row in rows])
    openings = dict(ideas.values_list("opening_id", "conversation_id"))
    return {openings[each] for each in voted_for(person=person, organisation_id=organisation.pk, message_ids=openings)}


def _rounds(organisation: Organisation, board: Board) -> list[Board]:
    """Other boards that everybody may see and that are open now, to choose from."""
    rows = Board.objects.shared_by(organisation).open_to_all().exclude(pk=board.pk).in_order()
    return [each for each in rows if each.is_open()]


def _address(path: str, query: dict[str, str]) -> str:
    return f"{path}?{urlencode(query)}" if query else path
