"""The page of rules, the numbers in the code and the tests say the same."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from klankbord.moderation import rules
from klankbord.reputation.rules import THRESHOLDS, Right
from tests.cast import browser

HERE = Path(__file__).parent
PAGE = (HERE.parents[3] / "docs" / "moderation.md").read_text()


def test_every_rule_on_the_page_has_the_test_that_it_names():
    known = set(re.findall(r"def (test_\w+)", "".join(file.read_text() for file in HERE.glob("test_*.py"))))
    named = set(re.findall(r"`(test_\w+)`", PAGE))
    assert len(named) > 40
    assert named - known == set()


@pytest.mark.parametrize(
    "sentence",
    [
        f"| {rules.FIRST_POSTS}, an organisation chooses 0–5 |",
        f"| {rules.SPAM_FROM} %, an organisation chooses 50–100 |",
        f"| {rules.SPAM_FROM_KNOWN} % |",
        f"| {rules.MOST_IN_AN_HOUR} an hour; new: {rules.MOST_IN_AN_HOUR_NEW} |",
        f"kept {rules.SAID_KEPT.days} days",
        f"| {rules.FLAGS_TO_HIDE:g}, an organisation chooses 1–20 |",
        f"under {rules.ABUSE_BELOW} after {rules.ABUSE_AFTER} |",
        f"at most {rules.MOST_WEIGHT} |",
        f"after {rules.TELL_AFTER.seconds // 60} minutes",
        f"within {rules.OBJECT_WITHIN.days} days",
        f"{rules.LONGEST_SPAN.days} days (",
        f"| {THRESHOLDS[Right.UNSCREENED].points} points |",
        f"| {THRESHOLDS[Right.LINKS].points} points |",
    ],
)
def test_the_page_has_the_numbers_of_the_code(sentence: str):
    assert sentence in PAGE


def test_the_rules_that_protect_words_stand_where_moderators_and_readers_see_them(klank):
    tom, reader = browser(klank.organisation, klank.tom), browser(klank.organisation)
    inside, outside = (
        each.get(path).content.decode() for each, path in ((tom, "/moderation/rules/"), (reader, "/log/"))
    )
    assert "Een tip voor een dienst van een ander blijft staan" in inside
    assert "geen tip voor een dienst van een ander" in outside
    assert "Kritiek op ons blijft staan" in inside
