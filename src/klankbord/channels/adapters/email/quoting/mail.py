"""Splits a mail, by what its HTML says where that says more than its text."""

from __future__ import annotations

from klankbord.channels.adapters.email.quoting import containers
from klankbord.channels.adapters.email.quoting.split import SplitReply, split_reply
from klankbord.channels.adapters.email.quoting.within import announces_answers
from klankbord.markup.plain import text_from_html

_WEB = ("http://", "https://", "mailto:", "www.")


def split_mail(text: str, html: str, *, from_html: bool) -> SplitReply:
    """Splits the text of a mail. Never raises, and time is linear.

    Args:
        text: The whole text body.
        html: The HTML body, unsafe, or an empty string.
        from_html: Whether `text` was made of `html`; otherwise the program that sent the mail made both.
    """
    parted = containers.parted(html) if html else None
    if parted is None:
        return split_reply(text)
    own, signature, history = (text_from_html(part) for part in (parted.own, parted.signature, parted.history))
    if announces_answers(own):
        return split_reply(text)
    if from_html:
        return _composed(own, signature, history)
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    end = _line_after(lines, 0, own)
    if end is None:
        return split_reply(text)
    below = _line_after(lines, end, signature) if signature else end
    if below is None:
        return split_reply(text)
    return _composed("\n".join(lines[:end]), "\n".join(lines[end:below]), "\n".join(lines[below:]))


def _composed(own: str, signature: str, history: str) -> SplitReply:
    split = split_reply(own)
    return SplitReply(
        split.reply,
        "\n\n".join(part for part in (split.quoted, history.strip()) if part),
        "\n\n".join(part for part in (split.signature, signature.strip()) if part),
    )


def _line_after(lines: list[str], start: int, wanted: str) -> int | None:
    """The line after those that from `start` on say the same as `wanted`; None when they say something else."""
    letters = "".join(map(_letters, wanted.split("\n")))
    position, index = 0, start
    while position < len(letters):
        if index >= len(lines):
            return None
        here = _letters(lines[index])
        if not letters.startswith(here, position):
            return None
        position += len(here)
        index += 1
    return _after_wordless(lines, index, wanted)


def _after_wordless(lines: list[str], index: int, wanted: str) -> int:
    """The same place, past the lines without letters that `wanted` ends with: a web address, ":-)", an emoji."""
    said = [line for line in wanted.split("\n") if line.strip()]
    owed = next((number for number, line in enumerate(reversed(said)) if _letters(line)), len(said))
    at = index
    while owed and at < len(lines) and not _letters(lines[at]) and not lines[at].startswith(">"):
        at += 1
        if lines[at - 1].strip():
            owed -= 1
            index = at
    return index


def _letters(line: str) -> str:
    """What a line says, apart from blanks, marks and web addresses, which programs write each in their own way."""
    words = (word.strip("<>()[]*_\"'") for word in line.casefold().replace("<", " <").split())
    return "".join(sign for word in words if not word.startswith(_WEB) for sign in word if sign.isalnum())
