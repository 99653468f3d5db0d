"""How a view says what its page shows, so that the front may keep it in memory for as long as that stays true.

The statement travels as a response header that the front takes off before anybody outside sees it.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache

from django.http import HttpResponseBase

from klankbord.live.contract import checked_topic

HEADER = "Klankbord-Shows"


@dataclass(frozen=True, slots=True)
class Shown:
    """What a page shows.

    Attributes:
        topics: The page is made anew after any of these was announced.
        until: The moment at which it stops being true by itself (closing time), in seconds since 1970, or None.
        query: The query parameters that the view reads. A request with others is not answered from memory.
    """

    topics: frozenset[str]
    until: float | None = None
    query: frozenset[str] = frozenset()


def shows[R: HttpResponseBase](
    response: R, *topics: str, until: datetime | None = None, query: Collection[str] = ()
) -> R:
    """Declare that signed-out readers may get this same page until one of `topics` changes or `until` has passed.

    Only for a page that depends on nothing but host, path, the named `query` parameters, language, form of address,
    simple view and htmx's headers; it holds no CSRF token and no nonce. A page without topics is never kept. A second
    call adds to the first.

    Raises:
        ValueError: a topic or a parameter is not a name.
    """
    shown = Shown(
        _checked(topics), until.astimezone(UTC).timestamp() if until else None, frozenset(map(checked_topic, query))
    )
    earlier = parse(response.headers.get(HEADER, ""))
    if earlier is not None:
        ends = [end for end in (shown.until, earlier.until) if end is not None]
        shown = Shown(shown.topics | earlier.topics, min(ends, default=None), shown.query | earlier.query)
    until_text = "" if shown.until is None else str(shown.until)
    response.headers[HEADER] = f"{','.join(sorted(shown.topics))};{until_text};{','.join(sorted(shown.query))}"
    return response


@lru_cache(maxsize=500)
def _checked(topics: tuple[str, ...]) -> frozenset[str]:
    return frozenset(map(checked_topic, topics))


def parse(value: str) -> Shown | None:
    """What `shows` wrote into the header; None when it holds no such statement."""
    parts = value.split(";")
    if len(parts) != 3 or not parts[0]:
        return None
    topics, until, query = parts
    return Shown(
        frozenset(topics.split(",")),
        float(until) if until else None,
        frozenset(query.split(",")) if query else frozenset(),
    )
