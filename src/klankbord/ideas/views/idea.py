"""An idea's page, and what people do on it: want it too, react, follow."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe
from markupsafe import Markup

from klankbord.conversations.announcing import conversation_topic
from klankbord.conversations.models import Message
from klankbord.conversations.refusals import Refused
from klankbord.files.actions import read_file
from klankbord.ideas.access import idea_for
from klankbord.ideas.actions.vote_together import vote_together
from klankbord.ideas.announcing import changes_topic
from klankbord.ideas.counting import burst_of
from klankbord.ideas.drafting import Draft, read_draft
from klankbord.ideas.listing import board_path, path_of
from klankbord.ideas.models import Idea, IdeaPicture, Status
from klankbord.ideas.reading import mine, read_page
from klankbord.ideas.screening import held_because
from klankbord.ideas.structured import social, structured
from klankbord.ideas.views.guard import kept_private, midnight
from klankbord.limits import allow
from klankbord.live.shows import shows
from klankbord.markup.markdown import render_post
from klankbord.participation.actions import follows
from klankbord.participation.paths import thread_path
from klankbord.participation.taking_part import BY_ONE_PERSON, cannot, doer_of, place_of, take_part
from klankbord.people.announcing import profile_topic
from klankbord.people.requests import membership_of, organisation_of, person_of
from klankbord.people.same_origin import same_origin


@require_safe
def idea(request: HttpRequest, conversation_id: int) -> HttpResponse:
    """`/ideas/<id>/`: one idea with its road. What was merged leads to where it went on."""
    organisation = organisation_of(request)
    found = _find(request, conversation_id)
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
        "follows": follows(person=person, conversation=found.conversation),
        "draft": draft or Draft(),
        "answers_to": request.GET.get("answer", ""),
        "social": social(page, organisation_of(request)),
        "structured": structured(page, organisation_of(request)),
    }
    if member is not None:
        context |= {"staff_options": [("", _("choose")), *Status.choices[1:]], "burst": burst_of(found)}
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
    found = _find(request, conversation_id)
    try:
        vote_together(idea=found, person=person, place=place_of(request))
    except Refused as refusal:
        return cannot(request, str(refusal.sentence))
    return redirect(path_of(found.root.conversation_id))


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


@never_cache
@require_safe
def held(request: HttpRequest, message_id: int) -> HttpResponse:
    """`/ideas/held/<id>/`: for who wrote something that a moderator looks at first, and why. For others only that."""
    organisation, person, member = organisation_of(request), person_of(request), membership_of(request)
    rows = Message.objects.of(organisation).filter(pk=message_id, conversation__idea__isnull=False)
    message = rows.select_related("person", "conversation").first()
    own = message is not None and message.person is not None and message.person.canonical == person
    # In the browser in which somebody confirmed their address just now, nobody is known yet on this very page.
    if message is None or (person is not None and member is None and not own):
        raise Http404
    if person is None and member is None:
        return kept_private(render(request, "ideas/held.html", {"message": None, "reasons": []}))
    if message.hidden_at is None:
        return redirect(thread_path(message.conversation, message))
    html = Markup(render_post(message.text))  # noqa: S704 - the renderer lets no HTML through
    context = {"message": message, "reasons": held_because(message), "html": html}
    return kept_private(render(request, "ideas/held.html", context))


@require_safe
def picture(request: HttpRequest, picture_id: int) -> HttpResponse:
    """`/ideas/pictures/<id>/`: a picture, for who may read the idea that it belongs to."""
    organisation = organisation_of(request)
    rows = IdeaPicture.objects.of(organisation).select_related("file", "attachment__message__conversation")
    found = rows.filter(pk=picture_id, attachment__isnull=False).first()
    if found is None or found.attachment is None:
        raise Http404
    message = found.attachment.message
    shown = idea_for(
        organisation=organisation,
        conversation_id=message.conversation_id,
        person=person_of(request),
        member=membership_of(request),
    )
    if (message.hidden_at or message.withdrawn_at) and membership_of(request) is None:
        raise Http404
    try:
        content = read_file(found.file)
    except OSError:
        raise Http404 from None
    response = HttpResponse(content, content_type=found.file.type)
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response["Cache-Control"] = "private, max-age=86400" if shown.conversation.in_circle else "max-age=86400"
    return response


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
