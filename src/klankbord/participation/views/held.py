"""What a moderator looks at first, for who wrote it."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from markupsafe import Markup

from klankbord.conversations.models import Message
from klankbord.markup.markdown import render_post
from klankbord.participation.held import held_because, waiting_case
from klankbord.participation.paths import thread_path
from klankbord.people.requests import membership_of, organisation_of, person_of


@never_cache
@require_safe
def held(request: HttpRequest, message_id: int) -> HttpResponse:
    """`/held/<id>/`: what somebody wrote and everybody sees later, and why. For a stranger only that it is so."""
    organisation, person, member = organisation_of(request), person_of(request), membership_of(request)
    rows = Message.objects.of(organisation).filter(pk=message_id, conversation__is_public=True)
    message = rows.select_related("person__merged_into", "conversation").first()
    case = waiting_case(message) if message is not None else None
    changed = case is not None and case.changed_by is not None and case.changed_by.canonical == person
    own = message is not None and message.person is not None and message.person.canonical == person
    # In the browser in which somebody confirmed their address just now, nobody is known yet on this very page.
    if message is None or (person is not None and member is None and not own and not changed):
        raise Http404
    if message.hidden_at is None:
        return redirect(thread_path(message.conversation, message))
    if person is None and member is None:
        return render(request, "participation/held.html", {"message": None, "reasons": []})
    html = Markup(render_post(message.text))  # noqa: S704 - the renderer lets no HTML through
    context = {"message": message, "reasons": held_because(case), "html": html, "changed": changed}
    return render(request, "participation/held.html", context)
