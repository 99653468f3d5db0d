"""Every setting is described in docs/settings.md, and no page names one that does not exist."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

from klankbord.config.options import OPTIONS
from tests.documentation.pages import PAGES, ROOT, blocks, inline_code, name_of, words_of_the_code

PAGE = ROOT / "docs" / "settings.md"
NAMES = {option.name for option in OPTIONS}
VARIABLES = {option.variable for option in OPTIONS}


def test_every_setting_is_described_with_its_variable_and_meaning():
    text = PAGE.read_text(encoding="utf-8")
    missing = [option.name for option in OPTIONS if f"| `{option.name}` | `{option.variable}` |" not in text]
    assert not missing, f"docs/settings.md does not describe {missing}; run python -m klankbord.config.describe"
    for option in OPTIONS:
        assert option.meaning in text, f"docs/settings.md has another meaning for {option.name}"


def test_no_setting_is_described_that_does_not_exist():
    described = set(re.findall(r"^\| `([a-z_]+)` \| `KLANKBORD_", PAGE.read_text(encoding="utf-8"), re.MULTILINE))
    assert described == {option.name for option in OPTIONS}


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_every_setting_that_a_page_gives_a_value_exists(page: Path):
    """As `outbox = "keep"` in a sentence, in a block of TOML, or as a variable of the environment."""
    text = page.read_text(encoding="utf-8")
    given = {found[1] for each in inline_code(text) if (found := re.match(r"([a-z_]+) = [\[\"\d tf]", each))}
    assert given | set(tomllib.loads(blocks(text, "toml"))) <= NAMES
    assert set(re.findall(r"\bKLANKBORD_[A-Z_]+", text)) <= VARIABLES | words_of_the_code()
