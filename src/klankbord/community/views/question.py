"""A question's own page."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from klankbord.community.models import Question
from klankbord.community.reading.page import Viewer, question_page, viewer_of
from klankbord.community.reading.shown import until_midnight
from klankbord.community.reading.thread import Thread, find_question
from klankbord.conversations.announcing import conversation_topic
from klankbord.live.shows import shows
from klankbord.participation.announcing import person_topic
from klankbord.people.announcing import profile_topic
from klankbord.people.requests import organisation_of


@require_safe
def show(request: HttpRequest, conversation_id: int) -> HttpResponse:
    """`/questions/<id>/`. A duplicate leads to the question that it was joined into, at its own words there."""
    organisation = organisation_of(request)
    question = find_question(organisation, conversation_id)
    if question is None or not question.conversation.is_public or question.conversation.in_circle:
        raise Http404
    viewer = viewer_of(request)
    if question.moved_at is not None:
        return render(request, "community/gone_private.html", {"question": question}, status=410)
    if question.conversation.hidden_at is not None and not viewer.is_staff:
        raise Http404
    if question.joined_into_id is not None:
        return redirect_to_root(question)
    context = question_page(question, viewer, organisation, page=_number(request.GET.get("page", "")))
    response = render(request, "community/question.html", context)
    return _kept(response, context["thread"], viewer)


def redirect_to_root(question: Question) -> HttpResponse:
    """To the page on which this duplicate stands."""
    response = redirect("community:question", question.root.pk)
    response["Location"] += f"#m{question.opening_id}"
    return response


def _kept(response: HttpResponse, thread: Thread, viewer: Viewer) -> HttpResponse:
    if viewer.is_somebody:
        response["Cache-Control"] = "private, no-cache"
        return response
    organisation = thread.question.conversation.organisation
    conversations = {thread.question.pk, *(row.conversation_id for row in thread.rows)}
    persons = {row.merged_into or row.person_id for row in thread.rows if row.person_id is not None}
    topics = [
        profile_topic(organisation.pk),
        *(conversation_topic(pk) for pk in conversations),
        *(person_topic(pk) for pk in persons if pk is not None),
    ]
    return shows(response, *topics, until=until_midnight(organisation), query=("page",))


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and 0 < len(text) < 6 else 1
