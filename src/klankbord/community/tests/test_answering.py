"""Answers: whose they are, which helped, which the organisation stands for; comments, changes and taking back."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from klankbord.audit.models import AuditEntry
from klankbord.community.actions.accept import accept, accept_no_longer
from klankbord.community.actions.answer import answer, comment
from klankbord.community.actions.ask import ask
from klankbord.community.actions.close import close, open_again
from klankbord.community.actions.edit import edit, retag, withdraw
from klankbord.community.actions.official import make_official
from klankbord.community.models import Answer, Question
from klankbord.community.refusals import MayNotRetag, NotTheAsker, OnlyStaff, TakesNoAnswers
from klankbord.community.tests.conftest import anew, page
from klankbord.conversations.models import Message
from klankbord.events.reacting import react_to_everything
from klankbord.moderation.actions.decide import decide
from klankbord.moderation.house import reasons
from klankbord.moderation.models import Case
from klankbord.moderation.rules import Judgement
from klankbord.participation.contract import NotYoursToChange
from klankbord.participation.models import Follow, Notice, Topic
from klankbord.people.models import Organisation, Person
from klankbord.people.visitors import person_of_member
from klankbord.reputation.actions import points_of
from klankbord.reputation.models import Standing
from klankbord.reputation.rules import THRESHOLDS, Right
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
    assert f"/history/{opening}/" in shown
    history = page(cast.browser(scene.here), f"/history/{opening}/")
    assert "<del>boek</del><ins>luisterboek</ins>" in history
    assert "preciezer" in history
    assert "<ins> in de app</ins>" in history


def test_somebody_elses_words_are_changed_by_moderators_and_by_all_in_a_wiki_only(scene: SimpleNamespace):
    with pytest.raises(NotYoursToChange):
        edit(message=scene.answer.message, by=scene.fatima, text="Anders.")
    edit(message=scene.answer.message, by=scene.fatima, membership=scene.house.tom, text="Beter.")
    Answer.objects.of(scene.here).filter(pk=scene.answer.pk).update(wiki_at="2026-01-01T00:00:00Z")
    assert edit(message=scene.answer.message, by=scene.fatima, text="Nog beter.")


ONLY_THEIRS = "Alleen wie dit schreef, kan het veranderen."


def test_a_stranger_reads_before_they_write_that_only_the_author_can_change_it(scene: SimpleNamespace):
    path = f"/questions/posts/{scene.question.opening_id}/edit/"
    assert ONLY_THEIRS in page(cast.browser(scene.here), path)
    assert ONLY_THEIRS not in page(cast.known_browser(scene.fatima), path)


def test_what_everybody_may_improve_says_so_to_everybody(scene: SimpleNamespace):
    opening, answered = (f"/questions/posts/{pk}/edit/" for pk in (scene.question.opening_id, scene.answer.pk))
    stranger, reader = cast.browser(scene.here), cast.known_browser(with_points(scene.fatima, 0))
    for who in (stranger, reader):
        shown = page(who, scene.path)
        assert opening not in shown
        assert answered not in shown
    Question.objects.of(scene.here).filter(pk=scene.question.pk).update(wiki_at="2026-01-01T00:00:00Z")
    Answer.objects.of(scene.here).filter(pk=scene.answer.pk).update(wiki_at="2026-01-01T00:00:00Z")
    for who in (stranger, reader):
        shown = page(who, scene.path)
        assert opening in shown
        assert answered in shown
        form = who.get(opening)
        assert form.status_code == 200
        assert ONLY_THEIRS not in form.content.decode()
    close(question=anew(scene.question), by=scene.house.tom, lock=True)
    assert opening not in page(stranger, scene.path)


def make_topic(here: Organisation, name: str) -> Topic:
    """One of the organisation's themes."""
    return Topic.objects.create(organisation=here, name=name, slug=name.lower())


def with_points(person: Person, points: int) -> Person:
    """This person, having earned exactly so many points."""
    Standing.objects.of(person.organisation_id).filter(person=person).update(points=points)
    return person


def test_who_earned_it_improves_what_others_wrote(scene: SimpleNamespace):
    path, better = f"/questions/posts/{scene.answer.pk}/edit/", {"text": "Onder *Mijn boeken*, rechts van elk boek."}
    fatima = cast.known_browser(with_points(scene.fatima, THRESHOLDS[Right.EDIT_OTHERS].points - 1))
    assert path not in page(fatima, scene.path)
    assert fatima.post(path, better).status_code == 422
    with_points(scene.fatima, THRESHOLDS[Right.EDIT_OTHERS].points)
    assert path in page(fatima, scene.path)
    assert fatima.post(path, {**better, "reason": "waar precies"}).status_code == 302
    shown = page(cast.browser(scene.here), scene.path)
    assert "rechts van elk boek" in shown
    assert "Piet" in shown, "it is still his answer"
    assert "waar precies" in page(cast.browser(scene.here), f"/history/{scene.answer.pk}/")


