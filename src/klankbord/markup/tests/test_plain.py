"""HTML as plain text."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from klankbord.markup.plain import text_from_html


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("<p>foo</p>", "foo"),
        ("<p>One\n  two</p><p>three</p>", "One two\n\nthree"),
        ("a<br>b<br><br>c", "a\nb\n\nc"),
        ("<div>a</div><div>b</div>", "a\nb"),
        ("<ul><li>a<li>b<ol><li>c</ol></ul>d", "- a\n- b\n  1. c\n\nd"),
        ("<ol start=3><li>a</li><li>b</li></ol>", "3. a\n4. b"),
        ("<a href='https://x.example/y'>hier</a>", "hier (https://x.example/y)"),
        ("<a href='https://x.example/'>https://x.example</a>", "https://x.example"),
        ("<a href='mailto:a@b.example'>a@b.example</a>", "a@b.example"),
        (
            "<p>Ja!</p><blockquote><p>Kan dat?</p><blockquote>eerder</blockquote></blockquote>ok",
            "Ja!\n\n> Kan dat?\n>\n> > eerder\n\nok",
        ),
        ("<table><tr><td>a</td><td>b</td></tr><tr><td>c</td></tr></table>", "a | b\nc"),
        ("<table><tr><td>&nbsp;</td><td>b</td></tr></table>", "b"),
        ("<pre>a\n  b</pre>", "a\n  b"),
        ("<b>From:</b> x<hr>y", "From: x\n\n________________________________\ny"),
        ("<style>p{}</style><script>x</script><title>t</title>zichtbaar", "zichtbaar"),
        ("<div style='display: none'>verborgen<div>ook</div></div>zichtbaar", "zichtbaar"),
        ("caf&eacute; &lt;b&gt; &#x20ac; &amp;amp;", "café <b> € &amp;"),
        ("1 < 2 <3 a<b", "1 < 2 <3 a"),
        ("<img src=x alt=':-)'> <!-- niet --> <![if mso]>ja", ":-) ja"),
        ('<a title="a > b > c">x</a>', "x"),
        ("a\u200b\u034fb", "ab"),
        ("", ""),
    ],
)
def test_it_reads_as_a_person_would_write_it(html: str, text: str):
    assert text_from_html(html) == text


@given(st.text(alphabet="<>/!-&;#=\"' abpx1\n") | st.text())
def test_it_never_fails(html: str):
    text_from_html(html)


@pytest.mark.parametrize(
    "html",
    [
        "<" * 500_000,
        "<!--" * 99_000,
        "<a " * 99_000,
        '<a "' * 99_000,
        "<script>" * 50_000,
        "<blockquote>x" * 20_000,
        "&#" + "9" * 500_000 + ";",
        "<p>a</p></b>" * 20_000,
    ],
)
def test_it_takes_linear_time(html: str):
    begin = time.thread_time()
    text_from_html(html)
    assert time.thread_time() - begin < 1


def test_address_in_unescaped_brackets_is_no_element():
    assert text_from_html("<p>Jan <jan.de-vries@post.example> wrote:<br>a <b@c>d") == (
        "Jan <jan.de-vries@post.example> wrote:\na d"
    )
