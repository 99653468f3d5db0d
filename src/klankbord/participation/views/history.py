"""What a text said before it was changed, and what was changed each time."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from klankbord.conversations.announcing import conversation_topic, public_topic
from klankbord.conversations.models import Message
from klankbord.live.shows import shows
from klankbord.participation.editions import editions_of
from klankbord.participation.paths import thread_path
from klankbord.participation.seeing import may_read
from klankbord.people.announcing import profile_topic
from klankbord.people.requests import organisation_of, person_of


@require_safe
def history(request: HttpRequest, message_id: int) -> HttpResponse:
    """`/history/<id>/`: every edition of something said in public, newest first, with the differences marked."""
    organisation = organisation_of(request)
    rows = Message.objects.of(organisation).filter(pk=message_id, conversation__is_public=True)
    message = rows.select_related("conversation", "person", "reply_to").first()
    if message is None or not may_read(message, person_of(request)):
        raise Http404
    context = {
        "message": message,
        "editions": editions_of(message),
        "back": thread_path(message.conversation, message),
    }
    response = render(request, "participation/history.html", context)
    if message.conversation.in_circle:
        response["Cache-Control"] = "no-store, private"
        return response
    # It names who changed it, and people may change how they are named.
    topics = (
        conversation_topic(message.conversation_id),
        public_topic(organisation.pk),
        profile_topic(organisation.pk),
    )
    return shows(response, *topics)
