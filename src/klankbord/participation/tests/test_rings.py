"""What is given by agreement, or to oneself: found, undone, and given back when staff say that it was fine."""

from __future__ import annotations

from datetime import timedelta

import pytest

from klankbord import clock
from klankbord.channels.models import Dispatch
from klankbord.conversations.models import Message
from klankbord.events.reacting import react_to_everything
from klankbord.participation.actions import cast_vote
from klankbord.participation.models import Ring, Vote
from klankbord.participation.rings import restore_ring, rings, undo_rings
from klankbord.people.models import Person
from klankbord.people.visitors import person_of_member
from klankbord.reputation.actions import award, points_of, reverse
from klankbord.reputation.rules import AGREEMENTS, Rule, Sign
from klankbord.reputation.thanks import thank
from tests.cast import DeKlank, helper, thread

LEAST = AGREEMENTS[Sign.RING].least
LEAST_TO_ONESELF = AGREEMENTS[Sign.SELF].least


def _vote(message: Message, person: Person, **fields: str) -> None:
    assert cast_vote(message=message, person=person, **fields)
    vote = Vote.objects.of(message.organisation_id).get(message=message, person=person)
    assert message.person
    award(
        person=message.person,
        rule=Rule.QUESTION_HELPFUL,
        cause=f"vote:{vote.pk}",
        about=message,
        giver=person,
        place=vote.place,
    )


def _accept(message: Message, asker: Person, place: str = "") -> None:
    assert message.person
    award(
        person=message.person,
        rule=Rule.ANSWER_ACCEPTED,
        cause=f"accept:{message.pk}",
        about=message,
        giver=asker,
        place=place,
    )


def _made_ours(message: Message, colleague: Person) -> None:
    assert message.person
    cause = f"official:{message.pk}"
    award(person=message.person, rule=Rule.ANSWER_OFFICIAL, cause=cause, about=message, giver=colleague)


def _old(klank: DeKlank, name: str) -> Person:
    return helper(klank.organisation, name, created_at=clock.now() - timedelta(days=100))


def _questions(person: Person, number: int) -> list[Message]:
    return [thread(person, f"Vraag {each} van {person.pk}") for each in range(number)]


def test_three_who_vote_round_in_a_circle_lose_what_it_earned_them(klank: DeKlank) -> None:
    ring = [_old(klank, name) for name in "ABC"]
    for giver, receiver in zip(ring, ring[1:] + ring[:1], strict=True):
        for question in _questions(receiver, LEAST):
            _vote(question, giver)
    assert all(points_of(each) for each in ring)
    undo_rings()
    undo_rings()
    assert [points_of(each) for each in ring] == [0, 0, 0]
    (found,) = Ring.objects.of(klank.organisation)
    assert set(found.persons.all()) == set(ring)
    assert Vote.objects.of(klank.organisation).count() == 3 * LEAST, "the votes stay"


def test_staff_can_say_that_it_was_fine_and_it_is_not_found_again(klank: DeKlank) -> None:
    one, other = _old(klank, "A"), _old(klank, "B")
    for giver, receiver in ((one, other), (other, one)):
        for question in _questions(receiver, LEAST):
            _vote(question, giver)
    before = points_of(one)
    undo_rings()
    restore_ring(ring=Ring.objects.of(klank.organisation).get(), by=klank.tom)
    undo_rings()
    assert points_of(one) == before
    assert Ring.objects.of(klank.organisation).count() == 1


def test_a_fan_is_no_ring(klank: DeKlank) -> None:
    star, fan = _old(klank, "Ans"), _old(klank, "Piet")
    for question in _questions(star, 2 * LEAST):
        _vote(question, fan)
    undo_rings()
    assert points_of(star) > 0


def test_neighbours_who_vote_for_many_are_no_ring(klank: DeKlank) -> None:
    one, other = _old(klank, "A"), _old(klank, "B")
    for giver, receiver in ((one, other), (other, one)):
        for question in _questions(receiver, LEAST):
            _vote(question, giver)
        for number in range(2 * LEAST):
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


def test_who_accept_and_thank_each_other_all_the_time_are_a_ring_too(klank: DeKlank) -> None:
    """Two accepted answers, two words of thanks and one vote make five."""
    one, other = _old(klank, "A"), _old(klank, "B")
    last = []
    for giver, receiver in ((one, other), (other, one)):
        first, second, third, fourth, fifth = _questions(receiver, 5)
        _accept(first, giver)
        _accept(second, giver)
        thank(to=receiver, by=giver, words="Dank je", about=third)
        thank(to=receiver, by=giver, words="Fijn", about=fourth)
        last.append((fifth, giver))
    undo_rings()
    assert not Ring.objects.of(klank.organisation).exists(), "four are not enough"
    for message, giver in last:
        _vote(message, giver)
    undo_rings()
    assert (points_of(one), points_of(other)) == (0, 0)
    (found,) = Ring.objects.of(klank.organisation)
    assert sorted({each.rule for each in found.entries.all()}) == ["answer_accepted", "question_helpful", "thanked"]


def test_all_that_one_gives_for_one_thing_is_one(klank: DeKlank) -> None:
    """Who asks, finds the answer useful, accepts it and says thank you: a good day, and no agreement."""
    one, other = _old(klank, "A"), _old(klank, "B")
    for giver, receiver in ((one, other), (other, one)):
        for answer in _questions(receiver, LEAST - 1):
            _vote(answer, giver)
            _accept(answer, giver)
            thank(to=receiver, by=giver, words="Dank je", about=answer)
    undo_rings()
    assert not Ring.objects.of(klank.organisation).exists()


