"""The pages of who has to wait before others see what they wrote."""

from __future__ import annotations

import pytest

from klankbord.community.actions.ask import ask
from klankbord.moderation.actions.hold import hold_for_judgement
from klankbord.moderation.actions.restrain import restrain
from klankbord.moderation.rules import WhyHeld
from klankbord.moderation.screening import Outcome, Verdict, Why
from klankbord.people.visitors import VISITOR_COOKIE, remember_visitor
from tests import cast
from tests.browser import TOO_WIDE, OpenPage, assert_fit_for_all, violations


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_what_waits_and_what_is_not_taken_is_fit_for_all(open_page: OpenPage) -> None:
    klank = cast.de_klank()
    house, piet = klank.organisation, cast.helper(klank.organisation, "Piet")
    held = cast.thread(piet, "Hoe verleng ik?", "Bel mij op het oude nummer.", held=True)
    hold_for_judgement(message=held, verdict=Verdict(Outcome.HOLD, (Why(WhyHeld.FIRST_POST),)))
    question = ask(person=cast.helper(house), title="Hoe leen ik een e-book?", text="")
    for _time in range(3):
        restrain(person=piet, by=klank.tom)
    page = open_page(house, reduced_motion="reduce")
    page.goto("/")
    page.context.add_cookies([{"name": VISITOR_COOKIE, "value": remember_visitor(person=piet), "url": page.url}])
    assert_fit_for_all(page, [f"/held/{held.pk}/"])
    page.click("summary")
    assert violations(page) == []
    page.goto(f"/questions/{question.pk}/answer/")
    page.fill("[name=text]", "Bij ons werkt het pas na twee keer inloggen.")
    page.click("main form button:not([data-preview-button]):not([name=preview])")
    page.wait_for_selector("#what-you-wrote")
    assert page.evaluate(TOO_WIDE) == []
    assert violations(page) == []
