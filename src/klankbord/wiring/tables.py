"""The tables. Read here what follows from what."""

from __future__ import annotations

from datetime import timedelta

from klankbord.audit.reactions import log_merge, log_sign_out, log_unmerge
from klankbord.channels.dispatch import Dispatches
from klankbord.community.announcing import CommunityAnnouncements
from klankbord.community.contributions import CONTRIBUTIONS as COMMUNITY_CONTRIBUTIONS
from klankbord.conversations.announcing import ConversationAnnouncements
from klankbord.conversations.events import MessageReceived
from klankbord.conversations.personal_data import ConversationsData
from klankbord.conversations.reactions import acknowledge, acknowledge_all
from klankbord.conversations.receiving import Receiving
from klankbord.conversations.releasing import release_codes
from klankbord.conversations.searching import ConversationDocuments
from klankbord.events import contract
from klankbord.events.base import Event
from klankbord.events.contract import Job, Reaction, Together
from klankbord.events.reacting import Reactions
from klankbord.events.schedule import Schedule, forget_old_events
from klankbord.files.actions import sweep_forgotten
from klankbord.inbox.streams import InboxStream
from klankbord.live.contract import Announces, OffersStream
from klankbord.participation import contract as participation_contract
from klankbord.participation.announcing import ParticipationAnnouncements
from klankbord.participation.confirming import forget_unconfirmed
from klankbord.participation.contract import Contribution, Gate, ProfileSection, Threads
from klankbord.participation.contributions import ComeBack, FollowSomething, ThankSomebody
from klankbord.participation.rings import undo_rings
from klankbord.participation.telling import mail_notices
from klankbord.people import contract as people_contract
from klankbord.people.announcing import PeopleAnnouncements
from klankbord.people.contract import KeepsPersonalData
from klankbord.people.events import PersonsMerged, PersonUnmerged, SignedOut
from klankbord.people.personal_data import PersonsOwnData
from klankbord.portal.events import WayBackAskedFor
from klankbord.portal.reactions import mail_way_back
from klankbord.search.contract import Searchable

REACTIONS: dict[type[Event], tuple[Reaction, ...]] = {
    MessageReceived: (acknowledge,),
    PersonsMerged: (log_merge,),
    PersonUnmerged: (log_unmerge,),
    SignedOut: (log_sign_out,),
    WayBackAskedFor: (mail_way_back,),
}

ANNOUNCERS: tuple[Announces, ...] = (
    ConversationAnnouncements(),
    PeopleAnnouncements(),
    ParticipationAnnouncements(),
    CommunityAnnouncements(),
)

STREAMS: tuple[OffersStream, ...] = (InboxStream(),)

SEARCHABLES: tuple[Searchable, ...] = (ConversationDocuments(),)

KEEPERS: tuple[KeepsPersonalData, ...] = (ConversationsData(), PersonsOwnData())
"""In the order in which they erase: what needs to know the person's addresses first."""

CONTRIBUTIONS: tuple[Contribution, ...] = (
    ComeBack(),
    FollowSomething(),
    ThankSomebody(),
    *COMMUNITY_CONTRIBUTIONS,
)
"""What anybody can do in public, with an account or without."""

PROFILE: tuple[ProfileSection, ...] = ()
"""What somebody's page shows, from top to bottom."""

THREADS: tuple[Threads, ...] = (Threads("question", "community:question"),)
"""Where public threads of each kind are shown."""

GATES: tuple[Gate, ...] = ()
"""Who knows of public threads that not everybody may see."""

TOGETHER: dict[Reaction, Together] = {acknowledge: acknowledge_all}
"""Reactions that can be done for several events at once."""

JOBS = (
    Job("forget old events", timedelta(hours=6), forget_old_events),
    Job("sweep forgotten files", timedelta(hours=6), sweep_forgotten),
    Job("mail what is followed", timedelta(minutes=1), mail_notices),
    Job("undo vote rings", timedelta(days=1), undo_rings),
    Job("forget what nobody confirmed", timedelta(hours=12), forget_unconfirmed),
    Job("release codes", timedelta(hours=12), release_codes),
)


def register() -> None:
    """Called once, when all models are loaded."""
    people_contract.register(KEEPERS)
    participation_contract.register(contributions=CONTRIBUTIONS, sections=PROFILE, threads=THREADS, gates=GATES)
    contract.register(
        reactions=REACTIONS, jobs=JOBS, together=TOGETHER, sources=(Receiving(), Reactions(), Dispatches(), Schedule())
    )
