"""`klankbord standing recount`: what it says, and what it changes."""

from __future__ import annotations

import pytest

from klankbord.reputation.actions import award, points_of
from klankbord.reputation.models import Standing
from klankbord.reputation.rules import WORTH, Rule
from tests.cast import de_klank, helper
from tests.command import invoke

pytestmark = pytest.mark.django_db


def test_it_says_who_changes_and_changes_them_once():
    house = de_klank().organisation
    ans = helper(house, "Ans")
    award(person=ans, rule=Rule.ANSWER_HELPFUL, cause="vote:1", giver=helper(house, "Piet"))
    Standing.objects.of(house).update(points=77)
    worth = WORTH[Rule.ANSWER_HELPFUL].points
    changes = [{"person": ans.pk, "before": 77, "after": worth}]
    tried = invoke("standing", "recount", "--try", "--json").told()
    assert (tried["persons"], tried["changed"], points_of(ans)) == (1, changes, 77)
    said = invoke("standing", "recount", "--organisation", house.host).said
    assert f"1 persons counted, 1 changed.\n  person {ans.pk}: 77 points, now {worth}" in said
    assert points_of(ans) == worth
    assert invoke("standing", "recount", "--json").told()["changed"] == []


def test_an_organisation_that_is_not_there_is_said():
    de_klank()
    assert "nergens.example" in invoke("standing", "recount", "--organisation", "nergens.example").sentence(2)
