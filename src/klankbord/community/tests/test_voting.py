"""Useful, helped me too: one person counts once, whoever sends it however often."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from klankbord.community.actions.answer import answer
from klankbord.community.actions.ask import ask
from klankbord.community.actions.official import make_official, make_unofficial
from klankbord.community.actions.vote import find_no_longer_useful, find_useful, was_helped_too, was_not_helped_too
from klankbord.community.counting import recount
from klankbord.community.models import AnonymousVotes, Answer
from klankbord.community.tests.conftest import anew, page
from klankbord.conversations.actions.speak_publicly import hide_publicly, show_publicly
from klankbord.events.reacting import react_to_everything
from klankbord.participation.contract import OwnWords
from klankbord.people.actions import merge_persons, unmerge_person
from klankbord.people.models import Person
from klankbord.reputation.actions import points_of
from klankbord.reputation.rules import WORTH, Rule
from tests import cast
from tests.crowd import at_once
from tests.long import LONG


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


def test_before_there_is_an_answer_a_vote_says_that_they_want_to_know_it_too(scene: SimpleNamespace):
    open_question = ask(person=scene.ans, title="Waar is de kopieermachine?", text="Ik zag hem niet.")
    path, reader = f"/questions/{open_question.pk}/", cast.known_browser(scene.fatima)
    assert "wil ik ook weten" in page(reader, path)
    assert "hielp mij ook" not in page(reader, path)
    reader.post(f"{path}me-too/")
    assert "Dit wil ik ook weten. 1 persoon" in page(cast.browser(scene.here), path)
    answer(question=anew(open_question), person=scene.piet, text="Op de eerste verdieping.")
    assert "Dit hielp mij ook. 1 persoon" in page(cast.browser(scene.here), path)
    assert "wil ik ook weten" not in page(cast.browser(scene.here), path)


def test_a_stranger_who_votes_is_told_what_their_vote_says(scene: SimpleNamespace):
    open_question = ask(person=scene.ans, title="Waar is de kopieermachine?", text="Ik zag hem niet.")
    stranger = cast.browser(scene.here)
    assert "Je wilt dit ook weten." in stranger.post(f"/questions/{open_question.pk}/me-too/").content.decode()
    assert "Een vraag hielp jou ook." in stranger.post(f"/questions/{scene.question.pk}/me-too/").content.decode()


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


def test_a_question_that_helped_somebody_else_earns_something_as_long_as_they_say_so(scene: SimpleNamespace):
    before = points_of(scene.ans)
    was_helped_too(question=scene.question, person=scene.fatima)
    react_to_everything()
    assert points_of(scene.ans) == before + WORTH[Rule.QUESTION_HELPFUL].points
    was_not_helped_too(question=scene.question, person=scene.fatima)
    react_to_everything()
    assert points_of(scene.ans) == before


def test_an_official_answer_earns_its_author_something_until_it_is_no_longer(scene: SimpleNamespace):
    before = points_of(scene.piet)
    make_official(answer=scene.answer, by=scene.house.tom)
    react_to_everything()
    assert points_of(scene.piet) == before + WORTH[Rule.ANSWER_OFFICIAL].points
    make_unofficial(answer=scene.answer, by=scene.house.tom)
    react_to_everything()
    assert points_of(scene.piet) == before


def test_asking_and_answering_earn_nothing_by_themselves(scene: SimpleNamespace):
    before = [points_of(each) for each in (scene.ans, scene.piet)]
    for number in range(3):
        asked = ask(person=scene.ans, title=f"Vraag {number}", text="")
        answer(question=asked, person=scene.piet, text="Antwoord.")
    react_to_everything()
    assert [points_of(each) for each in (scene.ans, scene.piet)] == before


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


@pytest.mark.long
@pytest.mark.slow
def test_fifty_votes_of_one_person_at_once_count_once_and_of_a_crowd_all(real_database: str):
    number = 500 if LONG else 100
    house = cast.de_klank()
    question = ask(person=cast.helper(house.organisation, "Ans"), title="Hoe verleng ik een boek?", text="")
    given = answer(question=question, person=cast.helper(house.organisation, "Piet"), text="Onder Mijn boeken.")
    voter = cast.helper(house.organisation, "Fatima")
    won = at_once([lambda: find_useful(answer=given, person=voter)] * 50)
    assert (len(won), won.count(True), score_of(given), anew(question).helped) == (50, 1, 1, 1)
    crowd = Person.objects.bulk_create(Person(organisation=house.organisation, name=str(n)) for n in range(number))
    won = at_once([lambda person=person: find_useful(answer=given, person=person) for person in crowd])
    assert (won.count(True), score_of(given), anew(question).helped) == (number, number + 1, number + 1)
    recount(question)
    assert (score_of(given), anew(question).helped) == (number + 1, number + 1)
