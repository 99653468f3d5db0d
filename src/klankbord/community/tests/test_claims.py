"""Accounts from elsewhere are claimed with a code, and a member of staff decides."""

from __future__ import annotations

from datetime import timedelta
from types import SimpleNamespace

import pytest

from klankbord import clock
from klankbord.channels.models import Dispatch
from klankbord.community.actions.answer import answer
from klankbord.community.actions.claim import claim, decide_claim
from klankbord.community.models import Account, Claim
from klankbord.community.refusals import OnlyStaff, SamePerson
from klankbord.community.tests.conftest import page
from klankbord.participation.models import Participant
from klankbord.people.models import Person
from tests import cast


@pytest.fixture
def placeholder(scene: SimpleNamespace) -> SimpleNamespace:
    """Somebody who answered elsewhere under the name of Fa."""
    person = Person.objects.create(organisation=scene.here, name="Fa", pseudonym="Fa")
    Participant.objects.create(organisation=scene.here, person=person)
    answer(question=scene.question, person=person, text="Van vroeger.", quiet=True)
    scene.account = Account.objects.create(
        organisation=scene.here,
        person=person,
        source="vragen.example.org",
        profile_url="https://vragen.example.org/users/7",
    )
    scene.house.mailbox.settings = {"smtp_host": "mail.deklank.example"}
    scene.house.mailbox.save()
    return scene


def test_what_somebody_wrote_elsewhere_is_theirs_after_a_colleague_saw_the_code(placeholder: SimpleNamespace):
    scene, fatima = placeholder, cast.known_browser(placeholder.fatima)
    path = f"/questions/accounts/{scene.account.pk}/"
    assert path in page(fatima, f"/people/{scene.account.pk}/")
    told = fatima.post(path).headers["Location"]
    code = Claim.objects.of(scene.here).get().code
    assert code in page(fatima, told)
    moderator = cast.browser(scene.here, scene.house.tom)
    waiting = page(moderator, "/questions/claims/")
    assert code in waiting
    assert "https://vragen.example.org/users/7" in waiting
    moderator.post(f"/questions/claims/{Claim.objects.of(scene.here).get().pk}/decide/", {"answer": "yes"})
    scene.account.person.refresh_from_db()
    assert scene.account.person.canonical.pk == scene.fatima.pk
    shown = page(cast.browser(scene.here), scene.path)
    assert f'href="/people/{scene.account.pk}/"' not in shown
    mail = Dispatch.objects.of(scene.here).get(recipient=scene.fatima.addresses.get().shown)
    assert "Fa" in str(mail.message["text"])


@pytest.mark.parametrize(("name", "goes_on_as"), [("", "Fa"), ("Fatima", "Fatima")])
def test_who_has_no_name_here_goes_on_under_the_one_from_there(
    placeholder: SimpleNamespace, name: str, goes_on_as: str
):
    scene, long_ago = placeholder, clock.now() - timedelta(days=4000)
    Participant.objects.of(scene.here).filter(person=scene.account.person).update(about="Leest.", joined_at=long_ago)
    scene.fatima.pseudonym = name
    scene.fatima.save()
    decide_claim(claim=claim(account=scene.account, person=scene.fatima), by=scene.house.tom, grant=True)
    row = Participant.objects.of(scene.here).select_related("person").get(person=scene.fatima)
    assert (row.person.pseudonym, row.about, row.joined_at) == (goes_on_as, "Leest.", long_ago)


def test_a_claim_that_is_not_shown_changes_nothing(placeholder: SimpleNamespace):
    made = claim(account=placeholder.account, person=placeholder.fatima)
    assert decide_claim(claim=made, by=placeholder.house.tom, grant=False)
    assert not decide_claim(claim=made, by=placeholder.house.tom, grant=True), "decided is decided"
    placeholder.account.person.refresh_from_db()
    assert placeholder.account.person.merged_into is None


def test_an_account_becomes_one_persons_only(placeholder: SimpleNamespace):
    first = claim(account=placeholder.account, person=placeholder.fatima)
    assert claim(account=placeholder.account, person=placeholder.fatima) == first
    decide_claim(claim=first, by=placeholder.house.tom, grant=True)
    account = Account.objects.of(placeholder.here).select_related("person").get()
    for person in (placeholder.fatima, placeholder.piet):
        with pytest.raises(SamePerson):
            claim(account=account, person=person)


def test_only_moderators_decide_and_only_the_claimant_sees_the_code(placeholder: SimpleNamespace):
    made = claim(account=placeholder.account, person=placeholder.fatima)
    with pytest.raises(OnlyStaff):
        decide_claim(claim=made, by=placeholder.house.jamal, grant=True)
    for browser in (cast.browser(placeholder.here), cast.known_browser(placeholder.piet)):
        assert browser.get(f"/questions/claims/{made.pk}/").status_code == 404
