"""What helps with writing an idea: what is like it, and a customer's words without their name."""

from __future__ import annotations

import re

from django.utils.translation import gettext as _

from klankbord.ideas.models import Board, Idea, IdeaQuerySet
from klankbord.people.models import Organisation
from klankbord.search.finding import similar

MOST_SIMILAR = 5
_SHORTEST = 8
"""Characters from which on it says anything what is similar."""


def similar_ideas(
    *, organisation: Organisation, title: str, text: str = "", board: Board | None = None, limit: int = MOST_SIMILAR
) -> list[Idea]:
    """Ideas that are about the same, best first, that everybody may read: the organisation's own, and on a shared board
    those of the others too. What was merged is found as what it went on in.
    """
    if len((title + text).strip()) < _SHORTEST:
        return []
    hits = similar(text, title=title, organisation_id=organisation.pk, kinds=["idea"], limit=limit * 3)
    order = {hit.about_id: place for place, hit in enumerate(hits)}
    found = list(_shown(Idea.objects.of(organisation), order))
    if board is not None and not board.is_private:
        found += [each for each in _shown(Idea.objects.on_board(board), order) if each not in found]
    return sorted(found, key=lambda idea: order[idea.conversation_id])[:limit]


def _shown(rows: IdeaQuerySet, order: dict[int, int]) -> IdeaQuerySet:
    return rows.listed().filter(conversation_id__in=order).select_related("conversation", "organisation")


def without_name(text: str, name: str) -> str:
    """The text without the words of this name: a customer's mail often ends with it."""
    parts = [
        re.escape(name.strip()),
        *(re.escape(each) for each in name.split() if len(each) > 2 and each[0].isupper()),
    ]
    if not name.strip():
        return text
    return re.sub(rf"\b(?:{'|'.join(parts)})\b", _("[name]"), text)
