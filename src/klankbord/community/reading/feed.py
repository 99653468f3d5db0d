"""A list of questions as the entries of a feed."""

from __future__ import annotations

from django.urls import reverse

from klankbord.community.reading.lists import QuestionList, read_page
from klankbord.conversations.models import Message
from klankbord.markup.markdown import render_post
from klankbord.participation.authors import authors
from klankbord.participation.feeds import Entry
from klankbord.participation.models import Topic
from klankbord.people.models import Organisation

MOST = 30


def feed_entries(chosen: QuestionList, organisation: Organisation, topic: Topic | None) -> list[Entry]:
    """The first questions of a list."""
    rows = read_page(chosen, organisation, topic=topic, most=MOST).rows
    people = authors(organisation_id=organisation.pk, person_ids=[row.person_id for row in rows])
    openings = Message.objects.of(organisation).public().filter(conversation_id__in=[row.id for row in rows])
    texts: dict[int, str] = {}
    for conversation_id, text in openings.filter(reply_to=None, answer__isnull=True).values_list(
        "conversation_id", "text"
    ):
        texts.setdefault(conversation_id, text)
    return [
        Entry(
            path=reverse("community:question", args=[row.id]),
            title=row.title,
            author=people[row.person_id].name if row.person_id in people else "",
            published=row.asked_at,
            updated=row.active_at,
            html=render_post(texts.get(row.id, "")),
            categories=tuple(name for _slug, name in row.topics),
        )
        for row in rows
    ]
