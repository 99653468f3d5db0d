"""What is earned, what it adds up to, and how it is taken back."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta

import pytest
from django.db import transaction
from pytest_django import DjangoAssertNumQueries

from klankbord import clock
from klankbord.events.reacting import react_to_everything
from klankbord.people.actions import merge_persons, unmerge_person
from klankbord.people.models import Person
from klankbord.people.visitors import person_of_member
from klankbord.reputation import counting
from klankbord.reputation.actions import (
    Award,
    award,
    award_all,
    highest,
    may,
    points_of,
    reverse,
)
from klankbord.reputation.counting import recount, recount_house
from klankbord.reputation.models import Entry, Perk, Standing
from klankbord.reputation.perks import Offer, grant_perk, perks_of
from klankbord.reputation.ranks import rank_of, ranks
from klankbord.reputation.rules import DAILY_CAP, FROM_ONE_GIVER, RANKS, THRESHOLDS, WORTH, Right, Rule
from klankbord.reputation.thanks import CannotThank, take_off_the_wall, thank
from tests.cast import DeKlank, de_klank, helper

HELPFUL = WORTH[Rule.ANSWER_HELPFUL].points


@pytest.fixture
def klank(db: None) -> DeKlank:
    return de_klank()


def _voters(klank: DeKlank, number: int) -> list[Person]:
    return [helper(klank.organisation, f"Stem {each}") for each in range(number)]


def _helpful(person: Person, giver: Person, cause: str, **fields: object) -> bool:
    return award(person=person, rule=Rule.ANSWER_HELPFUL, cause=cause, giver=giver, **fields)  # type: ignore[arg-type]


def test_a_cause_is_earned_from_once_however_often_it_is_told(klank: DeKlank) -> None:
    ans, piet = _voters(klank, 2)
    assert _helpful(ans, piet, "vote:1")
    assert not _helpful(ans, piet, "vote:1")
    assert points_of(ans) == HELPFUL


def test_what_is_reversed_is_gone_and_counts_again_when_it_is_given_again(klank: DeKlank) -> None:
    ans, piet = _voters(klank, 2)
    _helpful(ans, piet, "vote:1")
    assert reverse(rule=Rule.ANSWER_HELPFUL, cause="vote:1", organisation_id=klank.organisation.pk)
    assert not reverse(rule=Rule.ANSWER_HELPFUL, cause="vote:1", organisation_id=klank.organisation.pk)
    assert points_of(ans) == 0
    assert _helpful(ans, piet, "vote:1")
    assert points_of(ans) == HELPFUL
    assert Entry.objects.of(klank.organisation).count() == 1, "the ledger keeps its line"


def test_nobody_earns_from_themselves(klank: DeKlank) -> None:
    ans = helper(klank.organisation)
    assert not _helpful(ans, ans, "vote:1")
    other = helper(klank.organisation, merged_into=ans)
    assert not _helpful(ans, other, "vote:2"), "nor as who they are merged with"


def test_who_turn_out_to_be_one_keep_nothing_that_they_gave_each_other(klank: DeKlank) -> None:
    ans, alias, piet = _voters(klank, 3)
    _helpful(ans, alias, "vote:1")
    _helpful(ans, piet, "vote:2")
    merge_persons(duplicate=alias, into=ans, by=klank.tom)
    react_to_everything()
    assert points_of(ans) == HELPFUL
    alias.refresh_from_db(from_queryset=Person.objects.of(klank.organisation))
    unmerge_person(person=alias, by=klank.tom)
    react_to_everything()
    assert points_of(Person.objects.of(klank.organisation).get(pk=ans.pk)) == 2 * HELPFUL


def test_two_givers_who_turn_out_to_be_one_have_one_share(klank: DeKlank) -> None:
    ans, piet, alias = _voters(klank, 3)
    for number in range(5):
        _helpful(ans, piet, f"vote:{number}")
        _helpful(ans, alias, f"alias:{number}")
    assert points_of(ans) == 2 * FROM_ONE_GIVER
    merge_persons(duplicate=alias, into=piet, by=klank.tom)
    react_to_everything()
    assert points_of(ans) == FROM_ONE_GIVER


def test_who_works_here_earns_nothing(klank: DeKlank) -> None:
    assert not _helpful(person_of_member(membership=klank.marlies), helper(klank.organisation), "vote:1")


def test_the_daily_cap_is_counted_anew_when_a_vote_of_that_day_is_reversed(klank: DeKlank) -> None:
    ans, *voters = _voters(klank, 13)
    for number, voter in enumerate(voters):
        _helpful(ans, voter, f"vote:{number}")
    assert points_of(ans) == DAILY_CAP
    reverse(rule=Rule.ANSWER_HELPFUL, cause="vote:0", organisation_id=klank.organisation.pk)
    assert points_of(ans) == DAILY_CAP, "one that was cut off takes its place"
    for number in range(1, 4):
        reverse(rule=Rule.ANSWER_HELPFUL, cause=f"vote:{number}", organisation_id=klank.organisation.pk)
    assert points_of(ans) == 8 * HELPFUL


@pytest.mark.parametrize("seed", range(4))
def test_what_many_give_at_once_counts_as_if_each_had_given_it_by_itself(klank: DeKlank, seed: int) -> None:
    dice = random.Random(seed)
    ans, alias, *givers = _voters(klank, 8)
    merge_persons(duplicate=alias, into=givers[0], by=klank.tom)
    react_to_everything()
    alias = Person.objects.of(klank.organisation).get(pk=alias.pk)
    rules = [Rule.ANSWER_HELPFUL, Rule.ANSWER_ACCEPTED, Rule.ANSWER_OFFICIAL, Rule.IDEA_SUPPORTED]
    moment = datetime(2026, 3, 1, 20, tzinfo=UTC)
    for portion in range(8):
        awards = []
        for number in range(dice.randint(1, 12)):
            moment += timedelta(minutes=dice.choice([0, 1, 240, 60 * 24 * 9]))
            late = timedelta(hours=dice.choice([0, 0, 0, 0, 30]))
            giver, cause = dice.choice([*givers, alias, ans]), f"vote:{portion}-{number}"
            awards.append(Award(person=ans, rule=dice.choice(rules), cause=cause, giver=giver, at=moment - late))
        with transaction.atomic():
            award_all(organisation_id=klank.organisation.pk, awards=awards)
        rows = Entry.objects.of(klank.organisation).order_by("pk")
        before, points = list(rows.values_list("pk", "counted")), points_of(ans)
        assert recount(person=ans) == points
        assert list(rows.values_list("pk", "counted")) == before


def test_what_many_give_at_once_costs_the_same_however_much_was_given_before(
    klank: DeKlank, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    ans, *givers = _voters(klank, 6)
    moment = clock.now()

    def give(portion: int) -> None:
        awards = [
            Award(person=ans, rule=Rule.IDEA_SUPPORTED, cause=f"vote:{portion}-{each.pk}", giver=each)
            for each in givers
        ]
        with clock.reading(moment + timedelta(seconds=portion)):
            award_all(organisation_id=klank.organisation.pk, awards=awards)

    for portion in range(4):
        give(portion)
    with django_assert_max_num_queries(14) as asked:
        give(4)
    assert not any("UPDATE" in each["sql"] and "reputation_entry" in each["sql"] for each in asked)
    assert not any('"reputation_entry"."reversed_at", ' in each["sql"] and "SELECT" in each["sql"] for each in asked)


def test_what_cannot_be_given_by_a_click_is_not_capped(klank: DeKlank) -> None:
    ans, *askers = _voters(klank, 11)
    for number, asker in enumerate(askers):
        award(person=ans, rule=Rule.ANSWER_ACCEPTED, cause=f"answer:{number}", giver=asker)
    assert points_of(ans) == 10 * WORTH[Rule.ANSWER_ACCEPTED].points


def test_who_accepts_the_answers_of_one_person_all_the_time_gives_them_only_so_much(klank: DeKlank) -> None:
    """Such as somebody who asks under another name, and answers themselves."""
    ans, piet = _voters(klank, 2)
    for number in range(10):
        award(person=ans, rule=Rule.ANSWER_ACCEPTED, cause=f"answer:{number}", giver=piet)
    assert points_of(ans) == FROM_ONE_GIVER
    reverse(rule=Rule.ANSWER_ACCEPTED, cause="answer:0", organisation_id=klank.organisation.pk)
    assert points_of(ans) == FROM_ONE_GIVER, "one that was cut off takes its place"
    assert not _helpful(ans, piet, "vote:1") or points_of(ans) == FROM_ONE_GIVER, "votes and answers together"


def test_one_admirer_gives_only_so_much_in_thirty_days(klank: DeKlank) -> None:
    ans, piet = _voters(klank, 2)
    start = clock.now() - timedelta(days=50)
    for number in range(8):
        _helpful(ans, piet, f"vote:{number}", at=start + timedelta(days=number))
    assert points_of(ans) == FROM_ONE_GIVER
    _helpful(ans, piet, "vote:later", at=start + timedelta(days=45))
    assert points_of(ans) == FROM_ONE_GIVER + HELPFUL


def test_points_from_before_a_limit_follow_it_once_they_are_counted_anew(klank: DeKlank) -> None:
    """As they were given when one person could give another as much as they liked."""
    ans, piet = _voters(klank, 2)
    for number in range(8):
        _helpful(ans, piet, f"vote:{number}")
    Entry.objects.of(klank.organisation).update(counted=HELPFUL)
    Standing.objects.of(klank.organisation).update(points=8 * HELPFUL)
    (tried,) = (each for each in recount_house(klank.organisation, try_out=True) if each.person_id == ans.pk)
    assert (tried.before, tried.after, points_of(ans)) == (8 * HELPFUL, FROM_ONE_GIVER, 8 * HELPFUL)
    assert list(recount_house(klank.organisation)) == [tried]
    assert points_of(ans) == FROM_ONE_GIVER
    assert all(each.before == each.after for each in recount_house(klank.organisation))


@pytest.mark.parametrize("rule", Rule)
def test_what_one_person_gives_has_a_limit_and_what_the_organisation_gives_has_none(klank: DeKlank, rule: Rule) -> None:
    ans, piet = _voters(klank, 2)
    number = FROM_ONE_GIVER // WORTH[rule].points + 1
    start = clock.now() - timedelta(days=number / 2)
    for each in range(number):
        award(person=ans, rule=rule, cause=f"one:{each}", giver=piet, at=start + timedelta(hours=12 * each))
    is_ours = rule in (Rule.ANSWER_OFFICIAL, Rule.IDEA_TAKEN_UP)
    assert points_of(ans) == (number * WORTH[rule].points if is_ours else FROM_ONE_GIVER)


@pytest.mark.parametrize("rule", Rule)
def test_what_one_does_well_oneself_needs_no_giver_and_all_else_does(klank: DeKlank, rule: Rule) -> None:
    alone = award(person=helper(klank.organisation, "Ans"), rule=rule, cause="alone:1")
    assert alone == (rule in (Rule.EDIT_KEPT, Rule.FLAG_RIGHT))


@pytest.mark.parametrize("rule", Rule)
def test_what_comes_by_a_click_is_capped_and_what_takes_more_is_not(
    klank: DeKlank, rule: Rule, monkeypatch: pytest.MonkeyPatch
) -> None:
    ans, *givers = _voters(klank, 4)
    monkeypatch.setattr(counting, "DAILY_CAP", 2 * WORTH[rule].points)
    for number, giver in enumerate(givers):
        award(person=ans, rule=rule, cause=f"day:{number}", giver=giver, at=clock.now() - timedelta(days=2))
    is_free = rule in (Rule.ANSWER_ACCEPTED, Rule.ANSWER_OFFICIAL, Rule.IDEA_TAKEN_UP)
    assert points_of(ans) == (3 if is_free else 2) * WORTH[rule].points


@pytest.mark.parametrize("right", Right)
def test_a_right_is_there_from_its_height_on_and_not_before(klank: DeKlank, right: Right) -> None:
    ans, height = helper(klank.organisation, "Ans"), THRESHOLDS[right].points
    standing = Standing.objects.create(organisation=klank.organisation, person=ans, points=height - 1)
    assert not may(ans, right)
    standing.points = height
    standing.save()
    assert may(ans, right)


def test_standing_never_fades(klank: DeKlank) -> None:
    ans, piet = _voters(klank, 2)
    _helpful(ans, piet, "vote:1", at=clock.now() - timedelta(days=2000))
    assert recount(person=ans) == HELPFUL


def test_a_day_is_a_day_where_the_organisation_is(klank: DeKlank) -> None:
    """23:30 UTC is half past midnight in Amsterdam: the next day's cap."""
    ans, *voters = _voters(klank, 21)
    evening = datetime(2027, 1, 10, 22, 30, tzinfo=UTC)
    for number, voter in enumerate(voters[:10]):
        _helpful(ans, voter, f"vote:{number}", at=evening)
    _helpful(ans, voters[10], "vote:late", at=evening + timedelta(minutes=20))
    assert points_of(ans) == DAILY_CAP
    for number, voter in enumerate(voters[11:]):
        _helpful(ans, voter, f"next:{number}", at=evening + timedelta(hours=1))
    assert points_of(ans) == DAILY_CAP + 9 * HELPFUL


