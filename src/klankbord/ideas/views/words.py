"""Changing and taking back one's own words."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST
from markupsafe import Markup

from klankbord.ideas.actions.words import may_change
from klankbord.ideas.contributions import words_of
from klankbord.ideas.drafting import Draft
from klankbord.ideas.views.guard import kept_private
from klankbord.markup.markdown import render_post
from klankbord.participation.contract import NoLongerThere, NotYoursToChange
from klankbord.participation.drafts import changed_meanwhile, edition_of, fill, longest_instead_of
from klankbord.participation.paths import thread_path
from klankbord.participation.taking_part import cannot, doer_of, take_part
from klankbord.people.requests import membership_of, organisation_of, person_of
from klankbord.people.same_origin import same_origin


@same_origin
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def change(request: HttpRequest, message_id: int) -> HttpResponse:
    """`/ideas/words/<id>/`: change what an idea or a reaction of one's own says."""
    organisation, doer = organisation_of(request), doer_of(request)
    try:
        idea, message = words_of(organisation, {"message": message_id}, person_of(request), membership_of(request))
    except NoLongerThere:
        raise Http404 from None
    if doer is not None and not may_change(message=message, person=doer[0], membership=doer[1]):
        return cannot(request, str(NotYoursToChange().sentence))
    is_opening = message.pk == idea.opening_id
    title = idea.conversation.subject if is_opening else None
    draft = Draft(text=message.text, title=title, longest=longest_instead_of(message.text))
    edition, is_changed = edition_of(message, title=title), False
    if request.method == "POST":
        draft = Draft()
        wants = _("Say in one line what you would like.") if is_opening else ""
        fill(draft, request, organisation, wants_title=wants, with_pictures=False, stood=message.text)
        is_changed = changed_meanwhile(draft, request, edition)
        if draft.may_go_on:
            payload = {**draft.payload(), "message": message.pk, "reason": request.POST.get("reason", "")[:200]}
            return take_part(request, "idea-edit", payload)
    context = {
        "draft": draft,
        "only_theirs": doer is None,
        "edition": edition,
        "stands_there": Markup(render_post(message.text)) if is_changed else "",  # noqa: S704 - lets no HTML through
        "back": thread_path(idea.root.conversation, message),
        "subject": idea.conversation.subject,
        "reason": request.POST.get("reason", ""),
    }
    return kept_private(render(request, "ideas/words.html", context, status=422 if request.method == "POST" else 200))


@same_origin
@never_cache
@require_POST
def take_back(request: HttpRequest, message_id: int) -> HttpResponse:
    """`/ideas/words/<id>/take-back/`"""
    return take_part(request, "idea-take-back", {"message": message_id})
