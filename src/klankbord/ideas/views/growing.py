"""From a private conversation to an idea: the agent prepares and asks, the customer looks and chooses."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from klankbord.conversations.models import Conversation, Direction, Message
from klankbord.conversations.refusals import Refused
from klankbord.ideas.actions.boards import main_board
from klankbord.ideas.actions.grow import agree, ask_consent, ask_no_longer, decline, prepared, request_with
from klankbord.ideas.listing import path_of
from klankbord.ideas.models import Board, ConsentRequest
from klankbord.ideas.views.guard import kept_private, member_of
from klankbord.participation.actions import participant_of
from klankbord.participation.drafts import Draft, looked_over
from klankbord.participation.names import tidy_name
from klankbord.participation.taking_part import cannot
from klankbord.people.requests import membership_of, organisation_of
from klankbord.people.same_origin import same_origin
from klankbord.people.visitors import give_key, remember_visitor
from klankbord.signin.staff import for_staff_in_public


@for_staff_in_public()
@require_http_methods(["GET", "HEAD", "POST"])
def grow(request: HttpRequest, conversation_id: int) -> HttpResponse:
    """`/ideas/from/<conversation>/`: what the customer wrote, with what is personal taken out; ask whether it may stand
    on a board.
    """
    organisation, member = organisation_of(request), member_of(request)
    rows = Conversation.objects.visible_to(member).filter(pk=conversation_id, is_public=False)
    conversation = rows.select_related("person", "organisation", "channel").first()
    if conversation is None:
        raise Http404
    boards = list(Board.objects.shared_by(organisation).open_to_all().in_order()) or [main_board(organisation)]
    board = next((each for each in boards if str(each.pk) == request.POST.get("board")), boards[0])
    title, text = request.POST.get("title", ""), request.POST.get("text", "")
    error = ""
    if "stop" in request.POST:
        ask_no_longer(conversation=conversation, by=member)
        return redirect("ideas:grow", conversation_id=conversation.pk)
    if request.method != "POST":
        title, text = _first_draft(conversation)
    draft = looked_over(request, organisation, title, text)
    if request.method == "POST" and (draft.is_forbidden or not draft.is_unsettled):
        try:
            ask_consent(conversation=conversation, board=board, title=title, text=text, by=member)
        except Refused as refusal:
            error = str(refusal.sentence)
        else:
            messages.success(request, _("Asked. Nothing is public before the customer says yes."))
            return redirect(f"/inbox/{conversation.pk}/")
    asked = (
        ConsentRequest.objects.of(organisation)
        .filter(conversation=conversation)
        .select_related("idea")
        .order_by("-asked_at")
        .first()
    )
    context = {
        "conversation": conversation,
        "boards": [(each.pk, each.name) for each in boards],
        "board": board,
        "title": title,
        "text": text,
        "error": error,
        "draft": draft,
        "asked": asked,
        "may_ask": asked is None or not (asked.is_waited_for or asked.agreed),
        "idea_path": path_of(asked.idea.conversation_id) if asked is not None and asked.idea is not None else "",
    }
    return kept_private(render(request, "ideas/grow.html", context, status=422 if request.method == "POST" else 200))


def _first_draft(conversation: Conversation) -> tuple[str, str]:
    said = Message.objects.of(conversation.organisation_id).filter(
        conversation=conversation, direction=Direction.INBOUND, withdrawn_at__isnull=True
    )
    first = said.in_order().first()
    return (
        prepared(conversation=conversation, text=conversation.subject),
        prepared(conversation=conversation, text=first.text if first else ""),
    )


@same_origin
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def consent(request: HttpRequest, token: str) -> HttpResponse:
    """`/ideas/consent/<token>/`: the customer sees what would stand there, may change it, and says yes or no."""
    organisation = organisation_of(request)
    asked = request_with(organisation=organisation, token=token)
    if asked is None:
        return kept_private(cannot(request, _("This link no longer works."), status=404))
    if asked.idea is not None:
        return redirect(path_of(asked.idea.conversation_id))
    if asked.answered_at is not None:
        return kept_private(render(request, "ideas/consent_no.html"))
    if request.method == "POST" and "no" in request.POST:
        decline(request=asked)
        return kept_private(render(request, "ideas/consent_no.html"))
    if request.method == "POST":
        return _agree(request, asked)
    return _consent_page(request, asked, "")


def _agree(request: HttpRequest, asked: ConsentRequest) -> HttpResponse:
    post, person = request.POST, asked.conversation.person.canonical
    draft = _looked_over(request, asked)
    if draft.is_unsettled and not draft.is_forbidden:
        return _consent_page(request, asked, "")
    try:
        idea = agree(
            request=asked,
            title=post.get("title", ""),
            text=post.get("text", ""),
            name=tidy_name(post.get("name", "")),
            wants_credit=bool(post.get("credit")),
        )
    except Refused as refusal:
        return _consent_page(request, asked, str(refusal.sentence))
    held = idea.opening.hidden_at is not None
    place = reverse("participation:held", args=[idea.opening_id]) if held else path_of(idea.conversation_id)
    response = redirect(place)
    if membership_of(request) is None:
        give_key(request, response, remember_visitor(person=person))
    return response


def _consent_page(request: HttpRequest, asked: ConsentRequest, error: str) -> HttpResponse:
    person, post = asked.conversation.person.canonical, request.POST
    context = {
        "asked": asked,
        "title": post.get("title", asked.title),
        "text": post.get("text", asked.text),
        "name": post.get("name", person.pseudonym),
        "credit": bool(post.get("credit")) if post else participant_of(person).wants_credit,
        "draft": _looked_over(request, asked),
        "error": error,
    }
    status = 422 if request.method == "POST" else 200
    response = kept_private(render(request, "ideas/consent.html", context, status=status))
    response["Referrer-Policy"] = "same-origin"
    return response


def _looked_over(request: HttpRequest, asked: ConsentRequest) -> Draft:
    post, organisation = request.POST, asked.conversation.organisation
    return looked_over(request, organisation, post.get("title", asked.title), post.get("text", asked.text))
