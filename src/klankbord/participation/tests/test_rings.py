"""Votes by agreement and votes for oneself: found, undone, and given back when staff say that it was fine."""

from __future__ import annotations

from datetime import timedelta

import pytest

from klankbord import clock
from klankbord.conversations.models import Message
from klankbord.participation.actions import cast_vote
from klankbord.participation.models import Ring, Vote
from klankbord.participation.rings import LEAST_TO_ONESELF, LEAST_VOTES, restore_ring, rings, undo_rings
from klankbord.people.models import Person
from klankbord.reputation.actions import award, points_of
from klankbord.reputation.rules import Rule
from tests.cast import DeKlank, helper, thread


def _vote(message: Message, person: Person, **fields: str) -> None:
    assert cast_vote(message=message, person=person, **fields)
    vote = Vote.objects.of(message.organisation_id).get(message=message, person=person)
    assert message.person
    award(person=message.person, rule=Rule.QUESTION_HELPFUL, cause=f"vote:{vote.pk}", giver=person)


def _old(klank: DeKlank, name: str) -> Person:
    return helper(klank.organisation, name, created_at=clock.now() - timedelta(days=100))


def _questions(person: Person, number: int) -> list[Message]:
    return [thread(person, f"Vraag {each} van {person.pk}") for each in range(number)]


def test_three_who_vote_round_in_a_circle_lose_what_it_earned_them(klank: DeKlank) -> None:
    ring = [_old(klank, name) for name in "ABC"]
    for giver, receiver in zip(ring, ring[1:] + ring[:1], strict=True):
        for question in _questions(receiver, LEAST_VOTES):
            _vote(question, giver)
    assert all(points_of(each) for each in ring)
    undo_rings()
    undo_rings()
    assert [points_of(each) for each in ring] == [0, 0, 0]
    (found,) = Ring.objects.of(klank.organisation)
    assert set(found.persons.all()) == set(ring)
    assert Vote.objects.of(klank.organisation).count() == 3 * LEAST_VOTES, "the votes stay"


def test_staff_can_say_that_it_was_fine_and_it_is_not_found_again(klank: DeKlank) -> None:
    one, other = _old(klank, "A"), _old(klank, "B")
    for giver, receiver in ((one, other), (other, one)):
        for question in _questions(receiver, LEAST_VOTES):
            _vote(question, giver)
    before = points_of(one)
    undo_rings()
    restore_ring(ring=Ring.objects.of(klank.organisation).get(), by=klank.tom)
    undo_rings()
    assert points_of(one) == before
    assert Ring.objects.of(klank.organisation).count() == 1


def test_a_fan_is_no_ring(klank: DeKlank) -> None:
    star, fan = _old(klank, "Ans"), _old(klank, "Piet")
    for question in _questions(star, 2 * LEAST_VOTES):
        _vote(question, fan)
    undo_rings()
    assert points_of(star) > 0


def test_neighbours_who_vote_for_many_are_no_ring(klank: DeKlank) -> None:
    one, other = _old(klank, "A"), _old(klank, "B")
    for giver, receiver in ((one, other), (other, one)):
        for question in _questions(receiver, LEAST_VOTES):
            _vote(question, giver)
        for number in range(2 * LEAST_VOTES):
            _vote(thread(_old(klank, f"Derde {number}")), giver)
    undo_rings()
    assert points_of(one) > 0


def test_who_votes_for_themselves_under_fresh_names_at_home_earns_nothing(klank: DeKlank) -> None:
    sly, neighbour = _old(klank, "Sluw"), _old(klank, "Buur")
    _vote(thread(neighbour), sly, place="thuis")
    questions = _questions(sly, LEAST_TO_ONESELF)
    alias = helper(klank.organisation, "Alias")
    for question in questions:
        _vote(question, alias, place="thuis")
    undo_rings()
    assert points_of(sly) == 0
    assert points_of(neighbour) > 0


def test_the_librarys_own_computers_make_nobody_sly(klank: DeKlank) -> None:
    regular = _old(klank, "Ans")
    _vote(thread(_old(klank, "B")), regular, place="leeszaal")
    for question in _questions(regular, LEAST_TO_ONESELF):
        _vote(question, helper(klank.organisation, "Nieuw"), place="leeszaal")
    undo_rings()
    assert points_of(regular) > 0


@pytest.mark.parametrize(
    ("weights", "found"),
    [
        ({}, []),
        ({(1, 2): 5, (2, 1): 5}, [{1, 2}]),
        ({(1, 2): 4, (2, 1): 9}, []),
        ({(1, 2): 5, (1, 3): 6, (2, 1): 5}, []),
        ({(each, each % 6 + 1): 5 for each in range(1, 7)}, [{1, 2, 3, 4, 5, 6}]),
        ({(each, each % 7 + 1): 5 for each in range(1, 8)}, []),
    ],
)
def test_who_is_a_ring(weights: dict[tuple[int, int], int], found: list[set[int]]) -> None:
    assert rings(weights) == found
