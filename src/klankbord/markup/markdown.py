"""Markdown that people write here, as safe HTML: no raw HTML, no images, links that lead only where links may lead."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache

from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.token import Token
from markdown_it.utils import EnvType, OptionsDict

LONGEST = 100_000
_LINK = re.compile(r"^(?:https?://|mailto:|tel:|/(?!/)|#)", re.IGNORECASE)


def render_markdown(text: str) -> str:
    """Render Markdown (CommonMark with tables and strikethrough; a line break is a line break).

    Text past 100,000 characters is left out. Raw HTML is shown as text. The result needs no further cleaning.
    """
    rendered: str = _renderer().render(text[:LONGEST].replace("\0", ""))
    return rendered


@cache
def _renderer() -> MarkdownIt:
    markdown = MarkdownIt("commonmark", {"html": False, "breaks": True, "maxNesting": 20})
    markdown.enable(["table", "strikethrough"]).disable(["image", "html_block", "html_inline"])
    markdown.validateLink = _may_be_linked  # type: ignore[method-assign]
    markdown.add_render_rule("link_open", _link_open)
    return markdown


def _may_be_linked(url: str) -> bool:
    return _LINK.match(url.strip()) is not None and "\\" not in url


def _link_open(
    renderer: RendererHTML,
    tokens: Sequence[Token],
    index: int,
    options: OptionsDict,
    env: EnvType,
) -> str:
    token = tokens[index]
    if str(token.attrGet("href") or "").lower().startswith("http"):
        token.attrSet("rel", "noopener noreferrer nofollow")
        token.attrSet("target", "_blank")
    return renderer.renderToken(tokens, index, options, env)
