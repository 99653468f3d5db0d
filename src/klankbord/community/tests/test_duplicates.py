"""The same question twice stands on one page, without losing votes, answers or followers; and can be taken apart."""

from __future__ import annotations

import re
from types import SimpleNamespace

import pytest

from klankbord.audit.models import AuditEntry
from klankbord.community.actions.accept import accept
from klankbord.community.actions.answer import answer
from klankbord.community.actions.ask import ask
from klankbord.community.actions.join import join, part
from klankbord.community.actions.vote import find_useful, was_helped_too
from klankbord.community.models import Question
from klankbord.community.refusals import OnlyStaff, SameQuestion
from klankbord.community.tests.conftest import anew, page
from klankbord.events.reacting import react_to_everything
from klankbord.participation.models import Notice
from tests import cast


@pytest.fixture
def twice(scene: SimpleNamespace) -> SimpleNamespace:
    """Fatima asked the same, and Ans answered her."""
    scene.again = ask(person=scene.fatima, title="Boek langer houden?", text="Ik ben nog niet klaar.")
    scene.her_answer = answer(question=scene.again, person=scene.ans, text="Bel 010 123 45 67 en zij doen het.")
    react_to_everything()
    return scene


def test_everything_of_both_stands_on_one_page_and_the_other_leads_there(twice: SimpleNamespace):
    join(question=twice.again, into=twice.question, by=twice.house.tom)
    react_to_everything()
    visitor = cast.browser(twice.here)
    shown = page(visitor, twice.path)
    assert "Onder <em>Mijn boeken</em>" in shown
    assert "zij doen het" in shown
    assert "Boek langer houden?" in shown
    assert anew(twice.question).answers == 2
    there = visitor.get(f"/questions/{twice.again.pk}/")
    assert (there.status_code, there.headers["Location"]) == (302, twice.path)
    assert "Boek langer houden?" not in page(visitor, "/questions/")


def test_search_engines_are_told_of_one_question_by_one_person_at_one_time(twice: SimpleNamespace):
    join(question=twice.again, into=twice.question, by=twice.house.tom)
    react_to_everything()
    shown = page(cast.browser(twice.here), twice.path)
    question = re.split(r'itemtype="https://schema\.org/Answer"', shown, maxsplit=1)[0]
    assert "Boek langer houden?" in question
    assert question.count('itemprop="author"') == 1
    assert question.count('itemprop="dateCreated datePublished"') == 1


def test_votes_and_followers_of_both_count_and_hear_once(twice: SimpleNamespace):
    reader = cast.helper(twice.here, "Noud")
    for question in (twice.question, twice.again):
        was_helped_too(question=question, person=reader)
    find_useful(answer=twice.her_answer, person=reader)
    join(question=twice.again, into=twice.question, by=twice.house.tom)
    assert (anew(twice.question).me_too, anew(twice.question).helped) == (1, 2), "one person, two openings: one"
    assert not was_helped_too(question=anew(twice.question), person=reader)
    react_to_everything()
    said = answer(question=anew(twice.question), person=reader, text="In de app kan het ook.")
    react_to_everything()
    told = Notice.objects.of(twice.here).filter(message_id=said.pk).values_list("person_id", flat=True)
    assert sorted(told) == sorted([twice.ans.pk, twice.piet.pk, twice.fatima.pk])


def test_a_new_vote_on_an_answer_of_the_duplicate_lifts_the_page_on_which_it_stands(twice: SimpleNamespace):
    join(question=twice.again, into=twice.question, by=twice.house.tom)
    find_useful(answer=twice.her_answer, person=twice.piet)
    assert (anew(twice.question).helped, anew(twice.again).helped) == (1, 1)


def test_both_askers_say_which_answers_of_the_page_helped_them(twice: SimpleNamespace):
    join(question=twice.again, into=twice.question, by=twice.house.tom)
    theirs = (
        type(twice.her_answer).objects.of(twice.here).select_related("question", "message").get(pk=twice.her_answer.pk)
    )
    assert accept(answer=theirs, by=twice.ans), "who asked the question on whose page it stands"
    assert anew(twice.question).accepted == 1


def test_taken_apart_each_is_what_it_was(twice: SimpleNamespace):
    before = [list(Question.objects.of(twice.here).order_by("pk").values())]
    join(question=twice.again, into=twice.question, by=twice.house.tom)
    assert part(question=anew(twice.again), by=twice.house.tom)
    assert not part(question=anew(twice.again), by=twice.house.tom)
    assert [list(Question.objects.of(twice.here).order_by("pk").values())] == before
    assert page(cast.browser(twice.here), f"/questions/{twice.again.pk}/").count("zij doen het")
    verbs = set(AuditEntry.objects.of(twice.here).values_list("verb", flat=True))
    assert {"joined", "parted"} <= verbs


def test_what_was_joined_into_a_duplicate_goes_along_and_no_circle_can_be_made(twice: SimpleNamespace):
    third = ask(person=twice.piet, title="Verlengen?", text="")
    join(question=third, into=twice.again, by=twice.house.tom)
    join(question=anew(twice.again), into=twice.question, by=twice.house.tom)
    assert anew(twice.question).answers == 2
    assert anew(third).root.pk == twice.question.pk
    with pytest.raises(SameQuestion):
        join(question=anew(twice.question), into=anew(third), by=twice.house.tom)
    with pytest.raises(SameQuestion):
        join(question=anew(twice.question), into=anew(twice.question), by=twice.house.tom)


def test_a_moderator_joins_by_address_in_place_and_others_do_not(twice: SimpleNamespace):
    moderator = cast.browser(twice.here, twice.house.tom)
    address = f"http://deklank.localhost/questions/{twice.question.pk}/#m3"
    done = moderator.post(f"/questions/{twice.again.pk}/join/", {"into": address})
    assert done.headers["Location"] == twice.path
    assert "Op één pagina gezet." in moderator.get(twice.path).content.decode()
    assert anew(twice.again).joined_into_id == twice.question.pk
    with pytest.raises(OnlyStaff):
        part(question=anew(twice.again), by=twice.house.jamal)
