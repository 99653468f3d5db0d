"""How deep HTML nests, told in linear time before a real parser sees it.

html5ever (under nh3) took 115 s on 1 MB of nested tags, because each tag walks over all that are open.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

_TAG = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9:-]{0,30})")
_VOID = frozenset(
    ("area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param", "source", "track", "wbr")
)
# The parser closes these by itself when the next one begins, so that a mail full of unclosed `<p>` is not deep.
_SELF_CLOSING = frozenset(
    "p li dd dt option optgroup tr td th tbody thead tfoot colgroup caption rp rt html head body".split()  # noqa: SIM905
)
# The parser opens these again after whatever closed them: only their own end tag ends them.
_FORMATTING = frozenset(
    ("a", "b", "big", "code", "em", "font", "i", "nobr", "s", "small", "strike", "strong", "tt", "u")
)
_BARRIERS = frozenset(("table", "template", "object", "marquee", "applet", "select", "button", "svg", "math"))
# The parser compares each attribute of a tag with all before it.
_LONG_TAG, _MOST_ATTRIBUTES = 2_000, 500


def too_deep(html: str, *, deepest: int, most_tags: int) -> str | None:
    """Say what is over a limit, in an English sentence, or None.

    Args:
        html: Any text.
        deepest: How many elements may be open at once.
        most_tags: How many tags there may be.
    """
    opened = _Open()
    end = -1  # of the last tag that was looked at
    for count, match in enumerate(_TAG.finditer(html)):
        if count >= most_tags:
            return f"It has more than {most_tags} tags."
        if match.start() > end:
            end = _tag_end(html, match.end())
            if end - match.end() > _LONG_TAG and len(html[match.end() : end].split()) > _MOST_ATTRIBUTES:
                return "A tag has too many attributes."
        opened.see(match[2].lower(), closing=bool(match[1]))
        if opened.depth > deepest:
            return f"Its elements are nested more than {deepest} deep."
    return None


def _tag_end(html: str, start: int) -> int:
    """About where a tag ends: at the `>`, or at the next `<` when that stood in quotes."""
    end = html.find(">", start)
    if end >= 0 and (html.count('"', start, end) % 2 or html.count("'", start, end) % 2):
        end = html.find("<", end)
    return end if end >= 0 else len(html)


@dataclass(slots=True)
class _Open:
    """Which elements are open, as the parser would have it; never fewer than it has."""

    stack: list[str] = field(default_factory=list)
    places: dict[str, list[int]] = field(default_factory=dict)  # name → where it stands in the stack
    barriers: list[int] = field(default_factory=list)
    formatting: dict[str, int] = field(default_factory=dict)
    formatted: int = 0

    @property
    def depth(self) -> int:
        return len(self.stack) + self.formatted

    def see(self, name: str, *, closing: bool) -> None:
        if name in _VOID or name in _SELF_CLOSING:
            return
        if name in _FORMATTING:
            change = -1 if closing else 1
            if self.formatting.get(name, 0) + change >= 0:
                self.formatting[name] = self.formatting.get(name, 0) + change
                self.formatted += change
        elif closing:
            self._close(name)
        else:
            self.places.setdefault(name, []).append(len(self.stack))
            if name in _BARRIERS:
                self.barriers.append(len(self.stack))
            self.stack.append(name)

    def _close(self, name: str) -> None:
        """An end tag closes all down to its start tag, unless a table or the like stands between."""
        places = self.places.get(name)
        if not places or (self.barriers and places[-1] < self.barriers[-1]):
            return
        target = places[-1]
        while len(self.stack) > target:
            closed = self.stack.pop()
            self.places[closed].pop()
            if closed in _BARRIERS:
                self.barriers.pop()
