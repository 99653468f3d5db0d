"""Links between posts lead to where those posts are now."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import batched

from django.db import transaction

from klankbord.community.models import Imported
from klankbord.community.stackexchange.source import TOGETHER, Source
from klankbord.conversations.models import Message
from klankbord.participation.paths import thread_path

_RELATIVE = re.compile(r"(\]\(|\bhref=\")(/(?:questions|q|a)/\d)")
"""A link without a host, as the community wrote it at home: here it would lead to another post of that number."""


def with_host(text: str, site: str) -> str:
    """Links within the community with its host before them; unchanged when that is not known."""
    return _RELATIVE.sub(rf"\1{site}\2", text) if site else text


def lead_home(source: Source) -> None:
    """In all that came in, let links to posts that came in too lead to these. What is elsewhere stays elsewhere."""
    if not source.site:
        return
    link = re.compile(
        rf"https?://{re.escape(source.name)}/(?:(?:questions|q)/(?P<question>\d{{1,17}})"
        r"(?:/[\w%-]*)?(?:/(?P<below>\d{1,17}))?(?:#(?P<place>\d{1,17}))?|a/(?P<answer>\d{1,17})(?:/\d+)?)/?"
        r"(?![\w/#?%-])"
    )
    for some in batched(_with_links(source), TOGETHER):
        numbers = {number for each in some for found in link.finditer(each.text) for number in _numbers(found)}
        paths = _paths(source, numbers)

        def there(found: re.Match[str], known: dict[int, str] = paths) -> str:
            return next((known[number] for number in _numbers(found) if number in known), found[0])

        for each in some:
            each.text = link.sub(there, each.text)
        with transaction.atomic():
            Message.objects.of(source.organisation).bulk_update(some, ["text"])


def _with_links(source: Source) -> Iterator[Message]:
    rows = Imported.objects.of(source.organisation).filter(source=source.name, kind__in=("Posts", "Comments"))
    ours = rows.filter(message__isnull=False).values("message_id")
    found = Message.objects.of(source.organisation).filter(pk__in=ours, text__contains=f"://{source.name}/")
    yield from found.order_by("pk").iterator(chunk_size=TOGETHER)


def _numbers(found: re.Match[str]) -> Iterator[int]:
    """The posts that a link means, the most exact first: an answer before its question."""
    for name in ("answer", "place", "below", "question"):
        if found[name]:
            yield int(found[name])


def _paths(source: Source, numbers: set[int]) -> dict[int, str]:
    became = source.messages(numbers)
    rows = Message.objects.of(source.organisation).select_related("conversation__question").in_bulk(became.values())
    found = {}
    for number, pk in became.items():
        message = rows[pk]
        opens = message.conversation.question.opening_id == pk
        found[number] = thread_path(message.conversation, None if opens else message)
    return found
