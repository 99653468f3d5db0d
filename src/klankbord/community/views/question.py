"""A question's own page."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from markupsafe import Markup

from klankbord.community.models import Question
from klankbord.community.reading.page import Viewer, question_page, viewer_of
from klankbord.community.reading.shown import until_midnight
from klankbord.community.reading.thread import Thread, find_question
from klankbord.conversations.announcing import conversation_topic
from klankbord.conversations.models import Message
from klankbord.live.shows import shows
from klankbord.markup.markdown import render_post
from klankbord.moderation.models import Case
from klankbord.moderation.rules import TO_AUTHOR, WhyHeld
from klankbord.participation.announcing import person_topic
from klankbord.participation.paths import thread_path
from klankbord.people.announcing import profile_topic
from klankbord.people.models import Organisation
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
    return _kept(response, context["thread"], viewer, organisation)


@never_cache
@require_safe
def held(request: HttpRequest, message_id: int) -> HttpResponse:
    """`/questions/held/<id>/`: for who wrote something that a moderator looks at first, and why."""
    organisation = organisation_of(request)
    viewer = viewer_of(request)
    rows = Message.objects.of(organisation).filter(pk=message_id, conversation__question__isnull=False)
    message = rows.select_related("conversation").first()
    # In the browser in which somebody confirmed their address just now, nobody is known yet on this very page.
    if message is None or (viewer.is_somebody and not viewer.is_staff and message.person_id not in viewer.ids):
        raise Http404
    if not viewer.is_somebody:
        return render(request, "community/held.html", {"message": None, "reasons": []})
    if message.hidden_at is None:
        return redirect(thread_path(message.conversation, message))
    case = Case.objects.of(organisation).waiting().filter(message=message).first()
    codes = [str(each.get("code", "")) for each in case.why] if case is not None else []
    reasons = [str(TO_AUTHOR[WhyHeld(code)]) for code in codes if code in set(WhyHeld)]
    html = Markup(render_post(message.text))  # noqa: S704 - the renderer lets no HTML through
    return render(request, "community/held.html", {"message": message, "html": html, "reasons": reasons})


def redirect_to_root(question: Question) -> HttpResponse:
    """To the page on which this duplicate stands."""
    # Without a fragment of its own: a browser keeps the one that it came with, an answer's for instance.
    return redirect("community:question", question.root.pk)


def _kept(response: HttpResponse, thread: Thread, viewer: Viewer, organisation: Organisation) -> HttpResponse:
    if viewer.is_somebody:
        response["Cache-Control"] = "private, no-cache"
        return response
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
