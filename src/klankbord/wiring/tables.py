"""The tables. Read here what follows from what."""

from __future__ import annotations

from datetime import timedelta

from klankbord.audit.reactions import log_merge, log_sign_out, log_unmerge
from klankbord.channels.dispatch import Dispatches
from klankbord.community.actions.waiting import ask_staff_for_unanswered
from klankbord.community.announcing import CommunityAnnouncements
from klankbord.community.by_mail import take_in_by_mail
from klankbord.community.contributions import CONTRIBUTIONS as COMMUNITY_CONTRIBUTIONS
from klankbord.community.events import (
    AnswerAccepted,
    AnswerMadeOfficial,
    AnswerNoLongerAccepted,
    AnswerNoLongerOfficial,
    QuestionsJoined,
)
from klankbord.community.personal_data import CommunityData
from klankbord.community.pictures import forget_unposted_pictures
from klankbord.community.profile import QuestionsAndAnswers
from klankbord.community.reactions import (
    count_and_tell_shown,
    count_anew,
    hide_spam,
    reward_accepted,
    reward_edit,
    reward_official,
    reward_vote,
    take_back_accepted,
    take_back_official,
    take_back_vote,
    tell_of_join,
    tell_of_post,
)
from klankbord.community.reactions import count_votes_of_merged_persons as count_answers_of_merged_persons
from klankbord.community.reactions import count_votes_of_parted_persons as count_answers_of_parted_persons
from klankbord.community.searching import QuestionDocuments
from klankbord.conversations.announcing import ConversationAnnouncements
from klankbord.conversations.events import (
    ConversationStateChanged,
    MessageReceived,
    PublicMailReceived,
    PublicMessageChanged,
    PublicMessagePosted,
)
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
from klankbord.ideas.access import PanelGate
from klankbord.ideas.announcing import IdeaAnnouncements
from klankbord.ideas.attention import bring_back
from klankbord.ideas.by_mail import take_in_by_mail as take_in_idea_by_mail
from klankbord.ideas.contributions import CONTRIBUTIONS as IDEA_CONTRIBUTIONS
from klankbord.ideas.events import ChangePublished, ConsentAsked, IdeaPosted, IdeasMerged, IdeaStatusSet, PanelInvited
from klankbord.ideas.personal_data import IdeasData
from klankbord.ideas.pictures import forget_unposted_pictures as forget_unposted_idea_pictures
from klankbord.ideas.profile import SharedIdeas
from klankbord.ideas.reactions import (
    count_and_tell_reaction,
    count_reactions_anew,
    count_votes_of_merged_persons,
    count_votes_of_parted_persons,
    reward_supporter,
    reward_supporters,
    reward_taken_up,
    take_back_support,
    tell_of_idea,
    tell_of_merge,
    tell_of_step,
)
from klankbord.ideas.reactions import count_and_tell_shown as count_and_tell_shown_idea
from klankbord.ideas.searching import ChangeDocuments, IdeaDocuments
from klankbord.ideas.telling import mail_consent, mail_panel_invitation, note_who_hears, tell_of_changes
from klankbord.inbox.streams import InboxStream
from klankbord.live.contract import Announces, OffersStream
from klankbord.moderation import contract as moderation_contract
from klankbord.moderation.announcing import ModerationAnnouncements
from klankbord.moderation.contributions import ReportPost
from klankbord.moderation.events import HeldPostShown
from klankbord.moderation.personal_data import ModerationData
from klankbord.moderation.profile import MyModeration
from klankbord.moderation.screening import forget_said
from klankbord.moderation.streams import ModerationStream
from klankbord.moderation.teaching import teach_what_stood
from klankbord.moderation.telling import tell_authors
from klankbord.office.keeping import erase_what_is_over
from klankbord.participation import contract as participation_contract
from klankbord.participation.announcing import ParticipationAnnouncements
from klankbord.participation.confirming import forget_unconfirmed
from klankbord.participation.contract import Contribution, Gate, ProfileSection, Threads
from klankbord.participation.contributions import ComeBack, FollowSomething, ThankSomebody
from klankbord.participation.events import Revised, VoteCast, VoteWithdrawn
from klankbord.participation.paths import thread_path
from klankbord.participation.rings import undo_rings
from klankbord.participation.telling import mail_notices
from klankbord.people import contract as people_contract
from klankbord.people.announcing import PeopleAnnouncements
from klankbord.people.contract import KeepsPersonalData
from klankbord.people.events import PersonsMerged, PersonUnmerged, SignedOut
from klankbord.people.personal_data import PersonsOwnData
from klankbord.portal.events import WayBackAskedFor
from klankbord.portal.reactions import mail_way_back
from klankbord.posts.announcing import PostsAnnouncements
from klankbord.posts.contributions import CONTRIBUTIONS as POSTS_CONTRIBUTIONS
from klankbord.posts.events import MonthlyQuestionAsked, PostWritten
from klankbord.posts.personal_data import PostsData
from klankbord.posts.reactions import (
    count_again,
    earn_by_tip,
    earn_no_longer,
    tell_of_our_post,
    tell_of_reaction,
)
from klankbord.posts.searching import PostDocuments, TipDocuments
from klankbord.search.contract import Searchable

