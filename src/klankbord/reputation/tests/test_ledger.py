"""What is earned, what it adds up to, and how it is taken back."""

from __future__ import annotations

from datetime import timedelta

import pytest

from klankbord import clock
from klankbord.people.models import Person
from klankbord.people.visitors import person_of_member
from klankbord.reputation.actions import CannotThank, award, may, points_of, recount, reverse, take_off_the_wall, thank
from klankbord.reputation.models import Entry
from klankbord.reputation.rules import DAILY_CAP, FROM_ONE_GIVER, WORTH, Right, Rule
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


def test_what_cannot_be_given_by_a_click_is_not_capped(klank: DeKlank) -> None:
    ans, piet = _voters(klank, 2)
    for number in range(10):
        award(person=ans, rule=Rule.ANSWER_ACCEPTED, cause=f"answer:{number}", giver=piet)
    assert points_of(ans) == 10 * WORTH[Rule.ANSWER_ACCEPTED].points


def test_one_admirer_gives_only_so_much_in_thirty_days(klank: DeKlank) -> None:
    ans, piet = _voters(klank, 2)
    start = clock.now() - timedelta(days=50)
    for number in range(8):
        _helpful(ans, piet, f"vote:{number}", at=start + timedelta(days=number))
    assert points_of(ans) == FROM_ONE_GIVER
    _helpful(ans, piet, "vote:later", at=start + timedelta(days=45))
    assert points_of(ans) == FROM_ONE_GIVER + HELPFUL


def test_standing_never_fades(klank: DeKlank) -> None:
    ans, piet = _voters(klank, 2)
    _helpful(ans, piet, "vote:1", at=clock.now() - timedelta(days=2000))
    assert recount(person=ans) == HELPFUL


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
    assert row.words == "Dankzij jou lees ik weer!"
    assert points_of(ans) == WORTH[Rule.THANKED].points
    for to, words in ((ans, "nog eens"), (piet, "mezelf"), (ans, " ")):
        with pytest.raises(CannotThank):
            thank(to=to, by=piet, words=words)
    take_off_the_wall(thanks=row)
    assert points_of(ans) == 0
