"""A question, answer or comment as a form sends it, with what is wrong with it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext as _

from klankbord.community.reading.lists import ListRow
from klankbord.participation import drafts
from klankbord.people.models import Organisation


@dataclass(slots=True)
class Draft(drafts.Draft):
    """What somebody is writing.

    Attributes:
        similar: Questions that are about the same.
    """

    official: bool = False
    reason: str = ""
    similar: Sequence[ListRow] = ()
    is_previewed: bool = False

    def payload(self) -> dict[str, Any]:
        """As a contribution wants it."""
        found = drafts.Draft.payload(self)
        if self.official:
            found["official"] = True
        if self.reason:
            found["reason"] = self.reason
        return found


def read_draft(
    request: HttpRequest,
    organisation: Organisation,
    *,
    titled: bool,
    with_topics: bool,
    with_pictures: bool,
    stood: str = "",
) -> Draft:
    """What the form holds, checked; uploaded pictures are kept."""
    post = request.POST
    draft = Draft(
        official=bool(post.get("official")),
        reason=" ".join(post.get("reason", "").split())[:200],
        is_previewed="preview" in post,
    )
    drafts.fill(
        draft,
        request,
        organisation,
        wants_title=_("Write your question in one sentence.") if titled else "",
        with_topics=with_topics,
        with_pictures=with_pictures,
        stood=stood,
    )
    return draft
