"""The page of rules, the numbers in the code and the tests say the same."""

from __future__ import annotations

import re
from datetime import timedelta
from enum import StrEnum
from pathlib import Path

import pytest
from django.core.exceptions import ValidationError
from django.utils import translation

from klankbord.moderation import rules
from klankbord.moderation.house import house_rules, known_hosts
from klankbord.moderation.models import HouseRules
from klankbord.moderation.reading.case_page import JUDGEMENTS
from klankbord.reputation.rules import THRESHOLDS, WORTH, Right, Rule
from tests.cast import browser
from tests.documentation.pages import ROOT, rows, sections

HERE = Path(__file__).parent
PAGE = (ROOT / "docs" / "moderation.md").read_text(encoding="utf-8")
SECTIONS = sections(PAGE)
TESTS = "".join(
    file.read_text() for file in [*HERE.glob("test_*.py"), *HERE.parents[1].glob("participation/tests/*.py")]
)
NUMBERS = {
    "FLAGS_TO_HIDE": f"| {rules.FLAGS_TO_HIDE:g}, an organisation chooses 1–20 |",
    "MOST_WEIGHT": f"at most {rules.MOST_WEIGHT} |",
    "ABUSE_AFTER": f"under {rules.ABUSE_BELOW} after {rules.ABUSE_AFTER} |",
    "ABUSE_BELOW": f"under {rules.ABUSE_BELOW} after {rules.ABUSE_AFTER} |",
    "SAME_PLACE": {0.5: "further reports from one network count half"}.get(rules.SAME_PLACE, "?"),
    "FIRST_POSTS": f"| {rules.FIRST_POSTS}, an organisation chooses 0–5 |",
    "SPAM_FROM": f"| {rules.SPAM_FROM} %, an organisation chooses 50–100 |",
    "SPAM_FROM_KNOWN": f"| {rules.SPAM_FROM_KNOWN} % |",
    "MOST_IN_AN_HOUR": f"| {rules.MOST_IN_AN_HOUR} an hour; new: {rules.MOST_IN_AN_HOUR_NEW} |",
    "MOST_IN_AN_HOUR_NEW": f"| {rules.MOST_IN_AN_HOUR} an hour; new: {rules.MOST_IN_AN_HOUR_NEW} |",
    "SAID_KEPT": f"kept {rules.SAID_KEPT.days} days",
    "TELL_AFTER": f"after {rules.TELL_AFTER // timedelta(minutes=1)} minutes",
    "OBJECT_WITHIN": f"within {rules.OBJECT_WITHIN.days} days",
    "STOOD_FOR": {3: "stood three days unreported"}.get(rules.STOOD_FOR.days, "?"),
    "FIRST_SPAN": f"lasts twice as long: {rules.FIRST_SPAN.days}, {2 * rules.FIRST_SPAN.days}, ",
    "LONGEST_SPAN": f"{rules.LONGEST_SPAN.days} days (",
    "REMEMBERED": {365: "what ended more than a\nyear ago is forgotten"}.get(rules.REMEMBERED.days, "?"),
    "SLOW_GAP": {30: "may write every half hour"}.get(rules.SLOW_GAP // timedelta(minutes=1), "?"),
}
"""Each number of `moderation.rules`, and the words in which the page has it."""


def test_every_rule_on_the_page_has_the_test_that_it_names():
    named = set(re.findall(r"`(test_\w+)`", PAGE))
    assert len(named) > 45
    assert named - set(re.findall(r"def (test_\w+)", TESTS)) == set()


@pytest.mark.parametrize("title", ["Before: shown, held, or not now", "After: reports", "Deciding", "The author"])
def test_no_rule_on_the_page_is_without_a_test(title: str):
    table = rows(SECTIONS[title])
    assert len(table) > 5
    assert [cells[0] for cells in table if not cells[-1].startswith("`test_")] == []


def test_no_number_of_the_code_is_missing_in_this_test():
    numbers = {
        name for name, value in vars(rules).items()
        if name.isupper() and isinstance(value, int | float | timedelta) and not isinstance(value, StrEnum)
    }  # fmt: skip
    assert numbers == set(NUMBERS)


@pytest.mark.parametrize("name", NUMBERS)
def test_the_page_has_the_number_of_the_code(name: str):
    assert NUMBERS[name] in PAGE


def test_the_page_has_what_was_earned_elsewhere():
    held = {cells[0]: cells[1] for cells in rows(SECTIONS["Before: shown, held, or not now"])}
    for right in (Right.LINKS, Right.PICTURES, Right.UNSCREENED):
        (number,) = {held[rule] for rule in held if f"`{right.name}`" in rule or right.value in rule} - {
            f"{rules.SPAM_FROM_KNOWN} %"
        }
        assert number == f"{THRESHOLDS[right].points} points"
    reports = {cells[0]: cells[1] for cells in rows(SECTIONS["After: reports"])}
    assert reports["who was right earns a point"] == str(WORTH[Rule.FLAG_RIGHT].points)


@pytest.mark.parametrize(
    ("name", "least", "most"), [("flags_to_hide", 1, 20), ("first_posts", 0, 5), ("spam_from", 50, 100)]
)
def test_what_an_organisation_chooses_lies_within_what_the_page_says(name: str, least: int, most: int):
    assert f"an organisation chooses {least}–{most} |" in PAGE
    field = HouseRules._meta.get_field(name)
    for number in (least, most):
        field.clean(number, None)
    for number in (least - 1, most + 1):
        with pytest.raises(ValidationError):
            field.clean(number, None)


def test_the_page_has_every_decision_with_its_key_and_every_step():
    deciding, slowing = SECTIONS["Deciding"], SECTIONS["Writing less for a while"]
    words = {
        "keep": "keep", "hide": "hide", "spam": "spam", "change": "ask the author\nto change it",
        "restrain": "hide and slow the author down",
    }  # fmt: skip
    plain = " ".join(deciding.split())
    for judgement, key, _symbol in JUDGEMENTS:
        assert f"`{key}` {' '.join(words[judgement].split())}" in plain
    assert len(JUDGEMENTS) == len(rules.Judgement) == len(words)
    assert [
        slowing.index(each) for each in ("may write every half hour", "is looked at first", "cannot write")
    ] == sorted(slowing.index(each) for each in ("may write every half hour", "is looked at first", "cannot write"))
    assert [step.value for step in rules.STEPS] == ["slow", "held", "silent"]


def test_the_page_has_every_reason_that_an_organisation_begins_with_and_every_reason_to_report():
    with translation.override("en"):
        begins = [str(name) for _code, name, _sentence in rules.DEFAULT_REASONS]
        reports = [str(reason.label) for reason in rules.FlagReason]
    assert [cells[0] for cells in rows(SECTIONS["Reasons"])] == begins
    assert [cells[0] for cells in rows(SECTIONS["What one can report"])] == reports


def test_everything_that_holds_a_post_has_words_for_its_author_and_for_moderators():
    assert set(rules.TO_AUTHOR) == set(rules.TO_MODERATOR) == set(rules.WhyHeld)


def test_the_rules_that_protect_words_stand_where_moderators_and_readers_see_them(klank):
    tom, reader = browser(klank.organisation, klank.tom), browser(klank.organisation)
    inside, outside = (
        each.get(path).content.decode() for each, path in ((tom, "/moderation/rules/"), (reader, "/log/"))
    )
    assert "Een tip voor een dienst van een ander blijft staan" in inside
    assert "geen tip voor een dienst van een ander" in outside
    assert "Kritiek op ons blijft staan" in inside


RULES = {"flags_to_hide": "3", "first_posts": "1", "spam_from": "70"}


@pytest.mark.parametrize("typed", ["not a host!!", "<b>", "kb.nl\nniets"])
def test_what_is_no_website_is_not_trusted(klank, typed):
    noor = browser(klank.organisation, klank.noor)
    page = noor.post("/moderation/rules/", {**RULES, "trusted_hosts": typed})
    assert page.status_code == 422
    assert "Dit is geen website:" in page.content.decode()


def test_a_website_is_trusted_by_its_address_as_well_and_a_whole_number_is_shown_whole(klank):
    noor = browser(klank.organisation, klank.noor)
    noor.post("/moderation/rules/", {**RULES, "trusted_hosts": "https://www.KB.nl/zoeken\nkb.nl"})
    chosen = house_rules(klank.organisation)
    assert chosen.trusted_hosts == "www.kb.nl\nkb.nl"
    assert "kb.nl" in known_hosts(klank.organisation, chosen)
    shown = noor.get("/moderation/rules/").content.decode()
    assert 'value="3"' in shown
    assert "3.0" not in shown
