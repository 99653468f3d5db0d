"""Every setting is described in docs/settings.md, and nothing that does not exist is."""

from __future__ import annotations

import re
from pathlib import Path

from klankbord.config.options import OPTIONS

PAGE = Path(__file__).parents[2] / "docs" / "settings.md"


def test_every_setting_is_described_with_its_variable_and_meaning():
    text = PAGE.read_text(encoding="utf-8")
    missing = [option.name for option in OPTIONS if f"| `{option.name}` | `{option.variable}` |" not in text]
    assert not missing, f"docs/settings.md does not describe {missing}; run python -m klankbord.config.describe"
    for option in OPTIONS:
        assert option.meaning in text, f"docs/settings.md has another meaning for {option.name}"


def test_no_setting_is_described_that_does_not_exist():
    described = set(re.findall(r"^\| `([a-z_]+)` \| `KLANKBORD_", PAGE.read_text(encoding="utf-8"), re.MULTILINE))
    assert described == {option.name for option in OPTIONS}
