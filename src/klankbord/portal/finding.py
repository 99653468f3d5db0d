"""Searching everything public at once: what the one search box of the portal answers."""

from __future__ import annotations

import re
from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.db.models import OuterRef, Subquery
from django.db.models.functions import Substr
from django.utils.translation import gettext as _

from klankbord.conversations.models import Conversation, ConversationKind, Message
from klankbord.database.prepared import Prepared, Seen
from klankbord.design.kept import Kept
from klankbord.markup.markdown import render_markdown
from klankbord.markup.plain import text_from_html
from klankbord.participation.paths import thread_address
from klankbord.people.models import Organisation
from klankbord.search.contract import Audience
from klankbord.search.finding import find, find_as_meant
from klankbord.search.index import Hit
from klankbord.understanding.excerpts import Excerpt, ReadText, Sought, excerpt

KINDS = ("question", "idea", "post", "tip")
"""What stands in public as a thread."""
MOST = 20
"""Results at a time."""
SHORTEST = 2
_EXCERPT = 180
_READ = 4000
"""Characters of a text that are looked through for the piece to show."""
_READ_TEXTS: Kept[ReadText] = Kept(40_000, lambda read: 10 + len(read.words))
"""Texts without their Markdown: to read them costs most of an excerpt. Each of these words takes about 100 bytes."""
_KNOWN = frozenset(ConversationKind.values)
_NO_WORDS = re.compile(r"</?a\b[^>]*>|<hr[^>]*>|</?blockquote>")


@dataclass(frozen=True, slots=True)
class Result:
    """One thing that was found: what it is, its title and page, and the piece of it that was looked for."""

    kind: str
    title: str
    path: str
    excerpt: Excerpt


class Found:
    """What was found, best first. The rows were read, and are looked into only for who wants the results.

    Attributes:
        words: For which words: better spelled than typed where nothing has all of those.
        state: The same for the same results, and for no others.
    """

    def __init__(self, words: str, hits: Sequence[Hit], rows: Seen) -> None:
        self.words = words
        self._ids = tuple(dict.fromkeys(hit.about_id for hit in hits))
        self._rows = rows
        self.state: Hashable = (words, self._ids, rows.state)

    @cached_property
    def results(self) -> list[Result]:
        """Each thread once, as it is now."""
        rows = {row[0]: row for row in self._rows.plain()}
        sought = Sought(self.words)
        return [
            Result(kind, subject, thread_address(kind, pk), _excerpt(words or "", sought))
            for pk, kind, subject, words in (rows[each] for each in self._ids if each in rows)
            if kind in _KNOWN
        ]


_NOTHING = Seen(())


def kind_words(kind: str) -> str:
    """What sort of thing it is, in the active language."""
    return {
        "question": _("question"),
        "idea": _("idea"),
        "post": _("from us"),
        "tip": _("tip"),
    }.get(kind, "")


def search_public(
    *, organisation: Organisation, text: str, kinds: Sequence[str] = KINDS, limit: int = MOST, strictly: bool = False
) -> Found:
    """What fits best among all that everybody may see. The index is asked, the rows decide.

    Args:
        organisation: Whose.
        text: What was typed.
        kinds: Of which kinds.
        limit: How many, at most `MOST`.
        strictly: Only what has all the words themselves, and never other words.
    """
    if len(text.strip()) < SHORTEST:
        return Found(text, (), _NOTHING)
    among: dict[str, Any] = {"organisation_id": organisation.pk, "kinds": kinds, "audience": Audience.PUBLIC}
    if strictly:
        hits = find(text, limit=limit, strictly=True, **among)
    else:
        hits, text = find_as_meant(text, limit=limit, **among)
    asked = dict.fromkeys(_PLACES, 0) | dict(zip(_PLACES, (hit.about_id for hit in hits), strict=False))
    return Found(text, hits, _THREADS.seen(organisation=organisation.pk, **asked) if hits else _NOTHING)


def _threads(*, organisation: int, **ids: int) -> Any:
    said = Message.objects.of(organisation).public().filter(conversation_id=OuterRef("pk"), reply_to__isnull=True)
    opening = said.in_order().values_list(Substr("text", 1, _READ))[:1]
    rows = Conversation.objects.of(organisation).public().filter(pk__in=list(ids.values()))
    return rows.values_list("pk", "kind", "subject", Subquery(opening))


_PLACES = tuple(f"thread_{number}" for number in range(MOST))
_THREADS = Prepared(_threads, ("organisation", *_PLACES))
"""The threads that everybody may read, with the text that each begins with."""


def _excerpt(text: str, sought: Sought) -> Excerpt:
    return excerpt(_READ_TEXTS.get_or(text, lambda: ReadText.of(_plain(text))), sought, length=_EXCERPT)


def _plain(text: str) -> str:
    """Markdown as words on one line: no addresses of links, no rules, no signs of quotations."""
    return " ".join(text_from_html(_NO_WORDS.sub("", render_markdown(text))).split())
