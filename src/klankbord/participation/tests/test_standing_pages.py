"""The pages about standing and thanks, and that the documentation says what holds."""

from __future__ import annotations

import re

import pytest
from django.utils import translation

from klankbord import clock
from klankbord.events.reacting import react_to_everything
from klankbord.moderation.actions.decide import decide
from klankbord.moderation.actions.objecting import judge_objection, object_to
from klankbord.moderation.actions.restrain import restrain
from klankbord.moderation.house import reasons
from klankbord.moderation.models import Case
from klankbord.moderation.rules import STEPS, Judgement, WhyHeld
from klankbord.moderation.screening import screen
from klankbord.participation.actions import FRESH
from klankbord.reputation.actions import active_since, award, points_of
from klankbord.reputation.counting import GIVERS_SPAN
from klankbord.reputation.models import Thanks
from klankbord.reputation.rules import (
    AGREEMENT_SPAN,
    AGREEMENTS,
    DAILY_CAP,
    FROM_ONE_GIVER,
    LARGEST_RING,
    LEAST_SHARE,
    RANKS,
    THRESHOLDS,
    WORTH,
    Rule,
)
from klankbord.reputation.thanks import thank
from tests.cast import DeKlank, browser, helper, known_browser, thread
from tests.documentation.pages import ROOT, SOURCE, rows, sections

PAPER = (ROOT / "docs" / "standing.md").read_text(encoding="utf-8")
SECTIONS = sections(PAPER)


def test_the_rules_and_who_helps_are_for_everybody_to_read(klank: DeKlank) -> None:
    ans, piet = helper(klank.organisation, "Ans"), helper(klank.organisation, "Piet Gever")
    for number in range(5):
        award(person=ans, rule=Rule.ANSWER_ACCEPTED, cause=f"answer:{number}", giver=piet)
    page = browser(klank.organisation, None).get("/standing/").content.decode()
    assert "Ans" in page
    assert f'<td class="number">{WORTH[Rule.IDEA_TAKEN_UP].points}</td>' in page
    assert "Piet Gever" not in page


def test_a_thank_you_stands_on_the_wall_with_what_it_is_for(klank: DeKlank) -> None:
    ans, piet = helper(klank.organisation, "Ans"), helper(klank.organisation, "Piet")
    opening = thread(ans, "Zo werkt de boekenlift")
    visitor = known_browser(piet)
    assert visitor.post(f"/people/{ans.pk}/thank/", {"words": " "}).status_code == 422
    visitor.post(f"/people/{ans.pk}/thank/", {"words": "Dank je <b>wel</b>!", "about": str(opening.pk)})
    page = browser(klank.organisation).get("/thanks/").content.decode()
    assert "Dank je &lt;b&gt;wel&lt;/b&gt;!" in page
    assert "Zo werkt de boekenlift" in page


def test_the_wall_of_thanks_has_a_feed_without_what_was_taken_off(klank: DeKlank) -> None:
    ans, piet = helper(klank.organisation, "Ans"), helper(klank.organisation, "Piet")
    thank(to=ans, by=piet, words="Dank je <b>wel</b>!")
    thank(to=piet, by=ans, words="Liever niet.")
    Thanks.objects.of(klank.organisation).filter(to=piet).update(hidden_at=clock.now())
    feed = browser(klank.organisation).get("/thanks/feed/").content.decode()
    assert "Voor Ans" in feed
    assert "&amp;lt;b&amp;gt;wel" in feed, "words stay words"
    assert "Liever niet" not in feed
    assert 'href="/thanks/feed/"' in browser(klank.organisation).get("/thanks/").content.decode()


def test_a_thank_you_that_is_too_long_is_said_and_not_cut(klank: DeKlank) -> None:
    ans, words = helper(klank.organisation, "Ans"), "Dank je wel! " * 30
    answered = known_browser(helper(klank.organisation, "Piet")).post(f"/people/{ans.pk}/thank/", {"words": words})
    assert answered.status_code == 422
    assert words.strip() in answered.content.decode()
    assert "389 tekens" in answered.content.decode()


