"""Feeds of posts and tips: how each thread of a list opens, and what was said below one."""

from __future__ import annotations

from collections.abc import Iterable

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from klankbord.conversations.announcing import conversation_topic, public_topic
from klankbord.conversations.models import Conversation
from klankbord.live.shows import shows
from klankbord.participation.feeds import Entry, atom
from klankbord.participation.paths import thread_path
from klankbord.people.announcing import profile_topic
from klankbord.people.requests import organisation_of
from klankbord.posts.models import MonthlyQuestion, Post, Tip
from klankbord.posts.reading import read_threads

_MOST = 30


def feed_of_replies(request: HttpRequest, thread: Conversation) -> HttpResponse:
    """Atom of what was said below a post or a tip, or of the answers to the question of the month; newest first."""
    organisation = organisation_of(request)
    path = thread_path(thread)
    said = read_threads(organisation, [thread], replies=True)[thread.pk].replies[-_MOST:]
    entries = [
        Entry(
            path=f"{path}#m{each.id}",
            title=_("Reaction of %(name)s") % {"name": each.author.name if each.author else ""},
            html=str(each.html),
            updated=each.edited_at or each.at,
            published=each.at,
            author=each.author.name if each.author else "",
        )
        for each in reversed(said)
    ]
    response = atom(organisation=organisation, title=thread.subject, path=request.path, page=path, entries=entries)
    topics = (conversation_topic(thread.pk), public_topic(organisation.pk), profile_topic(organisation.pk))
    return shows(response, *topics)


def feed_of(
    request: HttpRequest, rows: Iterable[Post | Tip | MonthlyQuestion], *, title: str, page: str
) -> HttpResponse:
    """Atom of these, without those whose opening may not be read. Their conversations are loaded; `page`: its path."""
    organisation = organisation_of(request)
    conversations = [each.conversation for each in rows]
    threads = read_threads(organisation, conversations, replies=False)
    entries = [
        Entry(
            path=thread_path(each),
            title=each.subject,
            html=str(said.html),
            updated=said.edited_at or said.at,
            published=said.at,
            author=said.author.name if said.author else "",
        )
        for each in conversations
        if (said := threads[each.pk].opening) is not None
    ]
    response = atom(organisation=organisation, title=title, path=request.path, page=page, entries=entries)
    return shows(response, public_topic(organisation.pk), profile_topic(organisation.pk))
