"""Answers: whose they are, which helped, which the organisation stands for; comments, changes and taking back."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from klankbord.audit.models import AuditEntry
from klankbord.community.actions.accept import accept, accept_no_longer
from klankbord.community.actions.answer import answer, comment
from klankbord.community.actions.ask import ask
from klankbord.community.actions.close import close, open_again
from klankbord.community.actions.edit import edit, withdraw
from klankbord.community.actions.official import make_official
from klankbord.community.models import Answer
from klankbord.community.refusals import NotTheAsker, NotYoursToChange, OnlyStaff, TakesNoAnswers
from klankbord.community.tests.conftest import anew, page
from klankbord.conversations.models import Message
from klankbord.events.reacting import react_to_everything
from klankbord.participation.models import Follow, Notice
from klankbord.people.visitors import person_of_member
from klankbord.reputation.actions import points_of
from tests import cast


def test_the_asker_accepts_more_than_one_answer_and_nobody_else_does(scene: SimpleNamespace):
    other = answer(question=scene.question, person=scene.fatima, text="Of bel even.")
    assert accept(answer=scene.answer, by=scene.ans)
    assert accept(answer=other, by=scene.ans)
    assert not accept(answer=other, by=scene.ans)
    assert anew(scene.question).accepted == 2
    with pytest.raises(NotTheAsker):
        accept_no_longer(answer=other, by=scene.piet)
    other = Answer.objects.of(scene.here).get(pk=other.pk)
    assert accept_no_longer(answer=other, by=scene.ans)
    assert anew(scene.question).accepted == 1


def test_an_accepted_answer_earns_standing_until_the_asker_takes_it_back(scene: SimpleNamespace):
    before = points_of(scene.piet)
    accept(answer=scene.answer, by=scene.ans)
    react_to_everything()
    assert points_of(scene.piet) > before
    accept_no_longer(answer=Answer.objects.of(scene.here).get(pk=scene.answer.pk), by=scene.ans)
    react_to_everything()
    assert points_of(scene.piet) == before


def test_official_answers_stand_first_then_accepted_ones_then_the_most_useful(scene: SimpleNamespace):
    late = answer(question=scene.question, person=scene.fatima, text="Nog een weg.")
    staff = answer(
        question=scene.question,
        person=person_of_member(membership=scene.house.jamal),
        membership=scene.house.jamal,
        text="Wij deden het voor je.",
        official=True,
    )
    accept(answer=late, by=scene.ans)
    shown = page(cast.browser(scene.here), scene.path)
    order = [shown.index(f'id="m{each.pk}"') for each in (staff, late, scene.answer)]
    assert order == sorted(order)


def test_staff_are_recognisable_by_name_and_role_in_answers_and_comments(scene: SimpleNamespace):
    jamal = scene.house.jamal
    person = person_of_member(membership=jamal)
    answer(question=scene.question, person=person, membership=jamal, text="Wij deden het voor je.")
    comment(message=scene.answer.message, person=person, membership=jamal, text="Dat klopt.")
    shown = page(cast.browser(scene.here), scene.path)
    assert shown.count("Jamal Haddou") == 2
    assert shown.count("vestiging Centrum") == 2
    assert shown.count('<span class="tag accent">') == 2


def test_a_member_of_staff_makes_a_peers_answer_official_with_their_name_and_it_is_noted(scene: SimpleNamespace):
    staff = cast.browser(scene.here, scene.house.jamal)
    staff.post(f"/questions/answers/{scene.answer.pk}/official/")
    react_to_everything()
    assert "Jamal Haddou" in page(cast.browser(scene.here), scene.path)
    assert AuditEntry.objects.of(scene.here).filter(verb="made_official", subject_id=scene.answer.pk).exists()
    staff.post(f"/questions/answers/{scene.answer.pk}/official/", {"stop": "1"})
    assert "Jamal Haddou" not in page(cast.browser(scene.here), scene.path)


def test_who_works_elsewhere_makes_nothing_official(scene: SimpleNamespace):
    with pytest.raises(OnlyStaff):
        make_official(answer=scene.answer, by=cast.klankerveen().bram)


def test_comments_stand_under_questions_and_answers_and_not_among_the_answers(scene: SimpleNamespace):
    fatima = cast.known_browser(scene.fatima)
    done = fatima.post(f"/questions/posts/{scene.answer.pk}/comment/", {"text": "Ook in de app?"})
    said = Message.objects.of(scene.here).get(text="Ook in de app?")
    assert done.headers["Location"] == f"{scene.path}#m{said.pk}"
    assert said.reply_to_id == scene.answer.pk
    under = comment(message=said, person=scene.piet, text="Ja.")
    assert under.reply_to_id == scene.answer.pk, "a comment on a comment stands beside it"
    comment(message=scene.question.opening, person=scene.piet, text="Welk boek?")
    assert anew(scene.question).answers == 1
    assert page(cast.browser(scene.here), scene.path).count('<li class="comment"') == 3


def test_what_was_changed_stays_to_be_seen_with_the_differences(scene: SimpleNamespace):
    ans = cast.known_browser(scene.ans)
    opening = scene.question.opening_id
    ans.post(
        f"/questions/posts/{opening}/edit/",
        {"title": "Hoe verleng ik een luisterboek?", "text": "Ik zie geen knop in de app.", "reason": "preciezer"},
    )
    shown = page(cast.browser(scene.here), scene.path)
    assert "Hoe verleng ik een luisterboek?" in shown
    assert f"/questions/posts/{opening}/history/" in shown
    history = page(cast.browser(scene.here), f"/questions/posts/{opening}/history/")
    assert "<del>boek</del><ins>luisterboek</ins>" in history
    assert "preciezer" in history
    assert "<ins> in de app</ins>" in history


def test_somebody_elses_words_are_changed_by_moderators_and_by_all_in_a_wiki_only(scene: SimpleNamespace):
    with pytest.raises(NotYoursToChange):
        edit(message=scene.answer.message, by=scene.fatima, text="Anders.")
    edit(message=scene.answer.message, by=scene.fatima, membership=scene.house.tom, text="Beter.")
    Answer.objects.of(scene.here).filter(pk=scene.answer.pk).update(wiki_at="2026-01-01T00:00:00Z")
    assert edit(message=scene.answer.message, by=scene.fatima, text="Nog beter.")


def test_a_better_text_for_somebody_else_earns_something_until_it_is_undone(scene: SimpleNamespace):
    before = points_of(scene.fatima)
    Answer.objects.of(scene.here).filter(pk=scene.answer.pk).update(wiki_at="2026-01-01T00:00:00Z")
    was = scene.answer.message.text
    edit(message=scene.answer.message, by=scene.fatima, text="Onder *Mijn boeken*, rechts.")
    react_to_everything()
    assert points_of(scene.fatima) > before
    edit(message=scene.answer.message, by=scene.piet, text=was)
    react_to_everything()
    assert points_of(scene.fatima) == before


def test_an_answer_taken_back_is_gone_and_a_question_stays_for_its_answers(scene: SimpleNamespace):
    withdraw(message=scene.question.opening, by=scene.ans)
    shown = page(cast.browser(scene.here), scene.path)
    assert "Ik zie geen knop." not in shown
    assert "Mijn boeken" in shown
    withdraw(message=scene.answer.message, by=scene.piet)
    assert anew(scene.question).answers == 0
    assert f'href="{scene.path}"' not in page(cast.browser(scene.here), "/questions/")


def test_a_closed_question_takes_no_answers_but_comments_and_a_locked_one_nothing(scene: SimpleNamespace):
    close(question=scene.question, by=scene.house.tom, why="Het antwoord staat hieronder.")
    question = anew(scene.question)
    with pytest.raises(TakesNoAnswers):
        answer(question=question, person=scene.fatima, text="Toch nog iets.")
    comment(message=scene.answer.message, person=scene.fatima, text="Dank je.")
    assert "Het antwoord staat hieronder." in page(cast.browser(scene.here), scene.path)
    close(question=question, by=scene.house.tom, lock=True)
    with pytest.raises(TakesNoAnswers):
        comment(message=scene.answer.message, person=scene.fatima, text="Nog iets.")
    assert open_again(question=anew(question), by=scene.house.tom)
    assert answer(question=anew(question), person=scene.fatima, text="Toch nog iets.")


def test_only_moderators_close_questions(scene: SimpleNamespace):
    with pytest.raises(OnlyStaff):
        close(question=scene.question, by=scene.house.jamal)


def test_who_asks_or_answers_follows_and_hears_of_what_others_say(scene: SimpleNamespace):
    follows = Follow.objects.of(scene.here).filter(conversation=scene.question.conversation)
    assert set(follows.values_list("person_id", flat=True)) == {scene.ans.pk, scene.piet.pk}
    told = Notice.objects.of(scene.here).filter(why="answer", message_id=scene.answer.pk)
    assert list(told.values_list("person_id", flat=True)) == [scene.ans.pk], "not who said it"


def test_who_follows_all_new_questions_hears_of_one(scene: SimpleNamespace):
    Follow.objects.create(organisation=scene.here, person=scene.fatima, area="questions")
    question = ask(person=scene.ans, title="Waar is de leeszaal?", text="")
    react_to_everything()
    told = Notice.objects.of(scene.here).filter(why="question", conversation=question.conversation)
    assert list(told.values_list("person_id", flat=True)) == [scene.fatima.pk]
