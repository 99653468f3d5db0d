"""Writing an idea: what is like it is shown while one types, and once more before it is posted."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from klankbord.ideas.access import may_see_board
from klankbord.ideas.actions.boards import main_board
from klankbord.ideas.drafting import Draft, read_draft
from klankbord.ideas.listing import board_path, rows_of
from klankbord.ideas.models import Board, Idea
from klankbord.ideas.reading import STATUS_TAGS
from klankbord.ideas.suggesting import similar_ideas
from klankbord.limits import Limit, allow, network_places
from klankbord.participation.models import Topic
from klankbord.participation.taking_part import take_part, who_writes
from klankbord.people.requests import membership_of, organisation_of, person_of
from klankbord.people.same_origin import same_origin

WHILE_TYPING = Limit("ideas-similar", 400, timedelta(minutes=10))
_LONGEST_ASKED = 2000


@same_origin
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """`/ideas/new/`, with `?board=` for the board on which one stood, `?title=` for what was searched."""
    board = _board(request)
    if request.method != "POST":
        return _page(request, board, Draft(title=" ".join(request.GET.get("title", "").split())[:300]))
    organisation = organisation_of(request)
    draft = read_draft(request, organisation, titled=True)
    if not draft.looked and not draft.errors:
        draft.similar = similar_ideas(organisation=organisation, title=draft.title or "", text=draft.text, board=board)
    if not draft.may_go_on:
        return _page(request, board, draft, status=422 if draft.errors or draft.is_unsettled else 200)
    payload = {**draft.payload(), "board": board.pk}
    who = who_writes(request)
    return take_part(request, "idea", payload, email=who.email, name=who.name)


@same_origin
@never_cache
@require_POST
def similar(request: HttpRequest) -> HttpResponse:
    """`/ideas/similar/`: a piece of a page with ideas that are like what is being typed; empty when there are none."""
    organisation = organisation_of(request)
    place, _network = network_places(request.META.get("REMOTE_ADDR", ""))
    if not allow(WHILE_TYPING, organisation.pk, place):
        return HttpResponse("")
    title, text = (request.POST.get(name, "")[:_LONGEST_ASKED] for name in ("title", "text"))
    found = similar_ideas(organisation=organisation, title=title, text=text, board=_board(request))
    return render(request, "ideas/similar.html", _similar(request, found)) if found else HttpResponse("")


def _board(request: HttpRequest) -> Board:
    organisation = organisation_of(request)
    slug = request.POST.get("board", request.GET.get("board", ""))
    if not slug:
        return main_board(organisation)
    board = Board.objects.shared_by(organisation).filter(slug=slug).first()
    if board is None or not may_see_board(board, person=person_of(request), member=membership_of(request)):
        raise Http404
    return board


def _similar(request: HttpRequest, found: list[Idea]) -> dict[str, Any]:
    everywhere = Idea.objects.across_organisations("found by similar_ideas, which looks where this reader may")
    rows = rows_of(organisation_of(request), everywhere.filter(pk__in=[each.pk for each in found]))
    order = {each.conversation_id: place for place, each in enumerate(found)}
    return {"similar": sorted(rows, key=lambda row: order[row.id]), "tags": STATUS_TAGS}


def _page(request: HttpRequest, board: Board, draft: Draft, *, status: int = 200) -> HttpResponse:
    organisation = organisation_of(request)
    topics = list(Topic.objects.of(organisation).order_by("name")) if board.theme_id is None else []
    context = {
        "board": board,
        "board_path": board_path(board),
        "draft": draft,
        "topics": topics,
        "is_open": board.is_open(),
        "who": who_writes(request),
        "topic_options": [{"value": each.pk, "label": each.name} for each in topics],
        **_similar(request, list(draft.similar)),
    }
    return render(request, "ideas/new.html", context, status=status)
