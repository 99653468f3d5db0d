"""Filling an empty installation with the demo: organisations, who works there, who writes to them, and what is said."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from functools import partial

from django.contrib.auth.hashers import make_password
from django.db import transaction

from klankbord import clock
from klankbord.cli.demo import corpus
from klankbord.cli.demo.public import PublicStage
from klankbord.cli.demo.stage import Stage
from klankbord.people.models import (
    Address,
    AddressKind,
    ClosedDay,
    CustomerWord,
    Membership,
    OpeningSpan,
    Organisation,
    Person,
    Role,
    Team,
    User,
    normalise_address,
)

PASSWORD = "welkom-in-de-demo"  # noqa: S105 - printed by the demo, for invented people only
_WORDS = {"lid": CustomerWord.MEMBER, "bezoeker": CustomerWord.VISITOR, "inwoner": CustomerWord.RESIDENT}

type Told = Callable[[str, int, int], None]
"""Hears what is being done, how much of it is done, and how much it is in all."""


def seed(found: corpus.Corpus, *, told: Told = lambda _what, _done, _all: None) -> None:
    """Fill an empty installation with `found`, in one transaction: all of it or, when interrupted, nothing."""
    password = make_password(PASSWORD)  # made to be slow, and the same for all
    with transaction.atomic():
        for house in found.houses:
            _fill(house, password, told)


def _fill(house: corpus.House, password: str, told: Told) -> None:
    script = house.organisation
    organisation = _organisation(script, clock.now())
    members = _staff(script, organisation, password)
    _persons(house.people, organisation)
    stage = Stage(organisation, script, members)
    stage.play(house.conversations, _counting(told, f"{script.name}: what is asked and answered", house.messages))
    if house.public is not None:
        public = PublicStage(organisation, members, stage.now)
        public.play(house.public, partial(told, f"{script.name}: what goes on in public"))


def _counting(told: Told, what: str, total: int) -> Callable[[int], None]:
    done = 0

    def more(count: int) -> None:
        nonlocal done
        done += count
        told(what, done, total)

    more(0)
    return more


def _organisation(script: corpus.Organisation, now: datetime) -> Organisation:
    organisation = Organisation.objects.create(
        name=script.name,
        host=f"{script.slug.replace('-', '')}.localhost",
        phone=script.phone,
        email=script.email,
        visiting_address="\n".join(script.address_lines),
        introduction=script.about,
        promise_minutes=script.promise_minutes,
        customer_word=_WORDS.get(script.customer_word, CustomerWord.CUSTOMER),
        is_formal=script.form_of_address == "u",
        time_zone=str(script.hours.zone),
    )
    OpeningSpan.objects.bulk_create(
        OpeningSpan(organisation=organisation, weekday=day, opens=span[0], closes=span[1])
        for day, span in enumerate(script.hours.week)
        if span is not None
    )
    years = (now.year - 1, now.year, now.year + 1)
    ClosedDay.objects.bulk_create(
        ClosedDay(organisation=organisation, day=day.falls_on(year), reason=day.name)
        for day in script.hours.closed
        for year in years
    )
    return organisation


def _staff(script: corpus.Organisation, organisation: Organisation, password: str) -> dict[str, Membership]:
    teams = {name: Team.objects.create(organisation=organisation, name=name) for name in script.teams}
    members = {}
    for staff in script.staff:
        user = User.objects.create(email=staff.email, password=password, name=staff.name, face=staff.face)
        member = Membership.objects.create(
            organisation=organisation, user=user, role=Role(staff.role.value), title=staff.function, is_public=True
        )
        for name in staff.teams:
            teams[name].members.add(member)
        members[staff.key] = member
    return members


def _persons(people: tuple[corpus.Person, ...], organisation: Organisation) -> None:
    persons = Person.objects.bulk_create(
        Person(organisation=organisation, name=each.name, language=each.language, preference=each.about[:120])
        for each in people
    )
    known: dict[tuple[str, str], Address] = {}
    for person, each in zip(persons, people, strict=True):
        addresses = [(AddressKind.EMAIL, address) for address in each.addresses]
        if each.phone:
            addresses.append((AddressKind.PHONE, each.phone))
        for kind, address in addresses:
            value = normalise_address(kind, address)
            row = Address(organisation=organisation, person=person, kind=kind, value=value, shown=address)
            known.setdefault((kind, value), row)
    Address.objects.bulk_create(known.values())
