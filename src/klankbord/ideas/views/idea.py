"""An idea's page, and what people do on it: want it too, react, follow."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from klankbord.conversations.announcing import conversation_topic
from klankbord.conversations.refusals import Refused
from klankbord.ideas.access import idea_for, votable
from klankbord.ideas.actions.vote_together import vote_soon
from klankbord.ideas.announcing import changes_topic
from klankbord.ideas.changes import day_words
from klankbord.ideas.counting import burst_of
from klankbord.ideas.drafting import Draft, read_draft
from klankbord.ideas.listing import board_path, path_of
from klankbord.ideas.models import Idea, Status
from klankbord.ideas.reading import mine, read_page, useful_to
from klankbord.ideas.structured import social, structured
from klankbord.ideas.views.guard import kept_private, midnight
from klankbord.limits import allow
from klankbord.live.later import once
from klankbord.live.shows import shows
from klankbord.participation.actions import follows
from klankbord.participation.held import to_what_waits
from klankbord.participation.taking_part import BY_ONE_PERSON, cannot, doer_of, place_of, take_part
from klankbord.people.announcing import profile_topic
from klankbord.people.requests import membership_of, organisation_of, person_of
from klankbord.people.same_origin import same_origin


@require_safe
def idea(request: HttpRequest, conversation_id: int) -> HttpResponse:
    """`/ideas/<id>/`: one idea with its road. What was merged leads to where it went on."""
    organisation = organisation_of(request)
    try:
        found = _find(request, conversation_id)
    except Http404:
        return _to_what_waits(request, conversation_id)
    if found.is_merged:
        return redirect("ideas:idea", conversation_id=found.root.conversation_id)
    response = render(request, "ideas/idea.html", page_context(request, found))
    if found.conversation.in_circle or found.conversation.hidden_at is not None:
        return kept_private(response)
    turns = [each for each in (found.board.next_turn(), midnight(organisation)) if each is not None]
    topics = (conversation_topic(conversation_id), changes_topic(organisation.pk), profile_topic(organisation.pk))
    return shows(response, *topics, until=min(turns), query=("from",))


def page_context(request: HttpRequest, found: Idea, draft: Draft | None = None, **more: Any) -> dict[str, Any]:
    """Everything that the template of an idea asks for; `draft` is a reaction that could not be posted as it was."""
    person, member = person_of(request), membership_of(request)
    beginning = request.GET.get("from", "")
    page = read_page(found, beginning=int(beginning) if beginning.isdecimal() and len(beginning) < 19 else 0)
    context: dict[str, Any] = {
        "page": page,
        "idea": found,
        "board": found.board,
        "board_path": board_path(found.board),
        "title": found.conversation.subject,
        "is_open": found.board.is_open(),
        "is_known": person is not None,
        "wants_it": mine(page, person),
        **useful_to(page, person or (member.person if member else None)),
        "follows": follows(person=person, conversation=found.conversation),
        "draft": draft or Draft(),
        "answers_to": request.GET.get("answer", ""),
        "writes": draft is not None or "react" in request.GET or "answer" in request.GET,
        "social": social(page, organisation_of(request)),
        "structured": structured(page, organisation_of(request)),
    }
    if member is not None:
        again = found.look_again_on
        context |= {
            "staff_options": [("", _("choose")), *Status.choices[1:]],
            "burst": burst_of(found),
            "look_again": day_words(again) if again else "",
        }
    return context | more


@same_origin
@never_cache
@require_POST
def vote(request: HttpRequest, conversation_id: int) -> HttpResponse:
    """`/ideas/<id>/vote/`: I want this too; with `stop`, no longer. Votes of who is known are counted together."""
    doer = doer_of(request)
    if doer is None or request.POST.get("stop"):
        return _take_part(request, conversation_id, "idea-vote")
    person, membership = doer
    if membership is None and not allow(BY_ONE_PERSON, person.organisation_id, person.pk):
        return cannot(request, _("You are going very fast. Try again in an hour."), status=429)
    organisation = organisation_of(request)
    idea_id, shown_at = votable(
        organisation=organisation, conversation_id=conversation_id, person=person, member=membership
    )
    try:
        once(request, lambda: vote_soon(idea_id=idea_id, person=person, place=place_of(request)))
    except Refused as refusal:
        return cannot(request, str(refusal.sentence))
    return redirect(path_of(shown_at))


@same_origin
@never_cache
@require_POST
def useful(request: HttpRequest, message_id: int) -> HttpResponse:
    """`/ideas/reactions/<id>/useful/`: this reaction is useful; with `stop`, no longer."""
    return take_part(request, "idea-useful", {"message": message_id, "stop": bool(request.POST.get("stop"))})


@same_origin
@never_cache
@require_POST
def follow(request: HttpRequest, conversation_id: int) -> HttpResponse:
    """`/ideas/<id>/follow/`: let me hear; with `stop`, no longer."""
    return _take_part(request, conversation_id, "idea-follow")


@same_origin
@never_cache
@require_POST
def comment(request: HttpRequest, conversation_id: int) -> HttpResponse:
    """`/ideas/<id>/comment/`: say something. What is personal in it is shown first, and can be left as it is."""
    found = _find(request, conversation_id)
    draft = read_draft(request, organisation_of(request), titled=False)
    answers_to = request.POST.get("message", "")
    if not draft.may_go_on:
        context = page_context(request, found.root, draft, answers_to=answers_to)
        return kept_private(render(request, "ideas/idea.html", context, status=422))
    payload = {**draft.payload(), "idea": conversation_id, "message": answers_to}
    return _with_address(request, "idea-comment", payload)


def _to_what_waits(request: HttpRequest, conversation_id: int) -> HttpResponse:
    """Who wrote it, and only they, are told that a colleague looks at it."""
    rows = Idea.objects.of(organisation_of(request)).select_related("opening")
    row = rows.filter(conversation_id=conversation_id).first()
    return to_what_waits(row.opening if row is not None else None, person_of(request))


def _find(request: HttpRequest, conversation_id: int) -> Idea:
    return idea_for(
        organisation=organisation_of(request),
        conversation_id=conversation_id,
        person=person_of(request),
        member=membership_of(request),
    )


def _take_part(request: HttpRequest, conversation_id: int, kind: str) -> HttpResponse:
    found = _find(request, conversation_id)
    payload = {"idea": conversation_id, "title": found.conversation.subject, "stop": bool(request.POST.get("stop"))}
    return _with_address(request, kind, payload)


def _with_address(request: HttpRequest, kind: str, payload: dict[str, Any]) -> HttpResponse:
    email, name = request.POST.get("email", "").strip(), request.POST.get("name", "").strip()
    return take_part(request, kind, payload, email=email, name=name)
