"""What is kept of a person's standing: the ledger, thanks, perks."""

from __future__ import annotations

from collections.abc import Sequence

from django.db.models import Q

from klankbord import clock
from klankbord.conversations.models import Message
from klankbord.people.contract import PersonalData
from klankbord.reputation.models import Entry, PerkCode, PerkGiven, Standing, Thanks


class ReputationData:
    """Provides `KeepsPersonalData` for standing."""

    name = "standing"

    def export(self, *, organisation_id: int, person_ids: Sequence[int]) -> PersonalData:
        """What they earned and by what, what they thanked others for and were thanked for, and their perks."""
        entries = Entry.objects.of(organisation_id).of_persons(person_ids).order_by("at", "pk")
        thanks = Thanks.objects.of(organisation_id).order_by("at")
        perks = PerkGiven.objects.of(organisation_id).filter(person_id__in=person_ids).order_by("at")
        return PersonalData(
            {
                "earned": list(entries.values("rule", "points", "counted", "at", "reversed_at", "why_reversed")),
                "you_thanked": list(thanks.filter(by_id__in=person_ids).values("message__text", "at")),
                "you_were_thanked": list(thanks.filter(to_id__in=person_ids).values("message__text", "at")),
                "perks": list(perks.values("perk__name", "code", "at", "used_at")),
            }
        )

    def erase(self, *, organisation_id: int, person_ids: Sequence[int]) -> None:
        """Who they thanked keeps the points; the words leave the wall, as do those about this person."""
        theirs = Q(by_id__in=person_ids) | Q(to_id__in=person_ids)
        gone = Thanks.objects.of(organisation_id).filter(theirs)
        said = Message.objects.of(organisation_id).filter(pk__in=gone.values("message"))
        said.update(text="", withdrawn_at=clock.now())
        gone.update(hidden_at=clock.now(), place="")
        PerkGiven.objects.of(organisation_id).filter(person_id__in=person_ids).update(code="")
        # The code stays as handed out, so that nobody gets it a second time; to whom is forgotten.
        PerkCode.objects.of(organisation_id).filter(given__person_id__in=person_ids).update(given=None)
        Entry.objects.of(organisation_id).of_persons(person_ids).delete()
        Entry.objects.of(organisation_id).filter(giver_id__in=person_ids).update(place="")
        Standing.objects.of(organisation_id).filter(person_id__in=person_ids).delete()
