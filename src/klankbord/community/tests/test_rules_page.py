"""`docs/community.md`, the numbers in the code and the tests say the same."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from klankbord.community.actions import waiting
from klankbord.community.models import Publication, Rules
from klankbord.community.reading import similar
from klankbord.files.pictures import LARGEST
from klankbord.participation import pictures
from klankbord.participation.models import Pending
from tests.documentation.pages import ROOT

SOURCE = Path(__file__).parents[2]
_PACKAGES = ("community", "participation")
PAGE = (ROOT / "docs" / "community.md").read_text(encoding="utf-8")


def test_every_rule_of_the_community_has_the_test_that_the_page_names():
    tests = (file for package in _PACKAGES for file in (SOURCE / package / "tests").glob("test_*.py"))
    here = "".join(file.read_text(encoding="utf-8") for file in tests)
    named = set(re.findall(r"`(test_\w+)`", PAGE))
    assert len(named) > 35
    assert named - set(re.findall(r"def (test_\w+)", here)) == set()


@pytest.mark.parametrize(
    "sentence",
    [
        f"| {Rules.STAFF_AFTER_HOURS} hours, an organisation chooses |",
        f"| {waiting._OLDEST.days} days | `test_what_was_asked_long",
        f"| {Pending.KEPT.days} days | `test_a_stranger",
        f"| {similar.MOST} at most |",
        f"| {pictures.MOST} a message, {LARGEST // 1024**2} MB each |",
        f"| asked for {Publication.KEPT.days} days |",
    ],
)
def test_the_page_of_the_community_has_the_numbers_of_the_code(sentence: str):
    assert sentence in PAGE
