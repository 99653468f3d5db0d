"""What can be done with persons: make out who someone is, merge, and undo a merge."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.db import IntegrityError, transaction

from klankbord.events.publish import publish
from klankbord.people.events import PersonsMerged, PersonUnmerged
from klankbord.people.models import Address, AddressKind, Membership, Person, normalise_address


class CannotMerge(ValueError):
    """These two cannot be merged: they are the same already, or belong to different organisations."""


def identify_person(
    *, organisation_id: int, kind: AddressKind, address: str, name: str = "", language: str = ""
) -> Person:
    """The person known by `address`; a new one when nobody is. The row to which the address belongs, which may have
    been merged into another; see `identify_persons`.

    Safe against two processes that meet the same new address: one of them wins, both get the same person. A name that
    was unknown is learned; a known one is never overwritten by what a header says.
    """
    return _identify(organisation_id, Speaker(AddressKind(kind), address, name, language))


@dataclass(frozen=True, slots=True)
class Speaker:
    """Someone as a message names them: an address of this kind, and what else it says."""

    kind: AddressKind
    address: str
    name: str = ""
    language: str = ""


def _identify(organisation_id: int, speaker: Speaker) -> Person:
    value = normalise_address(speaker.kind, speaker.address)
    known = _known(organisation_id, speaker.kind, value)
    if known is None:
        try:
            with transaction.atomic():
                person = Person.objects.create(
                    organisation_id=organisation_id, name=speaker.name[:200], language=speaker.language
                )
                Address.objects.create(
                    organisation_id=organisation_id,
                    person=person,
                    kind=speaker.kind,
                    value=value,
                    shown=speaker.address.strip()[:320],
                )
                return person
        except IntegrityError:
            known = _known(organisation_id, speaker.kind, value)
            if known is None:
                raise
    _learn_name(known.person, speaker.name)
    return known.person


def identify_persons(*, organisation_id: int, speakers: Sequence[Speaker]) -> list[Person]:
    """The person behind each speaker, or a new one, with few queries however many there are.

    It is the row to which the address belongs, not the one that it was merged into: so an answer goes to the address
    that was written from, and what came while two were merged is whose it was when they are not any more.
    """
    keys = [(each.kind, normalise_address(each.kind, each.address)) for each in speakers]
    kinds, values = {kind for kind, _ in keys}, {value for _, value in keys}
    rows = Address.objects.of(organisation_id).filter(kind__in=kinds, value__in=values)
    known = {(row.kind, row.value): row for row in rows.select_related("person__merged_into")}
    missing: dict[tuple[str, str], Address] = {}
    for key, each in zip(keys, speakers, strict=True):
        if key not in known and key not in missing:
            person = Person(organisation_id=organisation_id, name=each.name[:200], language=each.language)
            missing[key] = Address(
                organisation_id=organisation_id,
                person=person,
                kind=key[0],
                value=key[1],
                shown=each.address.strip()[:320],
            )
    if missing:
        try:
            with transaction.atomic():
                Person.objects.bulk_create([address.person for address in missing.values()])
                Address.objects.bulk_create(list(missing.values()))
        except IntegrityError:  # another process met one of them in this very moment
            return [_identify(organisation_id, each) for each in speakers]
    found = known | missing
    persons = [found[key].person for key in keys]
    for person, each in zip(persons, speakers, strict=True):
        _learn_name(person, each.name)
    return persons


def _learn_name(person: Person, name: str) -> None:
    if name and not person.name:
        person.name = name[:200]
        person.save(update_fields=["name"])


def _known(organisation_id: int, kind: AddressKind, value: str) -> Address | None:
    rows = Address.objects.of(organisation_id).filter(kind=kind, value=value)
    return rows.select_related("person__merged_into").first()


def learn_address(*, person: Person, kind: AddressKind, address: str) -> bool:
    """Note that `person` says to be reached at `address` too; False when somebody is known by it already.

    Nobody is merged by what somebody typed: an address that is another's stays theirs.
    """
    value = normalise_address(kind, address)
    _, is_new = Address.objects.get_or_create(
        organisation_id=person.organisation_id,
        kind=kind,
        value=value,
        defaults={"person": person, "shown": address.strip()[:320]},
    )
    return is_new


@transaction.atomic
def merge_persons(*, duplicate: Person, into: Person, by: Membership) -> None:
    """Let `duplicate` count as `into` from now on. No rows move; `unmerge_person` undoes it. Twice is once.

    Raises:
        CannotMerge: of two organisations, or `into` is itself merged into `duplicate`.
    """
    if duplicate.organisation_id != into.organisation_id:
        raise CannotMerge("two organisations")
    _hold(duplicate, into)
    if duplicate.canonical.pk == into.canonical.pk:
        if duplicate.merged_into_id is not None or duplicate.pk == into.pk:
            return
        raise CannotMerge("already the same person the other way round")
    source = duplicate.canonical
    target = into.canonical
    source.merged_into = target
    source.save(update_fields=["merged_into"])
    publish(
        PersonsMerged(organisation_id=by.organisation_id, person_id=source.pk, into_id=target.pk, membership_id=by.pk)
    )


@transaction.atomic
def unmerge_person(*, person: Person, by: Membership) -> None:
    """Make `person` someone of their own again. Without effect when they are."""
    _hold(person)
    if person.merged_into_id is None:
        return
    was = person.merged_into_id
    person.merged_into = None
    person.save(update_fields=["merged_into"])
    publish(PersonUnmerged(organisation_id=by.organisation_id, person_id=person.pk, was_id=was, membership_id=by.pk))


def _hold(*persons: Person) -> None:
    """Hold the rows that these persons stand for until the end of the transaction, and read again what they point at.

    Otherwise two members who merge the same two in either direction at once would make each stand for the other.
    """
    rows = Person.objects.of(persons[0].organisation_id)
    held: set[int] = set()
    while True:
        for each in persons:
            each.refresh_from_db(from_queryset=rows)
        wanted = {pk for each in persons for pk in (each.pk, each.canonical.pk)}
        if wanted <= held:
            return
        list(rows.select_for_update().filter(pk__in=wanted).order_by("pk").values_list("pk", flat=True))
        held |= wanted
