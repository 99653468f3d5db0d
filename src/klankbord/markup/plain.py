"""HTML as good plain text: paragraphs, lists, links, tables as lines, quotations with `> ` so that they can be
recognised.

Our own small reader: it must be linear on anything (the standard library's HTML parser is not), and it never needs
a tree.
"""

from __future__ import annotations

import html as entities
import re
from dataclasses import dataclass, field

MOST_CHARACTERS = 2_000_000
_MOST_QUOTES = 10
_MOST_INDENT = 8
_RULE = "_" * 32

_BEGIN = re.compile(r"<(?=[a-zA-Z/!?])")
_NAME = re.compile(r"</?([a-zA-Z][a-zA-Z0-9:-]{0,30})")
_ADDRESS = re.compile(r"<[\w.+-]{1,80}@[\w-]{1,80}(?:\.[\w-]{1,60}){1,5}>")
_ATTRIBUTE = re.compile(
    r"\b(href|alt|style|start)\s?=\s?(?:\"([^\"]*)\"|'([^']*)'|([^\s>\"']+))",
    re.IGNORECASE,
)
_HIDDEN = re.compile(r"display\s?:\s?none|mso-hide\s?:\s?all", re.IGNORECASE)
_HUGE_NUMBER = re.compile(r"&#(?:\d{8,}|[xX][0-9a-fA-F]{7,});?")
_WHITE = re.compile(r"[ \t\r\n\f\xa0]+")
# Characters without width that newsletters fill their preview line with.
_INVISIBLE = re.compile("[\u00ad\u034f\u200b\u2060\ufeff]")
_SWALLOWED = frozenset(
    ("script", "style", "title", "template", "noscript", "svg", "math", "object", "iframe", "select", "textarea")
)
_PARAGRAPHS = frozenset(
    ("p", "h1", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "dl", "pre", "table", "figure", "address")
)
_LINES = {
    "div", "tr", "li", "dt", "dd", "section", "article", "header", "footer", "nav", "aside", "main", "form", "fieldset",
    "center", "caption", "figcaption", "body", "html",
}  # fmt: skip
_VOID = frozenset(
    ("area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param", "source", "track", "wbr")
)


def text_from_html(html: str) -> str:
    """Turn HTML, however broken, into plain text with newlines. Linear in its length; past 2,000,000 characters it
    stops.
    """
    html = html[:MOST_CHARACTERS]
    writer = _Writer()
    lower = html.lower()
    if len(lower) != len(html):  # some capitals become two characters
        lower = html
    position = 0
    while (begin := _BEGIN.search(html, position)) is not None:
        start = begin.start()
        writer.text(html[position:start])
        position = _markup(html, lower, start, writer)
        if position < 0:
            break
    else:
        writer.text(html[position:])
    return writer.result()


def _markup(html: str, lower: str, start: int, writer: _Writer) -> int:
    """Handle what begins with `<` at `start`; return the position after it, or -1 when nothing can follow."""
    name = _NAME.match(html, start)
    if name is None:
        return _no_element(html, start, writer)
    if _ADDRESS.match(html, start):  # written as it is by programs that do not escape
        writer.text("&lt;")
        return start + 1
    end = _tag_end(html, name.end())
    tag = name[1].lower()
    closing = html[start + 1] == "/"
    if end >= 0 and tag in _SWALLOWED and not closing:
        close = lower.find("</" + tag, end)
        end = html.find(">", close) if close >= 0 else -1
    elif end >= 0 and closing:
        writer.close(tag)
    elif end >= 0:
        writer.open(tag, html[name.end() : end])
    return end + 1 if end >= 0 else -1


def _no_element(html: str, start: int, writer: _Writer) -> int:
    """A comment, a declaration, or only a `<`."""
    if html.startswith("<!--", start):
        end = html.find("-->", start + 4)
        return end + 3 if end >= 0 else -1
    if html[start + 1 : start + 2] in ("!", "?"):
        end = html.find(">", start)
        return end + 1 if end >= 0 else -1
    writer.text("<")
    return start + 1


def _tag_end(html: str, position: int) -> int:
    """Where the tag's `>` is; one inside quotes does not count, within reason."""
    end = html.find(">", position)
    for _ in range(10):
        if end < 0 or end - position > 10_000 or html.count('"', position, end) % 2 == 0:
            break
        quote = html.find('"', end, end + 5_000)
        further = html.find(">", quote) if quote >= 0 else -1
        if further < 0:
            break
        end = further
    return end


