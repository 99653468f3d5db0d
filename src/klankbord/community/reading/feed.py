"""A list of questions, and the answers to one, as the entries of a feed."""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import gettext as _

from klankbord.community.reading.lists import QuestionList, read_page
from klankbord.community.reading.thread import Thread, words_of
from klankbord.conversations.models import Message
from klankbord.markup.markdown import render_post
from klankbord.moderation.showing import corrections
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


def answer_entries(thread: Thread, organisation: Organisation) -> list[Entry]:
    """The answers to a question, newest first, with what the organisation says beside them."""
    rows = sorted((post.said.row for post in thread.answers), key=lambda row: row.said_at, reverse=True)[:MOST]
    shown = {row.id for row in rows}
    words = words_of(organisation.pk, [post.said for post in thread.answers if post.said.id in shown])
    beside = corrections(organisation_id=organisation.pk, message_ids=shown)
    people = authors(organisation_id=organisation.pk, person_ids=[row.person_id for row in rows])
    names = {row.id: people[row.person_id].name if row.person_id in people else "" for row in rows}
    path = reverse("community:question", args=[thread.head.id])
    return [
        Entry(
            path=f"{path}#m{row.id}",
            title=_("Answer of %(name)s") % {"name": names[row.id]},
            author=names[row.id],
            published=row.said_at,
            updated=row.edited_at or row.said_at,
            html=f"{words.get(row.id, '')}{beside.get(row.id, '')}",
        )
        for row in rows
    ]
