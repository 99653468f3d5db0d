"""A reaction may be called twice with the same event; the second time changes nothing. Generated from the wiring.

A package whose reactions need more of a scene than one conversation says so in its own `tests/situations.py`.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from typing import Any

import pytest

from klankbord.community.tests.situations import SITUATIONS as COMMUNITY
from klankbord.events.base import Event
from klankbord.events.models import OutboxEvent
from klankbord.events.reacting import reaction_name
from klankbord.ideas.tests.situations import SITUATIONS as IDEAS
from klankbord.participation.tests.situations import SITUATIONS as PARTICIPATION
from klankbord.people.actions import merge_persons, unmerge_person
from klankbord.people.models import Person
from klankbord.posts.tests.situations import FURTHER
from klankbord.posts.tests.situations import SITUATIONS as POSTS
from klankbord.wiring.tables import REACTIONS
from tests import cast
from tests.reacting import everything

pytestmark = pytest.mark.django_db

ELSEWHERE = {**COMMUNITY, **IDEAS, **POSTS, **PARTICIPATION}
PAIRS = [
    (event, reaction) for event, reactions in REACTIONS.items() for reaction in reactions if reaction not in ELSEWHERE
]


@pytest.fixture(autouse=True)
def _keeps_its_mail(settings):
    settings.OPTIONS.values["outbox"] = "keep"
    yield
    settings.OPTIONS.values["outbox"] = ""


def ids_for(kind: type[Event], house: cast.DeKlank) -> dict[str, Any]:
    """Ids of rows that exist, by the name of the event's field; other fields by their type."""
    person = cast.customer(house.organisation)
    conversation = cast.conversation(person, house.mailbox)
    known: dict[str, Any] = {
        "organisation_id": house.organisation.pk,
        "conversation_id": conversation.pk,
        "message_id": conversation.messages.get().pk,
        "person_id": person.pk,
        "into_id": cast.customer(house.organisation, "Ans", "ans2@example.org").pk,
        "was_id": cast.customer(house.organisation, "Ans", "ans3@example.org").pk,
        "membership_id": house.jamal.pk,
        "by_id": house.jamal.pk,
        "channel_id": house.mailbox.pk,
        "address_id": person.addresses.get().pk,
        "request": "1",
        "opened": True,
        "quiet": False,
    }
    plain = {"int": 1, "bool": True, "str": "", "int | None": None}
    return {
        field.name: known[field.name] if field.name in known else plain.get(str(field.type))
        for field in dataclasses.fields(kind)
    }


@pytest.mark.parametrize(("kind", "reaction"), PAIRS, ids=lambda each: getattr(each, "__name__", str(each)))
def test_a_reaction_that_runs_twice_does_its_work_once(kind: type[Event], reaction: Callable[[Any], None]):
    assert_done_once(reaction, kind(**ids_for(kind, cast.de_klank())))


@pytest.mark.parametrize(("reaction", "happened"), [*ELSEWHERE.items(), *FURTHER], ids=lambda each: each.__name__)
def test_a_reaction_with_a_scene_of_its_own_does_its_work_once(
    reaction: Callable[[Any], None], happened: Callable[[cast.DeKlank], Event]
):
    assert_done_once(reaction, happened(cast.de_klank()))


def assert_done_once(reaction: Callable[[Any], None], event: Event) -> None:
    """It does something the first time, and nothing the second."""
    before, published = everything(), OutboxEvent.objects.count()
    reaction(event)
    once, published_once = everything(), OutboxEvent.objects.count()
    assert (once, published_once) != (before, published), f"{reaction_name(reaction)} did nothing: this proves nothing"
    reaction(event)
    assert everything() == once, f"{reaction_name(reaction)} changes something again"
    assert OutboxEvent.objects.count() == published_once, f"{reaction_name(reaction)} tells it again"


def test_merging_and_unmerging_is_told_once_each_time():
    house = cast.de_klank()
    person, double = cast.customer(house.organisation), cast.customer(house.organisation, "Ans", "ans2@example.org")
    for _ in range(2):
        merge_persons(duplicate=double, into=person, by=house.jamal)
    unmerge_person(person=Person.objects.of(house.organisation).get(pk=double.pk), by=house.jamal)
    names = list(OutboxEvent.objects.order_by("pk").values_list("name", flat=True))
    assert names == ["people.PersonsMerged", "people.PersonUnmerged"]
