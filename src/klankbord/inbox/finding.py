"""Finding a conversation by what someone says on the phone: a code, an address, a name, a word of the subject.

Each way is one indexed lookup that gives ids. A whole e-mail address finds whose it is and where it is written, and
nothing that only has a word in common with it. Words are asked of the index, which knows all that was ever said. It
follows the outbox, so what came in the last moments is looked at in the database itself, and comes last.
"""

from __future__ import annotations

import re
from typing import Any

from django.db.models import Q, QuerySet

from klankbord.conversations.codes import read_code
from klankbord.conversations.models import Conversation, Message
from klankbord.people.models import Address, Membership, Person
from klankbord.search.finding import find

MOST_FOUND = 50
NEWEST = 200
"""So many of the latest conversations the index may not have read yet, on the busiest of days."""
_LAST = "\U0010ffff"
_WHOLE_ADDRESS = re.compile(r"(?:.*<|mailto:)?([^\s@<>:;,]+@[^\s@<>:;,]+\.[^\s@<>:;,.]{2,})[>;,.]*", re.IGNORECASE)
"""Also as a mail program copies it: `Ans de Vries <ans@example.org>`."""


def find_conversations(membership: Membership, text: str) -> list[int]:
    """Ids of what was found, best first and without doubles; at most `MOST_FOUND`."""
    words = " ".join(text.replace("\x00", " ").split())[:200]
    if not words:
        return []
    if by_code := _by_code(membership, words):
        return by_code
    whole = _WHOLE_ADDRESS.fullmatch(words)
    found: dict[int, None] = {}
    for way in (_of_address, _naming_address) if whole else (_by_address, _by_name, _by_words, _by_newest):
        found |= dict.fromkeys(way(membership, whole[1] if whole else words))
        if len(found) >= MOST_FOUND:
            break
    return list(found)[:MOST_FOUND]


def _by_code(membership: Membership, words: str) -> list[int]:
    code = read_code(words) if len(words) <= 12 else None
    return (
        list(Conversation.objects.visible_to(membership).filter(code=code).values_list("pk", flat=True)) if code else []
    )


def _of_persons(membership: Membership, rows: QuerySet[Any, tuple[int, int | None]]) -> list[int]:
    """Conversations of these persons (with whom they were merged into), and of who was merged into the same."""
    ids = {id_ for row in rows[:MOST_FOUND] for id_ in row if id_ is not None}
    if not ids:
        return []
    near = Person.objects.visible_to(membership).filter(merged_into_id__in=ids).values_list("pk", flat=True)
    everyone = ids | set(near[: MOST_FOUND * 4])
    conversations = Conversation.objects.visible_to(membership).filter(person_id__in=everyone)
    return list(conversations.order_by("-last_message_at", "-id").values_list("pk", flat=True)[:MOST_FOUND])


def _of_address(membership: Membership, address: str) -> list[int]:
    """Whose address this is; when nobody's, whose begins with it, as the end may still be to come."""
    known = Address.objects.visible_to(membership).known("email", [address])
    return _of_persons(membership, known.values_list("person_id", "person__merged_into_id")) or _by_address(
        membership, address
    )


def _naming_address(membership: Membership, address: str) -> list[int]:
    """Where the whole address is written, among what the index finds for its words."""
    likely = _by_words(membership, address)
    said = Message.objects.visible_to(membership).filter(conversation_id__in=likely, text__icontains=address)
    naming = set(said.order_by().values_list("conversation_id", flat=True).distinct())
    return [id_ for id_ in likely if id_ in naming]


def _by_address(membership: Membership, words: str) -> list[int]:
    value = words.lower()
    if len(value) < 3 or " " in value:
        return []
    rows = Address.objects.visible_to(membership).filter(
        kind__in=["email", "handle"], value__gte=value, value__lt=value + _LAST
    )
    return _of_persons(membership, rows.values_list("person_id", "person__merged_into_id"))


def _by_name(membership: Membership, words: str) -> list[int]:
    if len(words) < 2:
        return []
    rows = Person.objects.visible_to(membership).named_from(words)
    return _of_persons(membership, rows.values_list("pk", "merged_into_id"))


def _by_words(membership: Membership, words: str) -> list[int]:
    """What the index finds in all that was ever said, checked against what this member may see."""
    found = [
        each.about_id
        for each in find(words, organisation_id=membership.organisation_id, kinds=["conversation"], limit=MOST_FOUND)
    ]
    visible = set(Conversation.objects.visible_to(membership).filter(pk__in=found).values_list("pk", flat=True))
    return [id_ for id_ in found if id_ in visible]


def _by_newest(membership: Membership, words: str) -> list[int]:
    """What the index may not know yet: all words in subject or name of the newest conversations."""
    latest = Conversation.objects.visible_to(membership).order_by("-id").values("pk")[:NEWEST]
    rows = Conversation.objects.visible_to(membership).filter(pk__in=latest)
    for word in words.split(" ")[:6]:
        rows = rows.filter(Q(subject__icontains=word) | Q(person__name__icontains=word))
    return list(rows.order_by("-last_message_at", "-id").values_list("pk", flat=True)[:MOST_FOUND])
