"""No more mail with one click (RFC 8058): what a mail came by, its signed address, and what that address ends.

A mail about one thing ends what it came by: the thread, topic, person or area that its reader follows, also when they
follow several of these. A mail with several things of different kinds ends all mail about what they follow.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.core.signing import BadSignature, Signer
from django.db import transaction

from klankbord.conversations.models import Conversation
from klankbord.participation.actions import change_participant, unfollow
from klankbord.participation.authors import author
from klankbord.participation.contract import list_name
from klankbord.participation.models import Area, Follow, Notice, Rhythm, Topic
from klankbord.participation.posting import public_url
from klankbord.people.models import Organisation, Person

_signer = Signer(salt="klankbord.participation.unsubscribe")
_ALL = "0"


@dataclass(frozen=True, slots=True)
class Target:
    """What somebody follows: one of these four."""

    label: str
    conversation: Conversation | None = None
    topic: Topic | None = None
    whom: Person | None = None
    area: str = ""


@dataclass(frozen=True, slots=True)
class Leaving:
    """Whose mail about what ends; without targets all of it."""

    person: Person
    targets: tuple[Target, ...]
    everything: bool


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
def leave(leaving: Leaving, *, everything: bool = False) -> None:
    """No more mail about it, or about anything that they follow. Twice is once."""
    if everything or leaving.everything:
        change_participant(person=leaving.person, rhythm=Rhythm.NEVER)
        return
    for each in leaving.targets:
        unfollow(
            person=leaving.person, conversation=each.conversation, topic=each.topic, whom=each.whom, area=each.area
        )


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
        return Target(name, area=which) if name else None
    if not which.isdigit():
        return None
    if kind == Follow.THREAD:
        thread = Conversation.objects.of(organisation).filter(pk=int(which)).first()
        return Target(f"“{thread.subject}”", conversation=thread) if thread else None
    if kind == Follow.TOPIC:
        topic = Topic.objects.of(organisation).filter(pk=int(which)).first()
        return Target(f"“{topic.name}”", topic=topic) if topic else None
    whom = Person.objects.of(organisation).filter(pk=int(which)).first() if kind == Follow.PERSON else None
    return Target(author(whom).name, whom=whom) if whom else None
