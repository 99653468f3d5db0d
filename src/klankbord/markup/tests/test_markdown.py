"""Markdown that people write."""

from __future__ import annotations

import importlib
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from mdurl import _decode, _encode

from klankbord.markup import markdown
from klankbord.markup.markdown import render_markdown, render_post

ALLOWED = re.compile(
    r"</?(?:p|br|h[1-6]|ul|ol|li|strong|em|s|code|pre|blockquote|hr|a|table|thead|tbody|tr|th|td)"
    r"(?: (?:href|title|rel|target|class|start|style)=\"[^\"]*\")*(?: /)?>"
)


def test_it_renders_what_people_write():
    assert render_markdown("**Hoi** _daar_\nregel") == "<p><strong>Hoi</strong> <em>daar</em><br />\nregel</p>\n"


def test_links_lead_out_without_telling_where_from():
    assert render_markdown("[x](https://example.org)") == (
        '<p><a href="https://example.org" rel="noopener noreferrer nofollow" target="_blank">x</a></p>\n'
    )


@pytest.mark.parametrize(
    "text",
    [
        "[x](javascript:alert(1))",
        "[x](JaVaScRiPt:alert(1))",
        "[x](data:text/html,x)",
        "[x](vbscript:x)",
        "[x](//evil.example)",
        "<javascript:alert(1)>",
        "[x](\\\\evil.example)",
    ],
)
def test_links_to_elsewhere_stay_text(text: str):
    assert "<a" not in render_markdown(text)


def test_raw_html_is_shown_as_text():
    assert "<script>" not in render_markdown("<script>alert(1)</script>\n\n<b onclick=x>y</b>")


def test_there_are_no_images():
    assert "<img" not in render_markdown("![x](https://t.example/p.gif)")


@settings(max_examples=60)
@given(st.text(alphabet="*_[]()<>!`#-+|:\\/\"' \nab1&;~") | st.text())
def test_nothing_but_known_elements_comes_out(text: str):
    assert "<" not in ALLOWED.sub("", render_markdown(text))


def test_the_tables_of_addresses_are_whole_before_several_threads_write_the_first_ones():
    tables = (_encode.encode_cache, _decode.decode_cache)
    for table in tables:
        table.clear()
    importlib.reload(markdown)
    assert [{len(each) for each in table.values()} for table in tables] == [{128}, {128}]


@pytest.mark.parametrize(
    ("written", "below", "levels"),
    [
        ("# One\n\n## Two\n\n# Three", 2, "343"),
        ("### Deep at once\n\n# Up\n\n##### Far below", 2, "334"),
        ("###### Deep at once\n\n###### The same", 1, "22"),
        ("# A\n\n## B\n\n### C\n\n#### D\n\n##### E\n\n###### F", 2, "345666"),
    ],
)
def test_headings_of_a_post_are_below_those_of_the_page_and_skip_no_level(written: str, below: int, levels: str):
    assert "".join(re.findall(r"<h(\d)>", render_post(written, below=below))) == levels


def test_what_is_too_wide_in_a_post_can_be_moved_by_keyboard():
    for wide in ("```python\nprint()\n```", "    indented", "|a|b|\n|-|-|\n|1|2|"):
        assert 'tabindex="0"' in render_post(wide)
    assert "tabindex" not in render_post("A `word` in words.")
