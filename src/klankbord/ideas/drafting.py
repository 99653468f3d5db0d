"""An idea or a reaction as a form sends it, with what is wrong with it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.http import HttpRequest
from django.utils.translation import gettext as _

from klankbord.ideas.models import Idea
from klankbord.participation import drafts
from klankbord.people.models import Organisation


@dataclass(slots=True)
class Draft(drafts.Draft):
    """What somebody is writing.

    Attributes:
        title: None for a reaction.
        similar: Ideas that are about the same.
    """

    similar: Sequence[Idea] = ()

    @property
    def may_go_on(self) -> bool:
        """Whether it can be posted now: nothing is wrong, and what was found was looked at."""
        if self.errors or self.is_unsettled:
            return False
        return self.looked or not self.similar


def read_draft(request: HttpRequest, organisation: Organisation, *, titled: bool) -> Draft:
    """What the form holds, checked; uploaded pictures are kept."""
    draft = Draft()
    wants = _("Say in one line what you would like.") if titled else ""
    drafts.fill(draft, request, organisation, wants_title=wants, with_topics=titled)
    return draft
