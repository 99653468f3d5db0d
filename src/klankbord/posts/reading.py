"""What the pages of posts and tips show, read with few queries."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils.safestring import SafeString, mark_safe
from markupsafe import Markup

from klankbord.conversations.models import Conversation, Message
from klankbord.markup.markdown import render_post
from klankbord.moderation.showing import corrections
from klankbord.participation.authors import Author, authors
from klankbord.people.models import Organisation


@dataclass(frozen=True, slots=True)
class Said:
    """One utterance as everybody reads it."""

    id: int
    author: Author | None
    html: SafeString
    text: str
    at: datetime
    edited_at: datetime | None


@dataclass(frozen=True, slots=True)
class Thread:
    """A thread: what it began with (None when that was taken back or hidden) and what was said to it, oldest first."""

    opening: Said | None
    replies: list[Said]


MOST_SAID = 500


def read_threads(organisation: Organisation, threads: Sequence[Conversation], *, replies: bool) -> dict[int, Thread]:
    """These threads by their id; without `replies` only what they began with."""
    rows = Message.objects.of(organisation).filter(conversation__in=threads).in_order()
    first: dict[int, int] = {}
    for pk, conversation_id in rows.values_list("pk", "conversation_id"):
        first.setdefault(conversation_id, pk)
    wanted = rows.public() if replies else rows.public().filter(pk__in=first.values())
    messages = list(wanted[: MOST_SAID * max(1, len(threads))])
    people = authors(organisation_id=organisation.pk, person_ids=[each.person_id for each in messages])
    beside = corrections(organisation_id=organisation.pk, message_ids=[each.pk for each in messages])
    said = {
        each.pk: _said(
            each,
            people.get(each.person_id or 0),
            beside.get(each.pk, Markup("")),
            below=1 if replies and each.pk in first.values() else 2,
        )
        for each in messages
    }
    return {
        thread.pk: Thread(
            said.get(first.get(thread.pk, 0)),
            [said[each.pk] for each in messages if each.conversation_id == thread.pk and each.pk != first[thread.pk]],
        )
        for thread in threads
    }


def _said(message: Message, author: Author | None, beside: Markup, *, below: int) -> Said:
    html = mark_safe(f"{render_post(message.text, below=below)}{beside}")  # noqa: S308 - the renderer lets no HTML through, and ours is
    return Said(message.pk, author, html, message.text, message.said_at, message.edited_at)
