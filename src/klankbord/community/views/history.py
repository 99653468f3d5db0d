"""What a text said before it was changed, and what was changed each time."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from klankbord.community.contributions import public_message
from klankbord.community.reading.differences import editions_of
from klankbord.conversations.announcing import conversation_topic
from klankbord.live.shows import shows
from klankbord.participation.contract import CannotTakePart
from klankbord.participation.paths import thread_path
from klankbord.people.announcing import profile_topic
from klankbord.people.requests import organisation_of


@require_safe
def history(request: HttpRequest, message_id: int) -> HttpResponse:
    """`/questions/posts/<id>/history/`: every edition, newest first, with the differences marked."""
    organisation = organisation_of(request)
    try:
        message = public_message(organisation, message_id)
    except CannotTakePart:
        raise Http404 from None
    context = {
        "message": message,
        "editions": editions_of(message),
        "back": thread_path(message.conversation, message),
    }
    response = render(request, "community/history.html", context)
    return shows(response, conversation_topic(message.conversation_id), profile_topic(organisation.pk))
