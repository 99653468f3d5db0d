"""What a moderator looks at first, for who wrote it: to see, to say otherwise, to take back."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods
from markupsafe import Markup

from klankbord.conversations.actions.speak_publicly import opens
from klankbord.conversations.models import ConversationKind, Message
from klankbord.markup.markdown import render_post
from klankbord.moderation.actions.hold import hold_no_longer, hold_other_words
from klankbord.moderation.models import Case
from klankbord.participation.contract import NoLongerThere
from klankbord.participation.drafts import Draft, fill, longest_instead_of
from klankbord.participation.held import held_because, waiting_case
from klankbord.participation.paths import thread_path
from klankbord.people.requests import membership_of, organisation_of, person_of
from klankbord.people.same_origin import same_origin


@never_cache
@same_origin
@require_http_methods(["GET", "HEAD", "POST"])
def held(request: HttpRequest, message_id: int) -> HttpResponse:
    """`/held/<id>/`: what somebody wrote and everybody sees later, and why. For a stranger only that it is so.

    Who wrote it can say it otherwise (`text`, `title`) or take it back (`take-back`) as long as nobody saw it.
    """
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
    draft = _draft(message) if case is not None and own and not case.was_public else None
    if request.method == "POST" and case is not None and draft is not None:
        if "take-back" in request.POST:
            return _take_back(request, case)
        fill(draft, request, organisation, wants_title=_wants_title(draft), with_pictures=False, stood=message.text)
        if not draft.errors and not draft.is_unsettled:
            return _say_otherwise(request, case, draft)
    context = {
        "message": message,
        "reasons": held_because(case),
        "html": Markup(render_post(message.text)),  # noqa: S704 - the renderer lets no HTML through
        "changed": changed,
        "draft": draft,
    }
    return render(request, "participation/held.html", context, status=422 if request.method == "POST" else 200)


def _draft(message: Message) -> Draft:
    titled = message.conversation.kind != ConversationKind.THANKS and opens(message)
    title = message.conversation.subject if titled else None
    return Draft(text=message.text, title=title, longest=longest_instead_of(message.text))


def _wants_title(draft: Draft) -> str:
    return _("Say in one line what it is about.") if draft.title is not None else ""


def _say_otherwise(request: HttpRequest, case: Case, draft: Draft) -> HttpResponse:
    if not hold_other_words(case=case, text=draft.text, subject=draft.title):
        raise NoLongerThere
    messages.success(request, _("Changed. We look at it as it is now."))
    return redirect("participation:held", case.message_id)


def _take_back(request: HttpRequest, case: Case) -> HttpResponse:
    if not hold_no_longer(case=case):
        raise NoLongerThere
    messages.success(request, _("Taken back. Nobody saw it."))
    return redirect("participation:me")
