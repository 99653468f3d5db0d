"""A question's own page."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from klankbord.community.models import Question
from klankbord.community.reading.blocks import viewer_of
from klankbord.community.reading.page import question_page
from klankbord.community.reading.shown import until_midnight
from klankbord.community.reading.thread import Head, read_head
from klankbord.live.shows import shows
from klankbord.participation.held import to_what_waits
from klankbord.people.models import Organisation
from klankbord.people.requests import organisation_of, person_of
from klankbord.people.surroundings import kept_page


@require_safe
def show(request: HttpRequest, conversation_id: int) -> HttpResponse:
    """`/questions/<id>/`. A duplicate leads to the question that it was joined into, at its own words there."""
    organisation = organisation_of(request)
    head = read_head(organisation, conversation_id)
    if head is None or not head.is_public or head.in_circle:
        raise Http404
    viewer = viewer_of(request)
    if head.moved_at is not None:
        return render(request, "community/gone_private.html", status=410)
    if head.hidden_at is not None and not viewer.is_staff:
        return _to_what_waits(request, organisation, head)
    if head.joined_into_id is not None:
        return _to_root(organisation, head)
    page = question_page(head, viewer, organisation, page=_number(request.GET.get("page", "")))
    response = kept_page(request, "community/question.html", lambda: page.context, page.parts, *page.key)
    if viewer.is_somebody:
        response["Cache-Control"] = "private, no-cache"
        return response
    return shows(response, *page.topics, until=until_midnight(organisation), query=("page",))


def _to_root(organisation: Organisation, head: Head) -> HttpResponse:
    """To the page on which this duplicate stands."""
    question = Question.objects.of(organisation).select_related("joined_into").get(pk=head.id)
    # Without a fragment of its own: a browser keeps the one that it came with, an answer's for instance.
    return redirect("community:question", question.root.pk)


def _to_what_waits(request: HttpRequest, organisation: Organisation, head: Head) -> HttpResponse:
    """Who wrote it, and only they, are told that a colleague looks at it."""
    question = Question.objects.of(organisation).select_related("opening").get(pk=head.id)
    return to_what_waits(question.opening, person_of(request))


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and 0 < len(text) < 6 else 1
