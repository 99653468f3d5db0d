"""Arranging boards: making, changing, sharing with other organisations, and letting people into a panel."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from klankbord.conversations.refusals import Refused
from klankbord.ideas.actions.boards import accept_board, change_board, end_sharing, invite_house, make_board
from klankbord.ideas.actions.panels import (
    follow_panel_link,
    invite_to_panel,
    join_panel,
    leave_panel,
    make_panel_link,
    revoke_panel_links,
)
from klankbord.ideas.forms import BoardForm
from klankbord.ideas.listing import board_path
from klankbord.ideas.models import Board, BoardGrant, PanelLink, PanelMember
from klankbord.ideas.views.guard import kept_private, member_of
from klankbord.participation.authors import authors
from klankbord.participation.posting import public_url
from klankbord.participation.taking_part import cannot, take_part
from klankbord.people.models import Person, Role
from klankbord.people.requests import organisation_of, person_of
from klankbord.people.same_origin import same_origin
from klankbord.people.visitors import give_key, remember_visitor
from klankbord.signin.staff import for_staff_in_public


@for_staff_in_public(Role.LEAD)
@require_http_methods(["GET", "HEAD", "POST"])
def new_board(request: HttpRequest) -> HttpResponse:
    """`/ideas/boards/new/`"""
    organisation = organisation_of(request)
    form = BoardForm(request.POST or None, organisation=organisation)
    if request.method == "POST" and form.is_valid():
        found, (opens, closes) = form.cleaned_data, form.moments()
        try:
            board = make_board(
                by=member_of(request),
                name=found["name"],
                introduction=found["introduction"],
                theme=found["theme"],
                opens_at=opens,
                closes_at=closes,
                is_private=found["is_private"],
            )
        except Refused as refusal:
            form.add_error("name", str(refusal.sentence))
        else:
            return redirect("ideas:board-settings", board_id=board.pk)
    status = 422 if form.errors else 200
    return kept_private(render(request, "ideas/board_settings.html", {"form": form, "board": None}, status=status))


@for_staff_in_public(Role.LEAD)
@require_http_methods(["GET", "HEAD", "POST"])
def settings(request: HttpRequest, board_id: int) -> HttpResponse:
    """`/ideas/boards/<id>/settings/`: what it is called, when it is open, who shares it, who is in its panel."""
    organisation, board = organisation_of(request), _own(request, board_id)
    form = BoardForm(request.POST or None, organisation=organisation, board=board)
    if request.method == "POST" and form.is_valid():
        found, (opens, closes) = form.cleaned_data, form.moments()
        change_board(
            board=board,
            by=member_of(request),
            name=found["name"],
            introduction=found["introduction"],
            theme=found["theme"],
            opens_at=opens,
            closes_at=closes,
        )
        messages.success(request, _("Saved."))
        return redirect("ideas:board-settings", board_id=board.pk)
    return _settings_page(request, board, form, status=422 if form.errors else 200)


@for_staff_in_public(Role.ADMINISTRATOR)
@require_POST
def share(request: HttpRequest, board_id: int) -> HttpResponse:
    """`/ideas/boards/<id>/share/`: invite another organisation, by its host name."""
    board = _own(request, board_id)
    try:
        grant = invite_house(board=board, host=request.POST.get("host", ""), by=member_of(request))
    except Refused as refusal:
        messages.error(request, str(refusal.sentence))
    else:
        messages.success(request, _("Invited: %(name)s. An administrator there decides.") % {"name": grant.guest.name})
    return redirect("ideas:board-settings", board_id=board.pk)


@for_staff_in_public(Role.ADMINISTRATOR)
@require_safe
def offers(request: HttpRequest) -> HttpResponse:
    """`/ideas/boards/offers/`: boards that other organisations would like to open together with us."""
    rows = BoardGrant.objects.offered_to(organisation_of(request)).filter(ended_at__isnull=True)
    context = {"grants": list(rows.select_related("board", "organisation").order_by("-invited_at"))}
    return kept_private(render(request, "ideas/offers.html", context))


@for_staff_in_public(Role.ADMINISTRATOR)
@require_POST
def accept(request: HttpRequest, grant_id: int) -> HttpResponse:
    """`/ideas/boards/offers/<id>/accept/`"""
    grant = BoardGrant.objects.offered_to(organisation_of(request)).filter(pk=grant_id).select_related("board").first()
    if grant is None:
        raise Http404
    try:
        accept_board(grant=grant, by=member_of(request))
    except Refused as refusal:
        messages.error(request, str(refusal.sentence))
        return redirect("ideas:offers")
    messages.success(request, _("From now on you open this board together."))
    return redirect(board_path(grant.board))


@for_staff_in_public(Role.ADMINISTRATOR)
@require_POST
def end(request: HttpRequest, grant_id: int) -> HttpResponse:
    """`/ideas/boards/offers/<id>/end/`: no, or no longer; from either side."""
    organisation = organisation_of(request)
    offered = BoardGrant.objects.offered_to(organisation).filter(pk=grant_id).first()
    grant = offered or BoardGrant.objects.of(organisation).filter(pk=grant_id).first()
    if grant is None:
        raise Http404
    end_sharing(grant=grant, by=member_of(request))
    messages.success(request, _("Done. Each keeps its own ideas."))
    if offered is not None:
        return redirect("ideas:offers")
    return redirect("ideas:board-settings", board_id=grant.board_id)


@for_staff_in_public(Role.LEAD)
@require_POST
def panel(request: HttpRequest, board_id: int) -> HttpResponse:
    """`/ideas/boards/<id>/panel/`: invite by mail (`email`), make a link (`link`), or end all (`revoke`)."""
    board, member = _own(request, board_id), member_of(request)
    if not board.is_private:
        raise Http404
    if "revoke" in request.POST:
        revoke_panel_links(board=board, by=member)
        messages.success(request, _("No link works any more. Who is in stays in."))
    elif "link" in request.POST:
        link = public_url(board.organisation, reverse("ideas:join", args=[make_panel_link(board=board, by=member)]))
        return _settings_page(request, board, BoardForm(organisation=board.organisation, board=board), link=link)
    else:
        email = request.POST.get("email", "").strip()
        try:
            validate_email(email)
        except ValidationError:
            messages.error(request, _("This is no e-mail address yet. It looks like name@example.nl."))
        else:
            invite_to_panel(board=board, by=member, email=email, name=request.POST.get("name", "").strip()[:200])
            messages.success(request, _("Invited. The mail is on its way."))
    return redirect("ideas:board-settings", board_id=board.pk)


@for_staff_in_public(Role.LEAD)
@require_POST
def leave(request: HttpRequest, board_id: int, person_id: int) -> HttpResponse:
    """`/ideas/boards/<id>/panel/<person>/leave/`: take somebody out of the panel."""
    board = _own(request, board_id)
    person = Person.objects.visible_to(member_of(request)).filter(pk=person_id).first()
    if person is None:
        raise Http404
    leave_panel(board=board, person=person, by=member_of(request))
    return redirect("ideas:board-settings", board_id=board.pk)


@same_origin
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def join(request: HttpRequest, token: str) -> HttpResponse:
    """`/ideas/join/<token>/`: the way into a panel. Opening it changes nothing; the button does."""
    organisation, person = organisation_of(request), person_of(request)
    link = follow_panel_link(organisation_id=organisation.pk, token=token)
    if link is None:
        return kept_private(cannot(request, _("This link no longer works. Ask for a new one."), status=404))
    if request.method != "POST":
        context = {"board": link.board, "is_known": person is not None or link.person is not None}
        response = kept_private(render(request, "ideas/join.html", context))
        response["Referrer-Policy"] = "same-origin"
        return response
    if link.person is not None:
        return _come_in(request, link)
    email, name = request.POST.get("email", "").strip(), request.POST.get("name", "").strip()
    return take_part(request, "idea-panel", {"token": token}, email=email, name=name)


def _come_in(request: HttpRequest, link: PanelLink) -> HttpResponse:
    """The link came by mail to one person: who has it is that person, and this browser knows them from now on."""
    assert link.person is not None, "only called for a link of one person"
    person = link.person.canonical
    join_panel(board=link.board, person=person)
    response = redirect("ideas:board", slug=link.board.slug)
    if getattr(request, "membership", None) is None:
        give_key(request, response, remember_visitor(person=person))
    return response


def _settings_page(
    request: HttpRequest, board: Board, form: BoardForm, *, link: str = "", status: int = 200
) -> HttpResponse:
    members = list(PanelMember.objects.of(board.organisation_id).filter(board=board).order_by("joined_at"))
    names = authors(organisation_id=board.organisation_id, person_ids=[each.person_id for each in members])
    context = {
        "form": form,
        "board": board,
        "board_path": board_path(board),
        "grants": list(
            BoardGrant.objects.of(board.organisation_id)
            .filter(board=board, ended_at__isnull=True)
            .select_related("guest")
        ),
        "members": [(each, names[each.person_id]) for each in members],
        "may_share": member_of(request).may(Role.ADMINISTRATOR) and not board.is_private and not board.is_main,
        "link": link,
    }
    return kept_private(render(request, "ideas/board_settings.html", context, status=status))


def _own(request: HttpRequest, board_id: int) -> Board:
    board = Board.objects.visible_to(member_of(request)).filter(pk=board_id).select_related("organisation").first()
    if board is None:
        raise Http404
    return board
