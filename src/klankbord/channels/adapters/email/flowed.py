"""Paragraphs that were cut into lines on the way (RFC 3676, format=flowed) put together again."""

from __future__ import annotations

import re

_QUOTES = re.compile(r">*")
_SIGNATURE = "-- "


def unflow(text: str, *, delsp: bool) -> str:
    """Join soft-broken lines.

    Args:
        text: The text with newlines.
        delsp: Whether the space that marks the soft break is to be deleted.
    """
    lines: list[str] = []
    paragraph: list[str] = []
    depth = 0
    for line in text.split("\n"):
        match = _QUOTES.match(line)
        quotes = match.end() if match else 0
        content = line[quotes:]
        content = content.removeprefix(" ")
        if paragraph and (quotes != depth or content == _SIGNATURE):
            lines.append(_quoted(depth, "".join(paragraph)))
            paragraph = []
        depth = quotes
        if content.endswith(" ") and content != _SIGNATURE:
            paragraph.append(content[:-1] if delsp else content)
        else:
            lines.append(_quoted(depth, "".join([*paragraph, content])))
            paragraph = []
    if paragraph:
        lines.append(_quoted(depth, "".join(paragraph)))
    return "\n".join(lines)


def _quoted(depth: int, content: str) -> str:
    if not depth:
        return content
    return ">" * depth + (" " + content if content else "")
