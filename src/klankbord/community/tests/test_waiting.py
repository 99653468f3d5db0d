"""What nobody answers goes to the inbox by itself, with its promise; and who helped stops the clock."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import pytest

from klankbord import clock
from klankbord.community.actions.accept import accept, accept_no_longer
from klankbord.community.actions.answer import answer
from klankbord.community.actions.ask import ask
from klankbord.community.actions.edit import withdraw
from klankbord.community.actions.rules import change_rules
from klankbord.community.actions.waiting import ask_staff, ask_staff_for_unanswered
from klankbord.community.models import Answer, Question
from klankbord.community.refusals import OnlyStaff
from klankbord.community.tests.conftest import anew, page
from klankbord.conversations.models import Conversation, ConversationState, Promise
from klankbord.wiring.tables import JOBS
from tests import cast

NOON = datetime(2026, 3, 4, 11, 0, tzinfo=UTC)
"""A Wednesday, noon in Amsterdam; the library is open from 9 to 20."""


class Still:
    def __init__(self) -> None:
        self.moment = NOON

    def forward(self, **span: float) -> None:
        self.moment += timedelta(**span)


@pytest.fixture
def time() -> Iterator[Still]:
    still = Still()
    with clock.reading(lambda: still.moment):
        yield still


@pytest.fixture
def asked(time: Still, de_klank: cast.DeKlank, somebody) -> SimpleNamespace:
    ans, piet = somebody("Ans"), somebody("Piet")
    question = ask(person=ans, title="Hoe verleng ik een boek?", text="")
    return SimpleNamespace(house=de_klank, here=de_klank.organisation, ans=ans, piet=piet, question=question)


def waits(question: Question) -> bool:
    row = Conversation.objects.of(question.organisation_id).get(pk=question.pk)
    assert (row.state == ConversationState.OPEN) == row.is_waiting
    return row.is_waiting


def test_after_a_day_without_an_answer_it_stands_in_the_inbox_once_with_its_promise(asked, time: Still):
    time.forward(hours=23)
    ask_staff_for_unanswered()
    assert not waits(asked.question)
    time.forward(hours=2)
    for _ in range(2):
        ask_staff_for_unanswered()
    row = Conversation.objects.of(asked.here).get(pk=asked.question.pk)
    promise = Promise.objects.of(asked.here).get(conversation=row)
    assert (promise.began_at, promise.due_at) == (time.moment, row.due_at)
    listed = page(cast.browser(asked.here, asked.house.jamal), "/inbox/?view=waiting")
    assert "Hoe verleng ik een boek?" in listed
    assert "Hoe verleng ik een boek?" in page(cast.browser(asked.here), "/questions/"), "and still in public"


def test_what_has_an_answer_or_is_closed_hidden_or_joined_does_not(asked, time: Still):
    answer(question=asked.question, person=asked.piet, text="Onder Mijn boeken.")
    held = ask(person=asked.ans, title="Wordt bekeken", text="", held=True)
    closed = ask(person=asked.ans, title="Gesloten", text="")
    Question.objects.of(asked.here).filter(pk=closed.pk).update(closed_at=time.moment)
    double = ask(person=asked.ans, title="Nog eens", text="")
    Question.objects.of(asked.here).filter(pk=double.pk).update(joined_into=asked.question)
    time.forward(days=3)
    ask_staff_for_unanswered()
    assert not any(waits(each) for each in (asked.question, held, closed, double))


def test_what_was_asked_long_before_the_rule_does_not_flood_the_inbox(asked, time: Still):
    change_rules(organisation=asked.here, staff_after_hours=None, by=asked.house.marlies)
    time.forward(days=70)
    lately = ask(person=asked.ans, title="Wanneer is het café open?", text="")
    time.forward(days=2)
    change_rules(organisation=asked.here, staff_after_hours=24, by=asked.house.marlies)
    ask_staff_for_unanswered()
    assert (waits(asked.question), waits(lately)) == (False, True)


def test_the_organisation_chooses_the_time_and_can_choose_never(asked, time: Still):
    office = cast.browser(asked.here, asked.house.marlies)
    office.post("/office/community/", {"staff_after_hours": ""})
    time.forward(days=3)
    ask_staff_for_unanswered()
    assert not waits(asked.question)
    office.post("/office/community/", {"staff_after_hours": "48"})
    ask_staff_for_unanswered()
    assert waits(asked.question)
    with pytest.raises(OnlyStaff):
        change_rules(organisation=asked.here, staff_after_hours=1, by=asked.house.jamal)


def test_other_organisations_rules_are_their_own(asked, time: Still):
    next_door = cast.klankerveen()
    change_rules(organisation=asked.here, staff_after_hours=None, by=asked.house.marlies)
    theirs = ask(person=cast.helper(next_door.organisation), title="Wanneer komt de vuilniswagen?", text="")
    time.forward(days=2)
    ask_staff_for_unanswered()
    assert (waits(asked.question), waits(theirs)) == (False, True)


def test_an_answer_from_the_inbox_stands_in_public_as_the_official_one_and_stops_the_clock(asked, time: Still):
    time.forward(hours=25)
    ask_staff_for_unanswered()
    time.forward(hours=1)
    inbox = cast.browser(asked.here, asked.house.jamal)
    done = inbox.post(f"/inbox/{asked.question.pk}/reply/", {"text": "Onder **Mijn boeken**.", "seen": "99999"})
    assert done.status_code == 302, done.content.decode()[:2000]
    inbox.post(f"/inbox/{asked.question.pk}/reply/", {"text": "Onder **Mijn boeken**.", "seen": "99999"})  # once more
    given = Answer.objects.of(asked.here).select_related("message").get()
    assert given.official_by == asked.house.jamal
    assert given.message.membership == asked.house.jamal
    assert not waits(asked.question)
    promise = Promise.objects.of(asked.here).get()
    assert (promise.answered_at, promise.answered_by) == (time.moment, asked.house.jamal)
    shown = page(cast.browser(asked.here), f"/questions/{asked.question.pk}/")
    assert "<strong>Mijn boeken</strong>" in shown
    assert "Jamal Haddou" in shown


def test_a_peers_accepted_answer_stops_the_clock_and_taken_back_it_runs_on(asked, time: Still):
    time.forward(hours=25)
    ask_staff_for_unanswered()
    began = time.moment
    given = answer(question=anew(asked.question), person=asked.piet, text="Onder Mijn boeken.")
    assert waits(asked.question), "an answer alone may be wrong"
    time.forward(minutes=10)
    accept(answer=given, by=asked.ans)
    assert not waits(asked.question)
    assert Promise.objects.of(asked.here).get().answered_by is None
    time.forward(minutes=10)
    accept_no_longer(answer=Answer.objects.of(asked.here).get(), by=asked.ans)
    assert waits(asked.question)
    row = Promise.objects.of(asked.here).get()
    assert (row.began_at, row.answered_at) == (began, None)


def test_an_accepted_answer_that_its_author_takes_back_stops_no_clock_any_more(asked, time: Still):
    time.forward(hours=25)
    ask_staff_for_unanswered()
    began = time.moment
    given, other = (answer(question=anew(asked.question), person=asked.piet, text=each) for each in ("Zo.", "Of zo."))
    for each in (given, other):
        accept(answer=each, by=asked.ans)
    withdraw(message=other.message, by=asked.piet)
    assert not waits(asked.question), "the first one helped as well"
    withdraw(message=given.message, by=asked.piet)
    assert waits(asked.question)
    row = Promise.objects.of(asked.here).get()
    assert (row.began_at, row.answered_at) == (began, None)


def test_what_was_answered_in_time_waits_for_staff_when_that_answer_is_taken_back(asked, time: Still):
    given = answer(question=asked.question, person=asked.piet, text="Onder Mijn boeken.")
    accept(answer=given, by=asked.ans)
    time.forward(hours=30)
    ask_staff_for_unanswered()
    assert not waits(asked.question)
    withdraw(message=given.message, by=asked.piet)
    ask_staff_for_unanswered()
    assert waits(asked.question)


def test_a_staff_answer_on_the_page_stops_the_clock_as_well(asked, time: Still):
    ask_staff(question=asked.question, by=asked.house.jamal)
    staff = cast.browser(asked.here, asked.house.jamal)
    staff.post(f"/questions/{asked.question.pk}/answer/", {"text": "Onder Mijn boeken.", "official": "on"})
    assert not waits(asked.question)
    assert Promise.objects.of(asked.here).get().answered_by == asked.house.jamal


def test_staff_take_a_question_before_its_time(asked):
    staff = cast.browser(asked.here, asked.house.jamal)
    staff.post(f"/questions/{asked.question.pk}/to-inbox/")
    assert waits(asked.question)
    assert Conversation.objects.of(asked.here).get(pk=asked.question.pk).assignee == asked.house.jamal


def test_nothing_said_in_public_begins_a_clock_by_itself(asked, time: Still):
    answer(question=asked.question, person=asked.piet, text="Onder Mijn boeken.")
    answer(question=asked.question, person=asked.ans, text="Dat zie ik niet.")
    assert not Promise.objects.of(asked.here).exists()


def test_what_is_marked_as_spam_in_the_inbox_is_out_of_sight(asked):
    from klankbord.events.reacting import react_to_everything

    cast.browser(asked.here, asked.house.jamal).post(f"/inbox/{asked.question.pk}/spam/")
    react_to_everything()
    assert cast.browser(asked.here).get(f"/questions/{asked.question.pk}/").status_code == 404


def test_the_job_is_in_the_schedule():
    assert ask_staff_for_unanswered in [job.run for job in JOBS]
