"""What is kept of a person with ideas, beyond what they said and voted (conversations, participation)."""

from __future__ import annotations

from collections.abc import Sequence

from klankbord.ideas.models import (
    ChangeAnswer,
    ChangeTold,
    ConsentRequest,
    Idea,
    ImportedIdea,
    ImportedVote,
    PanelLink,
    PanelMember,
)
from klankbord.people.contract import PersonalData


class IdeasData:
    """Provides `KeepsPersonalData` for ideas, panels and changes."""

    name = "ideas"

    def export(self, *, organisation_id: int, person_ids: Sequence[int]) -> PersonalData:
        """Their ideas, what they said of changes, the panels they are in, and what we asked to post for them."""
        ideas = Idea.objects.of(organisation_id).filter(conversation__person_id__in=person_ids).order_by("created_at")
        answers = ChangeAnswer.objects.of(organisation_id).filter(person_id__in=person_ids).order_by("at")
        told = ChangeTold.objects.of(organisation_id).filter(person_id__in=person_ids).order_by("pk")
        panels = PanelMember.objects.of(organisation_id).filter(person_id__in=person_ids).order_by("joined_at")
        asked = ConsentRequest.objects.of(organisation_id).filter(conversation__person_id__in=person_ids)
        brought = ImportedIdea.objects.of(organisation_id).filter(idea__in=ideas).order_by("pk")
        return PersonalData(
            {
                "ideas": list(ideas.values("conversation__subject", "status", "sentence", "votes", "created_at")),
                "what_you_said_of_changes": list(answers.values("change__title", "verdict", "at")),
                "changes_we_told_you_of": list(told.values("change__title", "told_at", "mailed")),
                "panels": list(panels.values("board__name", "joined_at")),
                "asked_to_post": list(asked.order_by("asked_at").values("title", "text", "asked_at", "agreed")),
                "brought_in_from_elsewhere": list(brought.values("source", "number", "row")),
            }
        )

    def erase(self, *, organisation_id: int, person_ids: Sequence[int]) -> None:
        """The ideas stay as numbers, without words and without who had them; their words go with the conversations."""
        for kind in (ChangeAnswer, ChangeTold, PanelMember, PanelLink, ImportedVote):
            kind.objects.of(organisation_id).filter(person_id__in=person_ids).delete()
        asked = ConsentRequest.objects.of(organisation_id).filter(conversation__person_id__in=person_ids)
        asked.update(title="", text="")
        theirs = ImportedIdea.objects.of(organisation_id).filter(idea__conversation__person_id__in=person_ids)
        theirs.update(author="", row={})
