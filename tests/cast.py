"""The people that all tests play with: two houses, who works there, and a customer. Small, typed, and always the same.

Everything is one call deep and stored at once; a test that needs another detail passes it by name.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time
from itertools import count
from typing import Any

from django.test import Client

from klankbord import clock
from klankbord.channels.models import Channel
from klankbord.conversations.actions.speak_publicly import open_publicly
from klankbord.conversations.models import (
    Conversation,
    ConversationKind,
    ConversationState,
    Direction,
    Message,
    Promise,
)
from klankbord.participation.models import Participant
from klankbord.people.middleware import SESSION_ORGANISATION
from klankbord.people.models import (
    Address,
    AddressKind,
    Membership,
    OpeningSpan,
    Organisation,
    Person,
    Role,
    Team,
    User,
    normalise_address,
)
from klankbord.people.visitors import VISITOR_COOKIE, remember_visitor

PASSWORD = "een-lange-zin-die-niemand-raadt"
HOST = "deklank.localhost"
OTHER_HOST = "klankerveen.localhost"

_number = count(1)


@dataclass(frozen=True, slots=True)
class House:
    """An organisation with its mailbox and its website's form, and those who work there."""

    organisation: Organisation
    mailbox: Channel
    website: Channel


@dataclass(frozen=True, slots=True)
class DeKlank(House):
    """The library: one member of staff in each role."""

    marlies: Membership
    noor: Membership
    tom: Membership
    jamal: Membership

    @property
    def administrator(self) -> Membership:
        """Marlies, who is shown to visitors."""
        return self.marlies

    @property
    def lead(self) -> Membership:
        """Noor."""
        return self.noor

    @property
    def moderator(self) -> Membership:
        """Tom."""
        return self.tom

    @property
    def agent(self) -> Membership:
        """Jamal, who is shown to visitors."""
        return self.jamal


@dataclass(frozen=True, slots=True)
class Klankerveen(House):
    """The municipality next door: another organisation in the same installation, with one agent."""

    bram: Membership


def de_klank() -> DeKlank:
    """Bibliotheek De Klank: open Monday to Saturday from 9 to 20, one mailbox, a form, four members of staff."""
    house = organisation("Bibliotheek De Klank", HOST, phone="010 123 45 67", email="vraag@deklank.example")
    opens(house, range(6), time(9), time(20))
    return DeKlank(
        organisation=house,
        mailbox=channel(house, name="Vragen", address="vraag@deklank.example"),
        website=channel(house, kind="form", name="Website"),
        marlies=member(
            house,
            "Marlies Verhoef",
            Role.ADMINISTRATOR,
            title="klantenservice",
            is_public=True,
            face="fair-brown-long-clay-sand",
        ),
        noor=member(house, "Noor Willems", Role.LEAD),
        tom=member(house, "Tom Bakker", Role.MODERATOR),
        jamal=member(
            house,
            "Jamal Haddou",
            Role.AGENT,
            title="vestiging Centrum",
            is_public=True,
            face="brown-black-short-teal-sky-beard",
        ),
    )


def klankerveen() -> Klankerveen:
    """Gemeente Klankerveen, in which nobody of the library has any business."""
    house = organisation("Gemeente Klankerveen", OTHER_HOST, phone="14 010", is_formal=True)
    opens(house, range(5), time(8, 30), time(17))
    return Klankerveen(
        organisation=house,
        mailbox=channel(house, name="Gemeente", address="post@klankerveen.example"),
        website=channel(house, kind="form", name="Website"),
        bram=member(house, "Bram Post", Role.AGENT, domain="klankerveen.example"),
    )


def organisation(name: str = "Huis", host: str = "", **fields: Any) -> Organisation:
    """Any organisation."""
    return Organisation.objects.create(name=name, host=host or f"huis{next(_number)}.localhost", **fields)


def opens(house: Organisation, weekdays: Any, opens_at: time, closes_at: time) -> None:
    """Open on these weekdays (Monday is 0)."""
    OpeningSpan.objects.bulk_create(
        OpeningSpan(organisation=house, weekday=day, opens=opens_at, closes=closes_at) for day in weekdays
    )


def user(name: str = "Iemand Anders", email: str = "", *, password: str | None = None, **fields: Any) -> User:
    """Someone who signs in; without a password unless it is what the test is about, as hashing one takes its time."""
    email = email or f"{name.split(maxsplit=1)[0].lower()}{next(_number)}@example.org"
    return User.objects.create_user(email, password, name=name, **fields)


def member(
    house: Organisation,
    name: str = "Sanne de Wit",
    role: Role = Role.AGENT,
    *,
    title: str = "",
    is_public: bool = False,
    is_active: bool = True,
    domain: str = "deklank.example",
    **fields: Any,
) -> Membership:
    """Someone who works for `house`; further fields are the user's."""
    fields.setdefault("email", f"{name.split(maxsplit=1)[0].lower()}@{domain}")
    return Membership.objects.create(
        organisation=house, user=user(name, **fields), role=role, title=title, is_public=is_public, is_active=is_active
    )


