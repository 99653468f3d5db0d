"""Ways of taking part that belong to no single package: coming back, and following a person, topic or area."""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import gettext as _

from klankbord.participation.actions import follow, participant_of, unfollow
from klankbord.participation.contract import CannotTakePart, Payload
from klankbord.participation.models import Area, Topic
from klankbord.people.models import Membership, Organisation, Person


class ComeBack:
    """Somebody who took part before, in another browser, is let in by the link in a mail."""

    kind = "me"

    def check(self, *, organisation: Organisation, payload: Payload) -> None:
        """Always possible."""

    def perform(self, *, person: Person, membership: Membership | None, payload: Payload) -> str:
        """Nothing but being known."""
        participant_of(person)
        return reverse("participation:me")

    def words(self, payload: Payload) -> str:
        """What the mail says."""
        return _("You want to see your own page.")


class FollowSomething:
    """Hear of a person (`whom`), a topic (`topic`) or an area (`area`), or no longer (`stop`)."""

    kind = "follow"

    def check(self, *, organisation: Organisation, payload: Payload) -> None:
        """There is such a person, topic or area."""
        _target(organisation, payload)

    def perform(self, *, person: Person, membership: Membership | None, payload: Payload) -> str:
        """Follow it, or stop."""
        target = _target(person.organisation, payload)
        if isinstance(target, Person) and target.canonical.pk == person.canonical.pk:
            raise CannotTakePart(_("This is you."))
        act = unfollow if payload.get("stop") else follow
        if isinstance(target, Person):
            act(person=person, whom=target)
        elif isinstance(target, Topic):
            act(person=person, topic=target)
        else:
            act(person=person, area=target)
        following = str(payload.get("next") or reverse("participation:me"))
        return following if following.startswith("/") and not following.startswith("//") else "/"

    def words(self, payload: Payload) -> str:
        """What the mail says."""
        return _("You want to hear what is new.")


def _target(organisation: Organisation, payload: Payload) -> Person | Topic | str:
    """What is to be followed.

    Raises:
        CannotTakePart: there is no such thing (any more).
    """
    found: Person | Topic | str | None = None
    if payload.get("whom"):
        found = Person.objects.of(organisation).filter(pk=payload["whom"]).first()
    elif payload.get("topic"):
        topic = str(payload["topic"])
        found = Topic.objects.of(organisation).filter(pk=int(topic)).first() if topic.isdecimal() else None
    elif payload.get("area") in {each.value for each in Area if each.value}:
        found = str(payload["area"])
    if found is None:
        raise CannotTakePart(_("This is no longer there."))
    return found
