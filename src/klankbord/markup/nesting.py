"""How deep HTML nests, told in linear time before a real parser sees it.

html5ever (under nh3) took 115 s on 1 MB of nested tags, because each tag walks over all that are open.
"""

from __future__ import annotations

import re

_TAG = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9:-]{0,30})")
_VOID = frozenset(
    [
        "area",
        "base",
        "br",
        "col",
        "embed",
        "hr",
        "img",
        "input",
        "link",
        "meta",
        "param",
        "source",
        "track",
        "wbr",
    ]
)
# The parser closes these by itself when the next one begins, so that a mail full of unclosed `<p>` is not deep.
_SELF_CLOSING = frozenset(
    [
        "p",
        "li",
        "dd",
        "dt",
        "option",
        "optgroup",
        "tr",
        "td",
        "th",
        "tbody",
        "thead",
        "tfoot",
        "colgroup",
        "caption",
        "rp",
        "rt",
        "html",
        "head",
        "body",
    ]
)
# The parser opens these again after whatever closed them: only their own end tag ends them.
_FORMATTING = frozenset(
    [
        "a",
        "b",
        "big",
        "code",
        "em",
        "font",
        "i",
        "nobr",
        "s",
        "small",
        "strike",
        "strong",
        "tt",
        "u",
    ]
)
_BARRIERS = frozenset(
    [
        "table",
        "template",
        "object",
        "marquee",
        "applet",
        "select",
        "button",
        "svg",
        "math",
    ]
)

# The parser compares each attribute of a tag with all before it.
_LONG_TAG, _MOST_ATTRIBUTES = 2_000, 500


def too_deep(html: str, *, deepest: int, most_tags: int) -> str | None:
    """Say what is over a limit, in an English sentence, or None.

    Args:
        html: Any text.
        deepest: How many elements may be open at once.
        most_tags: How many tags there may be.
    """
    stack: list[str] = []
    places: dict[str, list[int]] = {}  # name → where it stands in the stack
    barriers: list[int] = []
    formatting: dict[str, int] = {}
    reopened = 0
    end = 0
    for count, match in enumerate(_TAG.finditer(html)):
        if count >= most_tags:
            return f"It has more than {most_tags} tags."
        if match.start() > end >= 0:
            end = html.find(">", match.end())
            if end - match.end() > _LONG_TAG and len(html[match.end() : end].split()) > _MOST_ATTRIBUTES:
                return "A tag has too many attributes."
        name = match[2].lower()
        if name in _VOID or name in _SELF_CLOSING:
            continue
        if name in _FORMATTING:
            change = -1 if match[1] else 1
            if formatting.get(name, 0) + change >= 0:
                formatting[name] = formatting.get(name, 0) + change
                reopened += change
        elif not match[1]:
            places.setdefault(name, []).append(len(stack))
            if name in _BARRIERS:
                barriers.append(len(stack))
            stack.append(name)
        elif places.get(name) and places[name][-1] >= (barriers[-1] if barriers else -1):
            target = places[name][-1]
            while len(stack) > target:
                closed = stack.pop()
                places[closed].pop()
                if closed in _BARRIERS:
                    barriers.pop()
        if len(stack) + reopened > deepest:
            return f"Its elements are nested more than {deepest} deep."
    return None
