"""The hub of one process: what was heard from the outbox goes to the screens that listen.

Everything here runs on the event loop's thread, so there are no locks. What comes from other threads arrives through
`loop.call_soon_threadsafe` (see `live.tail`).
"""

from __future__ import annotations

from collections import OrderedDict, deque
from collections.abc import Callable, Iterable, Sequence

from klankbord.live.contract import Announcement


class Subscription:
    """One listening screen: what waits to be sent to it. Bounded: a screen that is too far behind is told to reload."""

    __slots__ = ("_hub", "_limit", "_recheck_on", "_topics", "_wake", "must_recheck", "must_reload", "pending")

    def __init__(
        self, hub: Hub, topics: frozenset[str], recheck_on: frozenset[str], wake: Callable[[], None], limit: int
    ) -> None:
        self._hub = hub
        self._topics = topics
        self._recheck_on = recheck_on
        self._wake = wake
        self._limit = limit
        self.pending: dict[Announcement, None] = {}
        self.must_reload = False
        self.must_recheck = False

    def offer(self, announcement: Announcement) -> None:
        """Put an announcement in the queue; the same one twice is told once."""
        if announcement.topic in self._recheck_on:
            self.must_recheck = True
        if announcement.topic in self._topics and not self.must_reload:
            if len(self.pending) >= self._limit and announcement not in self.pending:
                self.reload()
            else:
                self.pending[announcement] = None
        self._wake()

    def reload(self) -> None:
        """Forget the details: the screen is to fetch everything anew."""
        self.pending.clear()
        self.must_reload = True
        self._wake()

    def take(self) -> tuple[str, list[Announcement], bool]:
        """The position reached, the announcements to send, and whether the screen must reload; empties the queue."""
        taken = (self._hub.position, list(self.pending), self.must_reload)
        self.pending = {}
        self.must_reload = False
        return taken

    def close(self) -> None:
        """Hear nothing any more. May be called twice."""
        self._hub.leave(self, self._topics | self._recheck_on)


class Hub:
    """Hears positions and announcements in the order of the outbox, passes them on, and remembers when it heard what.

    Attributes:
        sequence: Grows by one at everything that is heard; only meaningful within this process.
        position: The outbox position that was heard last, as text; the same in all processes.
    """

    def __init__(self, *, remember: int = 2_000, topics: int = 50_000, pending: int = 200) -> None:
        """Remember the last `remember` events for screens that come back and the last `topics` topics for pages."""
        self.sequence = 0
        self.position = ""
        self._recent: deque[tuple[str, tuple[Announcement, ...]]] = deque(maxlen=remember)
        self._heard: OrderedDict[str, int] = OrderedDict()
        self._floor = 0
        self._most_topics = topics
        self._most_pending = pending
        self._listening: dict[str, set[Subscription]] = {}

    def hear(self, position: str, announcements: Sequence[Announcement]) -> None:
        """Take in one event: tell who listens, and remember when each topic changed."""
        self.sequence += 1
        self.position = position
        self._recent.append((position, tuple(announcements)))
        for announcement in announcements:
            self._heard[announcement.topic] = self.sequence
            self._heard.move_to_end(announcement.topic)
            for subscription in tuple(self._listening.get(announcement.topic, ())):
                subscription.offer(announcement)
        while len(self._heard) > self._most_topics:
            _, dropped = self._heard.popitem(last=False)
            self._floor = max(self._floor, dropped)

    def hear_all(self, told: Iterable[tuple[str, Sequence[Announcement]]]) -> None:
        """Take in several, in their order."""
        for position, announcements in told:
            self.hear(position, announcements)

    def start_at(self, position: str) -> None:
        """Begin to listen behind `position`; what came before is not known here."""
        self.position = position
        self._recent.append((position, ()))

    def forget(self) -> None:
        """Something may have been missed: every screen reloads and every page is old."""
        self.sequence += 1
        self._floor = self.sequence
        self._heard.clear()
        self._recent.clear()
        for subscription in {one for group in self._listening.values() for one in group}:
            subscription.reload()

    def changed_since(self, sequence: int, topics: Iterable[str]) -> bool:
        """Whether any of `topics` was announced after `sequence`; True as well when that is no longer known."""
        if sequence < self._floor:
            return True
        heard = self._heard
        return any(heard.get(topic, 0) > sequence for topic in topics)

    def subscribe(
        self,
        topics: Iterable[str],
        *,
        recheck_on: Iterable[str] = (),
        wake: Callable[[], None] = lambda: None,
        since: str = "",
    ) -> Subscription:
        """Listen to `topics`; `wake` is called whenever something waits.

        `since` is the position that the screen had reached. What it missed is put in its queue; when that is no longer
        known it is told to reload.
        """
        wanted, rights = frozenset(topics), frozenset(recheck_on)
        subscription = Subscription(self, wanted, rights, wake, self._most_pending)
        for topic in wanted | rights:
            self._listening.setdefault(topic, set()).add(subscription)
        if since and since != self.position:
            self._catch_up(subscription, wanted, since)
        return subscription

    def leave(self, subscription: Subscription, topics: Iterable[str]) -> None:
        """Take a subscription off the lists of `topics`."""
        for topic in topics:
            group = self._listening.get(topic)
            if group is not None:
                group.discard(subscription)
                if not group:
                    del self._listening[topic]

    def _catch_up(self, subscription: Subscription, topics: frozenset[str], since: str) -> None:
        missed: list[tuple[Announcement, ...]] = []
        for position, announcements in reversed(self._recent):
            if position == since:
                break
            missed.append(announcements)
        else:
            subscription.reload()
            return
        for announcements in reversed(missed):
            for announcement in announcements:
                if announcement.topic in topics:
                    subscription.offer(announcement)
