"""Votes: one a person, however they come; put together and taken apart without a loss."""

from __future__ import annotations

from datetime import timedelta
from queue import SimpleQueue

import pytest
from django.db import transaction

from klankbord import clock
from klankbord.events.reacting import react_to_everything
from klankbord.ideas.actions import vote_together as together
from klankbord.ideas.actions.boards import main_board, make_board
from klankbord.ideas.actions.decide import set_status
from klankbord.ideas.actions.merge import merge, unmerge
from klankbord.ideas.actions.suggest import react, suggest
from klankbord.ideas.actions.vote import unvote, vote
from klankbord.ideas.actions.vote_together import vote_together
from klankbord.ideas.bursts import ONE_NETWORK
from klankbord.ideas.counting import burst_of, count_anew, hold, voters
from klankbord.ideas.models import Idea, Status
from klankbord.ideas.refusals import BoardClosed, CannotMerge
from klankbord.ideas.rising import rising_of
from klankbord.participation.models import Vote
from klankbord.people.actions import merge_persons, unmerge_person
from klankbord.people.models import Person
from tests import cast
from tests.browser import OpenPage
from tests.cast import DeKlank, helper
from tests.crowd import at_once
from tests.long import LONG

from .conftest import anew


def another(klank: DeKlank, title: str = "Een app met alles", who: str = "Piet") -> Idea:
    person = helper(klank.organisation, who)
    return suggest(board=main_board(klank.organisation), person=person, title=title, text="Graag.")


def test_who_has_the_idea_is_its_first_voter(idea, fatima):
    assert (anew(idea).votes, set(voters(idea))) == (1, {fatima.pk})


def test_a_person_counts_once_and_can_take_it_back(klank, idea):
    piet = helper(klank.organisation, "Piet")
    before = anew(idea).rising
    assert vote(idea=idea, person=piet)
    assert not vote(idea=idea, person=piet)
    assert (anew(idea).votes, anew(idea).score) == (2, 2)
    assert anew(idea).rising > before
    assert unvote(idea=idea, person=piet)
    assert not unvote(idea=idea, person=piet)
    assert anew(idea).votes == 1
    assert anew(idea).rising == pytest.approx(before)


def test_who_voted_reads_that_it_counts_and_how_to_take_it_back(klank, idea):
    piet = cast.known_browser(helper(klank.organisation, "Piet"))
    path = f"/ideas/{idea.conversation_id}/"
    told = "<span><b>Je telt mee.</b> Nog een keer klikken haalt je stem weg.</span>"
    assert told not in piet.get(path).content.decode()
    piet.post(f"{path}vote/")
    assert told in piet.get(path).content.decode()
    piet.post(f"{path}vote/", {"stop": "1"})
    assert told not in piet.get(path).content.decode()


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_a_vote_without_a_reload_says_at_once_that_it_counts(open_page: OpenPage):
    house = cast.de_klank()
    author = helper(house.organisation, "Fatima")
    made = suggest(board=main_board(house.organisation), person=author, title="Een app", text="Graag.")
    page = open_page(house.organisation, house.jamal)
    page.goto(f"/ideas/{made.conversation_id}/")
    told = page.get_by_text("Je telt mee.")
    told.wait_for(state="hidden")
    page.click(".vote")
    told.wait_for()
    page.click(".vote")
    told.wait_for(state="hidden")


def test_a_closed_round_takes_no_votes(klank, fatima):
    now = clock.now()
    board = make_board(by=klank.noor, name="Maart", closes_at=now + timedelta(days=1))
    idea = suggest(board=board, person=fatima, title="Een bankje buiten", text="")
    with clock.reading(now + timedelta(days=2)), pytest.raises(BoardClosed):
        vote(idea=idea, person=helper(klank.organisation, "Piet"))
    assert anew(idea).votes == 1


def test_a_merge_counts_who_voted_for_both_once_and_from_their_first_vote_on(klank, idea, fatima):
    now = clock.now()
    with clock.reading(now + timedelta(days=10)):
        other = another(klank)
        vote(idea=other, person=fatima)
        ans = helper(klank.organisation, "Ans")
        vote(idea=other, person=ans)
        dates = {each.person_id: each.at for each in Vote.objects.of(klank.organisation).order_by("-at")}
        merge(idea=other, into=idea, by=klank.marlies)
    found = voters(anew(idea))
    assert set(found) == {fatima.pk, other.conversation.person_id, ans.pk}
    assert {person: cast.at for person, cast in found.items()} == dates, "the original dates"
    assert anew(idea).votes == 3
    assert not vote(idea=idea, person=ans), "who voted for the one voted for both"
    assert not vote(idea=other, person=ans)
    assert (anew(other).in_lists, anew(other).votes) == (False, 3)


def test_neither_a_merge_nor_a_status_makes_an_idea_rise(klank, idea):
    old = anew(idea).rising
    set_status(idea=idea, status=Status.PLANNED, sentence="In juni.", by=klank.marlies)
    assert anew(idea).rising == old
    other = another(klank)
    vote(idea=other, person=idea.conversation.person)
    with clock.reading(clock.now() + timedelta(days=100)):
        merge(idea=other, into=idea, by=klank.marlies)
    votes = [(cast.at, 1.0) for cast in voters(anew(idea)).values()]
    assert anew(idea).rising == pytest.approx(rising_of(idea.created_at, votes))


