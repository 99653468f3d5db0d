"""Saying that something in public is not right."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from klankbord.conversations.models import Message
from klankbord.moderation.actions.flag import was_flagged_by
from klankbord.moderation.rules import FlagReason
from klankbord.participation.authors import authors
from klankbord.participation.forms import FlagForm
from klankbord.participation.paths import thread_path
from klankbord.participation.taking_part import doer_of, take_part
from klankbord.people.requests import organisation_of
from klankbord.people.same_origin import same_origin


@never_cache
@same_origin
@require_http_methods(["GET", "HEAD", "POST"])
def flag(request: HttpRequest, message_id: int) -> HttpResponse:
    """`/flag/<message id>/`: what is wrong, and with what; a moderator looks at it."""
    organisation = organisation_of(request)
    rows = Message.objects.of(organisation).public().select_related("conversation")
    message = rows.filter(pk=message_id, conversation__hidden_at__isnull=True).first()
    if message is None:
        raise Http404
    form = FlagForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        return take_part(request, "flag", {"message_id": message.pk, **form.cleaned_data})
    people = authors(organisation_id=organisation.pk, person_ids=[message.person_id])
    context = {
        "form": form,
        "message": message,
        "author": people.get(message.person_id or 0),
        "back": thread_path(message.conversation, message),
        "reasons": [{"value": value, "label": label} for value, label in FlagReason.choices],
        "log": reverse("moderation:log"),
        "flagged": _flagged_by(request, message),
    }
    return render(request, "participation/flag.html", context, status=422 if form.errors else 200)


def _flagged_by(request: HttpRequest, message: Message) -> bool:
    """Whether who looks reported it before; of a stranger nobody knows."""
    doer = doer_of(request)
    return doer is not None and was_flagged_by(message=message, person=doer[0])


@never_cache
@require_safe
def flagged(request: HttpRequest) -> HttpResponse:
    """`/flag/thanks/`"""
    return render(request, "participation/flagged.html", {"log": reverse("moderation:log")})
