"""The guarded door: a query that does not say whose rows it wants touches nothing."""

from __future__ import annotations

import pytest

from klankbord.people.models import Person, Team
from klankbord.people.tenancy import UnscopedQuery
from tests import cast

pytestmark = pytest.mark.django_db

FORGOTTEN = {
    "list": list,
    "filter": lambda rows: list(rows.filter(name="Ans")),
    "exclude": lambda rows: list(rows.exclude(name="Ans")),
    "get": lambda rows: rows.get(pk=1),
    "first": lambda rows: rows.first(),
    "last": lambda rows: rows.last(),
    "latest": lambda rows: rows.latest("pk"),
    "earliest": lambda rows: rows.earliest("pk"),
    "count": lambda rows: rows.count(),
    "exists": lambda rows: rows.exists(),
    "contains": lambda rows: rows.contains(Person(pk=1)),
    "aggregate": lambda rows: rows.aggregate(),
    "in_bulk": lambda rows: rows.in_bulk([1]),
    "iterator": lambda rows: list(rows.iterator()),
    "iterator in pieces": lambda rows: list(rows.iterator(chunk_size=10)),
    "values": lambda rows: list(rows.values("pk")),
    "values_list": lambda rows: list(rows.values_list("pk", flat=True)),
    "dates": lambda rows: list(rows.datetimes("created_at", "day")),
    "update": lambda rows: rows.update(name="weg"),
    "bulk_update": lambda rows: rows.bulk_update([Person(pk=1, name="weg")], ["name"]),
    "delete": lambda rows: rows.delete(),
    "get_or_create": lambda rows: rows.get_or_create(name="Ans"),
    "update_or_create": lambda rows: rows.update_or_create(name="Ans"),
    "slice": lambda rows: list(rows[:3]),
    "index": lambda rows: rows[0],
    "union": lambda rows: list(rows.union(Person.objects.all())),
    "len": len,
    "bool": bool,
    "explain": lambda rows: rows.explain(),
    "select_for_update": lambda rows: list(rows.select_for_update()),
    "distinct": lambda rows: list(rows.distinct()),
    "order_by": lambda rows: list(rows.order_by("pk")),
    "defer": lambda rows: list(rows.defer("name")),
}


@pytest.mark.parametrize("ask", FORGOTTEN.values(), ids=FORGOTTEN.keys())
def test_a_forgotten_scope_is_an_error(ask):
    with pytest.raises(UnscopedQuery):
        ask(Person.objects.all())


@pytest.mark.parametrize(
    "ask", [each for name, each in FORGOTTEN.items() if name not in ("update_or_create", "get_or_create")]
)
def test_nothing_of_another_organisation_is_reached_through_a_scope(ask):
    here, there = cast.organisation(), cast.organisation()
    cast.customer(there, "Ans")
    try:
        ask(Person.objects.of(here))
    except (Person.DoesNotExist, IndexError):
        pass
    except UnscopedQuery:
        return  # an unguarded half of a union is refused too
    assert Person.objects.of(there).get().name == "Ans"


def test_a_related_manager_is_bound_to_its_parent():
    house = cast.de_klank()
    person = cast.customer(house.organisation)
    assert person.addresses.count() == 1


def test_naming_the_organisation_is_scope_enough_to_make_a_row():
    here = cast.organisation()
    made, is_new = Team.objects.get_or_create(organisation=here, name="E-books")
    again, is_new_again = Team.objects.get_or_create(organisation_id=here.pk, name="E-books")
    assert (made, is_new, is_new_again) == (again, True, False)


def test_all_organisations_are_asked_only_with_a_reason():
    with pytest.raises(UnscopedQuery):
        Person.objects.across_organisations("")


def test_who_no_longer_works_here_sees_nothing():
    house = cast.de_klank()
    cast.customer(house.organisation)
    assert Person.objects.visible_to(house.jamal).count() == 1
    house.jamal.is_active = False
    assert Person.objects.visible_to(house.jamal).count() == 0
