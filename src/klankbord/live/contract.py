"""What upper packages provide so that screens hear what changed; `wiring/` lists who does.

A *topic* is the name of something that can be looked at, such as `organisation:3:inbox` or `conversation:17`:
lower-case letters, digits, `:`, `-`, `_` and `.`, at most 100 characters. An open screen listens to topics, and a page
that is kept in memory names the topics that it shows (`live.shows`). One mapping from events to topics serves both.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol

from django.http import HttpRequest

from klankbord.events.base import Event

_TOPIC = re.compile(r"[a-z0-9][a-z0-9:._-]{0,99}")


@dataclass(frozen=True, slots=True)
class Announcement:
    """One thing changed, seen from one topic. Holds a kind and an id only, never content.

    Attributes:
        topic: Who listens to this topic hears it, and pages that show it are made anew.
        kind: What changed, in the words of DESIGN.md (`message`, `conversation`, `rights`).
        id: Which one.
    """

    topic: str
    kind: str
    id: int


class Announces(Protocol):
    """Knows which topics an event touches. Called in a thread of its own, outside a transaction."""

    def topics(self, event: Event) -> Iterable[tuple[str, str, int]]:
        """What `event` changes, as (topic, kind, id); nothing for an event that it does not care about."""
        ...


@dataclass(frozen=True, slots=True)
class Audience:
    """What one visitor may hear on one stream, decided by Django for this very session.

    Attributes:
        topics: The topics that are sent to the screen.
        listener: Who listens, for the limit on streams (`user:12`, or a hash of a private link); never shown.
        recheck_on: Topics that say that rights may have changed (sign-out, end of a membership). They are not sent to
            the screen: the right is asked for again, and the stream ends when it is gone.
    """

    topics: tuple[str, ...]
    listener: str
    recheck_on: tuple[str, ...] = ()


class OffersStream(Protocol):
    """A named live stream: `/live/<name>` or `/live/<name>/<parameter>`."""

    name: str

    def audience(self, request: HttpRequest, parameter: str) -> Audience | None:
        """What this request's visitor may hear, or None: no such stream for them (they get 404)."""
        ...


def checked_topic(topic: str) -> str:
    """`topic` itself.

    Raises:
        ValueError: it is not the name of a topic.
    """
    if not _TOPIC.fullmatch(topic):
        raise ValueError(f"not a topic: {topic!r}")
    return topic
