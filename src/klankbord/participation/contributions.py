"""Ways of taking part that belong to no single package: coming back, and following a person, topic or area."""

from __future__ import annotations

from dataclasses import replace

from django.urls import reverse
from django.utils.translation import gettext as _

from klankbord.conversations.models import Message
from klankbord.design.writing import says_nothing
from klankbord.moderation.rules import WhyHeld
from klankbord.moderation.screening import Outcome, screen
from klankbord.participation.actions import follow, participant_of, unfollow
from klankbord.participation.contract import CannotTakePart, NoLongerThere, Payload
from klankbord.participation.held import Screened
from klankbord.participation.leaving import area_name
from klankbord.participation.models import Topic
from klankbord.participation.saying import number
from klankbord.people.models import Membership, Organisation, Person
from klankbord.people.same_origin import is_own_path
from klankbord.reputation.thanks import CannotThank, thank


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
        return following if is_own_path(following) else "/"

    def words(self, payload: Payload) -> str:
        """What the mail says."""
        return _("You want to hear what is new.")


class ThankSomebody:
    """Thank a person (`to`) in `words`, for a public message (`about`) if one is named."""

    kind = "thank"

    def check(self, *, organisation: Organisation, payload: Payload) -> None:
        """There is such a person, and something to say."""
        _thanked(organisation, payload)

    def perform(self, *, person: Person, membership: Membership | None, payload: Payload) -> str:
        """Onto the wall with it."""
        to, about = _thanked(person.organisation, payload)
        screened = _check_words(person, membership, str(payload["words"]))
        try:
            row = thank(
                to=to,
                by=person,
                words=str(payload["words"]),
                about=about,
                membership=membership,
                place=str(payload.get("place", "")),
                held=screened.held,
            )
        except CannotThank:
            raise CannotTakePart(_("You thanked for this before, or it is your own.")) from None
        return screened.after(row.message, reverse("participation:thanks"))

    def words(self, payload: Payload) -> str:
        """What the mail says."""
        return _("Your thanks: %(words)s") % {"words": payload["words"]}


def _check_words(person: Person, membership: Membership | None, words: str) -> Screened:
    """A thank-you stands there at once, also somebody's first: nobody has to look at it before, so it is short of much.
    Of somebody whose words a colleague looks at first for now, it is held as all they write.

    Raises:
        CannotTakePart: it leads somewhere, looks like spam, or names a number that nobody may publish.
    """
    verdict = screen(organisation=person.organisation, person=person, membership=membership, text=words)
    if verdict.outcome is Outcome.REFUSE:
        raise CannotTakePart(verdict.refusal)
    codes = {each.code for each in verdict.reasons}
    if codes - {WhyHeld.FIRST_POST, WhyHeld.RESTRAINED}:
        raise CannotTakePart(_("This cannot stand on the wall. Leave out links, numbers and advertising."))
    if WhyHeld.RESTRAINED not in codes:
        verdict = replace(verdict, outcome=Outcome.PUBLISH)
    return Screened(verdict, person)


def _thanked(organisation: Organisation, payload: Payload) -> tuple[Person, Message | None]:
    """Who is thanked, and for what."""
    to = Person.objects.of(organisation).filter(pk=int(payload["to"])).first()
    if to is None or says_nothing(str(payload.get("words", ""))):
        raise NoLongerThere
    rows = Message.objects.of(organisation).public().filter(person_id__in=Person.objects.of(organisation).same_as(to))
    return to, rows.filter(pk=number(payload.get("about"))).first()


def _target(organisation: Organisation, payload: Payload) -> Person | Topic | str:
    """What is to be followed.

    Raises:
        CannotTakePart: there is no such thing (any more).
    """
    found: Person | Topic | str | None = None
    if payload.get("whom"):
        found = Person.objects.of(organisation).filter(pk=payload["whom"]).first()
    elif payload.get("topic"):
        found = Topic.objects.of(organisation).filter(pk=number(payload["topic"])).first()
    elif area_name(organisation, str(payload.get("area", ""))):
        found = str(payload["area"])
    if found is None:
        raise NoLongerThere
    return found
