"""What changes on a page in memory is told to it: hidden, taken back, erased or made private is gone at once."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import pytest
from django.test import Client

from klankbord import clock
from klankbord.community.actions.answer import answer, comment
from klankbord.community.actions.ask import ask
from klankbord.community.actions.edit import edit, withdraw
from klankbord.community.actions.join import join
from klankbord.community.actions.make_private import make_private
from klankbord.community.models import Question, Related
from klankbord.conversations.actions.speak_publicly import opening_message, withdraw_publicly
from klankbord.conversations.models import Message
from klankbord.events.base import load
from klankbord.events.models import OutboxEvent
from klankbord.ideas.actions.boards import main_board
from klankbord.ideas.actions.changes import publish_change
from klankbord.ideas.actions.merge import merge
from klankbord.ideas.actions.suggest import react as react_to_idea
from klankbord.ideas.actions.suggest import suggest
from klankbord.live.shows import HEADER, parse
from klankbord.moderation.actions.decide import hide, show
from klankbord.office.actions.members import deactivate_member
from klankbord.office.actions.personal_data import erase_person
from klankbord.participation.actions import change_participant, participant_of
from klankbord.people.actions import merge_persons
from klankbord.people.models import Person
from klankbord.people.visitors import person_of_member
from klankbord.posts.actions import give_tip, react, withdraw_tip, write_post
from klankbord.posts.models import Tip
from klankbord.reputation.thanks import thank
from klankbord.wiring.tables import ANNOUNCERS
from tests import cast

pytestmark = pytest.mark.django_db
MARK = "zonnebloem"


@dataclass
class World:
    """A house with everything that she said, and the pages on which it stands."""

    house: cast.DeKlank
    she: Person
    other: Person
    said: list[Message]
    question: Question
    tip: Tip
    places: list[str]


@pytest.fixture
def world(settings, tmp_path) -> World:
    settings.MEDIA_ROOT = tmp_path
    house = cast.de_klank()
    here = house.organisation
    house.mailbox.settings = {"smtp_host": "mail.deklank.example"}
    house.mailbox.save()
    she, other = cast.helper(here, MARK, f"{MARK}@example.org"), cast.helper(here, "Piet")
    asked = ask(person=she, title=f"Waar is de {MARK}?", text=f"De gele {MARK}.")
    others = ask(person=other, title="Hoe laat?", text="Vandaag.")
    given = answer(question=others, person=she, text=f"Om negen uur, {MARK}.")
    edit(message=given.message, by=she, text=f"Om tien uur, {MARK}.")
    under = comment(message=others.opening, person=she, text=f"Ook op {MARK}dag.")
    double = ask(person=she, title=f"Hoe laat, {MARK}?", text=f"Zeg eens, {MARK}.")
    join(question=double, into=others, by=house.tom)
    beside = ask(person=she, title=f"Naast de {MARK}?", text="")
    Related.objects.create(organisation=here, question=others, other=beside)
    board = main_board(here)
    idea = suggest(board=board, person=she, title=f"Een tuin, {MARK}", text=f"Met {MARK}.")
    theirs = suggest(board=board, person=other, title="Stoelen", text="")
    merged = suggest(board=board, person=she, title=f"Een stoel, {MARK}", text="")
    merge(idea=merged, into=theirs, by=house.tom)
    reaction = react_to_idea(idea=theirs, person=she, text=f"Geen {MARK}.")
    tip = give_tip(person=she, title=f"Het {MARK}boek", text=f"Over een {MARK}.")
    person_of_member(membership=house.jamal)
    post = write_post(by=house.jamal, title="Nieuwe kasten", text="Ze zijn er.")
    below = react(conversation=post.conversation, person=she, text=f"Mooi, {MARK}!")
    change = publish_change(
        by=house.marlies, title="Er is een tuin", text="Kom kijken.", changed_on=clock.now().date(), ideas=[idea]
    )
    thank(to=other, by=she, words=f"Dank, {MARK}", about=others.opening)
    places = [
        *(f"/questions/{pk}/" for pk in (asked.pk, others.pk, beside.pk)),
        *(f"/ideas/{each.conversation_id}/" for each in (idea, theirs)),
        *(f"/ideas/{each.conversation_id}/feed/" for each in (idea, theirs)),
        *(f"/people/{person.pk}/" for person in (she, other)),
        f"/tips/{tip.pk}/", f"/posts/{post.pk}/", f"/changes/{change.pk}/",
        f"/history/{given.pk}/",
        "/", "/questions/", "/questions/active/", "/questions/unanswered/", "/questions/feeds/newest/",
        "/ideas/", "/ideas/feed/", "/ideas/roadmap/", "/changes/", "/changes/feed/", "/tips/", "/tips/feed.atom",
        "/posts/", "/posts/feed.atom", "/thanks/", "/standing/", "/sitemap-0.xml",
    ]  # fmt: skip
    said = [asked.opening, given.message, under, double.opening, beside.opening, idea.opening, merged.opening]
    return World(house, she, other, [*said, reaction, below], asked, tip, places)


def _hide(world: World) -> None:
    for message in (*world.said, opening_message(world.tip.conversation)):
        hide(message)


def _show(world: World) -> None:
    for message in (*world.said, opening_message(world.tip.conversation)):
        show(message, for_the_first_time=False)


def _take_back(world: World) -> None:
    for message in world.said:
        if Question.objects.of(world.house.organisation).filter(pk=message.conversation_id).exists():
            withdraw(message=message, by=world.she)
        else:
            withdraw_publicly(message=message)
    withdraw_tip(tip=world.tip, by=world.she)


HAPPENINGS: Mapping[str, Callable[[World], object]] = {
    "hidden by a moderator": _hide,
    "shown again": _show,
    "taken back": _take_back,
    "erased": lambda world: erase_person(person=world.she, by=world.house.noor),
    "made private": lambda world: make_private(question=world.question, by=world.house.jamal),
    "another name": lambda world: change_participant(person=world.she, pseudonym="Roos", about="Nieuw"),
    "a colleague leaves": lambda world: deactivate_member(member=world.house.jamal, by=world.house.marlies),
    "merged": lambda world: merge_persons(duplicate=world.she, into=world.other, by=world.house.jamal),
}


def _pages(world: World) -> Iterator[tuple[str, int, str, frozenset[str]]]:
    visitor = Client(HTTP_HOST=world.house.organisation.host)
    for place in world.places:
        answered: Any = visitor.get(place)
        shown = parse(answered.headers.get(HEADER, ""))
        yield place, answered.status_code, answered.content.decode(), shown.topics if shown else frozenset()


@pytest.mark.parametrize("happening", HAPPENINGS)
def test_a_page_that_changes_is_told_so(world: World, happening: str):
    participant_of(world.she)
    if happening == "shown again":
        _hide(world)
    before = list(_pages(world))
    OutboxEvent.objects.all().delete()
    HAPPENINGS[happening](world)
    events = [load(row.name, row.fields) for row in OutboxEvent.objects.all()]
    told = {topic for event in events for each in ANNOUNCERS for topic, _kind, _id in each.topics(event)}
    changed = [
        (place, topics)
        for (place, *was, topics), (_place, *now, _topics) in zip(before, _pages(world), strict=True)
        if was != now
    ]
    assert changed, "there is something to see"
    assert [place for place, topics in changed if topics and not topics & told] == []


@pytest.mark.parametrize("happening", ["hidden by a moderator", "taken back", "erased"])
def test_what_is_gone_stands_on_no_page(world: World, happening: str):
    change_participant(person=world.she, pseudonym="Roos")
    HAPPENINGS[happening](world)
    named = {"/thanks/"}  # her words on the wall are not among what was hidden
    if happening == "taken back":  # a question keeps its title above the answers of others
        named |= {f"/questions/{message.conversation_id}/" for message in world.said}
        named |= {place for place in world.places if "/ideas/" in place}
    assert [
        (place, body[body.index(MARK) - 100 :][:150])
        for place, _status, body, _topics in _pages(world)
        if MARK in body and place not in named
    ] == []
