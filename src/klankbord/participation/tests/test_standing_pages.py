"""The pages about standing and thanks, and that the documentation says what holds."""

from __future__ import annotations

from pathlib import Path

from klankbord.participation import rings
from klankbord.reputation.actions import award, thank
from klankbord.reputation.rules import DAILY_CAP, FROM_ONE_GIVER, RANKS, THRESHOLDS, WORTH, Rule
from tests.cast import DeKlank, browser, helper, known_browser, thread

PAPER = (Path(__file__).resolve().parents[4] / "docs" / "standing.md").read_text()


def test_the_rules_and_who_helps_are_for_everybody_to_read(klank: DeKlank) -> None:
    ans, piet = helper(klank.organisation, "Ans"), helper(klank.organisation, "Piet")
    for number in range(5):
        award(person=ans, rule=Rule.ANSWER_ACCEPTED, cause=f"answer:{number}", giver=piet)
    page = browser(klank.organisation, None).get("/standing/").content.decode()
    assert "Ans" in page
    assert str(WORTH[Rule.IDEA_TAKEN_UP].points) in page
    assert "Piet" not in page


def test_a_thank_you_stands_on_the_wall_with_what_it_is_for(klank: DeKlank) -> None:
    ans, piet = helper(klank.organisation, "Ans"), helper(klank.organisation, "Piet")
    opening = thread(ans, "Zo werkt de boekenlift")
    visitor = known_browser(piet)
    assert visitor.post(f"/people/{ans.pk}/thank/", {"words": " "}).status_code == 422
    visitor.post(f"/people/{ans.pk}/thank/", {"words": "Dank je <b>wel</b>!", "about": str(opening.pk)})
    page = browser(klank.organisation).get("/thanks/").content.decode()
    assert "Dank je &lt;b&gt;wel&lt;/b&gt;!" in page
    assert "Zo werkt de boekenlift" in page


def test_a_thank_you_for_what_was_hidden_no_longer_says_what_it_was(klank: DeKlank) -> None:
    from klankbord.conversations.actions.speak_publicly import hide_publicly

    ans = helper(klank.organisation, "Ans")
    opening = thread(ans, "Geheim adres van de buurman")
    thank(to=ans, by=helper(klank.organisation, "Piet"), words="Fijn", about=opening)
    hide_publicly(message=opening)
    assert "Geheim" not in browser(klank.organisation).get("/thanks/").content.decode()


def test_the_documentation_has_every_rule_as_it_is() -> None:
    for rule, worth in WORTH.items():
        assert f"| `{rule.value}` | {worth.points} |" in PAPER
    for right, threshold in THRESHOLDS.items():
        assert f"| `{right.value}` | {threshold.points} |" in PAPER
    for points, _name in RANKS[1:]:
        assert f"| {points} |" in PAPER
    for figure in (DAILY_CAP, FROM_ONE_GIVER, rings.LEAST_VOTES, rings.LARGEST, rings.LEAST_TO_ONESELF):
        assert f"**{figure}**" in PAPER