def test_of_an_edit_that_is_not_kept_nothing_is_left_to_be_seen(scene: SimpleNamespace):
    path = f"/questions/posts/{scene.answer.pk}/edit/"
    sent = cast.known_browser(with_points(scene.piet, 0)).post(
        path, {"text": "Zie https://winkel.example/ voor korting."}
    )
    assert sent.url == f"/held/{scene.answer.pk}/"
    case = Case.objects.of(scene.here).waiting().get()
    decide(case=case, judgement=Judgement.HIDE, by=scene.house.tom, reason=reasons(scene.here)[0])
    everybody = cast.browser(scene.here)
    assert ", bij elk boek." in page(everybody, scene.path)
    for address in (scene.path, f"/history/{scene.answer.pk}/"):
        assert "winkel.example" not in page(everybody, address)


def test_nobody_else_changes_what_we_stand_for(scene: SimpleNamespace):
    with_points(scene.fatima, 10 * THRESHOLDS[Right.EDIT_OTHERS].points)
    speaker = person_of_member(membership=scene.house.tom)
    ours = answer(question=scene.question, person=speaker, membership=scene.house.tom, text="Onze woorden.")
    make_official(answer=scene.answer, by=scene.house.tom)
    for message in (ours.message, scene.answer.message):
        with pytest.raises(NotYoursToChange):
            edit(message=message, by=scene.fatima, text="Anders.")
        assert f"/questions/posts/{message.pk}/edit/" not in page(cast.known_browser(scene.fatima), scene.path)


def test_topics_are_changed_by_who_asked_who_earned_it_and_who_works_here(scene: SimpleNamespace):
    lending, opening = (make_topic(scene.here, name) for name in ("Lenen", "Openingstijden"))
    path = f"{scene.path}topics/"
    fatima = cast.known_browser(with_points(scene.fatima, THRESHOLDS[Right.RETAG].points - 1))
    for refused in (fatima, cast.browser(scene.here)):
        assert path not in page(refused, scene.path)
        assert refused.post(path, {"topics": [lending.pk]}).status_code == 422
    with_points(scene.fatima, THRESHOLDS[Right.RETAG].points)
    assert path in page(fatima, scene.path)
    assert "Lenen" in page(fatima, path)
    fatima.post(path, {"topics": [lending.pk]})
    assert ">Lenen<" in page(cast.browser(scene.here), scene.path)
    cast.known_browser(scene.ans).post(path, {"topics": [lending.pk, opening.pk]})
    assert ">Openingstijden<" in page(cast.browser(scene.here), scene.path)
    cast.browser(scene.here, scene.house.jamal).post(path, {})
    assert ">Lenen<" not in page(cast.browser(scene.here), scene.path)


def test_what_is_locked_takes_other_topics_from_staff_only(scene: SimpleNamespace):
    lending = make_topic(scene.here, "Lenen")
    close(question=scene.question, by=scene.house.tom, lock=True)
    with pytest.raises(TakesNoAnswers):
        retag(question=anew(scene.question), by=scene.ans, topics=[lending])
    with pytest.raises(MayNotRetag):
        retag(question=anew(scene.question), by=with_points(scene.fatima, 0), topics=[lending])
    speaker = person_of_member(membership=scene.house.jamal)
    assert retag(question=anew(scene.question), by=speaker, membership=scene.house.jamal, topics=[lending])


def test_a_better_text_for_somebody_else_earns_something_until_it_is_undone(scene: SimpleNamespace):
    before = points_of(scene.fatima)
    Answer.objects.of(scene.here).filter(pk=scene.answer.pk).update(wiki_at="2026-01-01T00:00:00Z")
    was = scene.answer.message.text
    edit(message=scene.answer.message, by=scene.fatima, text="Onder *Mijn boeken*, rechts.")
    react_to_everything()
    once = points_of(scene.fatima)
    assert once > before
    edit(message=scene.answer.message, by=scene.fatima, text="Onder *Mijn boeken*, rechts!")
    react_to_everything()
    assert points_of(scene.fatima) == once, "many small editions of one text are no more worth than one"
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
