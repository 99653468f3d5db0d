"""What is kept of a person because they take part: how others see them, votes, follows, editions, and what waits.

What they said in public is conversations' to export and erase.
"""

from __future__ import annotations

from collections.abc import Sequence

from django.db.models import Q, QuerySet

from klankbord.conversations.models import Message
from klankbord.participation.models import Follow, Notice, Participant, Pending, Revision, Vote
from klankbord.people.contract import PersonalData
from klankbord.people.models import Address, AddressKind


class ParticipationData:
    """Provides `KeepsPersonalData` for taking part."""

    name = "taking_part"

    def export(self, *, organisation_id: int, person_ids: Sequence[int]) -> PersonalData:
        """How they take part, what they voted for and follow, what was changed, and what they never confirmed."""
        here = Participant.objects.of(organisation_id).filter(person_id__in=person_ids)
        votes = Vote.objects.of(organisation_id).filter(person_id__in=person_ids).order_by("at")
        follows = Follow.objects.of(organisation_id).filter(person_id__in=person_ids).order_by("created_at")
        told = Notice.objects.of(organisation_id).filter(person_id__in=person_ids).order_by("made_at")
        return PersonalData(
            {
                "you": list(here.values("about", "rhythm", "wants_credit", "joined_at")),
                "votes": list(votes.values("message__conversation__subject", "at")),
                "follows": list(
                    follows.values("conversation__subject", "topic__name", "whom__pseudonym", "area", "created_at")
                ),
                "told": list(told.values("conversation__subject", "why", "made_at", "told_at")),
                "changed": list(
                    _revisions(organisation_id, person_ids).order_by("at").values("subject", "text", "reason", "at")
                ),
                "not_confirmed": list(
                    _pending(organisation_id, person_ids).order_by("created_at").values("kind", "payload", "created_at")
                ),
            }
        )

    def erase(self, *, organisation_id: int, person_ids: Sequence[int]) -> None:
        """A vote stays as a number that says nothing of whose it was. All else goes, also earlier editions."""
        Vote.objects.of(organisation_id).filter(person_id__in=person_ids).update(place="")
        follows = Follow.objects.of(organisation_id)
        follows.filter(Q(person_id__in=person_ids) | Q(whom_id__in=person_ids)).delete()
        for kind in (Notice, Participant):
            kind.objects.of(organisation_id).filter(person_id__in=person_ids).delete()
        _pending(organisation_id, person_ids).delete()
        theirs = Message.objects.of(organisation_id).filter(person_id__in=person_ids)
        Revision.objects.of(organisation_id).filter(message__in=theirs).delete()
        # What others wrote, and this person changed, stays; why they did is their own word.
        Revision.objects.of(organisation_id).filter(by_id__in=person_ids).update(reason="")


def _revisions(organisation_id: int, person_ids: Sequence[int]) -> QuerySet[Revision]:
    """Earlier editions of what they wrote, and their reasons to change what others did."""
    theirs = Q(message__person_id__in=person_ids) | Q(by_id__in=person_ids)
    return Revision.objects.of(organisation_id).filter(theirs)


def _pending(organisation_id: int, person_ids: Sequence[int]) -> QuerySet[Pending]:
    """What was written under one of their addresses, confirmed or not."""
    known = Address.objects.of(organisation_id).filter(person_id__in=person_ids, kind=AddressKind.EMAIL)
    addresses = Q(person_id__in=person_ids)
    for value in known.values_list("value", flat=True):
        addresses |= Q(email__iexact=value)
    return Pending.objects.of(organisation_id).filter(addresses)
