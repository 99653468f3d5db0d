"""No more mail with one click (RFC 8058): what a mail came by, its signed address, and what that address ends.

A mail about one thing ends what it came by: the thread, topic, person or area that its reader follows, also when they
follow several of these. A mail with several things of different kinds ends all mail about what they follow.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.core.signing import BadSignature, Signer, dumps, loads
from django.db import transaction

from klankbord.conversations.models import Conversation
from klankbord.participation.actions import change_participant, follow, participant_of, unfollow
from klankbord.participation.authors import author
from klankbord.participation.contract import list_name
from klankbord.participation.models import Area, Follow, Notice, Rhythm, Topic
from klankbord.participation.posting import public_url
from klankbord.people.models import Organisation, Person

_signer = Signer(salt="klankbord.participation.unsubscribe")
_ALL = "0"
_LEFT = "klankbord.participation.left"
_UNDONE_WITHIN = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Target:
    """What somebody follows, as `Follow.target` writes it: one of these four."""

    target: str
    label: str
    conversation: Conversation | None = None
    topic: Topic | None = None
    whom: Person | None = None
    area: str = ""

    @property
    def filters(self) -> dict[str, Any]:
        """The same, as `follow` and `unfollow` take it."""
        return {"conversation": self.conversation, "topic": self.topic, "whom": self.whom, "area": self.area}


@dataclass(frozen=True, slots=True)
class Leaving:
    """Whose mail about what ends; without targets all of it."""

    person: Person
    targets: tuple[Target, ...]
    everything: bool


@dataclass(frozen=True, slots=True)
class Left:
    """What `leave` ended, so that it can be undone: how often mail came about everything, or of each target that was
    followed which it was, and how often.
    """

    rhythm: str = ""
    followed: tuple[tuple[str, str], ...] = ()

    @property
    def is_something(self) -> bool:
        """Whether anything changed."""
        return bool(self.rhythm or self.followed)


def came_by(notices: Iterable[Notice]) -> list[str]:
    """What one follows by which this mail comes, each once, as `Follow.target`; empty when that is too much of it to
    be named: several things that have nothing in common.
    """
    notices = list(notices)
    found = list(dict.fromkeys(target for each in notices for target in each.because))
    is_about_one = len({each.conversation_id for each in notices}) == 1
    return found if is_about_one or len(found) == 1 else []


def unsubscribe_url(organisation: Organisation, person: Person, targets: Sequence[str] = ()) -> str:
    """The address that ends the mail about these targets with one click; without any, about all that is followed."""
    signed = _signer.sign(f"{person.pk}.{','.join(targets) or _ALL}")
    return public_url(organisation, f"/unsubscribe/{signed}/")


def read_unsubscribe(organisation: Organisation, signed: str) -> Leaving | None:
    """What a signed address ends; None for one that we did not make. What is not there any more is left out."""
    try:
        person_id, _dot, said = _signer.unsign(signed[:500]).partition(".")
        person = Person.objects.of(organisation).filter(pk=int(person_id)).first()
    except (BadSignature, ValueError):
        return None
    if person is None:
        return None
    return Leaving(person.canonical, tuple(named(organisation, said.split(","))), everything=said == _ALL)


@transaction.atomic
def leave(leaving: Leaving, *, everything: bool = False) -> Left:
    """No more mail about it, or about anything that they follow. Twice is once."""
    if everything or leaving.everything:
        before = participant_of(leaving.person).rhythm
        change_participant(person=leaving.person, rhythm=Rhythm.NEVER)
        return Left(rhythm="" if before == Rhythm.NEVER else before)
    followed = []
    for each in leaving.targets:
        rows = Follow.objects.of(leaving.person.organisation_id).filter(person=leaving.person, **each.filters)
        rhythm = rows.values_list("rhythm", flat=True).first() or ""
        if unfollow(person=leaving.person, **each.filters):
            followed.append((each.target, rhythm))
    return Left(followed=tuple(followed))


@transaction.atomic
def come_back(leaving: Leaving, left: Left) -> None:
    """Undo what `leave` did. Twice is once."""
    if left.rhythm in Rhythm.values:
        change_participant(person=leaving.person, rhythm=Rhythm(left.rhythm))
    before = dict(left.followed)
    for each in leaving.targets:
        if each.target in before:
            follow(person=leaving.person, rhythm=before[each.target], **each.filters)


def sign_left(signed: str, left: Left) -> str:
    """What was ended by this address, to carry in the button that undoes it."""
    return dumps([signed, left.rhythm, left.followed], salt=_LEFT)


def read_left(signed: str, carried: str) -> Left | None:
    """What `sign_left` carries for this address; None for what it did not write, or too long ago."""
    try:
        address, rhythm, followed = loads(carried, salt=_LEFT, max_age=_UNDONE_WITHIN)
    except BadSignature:
        return None
    return Left(rhythm, tuple((target, each) for target, each in followed)) if address == signed else None


def named(organisation: Organisation, targets: Iterable[str]) -> list[Target]:
    """These targets with what they are called, in the active language."""
    return [found for each in targets if (found := _named(organisation, each)) is not None]


def area_name(organisation: Organisation, area: str) -> str:
    """What an area, or a list with an area of its own, is called; empty when there is none."""
    if area in Area.values:
        return str(Area(area).label) if area else ""
    name = list_name(organisation, area)
    return f"“{name}”" if name else ""


def _named(organisation: Organisation, target: str) -> Target | None:
    if target.isdigit():  # addresses in mails from before other things than threads could be ended
        target = f"{Follow.THREAD}{target}"
    kind, which = target[:1], target[1:]
    if kind == Follow.AREA:
        name = area_name(organisation, which)
        return Target(target, name, area=which) if name else None
    if not which.isdigit():
        return None
    if kind == Follow.THREAD:
        thread = Conversation.objects.of(organisation).filter(pk=int(which)).first()
        return Target(target, f"“{thread.subject}”", conversation=thread) if thread else None
    if kind == Follow.TOPIC:
        topic = Topic.objects.of(organisation).filter(pk=int(which)).first()
        return Target(target, f"“{topic.name}”", topic=topic) if topic else None
    whom = Person.objects.of(organisation).filter(pk=int(which)).first() if kind == Follow.PERSON else None
    return Target(target, author(whom).name, whom=whom) if whom else None
