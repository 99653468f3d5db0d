"""Perks: out of a stock of codes each is handed out once; a named feature stands on one's page; staff hear in time."""

from __future__ import annotations

from functools import partial

import pytest
from django.db import IntegrityError, transaction

from klankbord.channels.models import Dispatch
from klankbord.events.reacting import react_to_everything
from klankbord.people.actions import merge_persons
from klankbord.people.models import Person
from klankbord.reputation.actions import award
from klankbord.reputation.arranging import CannotArrange, add_codes, save_perk
from klankbord.reputation.models import Perk, PerkCode, PerkGiven
from klankbord.reputation.perks import NoCodeLeft, grant_perk, take_perk
from klankbord.reputation.rules import Rule
from tests import cast
from tests.crowd import at_once


@pytest.fixture
def house(db):
    house = cast.de_klank()
    house.mailbox.settings = {"smtp_host": "mail.deklank.example"}
    house.mailbox.save()
    return house


@pytest.fixture
def ans(house) -> Person:
    """Ans, who earned fifteen points."""
    ans = cast.helper(house.organisation, "Ans")
    award(person=ans, rule=Rule.ANSWER_ACCEPTED, cause="answer:1", giver=cast.helper(house.organisation, "Piet"))
    return ans


def voucher(house, *codes: str, low_at: int = 1, kind: str = "codes") -> Perk:
    perk = save_perk(
        organisation=house.organisation,
        by=house.noor,
        name="Boekenbon",
        words="Lever hem in bij de kassa.",
        from_points=10,
        kind=kind,
        low_at=low_at,
    )
    add_codes(perk=perk, codes=codes, by=house.noor)
    return perk


def test_who_earned_it_takes_a_code_with_one_click_and_sees_it_alone(house, ans):
    perk = voucher(house, "BON-1", "BON-2")
    browser = cast.known_browser(ans)
    assert f"/me/perks/{perk.pk}/" in browser.get("/me/").content.decode()
    for _twice in range(2):
        assert browser.post(f"/me/perks/{perk.pk}/").status_code == 302
    mine = browser.get("/me/").content.decode()
    assert ("BON-1" in mine, "BON-2" in mine, f"/me/perks/{perk.pk}/" in mine) == (True, False, False)
    assert "BON-1" not in cast.browser(house.organisation).get(f"/people/{ans.pk}/").content.decode()
    assert perk.left == 1


def test_who_earned_too_little_or_is_unknown_gets_none(house, ans):
    perk = voucher(house, "BON-1")
    path = f"/me/perks/{perk.pk}/"
    assert cast.known_browser(cast.helper(house.organisation, "Fatima")).post(path).status_code == 404
    assert cast.browser(house.organisation).post(path).status_code == 404
    by_hand = voucher(house, kind="desk")
    assert cast.known_browser(ans).post(f"/me/perks/{by_hand.pk}/").status_code == 404
    assert cast.known_browser(ans).post(path, HTTP_SEC_FETCH_SITE="cross-site").status_code == 403
    assert not PerkGiven.objects.of(house.organisation).exists()


def test_two_who_turned_out_to_be_one_get_one_code(house, ans):
    perk = voucher(house, "BON-1", "BON-2")
    first = take_perk(perk=perk, person=ans)
    twin = cast.helper(house.organisation, "Ans")
    merge_persons(duplicate=ans, into=twin, by=house.jamal)
    assert grant_perk(perk=perk, person=Person.objects.of(house.organisation).get(pk=twin.pk)) == first
    assert perk.left == 1


def test_when_codes_run_out_it_is_said_and_who_leads_hears_once(house, ans):
    perk = voucher(house, "BON-1", "BON-2")
    lead, helper = cast.browser(house.organisation, house.noor), cast.known_browser(ans)
    assert "late" not in _tag(lead)
    take_perk(perk=perk, person=ans)
    react_to_everything()
    grant_perk(perk=perk, person=cast.helper(house.organisation, "Piet"))
    react_to_everything()
    told = [row.message["subject"] for row in Dispatch.objects.of(house.organisation).filter(
        recipient=house.noor.user.email
    ).order_by("pk")]  # fmt: skip
    assert len(told) == 2
    assert all("Boekenbon" in each for each in told)
    assert not Dispatch.objects.of(house.organisation).filter(recipient=house.jamal.user.email).exists()
    assert "late" in _tag(lead)
    with pytest.raises(NoCodeLeft):
        grant_perk(perk=perk, person=cast.helper(house.organisation, "Fatima"))
    assert not PerkGiven.objects.of(house.organisation).filter(code="").exists()
    assert f"/me/perks/{perk.pk}/" not in helper.get("/me/").content.decode()


def _tag(lead) -> str:
    page: str = lead.get("/office/standing/").content.decode()
    return page.partition("Boekenbon")[2].partition("</li>")[0]


def test_a_lead_fills_the_stock_and_a_code_that_was_there_before_adds_nothing(house, ans):
    perk = voucher(house, "BON-1")
    take_perk(perk=perk, person=ans)
    lead, path = cast.browser(house.organisation, house.noor), f"/office/standing/perks/{perk.pk}/codes/"
    lead.post(path, {"codes": "BON-1\n\n BON-2 \nBON-2\r\nBON-3"})
    assert set(PerkCode.objects.of(house.organisation).in_stock(perk).values_list("code", flat=True)) == {
        "BON-2",
        "BON-3",
    }
    lead.post(path, {"codes": "x" * 41})
    assert perk.left == 2
    lead.post(path, {"out": "1"})
    assert perk.left == 0
    assert PerkCode.objects.of(house.organisation).get().code == "BON-1", "what was given stays known as given"
    with pytest.raises(CannotArrange):
        add_codes(perk=perk, codes=["BON-9"], by=house.jamal)


def test_a_named_feature_stands_on_the_page_of_who_took_it(house, ans):
    perk = voucher(house, kind="feature")
    public = f"/people/{ans.pk}/"
    assert "Boekenbon" not in cast.browser(house.organisation).get(public).content.decode()
    cast.known_browser(ans).post(f"/me/perks/{perk.pk}/")
    assert "Boekenbon" in cast.browser(house.organisation).get(public).content.decode()


def test_the_database_knows_no_code_that_was_given_and_is_still_in_stock(house, ans):
    perk = voucher(house, "BON-1")
    given = grant_perk(perk=perk, person=ans)
    with pytest.raises(IntegrityError), transaction.atomic():
        PerkCode.objects.of(house.organisation).filter(given=given).update(taken_at=None)


@pytest.mark.slow
def test_of_twenty_who_ask_at_once_ten_get_a_code_each_their_own(real_database):
    house = cast.de_klank()
    perk = voucher(house, *(f"BON-{number}" for number in range(10)))
    people = [cast.helper(house.organisation, f"Lezer {number}") for number in range(20)]

    def ask(person: Person) -> str:
        try:
            return grant_perk(perk=perk, person=person).code
        except NoCodeLeft:
            return ""

    won = at_once([partial(ask, person) for person in people], threads=10)
    codes = [code for code in won if code]
    assert (len(won), len(codes), len(set(codes)), perk.left) == (20, 10, 10, 0)
    again = at_once([partial(ask, people[0])] * 8, threads=8)
    assert len(set(again)) == 1
