"""Editions of a text, and what differs between one and the next, word by word."""

from __future__ import annotations

import difflib
import re
from dataclasses import dataclass
from datetime import datetime

from markupsafe import Markup, escape

from klankbord.conversations.actions.speak_publicly import opens
from klankbord.conversations.models import Message
from klankbord.participation.authors import Author, authors
from klankbord.participation.models import Revision

MOST_EDITIONS = 50
_MOST_WORDS = 4_000
"""Beyond that, whole lines are compared: comparing words costs the square of their number."""
_WORDS = re.compile(r"\s+|\w+|[^\w\s]")


@dataclass(frozen=True, slots=True)
class Edition:
    """One edition as it stood, compared with the one before.

    Attributes:
        by: Who made it; the author for the first.
        title: The question's title with the differences marked, or empty where it did not change.
        text: The text, differences marked with `<ins>` and `<del>`.
    """

    at: datetime
    by: Author | None
    reason: str
    title: Markup
    text: Markup
    is_first: bool


def editions_of(message: Message) -> list[Edition]:
    """All editions, newest first."""
    rows = (
        Revision.objects.of(message.organisation_id).filter(message=message).select_related("by").order_by("at", "pk")
    )
    revisions = list(rows[:MOST_EDITIONS])
    is_opening = opens(message)
    subjects = [each.subject for each in revisions] + [message.conversation.subject if is_opening else ""]
    texts = [each.text for each in revisions] + [message.text]
    people = authors(
        organisation_id=message.organisation_id,
        person_ids=[message.person_id, *(each.by_id for each in revisions)],
    )
    found = [
        Edition(
            at=message.said_at,
            by=people.get(message.person_id or 0),
            reason="",
            title=Markup("") if not is_opening else escape(subjects[0]),
            text=_whole(texts[0]),
            is_first=True,
        )
    ]
    for number, each in enumerate(revisions):
        before, after = subjects[number], subjects[number + 1]
        if texts[number] == texts[number + 1] and (not before or before == after):
            continue  # a moderator put back what stood there
        found.append(
            Edition(
                at=each.at,
                by=people.get(each.by_id),
                reason=each.reason,
                title=difference(before, after) if before and before != after else Markup(""),
                text=difference(texts[number], texts[number + 1]),
                is_first=False,
            )
        )
    return list(reversed(found))


def difference(before: str, after: str) -> Markup:
    """`after` with what is new in `<ins>` and what went in `<del>`, everything escaped, line ends kept."""
    old, new = _WORDS.findall(before), _WORDS.findall(after)
    if len(old) + len(new) > _MOST_WORDS:
        old, new = before.splitlines(keepends=True), after.splitlines(keepends=True)
    parts: list[str] = []
    matcher = difflib.SequenceMatcher(a=old, b=new, autojunk=True)
    for what, old_start, old_end, new_start, new_end in matcher.get_opcodes():
        gone, came = "".join(old[old_start:old_end]), "".join(new[new_start:new_end])
        if what == "equal":
            parts.append(str(escape(came)))
            continue
        if gone:
            parts.append(f"<del>{escape(gone)}</del>")
        if came:
            parts.append(f"<ins>{escape(came)}</ins>")
    return Markup("".join(parts))  # noqa: S704 - each part was escaped


def _whole(text: str) -> Markup:
    return escape(text)
