"""Signs that no customer wrote this. One sign is enough to hold it off; it is kept, and staff can see it and let it in.

Nobody outside is asked, nobody solves a puzzle, and the sender is thanked all the same: who sends by program learns
nothing, and a person who was mistaken for one loses nothing.
"""

from __future__ import annotations

import hashlib
import re
from datetime import timedelta

from klankbord.limits import Limit, allow

MOST_LINKS = 5
"""Customers name a few pages or books; more links than this in one message were only ever seen in advertisements."""
SAME_TEXT = Limit("same-text", 2, timedelta(hours=1))
_SHORTEST_COMPARED = 40
"""Characters. Short texts ("Dank je wel!") are often the same by nature."""
_LINK = re.compile(r"https?://|www\.", re.IGNORECASE)
_MARKUP = re.compile(r"\[url[=\]]|\[link[=\]]|<a\s[^>]{0,200}href", re.IGNORECASE)


def signs_of_spam(*, trap: str, name: str, subject: str, text: str, own_host: str, organisation_id: int) -> list[str]:
    """Why this looks like spam: `trap`, `links`, `markup`, `name`, `repeated`; empty when it does not.

    `trap` is what stood in the field that no person sees. Links to `own_host` do not count.
    """
    found = []
    if trap:
        found.append("trap")
    everything = f"{subject}\n{text}"
    if len(_LINK.findall(everything)) - everything.lower().count(f"://{own_host}") > MOST_LINKS:
        found.append("links")
    if _MARKUP.search(everything):
        found.append("markup")
    if _LINK.search(name):
        found.append("name")
    plain = re.sub(r"\W+", " ", text.lower()).strip()
    if len(plain) >= _SHORTEST_COMPARED:
        digest = hashlib.sha256(plain.encode()).hexdigest()
        if not allow(SAME_TEXT, organisation_id, digest):
            found.append("repeated")
    return found
