"""A feed of posts or of tips: how each thread opens, in the order in which they are given."""

from __future__ import annotations

from collections.abc import Iterable

from django.http import HttpRequest, HttpResponse

from klankbord.conversations.announcing import public_topic
from klankbord.live.shows import shows
from klankbord.participation.feeds import Entry, atom
from klankbord.participation.paths import thread_path
from klankbord.people.announcing import profile_topic
from klankbord.people.requests import organisation_of
from klankbord.posts.models import MonthlyQuestion, Post, Tip
from klankbord.posts.reading import read_threads


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
