"""Searching everything public at once: what the one search box of the portal answers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.text import Truncator
from django.utils.translation import gettext as _

from klankbord.conversations.models import Conversation, ConversationKind, Message
from klankbord.markup.markdown import render_markdown
from klankbord.markup.plain import text_from_html
from klankbord.participation.contract import may_see
from klankbord.participation.paths import thread_path
from klankbord.people.models import Organisation, Person
from klankbord.search.contract import Audience
from klankbord.search.finding import find

KINDS = ("question", "idea", "post", "tip")
"""What stands in public as a thread."""
SHORTEST = 2
_EXCERPT = 180


@dataclass(frozen=True, slots=True)
class Result:
    """One thing that was found: what it is, its title and page, and the first words of it."""

    kind: str
    title: str
    path: str
    excerpt: str


def kind_words(kind: str) -> str:
    """What sort of thing it is, in the active language."""
    return {
        "question": _("question"),
        "idea": _("idea"),
        "post": _("from us"),
        "tip": _("tip"),
    }.get(kind, "")


def search_public(
    *, organisation: Organisation, text: str, person: Person | None, kinds: Sequence[str] = KINDS, limit: int = 20
) -> list[Result]:
    """What fits best among all that this visitor may see; best first. The index is asked, the rows decide."""
    if len(text.strip()) < SHORTEST:
        return []
    hits = find(text, organisation_id=organisation.pk, kinds=kinds, audience=Audience.PUBLIC, limit=limit)
    rows = Conversation.objects.of(organisation).public().in_bulk([hit.about_id for hit in hits])
    me = {person.pk} if person is not None else set()
    found = [rows[hit.about_id] for hit in hits if hit.about_id in rows]
    shown = [each for each in found if not me or may_see(each, me)]
    words = _openings(organisation, shown)
    return [
        Result(each.kind, each.subject, thread_path(each), words.get(each.pk, ""))
        for each in dict.fromkeys(shown)
        if each.kind in ConversationKind.values
    ]


def _openings(organisation: Organisation, threads: Sequence[Conversation]) -> dict[int, str]:
    """The first words of each thread."""
    rows = Message.objects.of(organisation).public().filter(conversation__in=threads).order_by("-said_at", "-id")
    texts = dict(rows.filter(reply_to__isnull=True).values_list("conversation_id", "text"))
    return {key: Truncator(text_from_html(render_markdown(text[:2000]))).chars(_EXCERPT) for key, text in texts.items()}
