"""What follows for standing when persons are merged, or a thank-you is hidden. Each may run twice."""

from __future__ import annotations

from django.db.models import Q

from klankbord.conversations.events import PublicMessageChanged
from klankbord.people.events import PersonsMerged, PersonUnmerged
from klankbord.people.models import Person
from klankbord.reputation.counting import recount
from klankbord.reputation.models import Entry, Standing, Thanks
from klankbord.reputation.thanks import settle_thanks


def count_merged_persons(event: PersonsMerged) -> None:
    """What two gave each other counts for nothing once they are one, and of others they have one share to give."""
    _recount(event.organisation_id, event.person_id, event.into_id)


def count_parted_persons(event: PersonUnmerged) -> None:
    """Two who are two after all count as two again."""
    _recount(event.organisation_id, event.person_id, event.was_id)


def count_thanks(event: PublicMessageChanged) -> None:
    """A thank-you that was hidden earns nothing; one that is shown (again) does."""
    rows = Thanks.objects.of(event.organisation_id).filter(message_id=event.message_id)
    thanks = rows.select_related("to__merged_into", "message__person__merged_into", "about").first()
    if thanks is not None:
        settle_thanks(thanks)


def _recount(organisation_id: int, *person_ids: int) -> None:
    persons = Person.objects.of(organisation_id)
    family = {key for each in persons.filter(pk__in=person_ids) for key in persons.same_as(each)}
    entries = Entry.objects.of(organisation_id).filter(Q(person_id__in=family) | Q(giver_id__in=family))
    touched = set(entries.values_list("person_id", flat=True))
    touched |= set(
        Standing.objects.of(organisation_id).filter(person_id__in=family).values_list("person_id", flat=True)
    )
    rows = persons.filter(pk__in=touched).select_related("merged_into", "organisation")
    for person in {row.canonical.pk: row.canonical for row in rows.order_by("pk")}.values():
        recount(person=person)
