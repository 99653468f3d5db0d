"""What several people do with one question in the same moment: all of it counts, and nobody waits for each other."""

from __future__ import annotations

from collections.abc import Callable
from threading import Barrier, Thread

import pytest
from django.db import connection

from klankbord.community.actions.accept import accept
from klankbord.community.actions.answer import answer
from klankbord.community.actions.ask import ask
from klankbord.community.actions.join import join
from klankbord.community.actions.official import make_official
from klankbord.community.actions.vote import find_useful
from klankbord.community.counting import recount
from klankbord.community.models import Answer, Question
from klankbord.community.refusals import SameQuestion
from klankbord.people.models import Person
from tests import cast


def _as_loaded(row: Question) -> Question:
    return Question.objects.of(row.organisation_id).select_related("joined_into").get(pk=row.pk)


@pytest.mark.django_db
def test_two_questions_that_are_joined_in_both_directions_at_once_never_stand_on_each_others_page():
    house = cast.de_klank()
    one, other = (ask(person=cast.helper(house.organisation, name), title=name, text="") for name in ("Ans", "Piet"))
    loaded = [(_as_loaded(one), _as_loaded(other)), (_as_loaded(other), _as_loaded(one))]
    join(question=loaded[0][0], into=loaded[0][1], by=house.tom)
    with pytest.raises(SameQuestion):
        join(question=loaded[1][0], into=loaded[1][1], by=house.tom)
    assert _as_loaded(other).joined_into is None


@pytest.mark.django_db
def test_what_is_joined_elsewhere_no_longer_counts_where_it_was():
    house = cast.de_klank()
    asker = cast.helper(house.organisation, "Ans")
    first, second, third = (ask(person=asker, title=name, text="") for name in ("Een", "Twee", "Drie"))
    answer(question=first, person=cast.helper(house.organisation, "Piet"), text="Zo.")
    join(question=_as_loaded(first), into=_as_loaded(second), by=house.tom)
    join(question=_as_loaded(first), into=_as_loaded(third), by=house.tom)
    assert [_as_loaded(each).answers for each in (second, third)] == [0, 1]


@pytest.mark.django_db
def test_an_answer_that_was_taken_back_in_that_very_moment_is_not_accepted():
    house = cast.de_klank()
    asker, helper = cast.helper(house.organisation, "Ans"), cast.helper(house.organisation, "Piet")
    question = ask(person=asker, title="Hoe laat?", text="")
    said = answer(question=question, person=helper, text="Om negen uur.")
    loaded = Answer.objects.of(house.organisation).get(pk=said.pk)
    said.message.withdrawn_at = said.message.said_at
    said.message.save()
    assert accept(answer=loaded, by=asker) is False


@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has one writer at a time")
@pytest.mark.django_db(transaction=True)
def test_joining_answering_accepting_and_voting_at_once_wait_in_one_order_and_all_count():
    house = cast.de_klank()
    asker, *people = (cast.helper(house.organisation, name) for name in ("Ans", "Piet", "Fatima", "Sandra", "Youssef"))
    for _ in range(5):
        _one_moment(house, asker, people)


def _one_moment(house: cast.DeKlank, asker: Person, people: list[Person]) -> None:
    here = house.organisation
    one, other = (ask(person=asker, title=title, text="") for title in ("Hoe laat?", "Wanneer open?"))
    first, second = (answer(question=each, person=people[0], text="Om negen uur.") for each in (one, other))
    wrong = _at_once(
        lambda: join(question=_as_loaded(one), into=_as_loaded(other), by=house.tom),
        lambda: answer(question=_as_loaded(one), person=people[1], text="Of om tien uur."),
        lambda: accept(answer=Answer.objects.of(here).get(pk=first.pk), by=asker),
        lambda: make_official(answer=Answer.objects.of(here).get(pk=second.pk), by=house.tom),
        lambda: find_useful(answer=Answer.objects.of(here).get(pk=first.pk), person=people[2]),
        lambda: find_useful(answer=Answer.objects.of(here).get(pk=second.pk), person=people[3]),
    )
    assert wrong == []
    page = _as_loaded(other)
    counted = (page.answers, page.accepted, page.helped)
    recount(page)
    page = _as_loaded(other)
    assert counted == (page.answers, page.accepted, page.helped) == (3, 1, 2)


def _at_once(*acts: Callable[[], object]) -> list[BaseException]:
    ready, wrong = Barrier(len(acts)), []

    def run(act: Callable[[], object]) -> None:
        try:
            ready.wait(60)
            act()
        except Exception as error:
            wrong.append(error)
        finally:
            connection.close()

    threads = [Thread(target=run, args=(act,)) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return wrong
