"""Telling a crowd from a campaign: votes that come from one network, or from people who are new here, in a short time.

Every vote counts as one in the number of voters: people may ask their friends. But the further ones of a burst lift an
idea less in *rising*, which decides what others see first; the idea says so, and staff see the figures. A vote's weight
depends on the votes before it only, so counting anew gives the same.
"""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

ONE_NETWORK = 5
"""So many votes from one network within `NETWORK_SPAN` count in full: a family, an office, the library's own desk."""
NETWORK_SPAN = timedelta(hours=24)
NEW_PEOPLE = 20
"""So many votes of people who are new here within `NEW_SPAN` count in full: a newsletter brings that many."""
NEW_SPAN = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Cast:
    """A vote as far as a burst is concerned.

    Attributes:
        at: When.
        place: A keyed hash of the network that it came from; empty when unknown.
        is_fresh: Whether the voter was known here for less than a day.
    """

    at: datetime
    place: str = ""
    is_fresh: bool = False


@dataclass(frozen=True, slots=True)
class Burst:
    """What staff see of it: the most that came from one network, and of new people, within the spans above."""

    from_one_network: int
    of_new_people: int

    @property
    def is_striking(self) -> bool:
        """Whether it passed one of the thresholds."""
        return self.from_one_network > ONE_NETWORK or self.of_new_people > NEW_PEOPLE


def weights(casts: Iterable[Cast]) -> list[float]:
    """The weight of each vote, in the order given, which is that of time."""
    return [_weight(near, new) for near, new in _crowds(casts)]


def next_weights(casts: Sequence[Cast], *, near: Mapping[str, int], new: int) -> list[float]:
    """The weights of votes of one moment, after `near` votes of each network within `NETWORK_SPAN` and `new` ones of
    new people within `NEW_SPAN`.
    """
    networks, found = Counter(near), []
    for cast in casts:
        networks[cast.place] += 1
        new += cast.is_fresh
        found.append(_weight(networks[cast.place] if cast.place else 0, new if cast.is_fresh else 0))
    return found


def burst(casts: Iterable[Cast]) -> Burst:
    """The largest crowds among these votes."""
    network = people = 0
    for near, new in _crowds(casts):
        network, people = max(network, near), max(people, new)
    return Burst(network, people)


def _weight(near: int, new: int) -> float:
    """`near`-th of its network, `new`-th of new people: the n-th beyond a threshold counts for threshold / n."""
    return min(1.0, ONE_NETWORK / max(near, 1), NEW_PEOPLE / max(new, 1))


def _crowds(casts: Iterable[Cast]) -> Iterable[tuple[int, int]]:
    """For each vote: the how-manieth of its network, and of new people, it is within the spans; 0 where neither."""
    networks: dict[str, deque[datetime]] = {}
    people: deque[datetime] = deque()
    for cast in casts:
        near = new = 0
        if cast.place:
            near = _among(networks.setdefault(cast.place, deque()), cast.at, NETWORK_SPAN)
        if cast.is_fresh:
            new = _among(people, cast.at, NEW_SPAN)
        yield near, new


def _among(earlier: deque[datetime], at: datetime, span: timedelta) -> int:
    while earlier and earlier[0] <= at - span:
        earlier.popleft()
    earlier.append(at)
    return len(earlier)