def test_who_earned_something_this_year_is_active_and_others_keep_their_points(klank: DeKlank) -> None:
    once, now, piet = _voters(klank, 3)
    _helpful(once, piet, "vote:1", at=clock.now() - timedelta(days=400))
    _helpful(now, piet, "vote:2")
    found = {
        each.person_id: (each.points, each.is_active)
        for each in highest(organisation_id=klank.organisation.pk, number=9)
    }
    assert found == {once.pk: (HELPFUL, False), now.pk: (HELPFUL, True)}


def test_a_rank_is_reached_at_its_height(klank: DeKlank) -> None:
    heights = ranks(klank.organisation.pk)
    for points, name in RANKS[1:]:
        assert rank_of(points, heights) == str(name)
        assert rank_of(points - 1, heights) != str(name)
    assert rank_of(0, heights) == ""


def test_a_perk_is_offered_from_its_height_on(klank: DeKlank) -> None:
    ans, piet = _voters(klank, 2)
    coffee = Perk.objects.create(organisation=klank.organisation, name="Koffie", from_points=2 * HELPFUL)
    _helpful(ans, piet, "vote:1")
    assert perks_of(ans) == ([], [])
    _helpful(ans, piet, "vote:2")
    assert perks_of(ans) == ([], [Offer(coffee, can_take=False)])
    given = grant_perk(perk=coffee, person=ans, code="K-1")
    assert perks_of(ans) == ([given], [])
    assert grant_perk(perk=coffee, person=ans, code="K-2").code == "K-1", "once"


def test_rights_come_step_by_step(klank: DeKlank) -> None:
    ans, piet = _voters(klank, 2)
    assert not may(ans, Right.LINKS)
    _helpful(ans, piet, "vote:1")
    assert may(ans, Right.LINKS)
    assert may(ans, Right.UNSCREENED)
    assert not may(ans, Right.EDIT_OTHERS)
    assert may(None, Right.EDIT_OTHERS, membership=klank.jamal)
    assert not may(None, Right.LINKS)


def test_a_thank_you_earns_something_until_it_is_taken_off_the_wall(klank: DeKlank) -> None:
    ans, piet = _voters(klank, 2)
    row = thank(to=ans, by=piet, words="Dankzij jou  lees ik weer!")
    assert row.message.text == "Dankzij jou lees ik weer!"
    assert points_of(ans) == WORTH[Rule.THANKED].points
    for to, words in ((ans, "nog eens"), (piet, "mezelf"), (ans, " ")):
        with pytest.raises(CannotThank):
            thank(to=to, by=piet, words=words)
    take_off_the_wall(thanks=row)
    assert points_of(ans) == 0