@dataclass(slots=True)
class _Writer:
    """Collects lines; knows what is open as far as plain text needs it."""

    lines: list[str] = field(default_factory=list)
    line: list[str] = field(default_factory=list)
    space: bool = False
    cell: bool = False
    quotes: int = 0
    lists: list[int] = field(default_factory=list)  # 0 for bullets, else the next number
    preformatted: int = 0
    links: list[tuple[str, int, int]] = field(default_factory=list)  # address, where its text begins: line and piece
    hidden: str = ""
    hidden_depth: int = 0

    def text(self, raw: str) -> None:
        """Write text, white space collapsed unless preformatted."""
        if not raw or self.hidden:
            return
        text = raw
        if "&" in text:
            text = entities.unescape(_HUGE_NUMBER.sub("\ufffd", text))
        text = _INVISIBLE.sub("", text)
        if self.preformatted:
            first, *rest = text.split("\n")
            self._write(first)
            for line in rest:
                self._end_line()
                self._write(line)
            return
        words = _WHITE.sub(" ", text)
        if words[:1] == " ":
            self.space = True
        inner = words.strip(" ")
        if inner:
            if self.line and self.cell:
                inner = "| " + inner
                self.space = True
            self._write((" " if self.space and self.line else "") + inner)
            self.space = words.endswith(" ")

    def _write(self, text: str) -> None:
        if text:
            self.line.append(text)
            self.cell = False

    def _end_line(self) -> None:
        """End the line, also an empty one."""
        prefix = "> " * min(self.quotes, _MOST_QUOTES)
        self.lines.append((prefix + "".join(self.line)).rstrip())
        self.line = []
        self.space = self.cell = False

    def _fresh(self) -> None:
        """Begin a new line unless at the beginning of one."""
        if self.line:
            self._end_line()

    def _paragraph(self) -> None:
        """Leave one empty line."""
        self._fresh()
        if self.lines and self.lines[-1].strip("> "):
            self._end_line()

    def open(self, tag: str, attributes: str) -> None:
        """An element begins."""
        if self.hidden:
            self.hidden_depth += tag == self.hidden
            return
        found = _attributes(attributes) if tag in ("a", "img", "ol") or "display" in attributes else {}
        if _HIDDEN.search(found.get("style", "")) and tag not in _VOID:
            self.hidden, self.hidden_depth = tag, 1
        elif tag in ("a", "img", "td", "th"):
            self._open_inline(tag, found)
        elif tag == "br":
            self._end_line()
        elif tag in ("hr", "blockquote"):
            self._paragraph()
            if tag == "hr":
                self._write(_RULE)
                self._end_line()
            else:
                self.quotes += 1
        elif tag in _PARAGRAPHS:
            self._fresh() if self.lists else self._paragraph()
            self._open_block(tag, found)
        elif tag in _LINES:
            self._fresh()
            self._write(self._bullet() if tag == "li" else "")

    def _open_inline(self, tag: str, found: dict[str, str]) -> None:
        if tag == "img":
            self.text(found.get("alt", "")[:200])
        elif tag == "a":
            self.links.append((found.get("href", ""), len(self.lines), len(self.line)))
        else:
            self.cell = bool(self.line)

    def _open_block(self, tag: str, found: dict[str, str]) -> None:
        if tag == "pre":
            self.preformatted += 1
        elif tag == "ul":
            self.lists.append(0)
        elif tag == "ol":
            start = found.get("start", "1")[:6]
            self.lists.append(int(start) if start.isascii() and start.isdigit() and start != "0" else 1)

    def _bullet(self) -> str:
        indent = "  " * min(max(len(self.lists) - 1, 0), _MOST_INDENT)
        number = self.lists[-1] if self.lists else 0
        if number:
            self.lists[-1] += 1
        return f"{indent}{number}. " if number else f"{indent}- "

    def close(self, tag: str) -> None:
        """An element ends."""
        if self.hidden:
            self.hidden_depth -= tag == self.hidden
            if self.hidden_depth <= 0:
                self.hidden = ""
        elif tag == "a" and self.links:
            self._close_link(*self.links.pop())
        elif tag == "blockquote":
            self._fresh()
            self.quotes = max(self.quotes - 1, 0)
            if self.lines and not self.lines[-1].strip("> "):
                self.lines.pop()  # the empty line belongs to what follows, not to the quotation
            self._paragraph()
        elif tag in _PARAGRAPHS:
            if tag == "pre":
                self.preformatted = max(self.preformatted - 1, 0)
            if tag in ("ul", "ol") and self.lists:
                self.lists.pop()
            self._fresh() if self.lists else self._paragraph()
        elif tag in _LINES:
            self._fresh()

    def _close_link(self, address: str, line: int, piece: int) -> None:
        address = entities.unescape(_HUGE_NUMBER.sub("", address)).strip()
        if line != len(self.lines) or not address.lower().startswith(("http://", "https://")) or len(address) > 500:
            return
        shown = "".join(self.line[piece:]).strip(" |")
        if shown and shown.rstrip("/") not in (
            address.rstrip("/"),
            address.partition("://")[2].rstrip("/"),
        ):
            self._write(f" ({address})")

    def result(self) -> str:
        """All that was written, without empty lines at both ends."""
        self._fresh()
        return "\n".join(self.lines).strip("\n")


def _attributes(text: str) -> dict[str, str]:
    return {match[1].lower(): match[2] or match[3] or match[4] or "" for match in _ATTRIBUTE.finditer(text[:10_000])}
