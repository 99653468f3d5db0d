"""Merging persons is a pointer: chains, circles and undoing."""

from __future__ import annotations

from itertools import pairwise

import pytest

from klankbord.audit.models import AuditEntry
from klankbord.events.reacting import react_to_everything
from klankbord.people.actions import CannotMerge, identify_person, learn_address, merge_persons, unmerge_person
from klankbord.people.models import AddressKind, Person
from tests import cast

pytestmark = pytest.mark.django_db


@pytest.fixture
def house():
    return cast.de_klank()


@pytest.fixture
def people(house):
    return [cast.customer(house.organisation, f"Ans {n}", f"ans{n}@example.org") for n in range(4)]


def fresh(person: Person) -> Person:
    return Person.objects.of(person.organisation_id).get(pk=person.pk)


def test_a_chain_of_mergings_ends_at_one_person(house, people):
    for duplicate, into in pairwise(people):
        merge_persons(duplicate=fresh(duplicate), into=fresh(into), by=house.jamal)
    assert {fresh(each).canonical.pk for each in people} == {people[-1].pk}
    assert sorted(Person.objects.of(house.organisation).same_as(fresh(people[0]))) == [each.pk for each in people]


def test_undoing_the_middle_of_a_chain_takes_along_what_was_merged_into_it(house, people):
    for duplicate, into in pairwise(people):
        merge_persons(duplicate=fresh(duplicate), into=fresh(into), by=house.jamal)
    unmerge_person(person=fresh(people[1]), by=house.jamal)
    assert fresh(people[0]).canonical.pk == people[1].pk
    assert fresh(people[2]).canonical.pk == people[3].pk


def test_two_persons_never_point_at_each_other(house, people):
    first, second = people[:2]
    merge_persons(duplicate=first, into=second, by=house.jamal)
    with pytest.raises(CannotMerge):
        merge_persons(duplicate=fresh(second), into=fresh(first), by=house.jamal)
    assert fresh(second).canonical.pk == second.pk


def test_two_members_who_merge_in_both_directions_at_once_leave_one_person(house, people):
    first, second = people[:2]
    loaded = [(fresh(first), fresh(second)), (fresh(second), fresh(first))]
    merge_persons(duplicate=loaded[0][0], into=loaded[0][1], by=house.jamal)
    with pytest.raises(CannotMerge):
        merge_persons(duplicate=loaded[1][0], into=loaded[1][1], by=house.tom)
    assert {fresh(each).canonical.pk for each in (first, second)} == {second.pk}


def test_persons_that_point_at_each_other_all_the_same_are_found_and_end(house, people):
    first, second = people[:2]
    rows = Person.objects.of(house.organisation)
    rows.filter(pk=first.pk).update(merged_into=second)
    rows.filter(pk=second.pk).update(merged_into=first)
    assert set(rows.same_as(fresh(first))) == {first.pk, second.pk}


def test_persons_of_two_organisations_are_never_one(house, people):
    other = cast.customer(cast.klankerveen().organisation)
    with pytest.raises(CannotMerge):
        merge_persons(duplicate=other, into=people[0], by=house.jamal)


def test_who_writes_from_a_merged_address_counts_as_the_other(house, people):
    merge_persons(duplicate=people[0], into=people[1], by=house.jamal)
    found = identify_person(organisation_id=house.organisation.pk, kind=AddressKind.EMAIL, address="ANS0@Example.org")
    assert found.canonical.pk == people[1].pk


def test_an_address_that_is_anothers_stays_theirs(people):
    assert not learn_address(person=people[0], kind=AddressKind.EMAIL, address="ans1@example.org")
    assert learn_address(person=people[0], kind=AddressKind.PHONE, address="06 12 34 56 78")
    assert not learn_address(person=people[1], kind=AddressKind.PHONE, address="+31 6 12345678")


def test_the_log_says_who_merged_and_who_undid_it(house, people):
    merge_persons(duplicate=people[0], into=people[1], by=house.jamal)
    unmerge_person(person=fresh(people[0]), by=house.tom)
    react_to_everything()
    entries = AuditEntry.objects.of(house.organisation).order_by("pk").values_list("verb", "membership_id", "details")
    assert list(entries) == [
        ("merged_person", house.jamal.pk, {"into": people[1].pk}),
        ("unmerged_person", house.tom.pk, {"was": people[1].pk}),
    ]