def test_a_thank_you_for_what_was_hidden_no_longer_says_what_it_was(klank: DeKlank) -> None:
    from klankbord.conversations.actions.speak_publicly import hide_publicly

    ans = helper(klank.organisation, "Ans")
    opening = thread(ans, "Geheim adres van de buurman")
    thank(to=ans, by=helper(klank.organisation, "Piet"), words="Fijn", about=opening)
    hide_publicly(message=opening)
    assert "Geheim" not in browser(klank.organisation).get("/thanks/").content.decode()


@pytest.mark.parametrize(
    "words", ["Koop bij kwaad.example/goedkoop", "Mijn BSN is 111222333", "Kaart 4111 1111 1111 1111"]
)
def test_a_thank_you_leads_nowhere_and_names_no_number(klank: DeKlank, words: str) -> None:
    ans, piet = helper(klank.organisation, "Ans"), helper(klank.organisation, "Piet")
    assert known_browser(piet).post(f"/people/{ans.pk}/thank/", {"words": words}).status_code == 422
    assert not Thanks.objects.of(klank.organisation).exists()


def test_who_said_it_who_it_is_for_and_a_moderator_take_it_off_the_wall(klank: DeKlank) -> None:
    ans, piet, nel = (helper(klank.organisation, name) for name in ("Ans", "Piet", "Nel"))
    nobody = [browser(klank.organisation), known_browser(nel), browser(klank.organisation, klank.jamal)]
    somebody = [known_browser(ans), known_browser(piet), browser(klank.organisation, klank.tom)]
    for may, visitors in ((False, nobody), (True, somebody)):
        for visitor in visitors:
            thanks = thank(to=ans, by=piet, words="Dank je", about=thread(ans))
            assert ("/off/" in visitor.get("/thanks/").content.decode()) is may
            assert visitor.post(f"/thanks/{thanks.pk}/off/").status_code == (302 if may else 404)
            thanks.refresh_from_db(from_queryset=Thanks.objects.of(klank.organisation))
            assert (thanks.hidden_at is not None) is may
            Thanks.objects.of(klank.organisation).delete()


def test_a_thank_you_is_reported_hidden_judged_and_objected_to_as_any_message(klank: DeKlank) -> None:
    ans, piet = helper(klank.organisation, "Ans"), helper(klank.organisation, "Piet")
    thanks = thank(to=ans, by=piet, words="Dank je, oude heks")
    readers = [helper(klank.organisation, f"Lezer {number}") for number in range(5)]
    address = f"/flag/{thanks.message_id}/"
    assert address in browser(klank.organisation).get("/thanks/").content.decode()
    assert address not in known_browser(piet).get("/thanks/").content.decode(), "nobody reports themselves"
    assert "oude heks" in browser(klank.organisation).get(f"/thanks/{thanks.message.conversation_id}/").content.decode()
    assert points_of(ans) == WORTH[Rule.THANKED].points
    for reader in readers:
        assert "oude heks" in known_browser(reader).get(address).content.decode()
        known_browser(reader).post(address, {"reason": "unkind"})
    react_to_everything()
    for path in ("/thanks/", f"/thanks/{thanks.message.conversation_id}/"):
        assert "oude heks" not in browser(klank.organisation).get(path).content.decode()
    assert points_of(ans) == 0, "what is hidden earns nothing"
    tom = browser(klank.organisation, klank.tom)
    case = Case.objects.of(klank.organisation).waiting().get()
    assert "oude heks" in tom.get("/moderation/").content.decode()
    assert "Bedankje" in tom.get(f"/moderation/{case.pk}/").content.decode()
    decision = decide(case=case, judgement=Judgement.HIDE, by=klank.tom, reason=reasons(klank.organisation)[1])
    assert "oude heks" in known_browser(piet).get(f"/me/judgements/{decision.pk}/").content.decode()
    objection = object_to(decision=decision, words="Zo noem ik haar altijd.")
    judge_objection(objection=objection, granted=True, by=klank.noor)
    react_to_everything()
    assert "oude heks" in browser(klank.organisation).get("/thanks/").content.decode()
    assert points_of(ans) == WORTH[Rule.THANKED].points


