"""The tables. Read here what follows from what."""

from __future__ import annotations

from datetime import timedelta

from klankbord.channels.dispatch import Dispatches
from klankbord.conversations.announcing import ConversationAnnouncements
from klankbord.conversations.events import MessageReceived
from klankbord.conversations.reactions import acknowledge
from klankbord.conversations.receiving import Receiving
from klankbord.conversations.searching import ConversationDocuments
from klankbord.events import contract
from klankbord.events.base import Event
from klankbord.events.contract import Job, Reaction
from klankbord.events.reacting import Reactions
from klankbord.events.schedule import Schedule, forget_old_events
from klankbord.inbox.streams import InboxStream
from klankbord.live.contract import Announces, OffersStream
from klankbord.people.announcing import PeopleAnnouncements
from klankbord.portal.events import WayBackAskedFor
from klankbord.portal.reactions import mail_way_back
from klankbord.search.contract import Searchable

REACTIONS: dict[type[Event], tuple[Reaction, ...]] = {
    MessageReceived: (acknowledge,),
    WayBackAskedFor: (mail_way_back,),
}

ANNOUNCERS: tuple[Announces, ...] = (ConversationAnnouncements(), PeopleAnnouncements())

STREAMS: tuple[OffersStream, ...] = (InboxStream(),)

SEARCHABLES: tuple[Searchable, ...] = (ConversationDocuments(),)

JOBS = (Job("forget old events", timedelta(hours=6), forget_old_events),)


def register() -> None:
    """Called once, when all models are loaded."""
    contract.register(reactions=REACTIONS, jobs=JOBS, sources=(Receiving(), Reactions(), Dispatches(), Schedule()))
