"""In a real browser: one key a decision, nothing that a stranger wrote runs, and pages that fit everybody."""

from __future__ import annotations

from typing import Any

import pytest

from klankbord.conversations.models import Conversation, Message
from klankbord.moderation.actions.decide import decide
from klankbord.moderation.actions.flag import flag
from klankbord.moderation.actions.hold import hold_for_judgement
from klankbord.moderation.actions.objecting import object_to
from klankbord.moderation.actions.official_note import official_note
from klankbord.moderation.house import reasons
from klankbord.moderation.models import Case, Decision
from klankbord.moderation.rules import FlagReason, Judgement, WhyHeld
from klankbord.moderation.screening import Outcome, Verdict, Why
from klankbord.moderation.telling import _hash
from tests import cast
from tests.browser import assert_fit_for_all
from tests.cast import DeKlank, helper, thread

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]

HOSTILE = "<script>window.pwned=1</script>\"><img src=x onerror='window.pwned=1'>{{ 7*7 }} " + "x" * 200


@pytest.fixture
def house(transactional_db: None) -> DeKlank:
    return cast.de_klank()


def held(house: DeKlank, text: str, name: str = "Nel") -> Case:
    message = thread(helper(house.organisation, name[:40]), "Vraag", text, held=True)
    signs = [{"sign": "links", "count": 2, "words": [HOSTILE]}]
    why = (Why(WhyHeld.FIRST_POST), Why(WhyHeld.SPAM, {"signs": signs}), Why(WhyHeld.LINKS, {"hosts": [HOSTILE]}))
    return hold_for_judgement(message=message, verdict=Verdict(Outcome.HOLD, why, spam=0.9))


def test_keys_go_through_the_queue_decide_and_undo(house, open_page):
    first, second = held(house, "Eerste"), held(house, "Tweede")
    page = open_page(house.organisation, house.tom)
    page.goto("/moderation/")
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/moderation/{first.pk}/")
    page.keyboard.press("1")
    page.wait_for_url(f"**/moderation/{second.pk}/")
    assert Decision.objects.of(house.organisation).get().judgement == Judgement.KEEP
    page.keyboard.press("u")
    page.wait_for_url(f"**/moderation/{first.pk}/")
    assert Decision.objects.of(house.organisation).get().undone_at is not None
    page.keyboard.press("w")
    page.keyboard.type("12345")
    assert page.evaluate("document.activeElement.value") == "12345", "keys decide nothing while somebody types"
    page.keyboard.press("Escape")
    page.keyboard.press("3")
    page.wait_for_url(f"**/moderation/{second.pk}/")
    assert Decision.objects.of(house.organisation).standing().get().judgement == Judgement.SPAM


def test_everything_works_without_a_script(house, open_page):
    case = held(house, "Eerste")
    page = open_page(house.organisation, house.tom, java_script_enabled=False)
    page.goto(f"/moderation/{case.pk}/")
    page.get_by_label("Onaardig", exact=True).check()
    page.get_by_role("button", name="Verbergen", exact=True).click()
    page.wait_for_url("**/moderation/")
    assert Decision.objects.of(house.organisation).get().reason == "Onaardig"
    page.locator("#undo button").click()
    page.wait_for_url(f"**/moderation/{case.pk}/")
    assert Case.objects.of(house.organisation).waiting().get() == case


def everything(house: DeKlank) -> dict[str, Any]:
    """One of everything, with something hostile in each field that anybody can fill."""
    case = held(house, HOSTILE, HOSTILE)
    reported = thread(helper(house.organisation, HOSTILE[:40]), HOSTILE[:200], HOSTILE)
    flag(message=reported, person=helper(house.organisation, HOSTILE[:40]), reason=FlagReason.UNKIND, words=HOSTILE)
    official_note(message=reported, membership=house.tom, text=HOSTILE)
    judged = held(house, HOSTILE)
    decision = decide(
        case=judged, judgement=Judgement.CHANGE, by=house.noor, reason=reasons(house.organisation)[0], words=HOSTILE
    )
    decision.token_hash = _hash("sleutel")
    decision.save()
    other = decide(
        case=held(house, HOSTILE), judgement=Judgement.RESTRAIN, by=house.noor, reason=reasons(house.organisation)[1]
    )
    objection = object_to(decision=other, words=HOSTILE)
    Conversation.objects.of(house.organisation).filter(is_public=True).update(subject=HOSTILE[:300])
    return {"case": case, "reported": reported, "objection": objection, "judged": judged}


def paths(found: dict[str, Any]) -> tuple[str, ...]:
    reported = Case.objects.of(found["reported"].organisation_id).waiting().get(message=found["reported"])
    return (
        "/moderation/",
        "/moderation/?view=decided",
        f"/moderation/{found['case'].pk}/",
        f"/moderation/{reported.pk}/",
        f"/moderation/{found['judged'].pk}/",
        f"/moderation/objections/{found['objection'].pk}/",
        f"/moderation/notes/{found['reported'].pk}/",
        "/moderation/rules/",
        "/judgement/sleutel/",
        "/log/",
    )


def test_nothing_that_a_stranger_wrote_runs_in_front_of_a_moderator(house, open_page):
    found = everything(house)
    page = open_page(house.organisation, house.marlies)
    for path in paths(found):
        page.goto(path)
        assert page.evaluate("window.pwned") is None, path
        assert "49 x" not in page.content(), path
    assert Message.objects.of(house.organisation).filter(text=HOSTILE.strip()).exists()


def test_every_page_fits_everybody(house, open_page):
    found = everything(house)
    assert_fit_for_all(open_page(house.organisation, house.marlies, reduced_motion="reduce"), paths(found))
