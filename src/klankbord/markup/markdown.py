"""Markdown that people write here, as safe HTML: no raw HTML, no images, links that lead only where links may lead."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import cache

from markdown_it import MarkdownIt
from markdown_it.common.normalize_url import normalizeLink, normalizeLinkText
from markdown_it.renderer import RendererHTML
from markdown_it.rules_core import StateCore
from markdown_it.token import Token
from markdown_it.utils import EnvType, OptionsDict

LONGEST = 100_000
_ADDRESS = re.compile(r"https?://[^\s<>\"'`\\]{1,2000}", re.IGNORECASE)
_TRAILING = ".,;:!?)]}*_\u00bb\u201d\u2019\u2026"
_LINK = re.compile(r"^(?:https?://|mailto:|tel:|/(?!/)|#)", re.IGNORECASE)

# At the first address these fill tables in the sight of other threads, which would work with half a table.
normalizeLink("")
normalizeLinkText("")


def render_markdown(text: str) -> str:
    """Render Markdown (CommonMark with tables and strikethrough; a line break is a line break).

    Text past 100,000 characters is left out. Raw HTML is shown as text. The result needs no further cleaning.
    """
    rendered: str = _renderer().render(text[:LONGEST].replace("\0", ""))
    return rendered


def render_post(text: str, *, below: int = 2) -> str:
    """As `render_markdown`, for a text that stands in public among others: its headings are below that of level `below`
    under which it stands, and none is skipped; addresses that were typed are links, and a picture from elsewhere is a
    link to it. No link earns a rank. What is too wide can be moved by keyboard.
    """
    rendered: str = _post_renderer().render(text[:LONGEST].replace("\0", ""), {"below": below})
    return rendered


@cache
def _post_renderer() -> MarkdownIt:
    markdown = MarkdownIt("commonmark", {"html": False, "breaks": True, "maxNesting": 20})
    markdown.enable(["table", "strikethrough"]).disable(["html_block", "html_inline"])
    markdown.validateLink = _may_be_linked  # type: ignore[method-assign]
    markdown.core.ruler.push("in_public", _in_public)
    return markdown


def _in_public(state: StateCore) -> None:
    """Lower the headings, link typed addresses and remote pictures, and mark links as other people's."""
    above: list[str] = []  # the headings, as they were written, under which the text stands
    for token in state.tokens:
        if token.type == "heading_open":
            above = [*(each for each in above if each < token.tag), token.tag]
        if token.type in ("heading_open", "heading_close"):
            token.tag = f"h{min(state.env['below'] + len(above), 6)}"
        if token.type == "fence":
            token.type = "code_block"  # the same, but for the name of a language
        if token.type in ("code_block", "table_open"):
            token.attrSet("tabindex", "0")
        if token.children:
            token.children = list(_linked(token.children))


def _linked(children: Sequence[Token]) -> Iterator[Token]:
    inside = 0
    for child in children:
        if child.type == "link_open":
            inside += 1
            child.attrSet("rel", "ugc nofollow noopener")
        elif child.type == "link_close":
            inside -= 1
        if child.type == "image":
            source = str(child.attrGet("src") or "")
            shown = child.content.strip() or source
            yield from [_text(shown)] if inside else _link(source, shown)
        elif child.type == "text" and not inside and "://" in child.content:
            yield from _with_links(child.content)
        else:
            yield child


def _with_links(content: str) -> Iterator[Token]:
    end = 0
    for found in _ADDRESS.finditer(content):
        address = found[0].rstrip(_TRAILING)
        # A closing bracket that was opened inside the address belongs to it (Wikipedia's do).
        if address.count("(") > address.count(")") and found[0][len(address) :].startswith(")"):
            address += ")"
        yield _text(content[end : found.start()])
        yield from _link(address, address)
        end = found.start() + len(address)
    yield _text(content[end:])


def _link(address: str, shown: str) -> Iterator[Token]:
    if not _may_be_linked(address):
        yield _text(shown)
        return
    attributes: dict[str, str | int | float] = {"href": address, "rel": "ugc nofollow noopener"}
    yield Token("link_open", "a", 1, attrs=attributes)
    yield _text(shown)
    yield Token("link_close", "a", -1)


def _text(content: str) -> Token:
    return Token("text", "", 0, content=content)


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
