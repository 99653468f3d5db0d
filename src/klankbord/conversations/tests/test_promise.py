"""The promise: its clock, what stops it, what never does; and taking a reply back."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from klankbord.channels.dispatch import Dispatches
from klankbord.conversations.actions.assign import assign
from klankbord.conversations.actions.change_state import finish, mark_spam, reopen
from klankbord.conversations.actions.save_draft import save_draft
from klankbord.conversations.actions.say_solved import say_solved
from klankbord.conversations.actions.send_reply import UNDO_SECONDS, send_reply, take_back_reply
from klankbord.conversations.actions.write_note import write_note
from klankbord.conversations.models import Conversation, Draft, DraftKind, Message, Promise
from klankbord.conversations.refusals import NotYours, TooLate
from klankbord.conversations.signing import reply_address
from klankbord.people.models import ClosedDay


def now(conversation: Conversation) -> Conversation:
    """As it stands in the database."""
    return Conversation.objects.of(conversation.organisation_id).get(pk=conversation.pk)


def promises(conversation: Conversation) -> list[tuple[bool, bool]]:
    """Of each wait, whether it was answered and whether it was dropped."""
    rows = Promise.objects.of(conversation.organisation_id).filter(conversation=conversation).order_by("pk")
    return [(each.answered_at is not None, each.dropped_at is not None) for each in rows]


def write_again(post: Any, question: Conversation, name: str = "2") -> Message:
    to = reply_address(question.organisation_id, question.pk, post.house.mailbox.address)
    (message,) = post.bring(post.letter(name), to=to)
    found: Message = message
    return found


def test_it_is_counted_in_opening_hours_across_a_closed_day(post: Any) -> None:
    ClosedDay.objects.create(organisation=post.house.organisation, day=date(2026, 3, 5))
    # Wednesday noon, 11 hours: 8 until closing at 20, none on Thursday, 3 on Friday from 9.
    assert post.question().due_at == datetime(2026, 3, 6, 11, 0, tzinfo=UTC)


def test_a_further_message_does_not_set_it_back(post: Any, still_clock: Any) -> None:
    question = post.question()
    still_clock.forward(hours=2)
    write_again(post, question)
    assert (now(question).waiting_since, now(question).due_at) == (question.waiting_since, question.due_at)
    assert promises(question) == [(False, False)]


def test_a_human_answer_stops_it_and_the_next_message_begins_a_new_one(post: Any, still_clock: Any) -> None:
    question = post.question()
    still_clock.forward(hours=1)
    send_reply(conversation=question, by=post.house.jamal, text="Ja.")
    assert (now(question).state, now(question).is_waiting, promises(question)) == ("answered", False, [(True, False)])
    kept = Promise.objects.of(question.organisation_id).get()
    assert (kept.answered_by, kept.answered_at) == (post.house.jamal, still_clock.moment)
    write_again(post, question)
    assert promises(question) == [(True, False), (False, False)]


def test_no_bot_note_draft_or_assignment_stops_it(post: Any) -> None:
    question, jamal = post.question(), post.house.jamal
    assert Message.objects.of(question.organisation_id).filter(automatic="acknowledgement").exists()
    write_note(conversation=question, by=jamal, text="Even bellen.")
    save_draft(conversation=question, by=jamal, kind=DraftKind.REPLY, text="Beste Ans")
    assign(conversation=question, to=jamal, by=jamal)
    assert (now(question).is_waiting, promises(question)) == (True, [(False, False)])


@pytest.mark.parametrize("how", ["spam", "finish", "solved"])
def test_spam_done_without_an_answer_and_solved_drop_it(post: Any, how: str) -> None:
    question, jamal = post.question(), post.house.jamal
    if how == "spam":
        mark_spam(conversation=question, by=jamal)
    elif how == "finish":
        finish(conversation=question, by=jamal)
    else:
        say_solved(conversation=question, text="Dank!")
    assert (now(question).is_waiting, promises(question)) == (False, [(False, True)])


def test_nobody_waits_in_spam_whatever_comes_in(post: Any) -> None:
    question = post.question()
    mark_spam(conversation=question, by=post.house.jamal)
    write_again(post, question)
    assert (now(question).state, now(question).is_waiting) == ("spam", False)


def test_who_had_the_last_word_waits_again_when_it_is_reopened(post: Any, still_clock: Any) -> None:
    question, jamal = post.question(), post.house.jamal
    still_clock.forward(seconds=5)
    finish(conversation=question, by=jamal)
    still_clock.forward(hours=1)
    reopen(conversation=question, by=jamal)
    assert (now(question).state, now(question).waiting_since) == ("open", still_clock.moment)
    assert promises(question) == [(False, True), (False, False)]


def test_after_an_answer_nobody_waits_when_it_is_reopened(post: Any, still_clock: Any) -> None:
    question, jamal = post.question(), post.house.jamal
    still_clock.forward(seconds=5)
    send_reply(conversation=question, by=jamal, text="Ja.", finish=True)
    to = reply_address(question.organisation_id, question.pk, post.house.mailbox.address)
    still_clock.forward(seconds=5)
    post.bring(post.letter("afwezig", Auto_Submitted="auto-replied"), to=to)
    reopen(conversation=question, by=jamal)
    assert (now(question).state, now(question).is_waiting) == ("answered", False)


def test_undo_brings_back_the_clock_and_the_text(post: Any, still_clock: Any) -> None:
    question, jamal = post.question(), post.house.jamal
    still_clock.forward(hours=1)
    reply = send_reply(conversation=question, by=jamal, text="Nee.", finish=True)
    still_clock.forward(seconds=UNDO_SECONDS - 1)
    assert Dispatches().perform_batch(owner="a") == 1  # the acknowledgement, and not the reply
    take_back_reply(message=reply, by=jamal)
    again = now(question)
    assert (again.state, again.waiting_since, again.due_at) == ("open", question.created_at, again.due_at)
    assert again.due_at == question.created_at + timedelta(hours=24)
    assert promises(question) == [(False, False)]
    assert Draft.objects.of(question.organisation_id).get().text == "Nee."
    assert reply not in Message.objects.of(question.organisation_id).for_customer()
    still_clock.forward(hours=1)
    assert Dispatches().perform_batch(owner="a") == 0
    take_back_reply(message=reply, by=jamal)


def test_undo_is_too_late_once_it_is_being_sent(post: Any, still_clock: Any) -> None:
    question, jamal = post.question(), post.house.jamal
    reply = send_reply(conversation=question, by=jamal, text="Nee.")
    Dispatches().perform_batch(owner="a")  # the acknowledgement
    still_clock.forward(seconds=UNDO_SECONDS + 1)
    Dispatches().perform_batch(owner="a")
    with pytest.raises(TooLate):
        take_back_reply(message=reply, by=jamal)
    assert (now(question).state, promises(question)) == ("answered", [(True, False)])


def test_nobody_takes_back_another_members_reply(post: Any) -> None:
    reply = send_reply(conversation=post.question(), by=post.house.jamal, text="Ja.")
    with pytest.raises(NotYours):
        take_back_reply(message=reply, by=post.house.noor)


def test_undo_after_the_customer_wrote_again_lets_the_first_wait_run_on(post: Any, still_clock: Any) -> None:
    question, jamal = post.question(), post.house.jamal
    still_clock.forward(hours=1)
    reply = send_reply(conversation=question, by=jamal, text="Nee.")
    still_clock.forward(seconds=3)
    write_again(post, question)
    take_back_reply(message=reply, by=jamal)
    assert now(question).waiting_since == question.created_at
    assert promises(question) == [(False, False)]


def test_undo_of_a_second_reply_leaves_who_wrote_meanwhile_waiting(post: Any, still_clock: Any) -> None:
    question, jamal = post.question(), post.house.jamal
    send_reply(conversation=question, by=jamal, text="Ja.")
    still_clock.forward(seconds=1)
    second = send_reply(conversation=question, by=jamal, text="En dit nog.")
    write_again(post, question)
    take_back_reply(message=second, by=jamal)
    assert (now(question).state, now(question).waiting_since) == ("open", still_clock.moment)


def test_undo_after_a_colleague_answered_too_makes_theirs_the_answer(post: Any, still_clock: Any) -> None:
    question, jamal, noor = post.question(), post.house.jamal, post.house.noor
    reply = send_reply(conversation=question, by=jamal, text="Nee.")
    still_clock.forward(seconds=3)
    send_reply(conversation=question, by=noor, text="Ja.")
    take_back_reply(message=reply, by=jamal)
    assert (now(question).state, now(question).is_waiting) == ("answered", False)
    kept = Promise.objects.of(question.organisation_id).get()
    assert (kept.answered_by, kept.answered_at) == (noor, still_clock.moment)


def test_a_mail_that_came_while_a_page_was_open_is_not_overwritten(post: Any, still_clock: Any) -> None:
    question, jamal = post.question(), post.house.jamal
    send_reply(conversation=question, by=jamal, text="Ja.")
    read_before = now(question)
    write_again(post, question)
    assign(conversation=read_before, to=post.house.noor, by=jamal)
    assert now(question).is_waiting
    send_reply(conversation=read_before, by=jamal, text="Nogmaals: ja.")
    assert promises(question) == [(True, False), (True, False)]
