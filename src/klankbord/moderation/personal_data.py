"""What is kept of a person in moderation: what was decided about their words, what they reported and objected."""

from __future__ import annotations

from collections.abc import Sequence

from klankbord.moderation.models import Case, Decision, Flag, Objection, Restraint, Said, Taught
from klankbord.people.contract import PersonalData


class ModerationData:
    """Provides `KeepsPersonalData` for moderation."""

    name = "moderation"

    def export(self, *, organisation_id: int, person_ids: Sequence[int]) -> PersonalData:
        """Decisions about their posts, their flags and objections, and when they could write less freely."""
        decisions = Decision.objects.of(organisation_id).about(person_ids).standing()
        objections = Objection.objects.of(organisation_id).filter(decision__person_id__in=person_ids).order_by("at")
        restraints = Restraint.objects.of(organisation_id).on(person_ids).order_by("begins_at")
        return PersonalData(
            {
                "decisions": list(decisions.values("at", "judgement", "reason", "sentence", "words", "judged_text")),
                "objections": list(objections.values("at", "words", "granted", "judged_at", "answer")),
                "restraints": list(restraints.values("step", "begins_at", "ends_at", "reason", "lifted_at")),
                "reported": list(
                    Flag.objects.of(organisation_id).by(person_ids).order_by("at").values("at", "reason", "words")
                ),
            }
        )

    def erase(self, *, organisation_id: int, person_ids: Sequence[int]) -> None:
        """Words go; that something was decided stays, for the log, and who is restrained stays restrained."""
        decisions = Decision.objects.of(organisation_id).filter(person_id__in=person_ids)
        decisions.update(words="", judged_text="", token_hash="")
        Case.objects.of(organisation_id).filter(person_id__in=person_ids).update(before_text=None, before_subject="")
        Objection.objects.of(organisation_id).filter(decision__person_id__in=person_ids).update(words="", answer="")
        Flag.objects.of(organisation_id).by(person_ids).update(words="", place="")
        Said.objects.of(organisation_id).filter(person_id__in=person_ids).delete()
        Taught.objects.of(organisation_id).filter(message__person_id__in=person_ids).delete()
