"""The wall of thanks and the log of decisions as Atom feeds."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from klankbord import clock
from klankbord.conversations.announcing import public_topic
from klankbord.live.shows import shows
from klankbord.moderation.announcing import log_topic, queue_topic
from klankbord.moderation.reading.log import read_lines
from klankbord.moderation.rules import TELL_AFTER
from klankbord.participation.announcing import standing_topic
from klankbord.participation.authors import authors
from klankbord.participation.feeds import Entry, atom
from klankbord.participation.views.standing import ON_THE_WALL
from klankbord.people.announcing import profile_topic
from klankbord.people.requests import organisation_of
from klankbord.reputation.models import Thanks


@require_safe
def thanks(request: HttpRequest) -> HttpResponse:
    """`/thanks/feed/`"""
    organisation = organisation_of(request)
    rows = list(Thanks.objects.of(organisation).on_the_wall().select_related("message")[:ON_THE_WALL])
    ids = [key for row in rows for key in (row.to_id, row.by_id)]
    people = authors(organisation_id=organisation.pk, person_ids=ids)
    page = reverse("participation:thanks")
    entries = [
        Entry(
            path=reverse("participation:one-thanks", args=[row.message.conversation_id]),
            title=_("For %(name)s") % {"name": people[row.to_id].name},
            html=str(format_html("<p>{}</p>", row.message.text)),
            updated=row.at,
            published=row.at,
            author=people[row.by_id].name if row.by_id in people else "",
        )
        for row in rows
        if row.to_id in people
    ]
    title = _("The wall of thanks")
    response = atom(organisation=organisation, title=title, path=request.path, page=page, entries=entries)
    return shows(response, public_topic(organisation.pk), standing_topic(organisation.pk))


@require_safe
def decisions(request: HttpRequest) -> HttpResponse:
    """`/log/feed/`: what moderators decided, as the log has it: no names, no words, no hour, and not before authors
    hear of it.
    """
    organisation = organisation_of(request)
    lines, _more = read_lines(organisation, before=None)
    page = reverse("moderation:log")
    entries = [
        Entry(
            path=f"{page}#d{line.id}",
            title=f"{line.judgement}: {line.kind}",
            html=str(format_html("<p>{}</p>", line.reason)) if line.reason else "",
            updated=day,
            published=day,
        )
        for line in lines
        for day in [line.at.astimezone(organisation.zone).replace(hour=0, minute=0, second=0, microsecond=0)]
    ]
    response = atom(organisation=organisation, title=_("How we judge"), path=request.path, page=page, entries=entries)
    topics = (log_topic(organisation.pk), queue_topic(organisation.pk), profile_topic(organisation.pk))
    return shows(response, *topics, until=clock.now() + TELL_AFTER)
