"""What upper packages provide so that anybody can take part; `wiring/` lists who does."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from klankbord.conversations.models import Conversation
from klankbord.conversations.refusals import Refused
from klankbord.people.models import Membership, Organisation, Person

type Payload = Mapping[str, Any]
"""What was written or chosen; JSON types only."""


class CannotTakePart(Refused):
    """What was written or chosen cannot be done (any more). `sentence` says why, in words for who tried.

    Packages below, which do not know this one, raise a `Refused` of their own; it is told in the same way.
    """

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence  # type: ignore[assignment]  # in the active language already


class NoLongerThere(CannotTakePart):
    """What it was about is not here (any more), or never was."""

    def __init__(self) -> None:
        super().__init__(_("This is no longer there."))


class OwnWords(CannotTakePart):
    """Nobody votes for themselves."""

    def __init__(self) -> None:
        super().__init__(_("This is your own. Others can say that it is useful."))


class NotYoursToChange(CannotTakePart):
    """It is somebody else's, and nobody opened it to all."""

    def __init__(self) -> None:
        super().__init__(_("Somebody else wrote this. You can answer or react."))


class Contribution(Protocol):
    """One way of taking part: asking, answering, voting, following, flagging. Done at once for who is known here, and
    after one click in a mail for a stranger.
    """

    kind: str

    def check(self, *, organisation: Organisation, payload: Payload) -> None:
        """Whether this can be done at all, before a stranger is mailed. Changes nothing.

        Raises:
            CannotTakePart: no.
        """
        ...

    def perform(self, *, person: Person, membership: Membership | None, payload: Payload) -> str:
        """Do it, in the caller's transaction; the path of the page that shows it. Twice is once where that can be.

        `payload["place"]` is a keyed hash of the network that it came from, or empty.

        Raises:
            CannotTakePart: it cannot be done.
        """
        ...

    def words(self, payload: Payload) -> str:
        """One line in the active language on what it is: `Your question: How do I renew?`."""
        ...


class ProfileSection(Protocol):
    """A part of somebody's public page and of their own page, such as the ideas that they shared."""

    def render(self, *, person_ids: Sequence[int], organisation: Organisation, own: bool) -> SafeString:
        """HTML with a heading of level 2, or nothing. `own`: the person looks at it themselves."""
        ...


@dataclass(frozen=True, slots=True)
class Threads:
    """Where a public thread is shown: `path` of a conversation of this kind, by its id and subject."""

    kind: str
    route: str


class Lists(Protocol):
    """Knows of lists that can be followed as an area of their own, `<prefix>:<id>`, such as a running log."""

    prefix: str

    def name(self, *, organisation: Organisation, number: int) -> str | None:
        """What this one is called; None when there is none."""
        ...


class Gate(Protocol):
    """Knows of public threads that not everybody may see after all, such as those of a panel's own board."""

    def may_see(self, *, conversation: Conversation, person_ids: Iterable[int]) -> set[int]:
        """Who of these (canonical) persons may see the thread."""
        ...


_gates: list[Gate] = []
_lists: dict[str, Lists] = {}
_contributions: dict[str, Contribution] = {}
_sections: list[ProfileSection] = []
_threads: dict[str, str] = {}


def register(
    *,
    contributions: Sequence[Contribution],
    sections: Sequence[ProfileSection] = (),
    threads: Sequence[Threads] = (),
    gates: Sequence[Gate] = (),
    lists: Sequence[Lists] = (),
) -> None:
    """Called once by `wiring/`."""
    _gates[:] = gates
    _lists.clear()
    _lists.update({each.prefix: each for each in lists})
    _contributions.clear()
    _contributions.update({each.kind: each for each in contributions})
    _sections[:] = sections
    _threads.clear()
    _threads.update({each.kind: each.route for each in threads})


def contribution(kind: str) -> Contribution:
    """The contribution called `kind`.

    Raises:
        LookupError: nobody provides it.
    """
    return _contributions[kind]


def sections() -> tuple[ProfileSection, ...]:
    """All parts of a profile, in the order in which they are shown."""
    return tuple(_sections)


def thread_route(kind: str) -> str | None:
    """The name of the route under which threads of this kind are shown; it takes `conversation_id`."""
    return _threads.get(kind)


def list_name(organisation: Organisation, area: str) -> str | None:
    """What a list is called that has an area of its own; None when there is no such list."""
    prefix, _colon, number = area.partition(":")
    known = _lists.get(prefix)
    return known.name(organisation=organisation, number=int(number)) if known and number.isdecimal() else None


def may_see(conversation: Conversation, person_ids: Iterable[int]) -> set[int]:
    """Who of these persons may see this public thread: everybody whom no gate keeps out."""
    found = set(person_ids)
    for gate in _gates:
        found &= gate.may_see(conversation=conversation, person_ids=found)
    return found
