"""Useful, helped me too: one person counts once, whoever sends it however often."""

from __future__ import annotations

import threading
from collections.abc import Callable
from types import SimpleNamespace

import pytest
from django.db import connections

from klankbord.community.actions.answer import answer
from klankbord.community.actions.ask import ask
from klankbord.community.actions.vote import find_no_longer_useful, find_useful, was_helped_too, was_not_helped_too
from klankbord.community.counting import recount
from klankbord.community.models import AnonymousVotes, Answer
from klankbord.community.refusals import OwnWords
from klankbord.community.tests.conftest import anew
from klankbord.conversations.actions.speak_publicly import hide_publicly, show_publicly
from klankbord.events.reacting import react_to_everything
from klankbord.people.actions import merge_persons, unmerge_person
from klankbord.people.models import Person
from klankbord.reputation.actions import points_of
from tests import cast


def score_of(given: Answer) -> int:
    return Answer.objects.of(given.organisation_id).get(pk=given.pk).score


def test_a_vote_counts_once_lifts_the_question_and_can_be_taken_back(scene: SimpleNamespace):
    assert find_useful(answer=scene.answer, person=scene.fatima)
    assert not find_useful(answer=scene.answer, person=scene.fatima)
    assert (score_of(scene.answer), anew(scene.question).helped) == (1, 1)
    assert find_no_longer_useful(answer=scene.answer, person=scene.fatima)
    assert not find_no_longer_useful(answer=scene.answer, person=scene.fatima)
    assert (score_of(scene.answer), anew(scene.question).helped) == (0, 0)


def test_nobody_votes_for_their_own_words_also_not_as_a_merged_person(scene: SimpleNamespace):
    twin = cast.helper(scene.here, "Piet thuis")
    merge_persons(duplicate=twin, into=scene.piet, by=scene.house.jamal)
    twin.refresh_from_db()
    for person in (scene.piet, twin):
        with pytest.raises(OwnWords):
            find_useful(answer=scene.answer, person=person)
    with pytest.raises(OwnWords):
        was_helped_too(question=scene.question, person=scene.ans)


def test_what_helped_somebody_too_is_counted_at_the_question(scene: SimpleNamespace):
    assert was_helped_too(question=scene.question, person=scene.fatima)
    assert not was_helped_too(question=scene.question, person=scene.fatima)
    assert (anew(scene.question).me_too, anew(scene.question).helped) == (1, 1)
    assert was_not_helped_too(question=scene.question, person=scene.fatima)
    assert anew(scene.question).me_too == 0


def test_of_two_who_turn_out_to_be_one_one_vote_counts_and_both_again_afterwards(scene: SimpleNamespace):
    twin = cast.helper(scene.here, "Fatima thuis")
    for person in (scene.fatima, twin):
        find_useful(answer=scene.answer, person=person)
        was_helped_too(question=scene.question, person=person)
    merge_persons(duplicate=twin, into=scene.fatima, by=scene.house.jamal)
    react_to_everything()
    assert (score_of(scene.answer), anew(scene.question).me_too, anew(scene.question).helped) == (1, 1, 2)
    twin.refresh_from_db()
    unmerge_person(person=twin, by=scene.house.jamal)
    react_to_everything()
    assert (score_of(scene.answer), anew(scene.question).me_too, anew(scene.question).helped) == (2, 2, 4)


def test_a_vote_earns_standing_as_long_as_it_stands(scene: SimpleNamespace):
    before = points_of(scene.piet)
    find_useful(answer=scene.answer, person=scene.fatima)
    react_to_everything()
    assert points_of(scene.piet) > before
    find_no_longer_useful(answer=scene.answer, person=scene.fatima)
    react_to_everything()
    assert points_of(scene.piet) == before


def test_counting_anew_gives_the_same_numbers_also_with_votes_from_elsewhere(scene: SimpleNamespace):
    find_useful(answer=scene.answer, person=scene.fatima)
    AnonymousVotes.objects.create(
        organisation=scene.here, message=scene.answer.message, day="2020-01-01", ups=7, downs=2
    )
    recount(scene.question)
    assert (score_of(scene.answer), anew(scene.question).helped) == (6, 6)
    hide_publicly(message=scene.answer.message)
    react_to_everything()
    assert (anew(scene.question).answers, anew(scene.question).helped) == (0, 0)
    show_publicly(message=scene.answer.message)
    react_to_everything()
    assert (anew(scene.question).answers, anew(scene.question).helped) == (1, 6)


def at_once(calls: list[Callable[[], object]], *, threads: int = 16) -> list[object]:
    """Make all calls from a number of threads that begin together; what each returned."""
    found: list[object] = []
    waiting, guard, begin = iter(calls), threading.Lock(), threading.Barrier(threads)

    def run() -> None:
        begin.wait()
        try:
            while True:
                with guard:
                    call = next(waiting, None)
                if call is None:
                    return
                result = call()
                with guard:
                    found.append(result)
        finally:
            connections["default"].close()

    running = [threading.Thread(target=run) for _ in range(threads)]
    for each in running:
        each.start()
    for each in running:
        each.join(60)
    return found


@pytest.mark.slow
def test_fifty_votes_of_one_person_at_once_count_once_and_of_five_hundred_persons_all(real_database: str):
    house = cast.de_klank()
    question = ask(person=cast.helper(house.organisation, "Ans"), title="Hoe verleng ik een boek?", text="")
    given = answer(question=question, person=cast.helper(house.organisation, "Piet"), text="Onder Mijn boeken.")
    voter = cast.helper(house.organisation, "Fatima")
    won = at_once([lambda: find_useful(answer=given, person=voter)] * 50)
    assert (len(won), won.count(True), score_of(given), anew(question).helped) == (50, 1, 1, 1)
    crowd = Person.objects.bulk_create(Person(organisation=house.organisation, name=str(n)) for n in range(500))
    won = at_once([lambda person=person: find_useful(answer=given, person=person) for person in crowd])
    assert (won.count(True), score_of(given), anew(question).helped) == (500, 501, 501)
    recount(question)
    assert (score_of(given), anew(question).helped) == (501, 501)
