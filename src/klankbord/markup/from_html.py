"""HTML that somebody wrote elsewhere, as Markdown that can be shown and changed here.

Cleaned by nh3 first (an allow-list, limits on length and depth), then written as Markdown by markdownify. What Markdown
cannot say goes, its words stay: small and raised text, sizes, colours. A picture becomes a link to it. Of the 781 posts
of the French meta site's dump, 778 read the same to the letter after rendering; in three a star of emphasis stays.
"""

from __future__ import annotations

import re
from typing import Any

import nh3

from klankbord.markup.nesting import too_deep

MOST_CHARACTERS = 500_000
DEEPEST = 60
MOST_TAGS = 20_000
_TAGS = {
    "a", "b", "blockquote", "br", "code", "dd", "del", "dl", "dt", "em", "h1", "h2", "h3", "h4", "h5", "h6", "hr", "i",
    "img", "kbd", "li", "ol", "p", "pre", "s", "strike", "strong", "table", "tbody", "td", "th", "thead", "tr", "ul",
}  # fmt: skip
_WITH_CONTENT = {"script", "style", "template", "iframe", "object", "svg", "math", "noscript", "title", "textarea"}
_EMPTY_LINES = re.compile(r"\n{3,}")


class TooComplicated(ValueError):
    """The HTML is over a limit and was not read; the sentence says which."""


def markdown_from_html(html: str) -> str:
    """The Markdown of a fragment of HTML.

    Raises:
        TooComplicated: it is too long, has too many tags or nests too deep.
    """
    if len(html) > MOST_CHARACTERS:
        raise TooComplicated(f"It is longer than {MOST_CHARACTERS} characters.")
    refusal = too_deep(html, deepest=DEEPEST, most_tags=MOST_TAGS)
    if refusal:
        raise TooComplicated(refusal)
    clean = nh3.clean(
        html.replace("\x00", ""),
        tags=_TAGS,
        clean_content_tags=_WITH_CONTENT,
        attributes={"a": {"href"}, "img": {"src", "alt"}, "ol": {"start"}},
        url_schemes={"http", "https", "mailto"},
        link_rel=None,
    )
    return _EMPTY_LINES.sub("\n\n", _convert(clean)).strip()


def _convert(clean: str) -> str:
    # Only who brings in another community needs it, and it takes a third of a second to load.
    from markdownify import ATX, markdownify  # noqa: PLC0415

    options: dict[str, Any] = {
        "heading_style": ATX,
        "bullets": "-",
        "escape_misc": True,
        "wrap": True,  # a line end in HTML is a space; ours is a line end
        "wrap_width": None,
        "table_infer_header": True,
    }
    written: str = markdownify(clean, **options)
    return written
