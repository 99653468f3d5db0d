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
from tests.long import long

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


def test_a_narrow_screen_tells_of_no_keys(house, open_page):
    case = held(house, "Eerste")
    page = open_page(house.organisation, house.tom)
    page.goto(f"/moderation/{case.pk}/")
    hints = page.locator("main kbd")
    assert hints.first.is_visible()
    page.set_viewport_size({"width": 320, "height": 700})
    assert (
        hints.evaluate_all("all => all.filter(each => each.getClientRects().length).map(each => each.innerText)") == []
    )
    assert page.locator(".judgements button").first.is_visible()


def test_the_list_is_walked_with_letters_or_arrows_and_names_the_keys_that_work_there(house, open_page):
    first, second = held(house, "Eerste"), held(house, "Tweede")
    page = open_page(house.organisation, house.tom)
    page.goto("/moderation/")
    caps = page.locator(".quiet kbd").all_inner_texts()
    assert caps == ["j", "k", "↓", "↑", "↵", "?"]
    here = "document.activeElement.closest('li')?.id ?? ''"
    walked = []
    for key in ("ArrowDown", "j", "k", "ArrowDown"):
        page.keyboard.press(key)
        walked.append(page.evaluate(here))
    assert walked == [f"case-{each.pk}" for each in (first, second, first, second)]
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/moderation/{second.pk}/")
    page.locator(".scroll").focus()
    page.keyboard.press("ArrowDown")
    assert page.evaluate("document.activeElement.className").startswith("scroll"), "there an arrow scrolls"


def test_the_keys_of_the_list_and_of_a_case_stand_on_the_card_of_both(house, open_page):
    case = held(house, "Eerste")
    page = open_page(house.organisation, house.tom)
    for path in ("/moderation/", f"/moderation/{case.pk}/"):
        page.goto(path)
        page.keyboard.press("?")
        page.locator("[data-shortcuts] dt").first.wait_for()
        named = " ".join(page.locator("[data-shortcuts] dt").all_inner_texts()).split()
        assert set(named) >= {"j", "k", "1", "2", "3", "4", "5", "r", "w", "c"}, path


def test_what_was_decided_covers_nothing_on_a_phone(house, open_page):
    first, second = held(house, "Eerste"), held(house, "Tweede")
    page = open_page(house.organisation, house.tom)
    page.set_viewport_size({"width": 320, "height": 640})
    page.goto(f"/moderation/{first.pk}/")
    page.get_by_role("button", name="Laten staan").click()
    page.wait_for_url(f"**/moderation/{second.pk}/")
    page.locator("#undo").wait_for()
    covered = """() => [...document.querySelectorAll('.judge label, .judge button')].filter((each) => {
        each.scrollIntoView({block: 'end'});
        const box = each.getBoundingClientRect();
        return document.elementFromPoint(box.x + box.width / 2, box.y + box.height / 2)?.closest('.notices');
    }).map((each) => each.textContent)"""
    assert page.evaluate(covered) == []
    assert page.locator("#undo").bounding_box()["width"] > 250


def test_a_decision_that_needs_a_reason_is_two_keys(house, open_page):
    verdict = Verdict(Outcome.HOLD, (Why(WhyHeld.FIRST_POST),))
    message = thread(helper(house.organisation, "Nel"), "Vraag", "Eerste", held=True)
    first, second = hold_for_judgement(message=message, verdict=verdict), held(house, "Tweede")
    page = open_page(house.organisation, house.tom)
    page.goto(f"/moderation/{first.pk}/")
    page.keyboard.press("2")
    page.wait_for_selector("[role=alert]")
    assert page.evaluate("document.activeElement.name") == "reason", "the one thing that is missing has the focus"
    page.keyboard.press("r")
    page.keyboard.press("r")
    page.keyboard.press("2")
    page.wait_for_url(f"**/moderation/{second.pk}/")
    chosen = list(reasons(house.organisation))[1]
    assert Decision.objects.of(house.organisation).get().reason == chosen.name


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


@long
def test_every_page_fits_everybody(house, open_page):
    found = everything(house)
    assert_fit_for_all(open_page(house.organisation, house.marlies, reduced_motion="reduce"), paths(found))