def test_what_was_merged_can_be_taken_apart_with_nothing_lost(klank, idea, fatima):
    other = another(klank)
    vote(idea=other, person=fatima)
    react(idea=other, person=fatima, text="Ook in de app.")
    before = [(each.votes, each.rising, each.comments) for each in (anew(idea), anew(other))]
    merge(idea=other, into=idea, by=klank.marlies)
    merge(idea=other, into=idea, by=klank.marlies)
    assert (anew(idea).votes, anew(idea).comments, anew(idea).absorbed) == (2, 1, 1)
    unmerge(idea=anew(other), by=klank.marlies)
    unmerge(idea=anew(other), by=klank.marlies)
    assert [(each.votes, each.comments) for each in (anew(idea), anew(other))] == [(v, c) for v, _r, c in before]
    assert [each.rising for each in (anew(idea), anew(other))] == pytest.approx([r for _v, r, _c in before])
    assert anew(other).in_lists


def test_what_was_merged_can_still_be_read_and_its_author_can_change_it(klank, idea):
    other = another(klank)
    merge(idea=other, into=idea, by=klank.marlies)
    path = f"/ideas/{idea.conversation_id}/"
    everybody = cast.browser(klank.organisation).get(path).content.decode()
    assert "Een app met alles" in everybody
    assert "<p>Graag.</p>" in everybody, "the words, not only the title"
    change = f"/ideas/words/{other.opening_id}/"
    assert change not in everybody
    assert change in cast.known_browser(other.conversation.person).get(path).content.decode()


def test_three_ideas_can_become_one_and_the_middle_one_takes_its_own_along(klank, idea):
    middle, small = another(klank, who="Ans"), another(klank, who="Bert")
    merge(idea=small, into=middle, by=klank.marlies)
    merge(idea=anew(middle), into=idea, by=klank.marlies)
    assert anew(idea).votes == 3
    vote(idea=anew(small), person=helper(klank.organisation, "Noa"))
    assert anew(idea).votes == 4, "a vote for what was merged counts where it went on"
    unmerge(idea=anew(middle), by=klank.marlies)
    assert (anew(idea).votes, anew(middle).votes) == (2, 2)
    unmerge(idea=anew(small), by=klank.marlies)
    assert (anew(idea).votes, anew(middle).votes, anew(small).votes) == (2, 1, 1)


def test_an_idea_cannot_be_merged_into_itself_or_in_a_circle_or_elsewhere(klank, idea):
    other = another(klank)
    merge(idea=other, into=idea, by=klank.marlies)
    next_door = cast.klankerveen()
    foreign = suggest(
        board=main_board(next_door.organisation),
        person=helper(next_door.organisation, "Bo"),
        title="Meer groen in de straat",
        text="",
    )
    for pair in ((idea, idea), (idea, other), (idea, foreign)):
        with pytest.raises(CannotMerge):
            merge(idea=anew(pair[0]), into=anew(pair[1]), by=klank.marlies)


def test_of_two_persons_who_turn_out_to_be_one_one_vote_counts(klank, idea, fatima):
    twin = helper(klank.organisation, "Fatima thuis")
    vote(idea=idea, person=twin)
    merge_persons(duplicate=twin, into=fatima, by=klank.marlies)
    react_to_everything()
    assert anew(idea).votes == 1
    twin.refresh_from_db()
    assert not vote(idea=idea, person=twin)
    unmerge_person(person=twin, by=klank.marlies)
    react_to_everything()
    assert anew(idea).votes == 2


def test_votes_of_one_network_in_a_day_all_count_but_lift_it_less(klank, idea):
    for number in range(12):
        vote(idea=idea, person=helper(klank.organisation, f"Buur {number}"), place="school")
    row = anew(idea)
    assert (row.votes, row.damped) == (13, 12 - ONE_NETWORK)
    assert burst_of(row).from_one_network == 12
    incremental = row.rising
    count_anew(hold(row))
    assert anew(idea).rising == pytest.approx(incremental)


def test_votes_that_come_soon_after_others_share_a_commit_and_what_was_taken_back_is_not_counted(monkeypatch):
    writer, ballot = together.VoteWriter(), together.Ballot(1, Person(), "")
    later, more = SimpleQueue(), iter([3])
    groups = []

    def count(ballots):
        groups.append(len(ballots))
        return [True] * len(ballots)

    def gather():
        for _ in range(next(more, 0)):
            later.put(writer.submit(ballot))

    monkeypatch.setattr(together, "count_ballots", count)
    monkeypatch.setattr(writer, "_gather", gather)
    first = [writer.submit(ballot) for _ in range(3)]
    first.pop().cancel()
    writer.start()
    assert [each.result(60) for each in first] == [True, True]
    assert [later.get(timeout=60).result(60) for _ in range(3)] == [True] * 3
    assert groups == [2, 3]


def _together(*, idea, person):
    return vote_together(idea_id=idea.pk, person=person)


@pytest.mark.long
@pytest.mark.slow
@pytest.mark.parametrize("way", [vote, _together], ids=lambda way: way.__name__)
def test_fifty_votes_of_one_person_at_once_count_once_and_of_a_crowd_all(real_database, way):
    number = 500 if LONG or way is _together else 100  # together is how the site counts
    house = cast.de_klank()
    idea = suggest(
        board=main_board(house.organisation), person=helper(house.organisation), title="Langer open", text=""
    )
    voter = helper(house.organisation, "Piet")
    won = at_once([lambda: way(idea=idea, person=voter)] * 50)
    assert (len(won), won.count(True), anew(idea).votes) == (50, 1, 2)
    crowd = Person.objects.bulk_create(Person(organisation=house.organisation, name=str(n)) for n in range(number))
    won = at_once([lambda person=person: way(idea=idea, person=person) for person in crowd])
    assert (won.count(True), anew(idea).votes, anew(idea).score) == (number, number + 2, number + 2)
    incremental = anew(idea).rising
    with transaction.atomic():
        count_anew(hold(idea))
    assert anew(idea).rising == pytest.approx(incremental, abs=1e-6)
    assert len(set(voters(anew(idea)))) == number + 2
