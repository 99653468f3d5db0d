"""Ranks, perks and undone votes, through their pages."""

from __future__ import annotations

import pytest

from klankbord.participation.models import Ring
from klankbord.reputation.actions import award
from klankbord.reputation.models import PerkGiven, Rank
from klankbord.reputation.rules import Rule, Sign
from tests import cast

pytestmark = pytest.mark.django_db


@pytest.fixture
def house():
    return cast.de_klank()


def test_a_lead_gives_the_ranks_other_names_and_the_usual_ones_back(house):
    lead = cast.browser(house.organisation, house.noor)
    helper = cast.helper(house.organisation, "Ans")
    award(person=helper, rule=Rule.ANSWER_ACCEPTED, cause="answer:1", giver=cast.helper(house.organisation, "Piet"))
    lead.post("/office/standing/", {"ranks": "10 boekenvriend\n500 boekenheld"})
    assert "boekenvriend" in cast.browser(house.organisation).get(f"/people/{helper.pk}/").content.decode()
    lead.post("/office/standing/", {"ranks": ""})
    assert not Rank.objects.of(house.organisation).exists()


@pytest.mark.parametrize("ranks", ["veel vriend", "10", "10 a\n10 b", "0 niets"])
def test_ranks_that_make_no_sense_change_nothing(house, ranks):
    cast.browser(house.organisation, house.noor).post("/office/standing/", {"ranks": ranks})
    assert not Rank.objects.of(house.organisation).exists()


def test_a_perk_is_given_once_and_its_code_is_seen_by_who_got_it_only(house):
    lead = cast.browser(house.organisation, house.noor)
    helper = cast.helper(house.organisation, "Ans")
    award(person=helper, rule=Rule.ANSWER_ACCEPTED, cause="answer:1", giver=cast.helper(house.organisation, "Piet"))
    lead.post(
        "/office/standing/perks/new/", {"name": "Koffie", "words": "in het café", "kind": "desk", "is_active": "on"}
    )
    page = lead.get("/office/standing/").content.decode()
    assert "Koffie" in page
    number = page.split("/office/standing/perks/")[1].split("/")[0]
    for _twice in range(2):
        lead.post(f"/office/standing/perks/{number}/give/", {"person": str(helper.pk), "code": "KOFFIE-7"})
    assert PerkGiven.objects.of(house.organisation).get().code == "KOFFIE-7"
    assert "KOFFIE-7" in cast.known_browser(helper).get("/me/").content.decode()
    for public in ("/standing/", f"/people/{helper.pk}/"):
        assert "KOFFIE-7" not in cast.browser(house.organisation).get(public).content.decode()


def test_a_lead_says_that_votes_were_fine(house):
    ring = Ring.objects.create(organisation=house.organisation, sign=Sign.RING)
    ring.persons.add(cast.helper(house.organisation, "Ans"))
    lead = cast.browser(house.organisation, house.noor)
    assert "Ans" in lead.get("/office/standing/").content.decode()
    lead.post(f"/office/standing/rings/{ring.pk}/restore/")
    ring.refresh_from_db()
    assert ring.restored_by == house.noor