REACTIONS: dict[type[Event], tuple[Reaction, ...]] = {
    ChangePublished: (note_who_hears,),
    PanelInvited: (mail_panel_invitation,),
    ConsentAsked: (mail_consent,),
    PublicMessageChanged: (count_anew, count_reactions_anew, count_again),
    PublicMessagePosted: (tell_of_post, count_and_tell_reaction, count_again, tell_of_reaction),
    PostWritten: (tell_of_our_post,),
    MonthlyQuestionAsked: (tell_of_our_post,),
    IdeasMerged: (tell_of_merge,),
    IdeaStatusSet: (tell_of_step, reward_taken_up),
    IdeaPosted: (tell_of_idea,),
    MessageReceived: (acknowledge,),
    PublicMailReceived: (take_in_by_mail, take_in_idea_by_mail),
    PersonsMerged: (log_merge, count_answers_of_merged_persons, count_votes_of_merged_persons),
    PersonUnmerged: (log_unmerge, count_answers_of_parted_persons, count_votes_of_parted_persons),
    HeldPostShown: (count_and_tell_shown, tell_of_reaction, count_and_tell_shown_idea),
    VoteCast: (reward_vote, earn_by_tip, reward_supporter),
    VoteWithdrawn: (take_back_vote, earn_no_longer, take_back_support),
    AnswerAccepted: (reward_accepted,),
    AnswerNoLongerAccepted: (take_back_accepted,),
    AnswerMadeOfficial: (reward_official,),
    AnswerNoLongerOfficial: (take_back_official,),
    Revised: (reward_edit,),
    QuestionsJoined: (tell_of_join,),
    ConversationStateChanged: (hide_spam,),
    SignedOut: (log_sign_out,),
    WayBackAskedFor: (mail_way_back,),
}

ANNOUNCERS: tuple[Announces, ...] = (
    ConversationAnnouncements(),
    PeopleAnnouncements(),
    ParticipationAnnouncements(),
    ModerationAnnouncements(),
    CommunityAnnouncements(),
    IdeaAnnouncements(),
    PostsAnnouncements(),
)

STREAMS: tuple[OffersStream, ...] = (InboxStream(), ModerationStream())

SEARCHABLES: tuple[Searchable, ...] = (
    ConversationDocuments(),
    QuestionDocuments(),
    IdeaDocuments(),
    ChangeDocuments(),
    PostDocuments(),
    TipDocuments(),
)

KEEPERS: tuple[KeepsPersonalData, ...] = (
    CommunityData(),
    IdeasData(),
    PostsData(),
    ModerationData(),
    ConversationsData(),
    PersonsOwnData(),
)
"""In the order in which they erase: what needs to know the person's addresses first."""

CONTRIBUTIONS: tuple[Contribution, ...] = (
    ComeBack(),
    FollowSomething(),
    ThankSomebody(),
    ReportPost(),
    *COMMUNITY_CONTRIBUTIONS,
    *IDEA_CONTRIBUTIONS,
    *POSTS_CONTRIBUTIONS,
)
"""What anybody can do in public, with an account or without."""

PROFILE: tuple[ProfileSection, ...] = (
    QuestionsAndAnswers(),
    MyModeration(),
    SharedIdeas(),
)
"""What somebody's page shows, from top to bottom."""

THREADS: tuple[Threads, ...] = (
    Threads("question", "community:question"),
    Threads("idea", "ideas:idea"),
    Threads("post", "posts:post"),
    Threads("tip", "posts:tip"),
)
"""Where public threads of each kind are shown."""

GATES: tuple[Gate, ...] = (PanelGate(),)
"""Who knows of public threads that not everybody may see."""

TOGETHER: dict[Reaction, Together] = {acknowledge: acknowledge_all, reward_supporter: reward_supporters}
"""Reactions that can be done for several events at once."""

JOBS = (
    Job("tell of changes", timedelta(minutes=1), tell_of_changes),
    Job("bring ideas back on their day", timedelta(hours=1), bring_back),
    Job("forget pictures of ideas never posted", timedelta(hours=6), forget_unposted_idea_pictures),
    Job("ask staff what nobody answered", timedelta(minutes=5), ask_staff_for_unanswered),
    Job("forget pictures of questions never posted", timedelta(hours=6), forget_unposted_pictures),
    Job("tell authors what was decided", timedelta(minutes=1), tell_authors),
    Job("teach the spam filter what stood", timedelta(hours=6), teach_what_stood),
    Job("forget who posted when", timedelta(hours=12), forget_said),
    Job("forget old events", timedelta(hours=6), forget_old_events),
    Job("sweep forgotten files", timedelta(hours=6), sweep_forgotten),
    Job("mail what is followed", timedelta(minutes=1), mail_notices),
    Job("undo vote rings", timedelta(days=1), undo_rings),
    Job("forget what nobody confirmed", timedelta(hours=12), forget_unconfirmed),
    Job("release codes", timedelta(hours=12), release_codes),
    Job("erase what is over", timedelta(hours=1), erase_what_is_over),
)


def register() -> None:
    """Called once, when all models are loaded."""
    people_contract.register(KEEPERS)
    moderation_contract.register(thread_path=thread_path)
    participation_contract.register(contributions=CONTRIBUTIONS, sections=PROFILE, threads=THREADS, gates=GATES)
    contract.register(
        reactions=REACTIONS, jobs=JOBS, together=TOGETHER, sources=(Receiving(), Reactions(), Dispatches(), Schedule())
    )
