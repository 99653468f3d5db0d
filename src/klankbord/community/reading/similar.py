"""Questions about the same, before somebody asks it again."""

from __future__ import annotations

from klankbord.community.reading.lists import ListRow, read_these
from klankbord.people.models import Organisation
from klankbord.search.contract import Audience
from klankbord.search.finding import similar

MOST = 5
_SHORTEST = 8
"""Characters; with fewer there is nothing to compare yet."""


def similar_questions(organisation: Organisation, *, title: str, text: str, but: int | None = None) -> list[ListRow]:
    """What is about the same as a question that is being written, best first."""
    if len(title.strip()) < _SHORTEST and len(text.strip()) < _SHORTEST:
        return []
    hits = similar(
        text,
        title=title,
        organisation_id=organisation.pk,
        kinds=("question",),
        audience=Audience.PUBLIC,
        exclude=[("question", but)] if but is not None else (),
        limit=MOST,
    )
    return list(read_these(organisation, list(dict.fromkeys(hit.about_id for hit in hits))))
