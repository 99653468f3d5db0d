"""Which pages it changes when something is posted or arranged."""

from __future__ import annotations

from collections.abc import Iterator

from klankbord.conversations.announcing import public_topic
from klankbord.events.base import Event
from klankbord.posts.events import ThingsArranged


class PostsAnnouncements:
    """Logs and themes; all else is announced with the public thread that it is."""

    def topics(self, event: Event) -> Iterator[tuple[str, str, int]]:
        """(topic, kind, id) of everything that `event` changes."""
        if isinstance(event, ThingsArranged):
            yield public_topic(event.organisation_id), "organisation", event.organisation_id
