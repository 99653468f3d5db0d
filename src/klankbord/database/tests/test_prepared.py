"""A query whose SQL is worked out once gives what the queryset itself gives: on both databases, to whoever asks."""

from __future__ import annotations

import shutil
import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.db.models import DateField, Exists, FloatField, OuterRef, Value
from django.db.models.functions import TruncDate
from django.utils import timezone, translation
from django.utils.translation import gettext

from klankbord.config.settings import _database
from klankbord.database.prepared import Prepared
from klankbord.people.models import Membership, Role, User
from klankbord.people.tenancy import UnscopedQuery
from tests import cast, once
from tests.cast import DeKlank
from tests.services import NewDatabases, default_database


def _members(*, organisation: int) -> Any:
    """A text, a moment, a truth of the table and one that is worked out."""
    leads = Membership.objects.of(organisation).filter(pk=OuterRef("pk"), role=Role.LEAD)
    rows = Membership.objects.of(organisation).order_by("pk")
    return rows.values_list("user__name", "user__created_at", "is_active", Exists(leads))


def _members_after(*, organisation: int, after: int) -> Any:
    return Membership.objects.of(organisation).filter(pk__gt=after).order_by("pk").values_list("pk", "user__name")


@pytest.fixture(params=["sqlite", "postgresql"])
def klank(request: pytest.FixtureRequest, tmp_path: Path, django_db_blocker: Any) -> Iterator[DeKlank]:
    """Bibliotheek De Klank, in a database of each kind."""
    if request.param == "sqlite":
        settings = {**_database(""), "NAME": shutil.copy(once.tables(), tmp_path)}
    else:
        databases: NewDatabases = request.getfixturevalue("new_databases")
        settings = _database(databases.copy_of(request.getfixturevalue("postgres_tables")))
    with django_db_blocker.unblock(), default_database(settings):
        yield cast.de_klank()
        connection.close()


def test_moments_and_truths_are_what_the_queryset_gives(klank: DeKlank):
    found = Prepared(_members, ("organisation",)).rows(organisation=klank.organisation.pk)
    assert found == list(_members(organisation=klank.organisation.pk))
    assert {leads for *_rest, leads in found} == {True, False}
    for name, since, is_active, leads in found:
        assert name
        assert since.tzinfo is not None
        assert (is_active, type(leads)) == (True, bool)


def test_plain_rows_tell_one_state_from_another_and_become_the_same_later(klank: DeKlank):
    query, house = Prepared(_members, ("organisation",)), klank.organisation.pk
    before = query.plain(organisation=house)
    assert list(query.converted(before)) == query.rows(organisation=house)
    assert query.plain(organisation=house) == before
    Membership.objects.of(house).filter(pk=klank.tom.pk).update(is_active=False)
    assert query.plain(organisation=house) != before


def test_other_values_give_other_rows_and_the_sql_is_not_worked_out_again(klank: DeKlank):
    made: list[int] = []

    def make(**values: int) -> Any:
        made.append(1)
        return _members_after(**values)

    query, house = Prepared(make, ("organisation", "after")), klank.organisation.pk
    everybody = query.rows(organisation=house, after=0)
    times = len(made)
    assert everybody == list(_members_after(organisation=house, after=0))
    assert query.rows(after=everybody[0][0], organisation=house) == everybody[1:]
    assert query.rows(organisation=house, after=everybody[-1][0]) == []
    assert query.rows(organisation=house + 1000, after=0) == [], "nor does another organisation see them"
    assert len(made) == times


@pytest.mark.parametrize("values", [{}, {"organisation": 1}, {"organisation": 1, "after": 0, "before": 9}])
def test_a_value_that_is_missing_or_unknown_is_refused(values: dict[str, int]):
    with pytest.raises(TypeError, match="takes organisation, after"):
        Prepared(_members_after, ("organisation", "after")).rows(**values)


@pytest.mark.django_db
def test_a_query_that_does_not_say_whose_rows_it_wants_is_refused():
    def unscoped(*, after: int) -> Any:
        return Membership.objects.filter(pk__gt=after).values_list("pk")

    with pytest.raises(UnscopedQuery):
        Prepared(unscoped, ("after",)).rows(after=0)


@pytest.mark.django_db
def test_a_value_that_would_never_be_looked_at_is_refused():
    def forgetful(*, organisation: int, after: int) -> Any:
        del after
        return Membership.objects.of(organisation).values_list("pk")

    def cut(*, organisation: int, most: int) -> Any:  # the database is told how many in the SQL itself
        return Membership.objects.of(organisation).order_by("pk").values_list("pk")[:most]

    with pytest.raises(ValueError, match="does not use after"):
        Prepared(forgetful, ("organisation", "after")).rows(organisation=1, after=0)
    with pytest.raises(ValueError, match="does not use most"):
        Prepared(cut, ("organisation", "most")).rows(organisation=1, most=3)