def test_a_thank_you_does_not_make_somebody_known(klank: DeKlank) -> None:
    piet = helper(klank.organisation, "Piet")
    thank(to=helper(klank.organisation, "Ans"), by=piet, words="Dank je")
    verdict = screen(organisation=klank.organisation, person=piet, membership=None, text="Mijn eerste vraag")
    assert [each.code for each in verdict.reasons] == [WhyHeld.FIRST_POST]


def test_a_thank_you_of_whose_words_we_look_at_first_is_held_and_earns_nothing_yet(klank: DeKlank) -> None:
    ans, piet = helper(klank.organisation, "Ans"), helper(klank.organisation, "Piet")
    for _time in STEPS[:2]:
        restrain(person=piet, by=klank.tom)
    response = known_browser(piet).post(f"/people/{ans.pk}/thank/", {"words": "Dank je, Ans"})
    assert response["Location"].startswith("/held/")
    react_to_everything()
    assert "Dank je, Ans" not in browser(klank.organisation).get("/thanks/").content.decode()
    assert points_of(ans) == 0
    decide(case=Case.objects.of(klank.organisation).waiting().get(), judgement=Judgement.KEEP, by=klank.tom)
    react_to_everything()
    assert "Dank je, Ans" in browser(klank.organisation).get("/thanks/").content.decode()
    assert points_of(ans) == WORTH[Rule.THANKED].points


def test_the_documentation_has_the_tables_of_the_code() -> None:
    earned = {cells[0].strip("`"): (cells[1], cells[2]) for cells in rows(SECTIONS["What is earned"])}
    assert earned == {str(rule): (str(worth.points), "yes" if worth.capped else "no") for rule, worth in WORTH.items()}
    may = {cells[0].strip("`"): cells[1] for cells in rows(SECTIONS["What one may do"])}
    assert may == {str(right): str(threshold.points) for right, threshold in THRESHOLDS.items()}
    with translation.override("en"):
        ranks = [(str(points), str(name)) for points, name in RANKS[1:]]
    assert [tuple(cells) for cells in rows(SECTIONS["Ranks"])] == ranks


def test_every_rule_of_standing_has_the_test_that_the_page_names() -> None:
    table = rows(SECTIONS["Which test holds what"])
    told = [name for cells in table for name in re.findall(r"`([a-z_]+)`", cells[0])]
    assert set(told) >= {*WORTH, *THRESHOLDS, *AGREEMENTS}, "each rule and each right stands in the table"
    packages = ("reputation", "participation", "community", "ideas", "posts", "moderation", "office")
    folders = [SOURCE / name / "tests" for name in packages]
    here = "".join(file.read_text() for folder in folders for file in folder.glob("test_*.py"))
    named = {name for cells in table for name in re.findall(r"`(test_\w+)`", cells[1])}
    assert len(named) > 20
    assert named - set(re.findall(r"def (test_\w+)", here)) == set()


def test_the_documentation_has_the_numbers_of_the_code() -> None:
    for figure in (DAILY_CAP, FROM_ONE_GIVER, LARGEST_RING):
        assert f"**{figure}**" in PAPER
    signs = {cells[0].strip("`"): cells[1] for cells in rows(SECTIONS["Agreements are undone"])}
    assert signs == {str(sign): str(each.least) for sign, each in AGREEMENTS.items()}
    spans = (
        GIVERS_SPAN.days,
        AGREEMENT_SPAN.days,
        FRESH.days,
        LEAST_SHARE,
        round((clock.now() - active_since()).total_seconds() / 86400),
    )
    assert spans == (30, 30, 1, 0.5, 365)
    plain = " ".join(PAPER.split())
    for words in ("in 30 days", "of the last 30 days", "known for less than a day", "at least half", "last 365 days"):
        assert words in plain