def test_what_is_older_than_thirty_days_is_left_alone(klank: DeKlank) -> None:
    one, other = _old(klank, "A"), _old(klank, "B")
    before = clock.now() - timedelta(days=31)
    with clock.reading(before):
        for giver, receiver in ((one, other), (other, one)):
            for question in _questions(receiver, LEAST):
                _vote(question, giver)
    undo_rings()
    assert points_of(one) > 0
    with clock.reading(before + timedelta(days=2)):
        undo_rings()
    assert points_of(one) == 0


def test_who_goes_on_after_it_was_undone_gains_nothing(klank: DeKlank) -> None:
    one, other = _old(klank, "A"), _old(klank, "B")
    for giver, receiver in ((one, other), (other, one)):
        for question in _questions(receiver, LEAST):
            _vote(question, giver)
    undo_rings()
    (once_more,) = _questions(one, 1)
    _vote(once_more, other)
    undo_rings()
    assert points_of(one) == 0


def test_what_was_taken_back_since_does_not_come_back_when_staff_say_that_it_was_fine(klank: DeKlank) -> None:
    one, other = _old(klank, "A"), _old(klank, "B")
    for giver, receiver in ((one, other), (other, one)):
        for answer in _questions(receiver, LEAST):
            _accept(answer, giver)
    before = points_of(one)
    undo_rings()
    for answer in Message.objects.of(klank.organisation).filter(person=one):
        cause = f"accept:{answer.pk}"
        reverse(rule=Rule.ANSWER_ACCEPTED, cause=cause, organisation_id=klank.organisation.pk, why="no longer accepted")
    restore_ring(ring=Ring.objects.of(klank.organisation).get(), by=klank.tom)
    assert (points_of(one), points_of(other)) == (0, before)


def test_what_was_undone_is_not_earned_by_being_told_again(klank: DeKlank) -> None:
    one, other = _old(klank, "A"), _old(klank, "B")
    for giver, receiver in ((one, other), (other, one)):
        for answer in _questions(receiver, LEAST):
            _accept(answer, giver)
    undo_rings()
    _accept(Message.objects.of(klank.organisation).filter(person=one)[0], other)
    assert points_of(one) == 0


def test_who_asks_under_a_fresh_name_at_home_and_accepts_their_own_answers_earns_nothing(klank: DeKlank) -> None:
    sly, neighbour = _old(klank, "Sluw"), _old(klank, "Buur")
    thank(to=neighbour, by=sly, words="Dank je", place="thuis")
    alias = helper(klank.organisation, "Alias")
    first, *others = _questions(sly, LEAST_TO_ONESELF)
    for answer in others:
        _accept(answer, alias, place="thuis")
    undo_rings()
    assert points_of(sly) > 0, "one less is not enough"
    _accept(first, alias, place="thuis")
    undo_rings()
    assert points_of(sly) == 0
    assert points_of(neighbour) > 0
    assert Ring.objects.of(klank.organisation).get().sign == Sign.SELF


def test_who_is_known_longer_than_a_day_is_no_fresh_name(klank: DeKlank) -> None:
    sly = _old(klank, "Sluw")
    _vote(thread(_old(klank, "B")), sly, place="thuis")
    sister = helper(klank.organisation, "Zus", created_at=clock.now() - timedelta(days=1, minutes=1))
    for answer in _questions(sly, LEAST_TO_ONESELF):
        _accept(answer, sister, place="thuis")
    undo_rings()
    assert points_of(sly) > 0


def test_a_colleague_from_whom_all_comes_that_somebody_earns_is_a_favour(klank: DeKlank) -> None:
    colleague, friend = person_of_member(membership=klank.jamal), _old(klank, "Vriend")
    _made_ours(*_questions(_old(klank, "Ans"), 1), person_of_member(membership=klank.tom))
    first, *others = _questions(friend, AGREEMENTS[Sign.FAVOUR].least)
    for answer in others:
        _made_ours(answer, colleague)
    undo_rings()
    assert points_of(friend) > 0, "one less is not enough"
    _made_ours(first, colleague)
    undo_rings()
    assert points_of(friend) == 0
    found = Ring.objects.of(klank.organisation).get()
    assert (found.sign, set(found.persons.all())) == (Sign.FAVOUR, {colleague, friend})


def test_who_was_useful_to_others_as_well_is_no_favourite(klank: DeKlank) -> None:
    colleague, friend = person_of_member(membership=klank.jamal), _old(klank, "Vriend")
    answers = _questions(friend, AGREEMENTS[Sign.FAVOUR].least)
    for answer in answers:
        _made_ours(answer, colleague)
    _made_ours(*_questions(_old(klank, "Ans"), 1), person_of_member(membership=klank.tom))
    _vote(answers[0], _old(klank, "Lezer"))
    undo_rings()
    assert not Ring.objects.of(klank.organisation).exists()


def test_the_only_colleague_who_gives_is_no_sign_of_a_favour(klank: DeKlank) -> None:
    colleague = person_of_member(membership=klank.jamal)
    for answer in _questions(_old(klank, "Vriend"), AGREEMENTS[Sign.FAVOUR].least + 3):
        _made_ours(answer, colleague)
    undo_rings()
    assert not Ring.objects.of(klank.organisation).exists()


def test_who_leads_hears_by_mail_what_was_undone(klank: DeKlank) -> None:
    one, other = _old(klank, "Ans"), _old(klank, "Piet")
    for giver, receiver in ((one, other), (other, one)):
        for question in _questions(receiver, LEAST):
            _vote(question, giver)
    undo_rings()
    react_to_everything()
    told = [row for row in Dispatch.objects.of(klank.organisation) if "Ans, Piet" in row.message["text"]]
    assert {row.recipient for row in told} == {klank.noor.user.email, klank.marlies.user.email}
    assert len(told) == 2


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