@pytest.mark.django_db
def test_a_query_that_would_stay_at_the_moment_of_its_making_is_refused():
    """A moment in it would be that of the first request, for as long as the process runs."""
    ticks = count()

    def since(*, organisation: int) -> Any:
        now = datetime(2027, 3, 1, 10, next(ticks), tzinfo=UTC)
        return Membership.objects.of(organisation).filter(user__created_at__lt=now).values_list("pk")

    with pytest.raises(ValueError, match="something else than its values"):
        Prepared(since, ("organisation",)).rows(organisation=1)


@pytest.mark.django_db
def test_neither_the_language_nor_the_time_zone_of_the_first_reader_stays_in_it():
    house = cast.de_klank().organisation.pk

    def make(*, organisation: int) -> Any:
        rows = Membership.objects.of(organisation).order_by("pk")
        day = TruncDate("user__created_at", output_field=DateField())
        return rows.values_list(Value(gettext("Send")), day)

    with translation.override("nl"), timezone.override("Pacific/Kiritimati"):
        assert gettext("Send") != "Send"
        first = Prepared(make, ("organisation",))
        found = first.rows(organisation=house)
    with translation.override("en"), timezone.override("Pacific/Pago_Pago"):
        assert first.rows(organisation=house) == found == Prepared(make, ("organisation",)).rows(organisation=house)


def test_many_threads_at_once_each_get_their_own_rows(klank: DeKlank):
    query, house = Prepared(_members_after, ("organisation", "after")), klank.organisation.pk
    everybody = list(_members_after(organisation=house, after=0))
    start, wrong = threading.Barrier(8), list[Any]()

    def ask(number: int) -> None:
        try:
            start.wait(60)
            for turn in range(20):
                place = (number + turn) % len(everybody)
                found = query.rows(organisation=house, after=everybody[place][0])
                if found != everybody[place + 1 :]:
                    wrong.append(found)
        except Exception as problem:
            wrong.append(problem)
        finally:
            connection.close()

    threads = [threading.Thread(target=ask, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert wrong == []


def test_each_kind_of_database_is_asked_in_its_own_words(klank: DeKlank):
    query = Prepared(_members, ("organisation",))
    query._compiled["another"] = None  # as if this process had asked one of another kind
    assert query.rows(organisation=klank.organisation.pk) == list(_members(organisation=klank.organisation.pk))


def _named(*, organisation: int, name: str) -> Any:
    return Membership.objects.of(organisation).filter(user__name=name).values_list("pk", "user__name")


def test_a_text_is_a_value_like_a_number_whatever_stands_in_it(klank: DeKlank):
    prepared = Prepared(_named, ("organisation",), texts=("name",))
    for name in ("Marlies Verhoef", klank.marlies.user.name, "%s' OR 1=1 --", ""):
        wanted = list(_named(organisation=klank.organisation.pk, name=name))
        assert prepared.rows(organisation=klank.organisation.pk, name=name) == wanted
    assert prepared.rows(organisation=klank.organisation.pk, name=klank.marlies.user.name)


ODD = [
    "\"quoted\", \\ and 'single'",
    "two\nlines\tand\r\n",
    "[1, 2]",
    '{"a": null}',
    "null",
    "naïef 漢 \N{GRINNING FACE} \x01 \u2028",
    "",
]


def test_values_are_the_same_whatever_stands_in_them(klank: DeKlank):
    house = klank.organisation.pk
    query = Prepared(_members, ("organisation",))
    for name in ODD:
        User.objects.filter(pk=klank.tom.user_id).update(name=name)
        assert query.rows(organisation=house) == list(_members(organisation=house))
        assert name in {row[0] for row in query.plain(organisation=house)}


def _fractions(*, organisation: int) -> Any:
    rows = Membership.objects.of(organisation).order_by("-pk")
    return rows.annotate(third=Value(1, FloatField()) / Value(3, FloatField())).values_list("pk", "third", "title")


def test_numbers_with_a_fraction_lose_none_of_it_and_rows_keep_their_order(klank: DeKlank):
    found = Prepared(_fractions, ("organisation",)).rows(organisation=klank.organisation.pk)
    assert found == list(_fractions(organisation=klank.organisation.pk))
    assert {third for _pk, third, _title in found} == {1 / 3}
