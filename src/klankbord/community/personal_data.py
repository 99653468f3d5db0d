"""What the community keeps of a person beyond what they said: what was brought in about them, claims, consent.

What they said in public is conversations' to export and erase; votes and follows are participation's.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db.models import CharField, Q, QuerySet, Value
from django.db.models.functions import Cast, Concat

from klankbord.community.models import Account, Answer, Claim, Imported, Publication, Question
from klankbord.people.contract import PersonalData

WORDS = frozenset(
    {
        *("Body", "Title", "Text", "Comment", "DisplayName", "AboutMe", "WebsiteUrl", "Location", "ProfileImageUrl"),
        *("OwnerDisplayName", "LastEditorDisplayName", "UserDisplayName", "EmailHash", "AccountId"),
    }
)
"""Attributes of brought-in rows that say who somebody is or what they said."""


class CommunityData:
    """Provides `KeepsPersonalData` for the community."""

    name = "community"

    def export(self, *, organisation_id: int, person_ids: Sequence[int]) -> PersonalData:
        """Their questions and answers with what others thought of them, and rows about them from elsewhere."""
        questions = Question.objects.of(organisation_id).filter(conversation__person_id__in=person_ids)
        answers = Answer.objects.of(organisation_id).filter(message__person_id__in=person_ids)
        claims = Claim.objects.of(organisation_id).filter(person_id__in=person_ids)
        asked = Publication.objects.of(organisation_id).filter(conversation__person_id__in=person_ids)
        values: dict[str, Any] = {
            "questions": list(
                questions.order_by("asked_at").values("conversation__subject", "asked_at", "me_too", "answers")
            ),
            "answers": list(
                answers.order_by("pk").values(
                    "message__text", "message__said_at", "score", "accepted_at", "official_at"
                )
            ),
            "brought_in": list(
                _imported(organisation_id, person_ids).order_by("pk").values("source", "kind", "fields")
            ),
            "claims": list(claims.order_by("asked_at").values("account__source", "code", "asked_at", "granted")),
            "asked_to_publish": list(asked.order_by("asked_at").values("title", "text", "asked_at", "agreed")),
        }
        return PersonalData(values)

    def erase(self, *, organisation_id: int, person_ids: Sequence[int]) -> None:
        """The numbers stay with the answers of others; the words go."""
        for row in _imported(organisation_id, person_ids).iterator(chunk_size=500):
            kept = {name: "" if name in WORDS else value for name, value in row.fields.items()}
            if kept != row.fields:
                row.fields = kept
                row.save(update_fields=["fields"])
        Account.objects.of(organisation_id).filter(person_id__in=person_ids).update(profile_url="")
        Claim.objects.of(organisation_id).filter(person_id__in=person_ids).update(code="")
        publications = Publication.objects.of(organisation_id).filter(conversation__person_id__in=person_ids)
        erased = Concat(Value("erased:"), Cast("pk", CharField()))
        publications.update(title="", text="", answer="", token_hash=erased)


def _imported(organisation_id: int, person_ids: Sequence[int]) -> QuerySet[Imported]:
    """Rows about them, and rows that became what they said."""
    theirs = Q(person_id__in=person_ids) | Q(message__person_id__in=person_ids)
    return Imported.objects.of(organisation_id).filter(theirs)