def team(house: Organisation, name: str = "E-books", *members: Membership) -> Team:
    """A team of these members."""
    made = Team.objects.create(organisation=house, name=name)
    made.members.set(members)
    return made


def channel(
    house: Organisation, *, kind: str = "email", name: str = "Post", address: str = "", **fields: Any
) -> Channel:
    """A door of `house`."""
    if kind == "email":
        address = address or f"post{next(_number)}@example.org"
    return Channel.objects.create(organisation=house, kind=kind, name=name, address=address, **fields)


def customer(house: Organisation, name: str = "Ans de Vries", email: str = "ans@example.org", **fields: Any) -> Person:
    """A person known by one mail address."""
    person = Person.objects.create(organisation=house, name=name, **fields)
    known_by(person, email)
    return person


def known_by(person: Person, address: str, kind: AddressKind = AddressKind.EMAIL) -> Address:
    """One more way in which `person` is known."""
    return Address.objects.create(
        organisation_id=person.organisation_id,
        person=person,
        kind=kind,
        value=normalise_address(kind, address),
        shown=address,
    )


def conversation(
    person: Person,
    door: Channel,
    *,
    subject: str = "Mijn e-book opent niet",
    text: str = "Ik krijg mijn e-book niet open.",
    since: datetime | None = None,
    due_at: datetime | None = None,
    **fields: Any,
) -> Conversation:
    """A conversation that `person` began through `door`, with its first message, waiting for an answer.

    Pass `state` to make it another's turn; `since` is when it began, now by default.
    """
    since = since or clock.now()
    fields.setdefault("code", f"{next(_number):06d}")
    waits = fields.setdefault("state", ConversationState.OPEN) == ConversationState.OPEN
    made = Conversation.objects.create(
        organisation_id=person.organisation_id,
        person=person,
        channel=door,
        subject=subject,
        created_at=since,
        last_message_at=since,
        waiting_since=since if waits else None,
        due_at=due_at if waits else None,
        **fields,
    )
    if waits:
        Promise.objects.create(organisation_id=made.organisation_id, conversation=made, began_at=since, due_at=due_at)
    inbound(made, text, said_at=since)
    return made


def inbound(of: Conversation, text: str = "Nog iets.", **fields: Any) -> Message:
    """The customer says something more. Only the row: what follows from it is the business of actions."""
    fields.setdefault("external_id", f"{next(_number)}@example.org" if of.channel.kind == "email" else None)
    fields.setdefault("person", of.person)
    return _say(of, text, Direction.INBOUND, **fields)


def outbound(of: Conversation, by: Membership, text: str = "Ik help je graag.", **fields: Any) -> Message:
    """A colleague answered. Only the row."""
    return _say(of, text, Direction.OUTBOUND, membership=by, **fields)


def note(of: Conversation, by: Membership, text: str = "Even bellen.", **fields: Any) -> Message:
    """A colleague left a note for the others."""
    return _say(of, text, Direction.NOTE, membership=by, **fields)


def _say(of: Conversation, text: str, direction: Direction, **fields: Any) -> Message:
    channel_ = None if direction == Direction.NOTE else of.channel
    return Message.objects.create(
        **{
            "organisation_id": of.organisation_id,
            "conversation": of,
            "direction": direction,
            "channel": channel_,
            "text": text,
            **fields,
        }
    )


def browser(house: Organisation, who: Membership | User | None = None, **options: Any) -> Client:
    """A browser at `house`'s pages, signed in there as `who` (a member of any house, or a user) or as a visitor."""
    made = Client(HTTP_HOST=house.host, **options)
    if who is not None:
        made.force_login(who.user if isinstance(who, Membership) else who)
        session = made.session
        session[SESSION_ORGANISATION] = house.pk
        session.save()
    return made


def known_browser(person: Person) -> Client:
    """A browser in which this customer confirmed their address once."""
    made = Client(HTTP_HOST=person.organisation.host)
    made.cookies[VISITOR_COOKIE] = remember_visitor(person=person)
    return made


def helper(house: Organisation, pseudonym: str = "Fatima", email: str = "", **fields: Any) -> Person:
    """A customer who takes part in public under this name."""
    person = customer(
        house,
        fields.pop("name", pseudonym),
        email or f"deelnemer{next(_number)}@example.org",
        pseudonym=pseudonym,
        **fields,
    )
    Participant.objects.create(organisation=house, person=person)
    return person


def thread(
    person: Person,
    subject: str = "Hoe verleng ik een boek?",
    text: str = "Ik kan de knop niet vinden.",
    kind: ConversationKind = ConversationKind.QUESTION,
    **fields: Any,
) -> Message:
    """A public thread that `person` began; its opening message."""
    return open_publicly(person=person, kind=kind, subject=subject, text=text, **fields)
