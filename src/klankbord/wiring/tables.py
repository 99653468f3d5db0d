"""The tables. Read here what follows from what.

Reactions and jobs are named with their module: `community.tell_of_post` is in `community/reactions.py`.
"""

from __future__ import annotations

from datetime import timedelta

from klankbord.audit import reactions as audit
from klankbord.channels.dispatch import Dispatches
from klankbord.community import by_mail as community_by_mail
from klankbord.community import events as community_events
from klankbord.community import reactions as community
from klankbord.community.actions.waiting import ask_staff_for_unanswered
from klankbord.community.announcing import CommunityAnnouncements
from klankbord.community.contributions import CONTRIBUTIONS as COMMUNITY_CONTRIBUTIONS
from klankbord.community.personal_data import CommunityData
from klankbord.community.profile import QuestionsAndAnswers
from klankbord.community.searching import QuestionDocuments
from klankbord.conversations import events as conversations_events
from klankbord.conversations import reactions as conversations
from klankbord.conversations.announcing import ConversationAnnouncements
from klankbord.conversations.personal_data import ConversationsData
from klankbord.conversations.receiving import Receiving
from klankbord.conversations.releasing import release_codes
from klankbord.conversations.searching import ConversationDocuments
from klankbord.events import contract
from klankbord.events.base import Event
from klankbord.events.contract import Job, Reaction, Together
from klankbord.events.reacting import Reactions
from klankbord.events.schedule import Schedule, forget_old_events
from klankbord.files.actions import sweep_forgotten
from klankbord.ideas import by_mail as ideas_by_mail
from klankbord.ideas import events as ideas_events
from klankbord.ideas import reactions as ideas
from klankbord.ideas import telling as ideas_telling
from klankbord.ideas.access import PanelGate
from klankbord.ideas.announcing import IdeaAnnouncements
from klankbord.ideas.attention import bring_back
from klankbord.ideas.contributions import CONTRIBUTIONS as IDEA_CONTRIBUTIONS
from klankbord.ideas.personal_data import IdeasData
from klankbord.ideas.profile import SharedIdeas
from klankbord.ideas.searching import ChangeDocuments, IdeaDocuments
from klankbord.inbox.streams import InboxStream
from klankbord.live.contract import Announces, OffersStream
from klankbord.moderation import contract as moderation_contract
from klankbord.moderation import events as moderation_events
from klankbord.moderation.announcing import ModerationAnnouncements
from klankbord.moderation.personal_data import ModerationData
from klankbord.moderation.profile import MyModeration
from klankbord.moderation.screening import forget_said
from klankbord.moderation.streams import ModerationStream
from klankbord.moderation.teaching import teach_what_stood
from klankbord.moderation.telling import tell_authors
from klankbord.office.keeping import erase_what_is_over
from klankbord.participation import contract as participation_contract
from klankbord.participation import events as participation_events
from klankbord.participation import leads
from klankbord.participation.announcing import ParticipationAnnouncements
from klankbord.participation.confirming import forget_unconfirmed
from klankbord.participation.contract import Contribution, Gate, Lists, ProfileSection, Threads
from klankbord.participation.contributions import ComeBack, FollowSomething, ThankSomebody
from klankbord.participation.paths import thread_path
from klankbord.participation.personal_data import ParticipationData
from klankbord.participation.pictures import forget_unposted_pictures
from klankbord.participation.reporting import ReportPost
from klankbord.participation.rings import undo_rings
from klankbord.participation.telling import mail_notices
from klankbord.people import contract as people_contract
from klankbord.people import events as people_events
from klankbord.people.announcing import PeopleAnnouncements
from klankbord.people.contract import KeepsPersonalData
from klankbord.people.personal_data import PersonsOwnData
from klankbord.portal import reactions as portal
from klankbord.portal.events import WayBackAskedFor
from klankbord.posts import by_mail as posts_by_mail
from klankbord.posts import events as posts_events
from klankbord.posts import reactions as posts
from klankbord.posts.actions import ask_what_waited
from klankbord.posts.announcing import PostsAnnouncements
from klankbord.posts.contributions import CONTRIBUTIONS as POSTS_CONTRIBUTIONS
from klankbord.posts.following import FollowedLogs
from klankbord.posts.personal_data import PostsData
from klankbord.posts.searching import PostDocuments, TipDocuments
from klankbord.reputation import events as reputation_events
from klankbord.reputation import reactions as reputation
from klankbord.reputation.personal_data import ReputationData
from klankbord.search.contract import Searchable

REACTIONS: dict[type[Event], tuple[Reaction, ...]] = {
    # what comes in
    conversations_events.MessageReceived: (conversations.acknowledge,),
    conversations_events.PublicMailReceived: (
        community_by_mail.take_in_by_mail,
        ideas_by_mail.take_in_by_mail,
        posts_by_mail.take_in_by_mail,
    ),
    conversations_events.ConversationStateChanged: (community.hide_spam,),
    WayBackAskedFor: (portal.mail_way_back,),
    # what is said in public
    conversations_events.PublicMessagePosted: (
        community.tell_of_post,
        ideas.count_and_tell_reaction,
        posts.count_again,
        posts.tell_of_reaction,
    ),
    conversations_events.PublicMessageChanged: (
        community.count_anew,
        ideas.count_reactions_anew,
        posts.count_again,
        reputation.count_thanks,
    ),
    moderation_events.HeldPostShown: (
        community.count_and_tell_shown,
        posts.tell_of_reaction,
        ideas.count_and_tell_shown,
    ),
    participation_events.Revised: (community.reward_edit,),
    # votes, and what they earn
    participation_events.VoteCast: (
        community.reward_vote,
        posts.earn_by_tip,
        ideas.reward_supporter,
        ideas.reward_useful,
    ),
    participation_events.VoteWithdrawn: (community.take_back_vote, posts.earn_no_longer, ideas.take_back_support),
    reputation_events.PerkRunsOut: (leads.tell_it_runs_out,),
    participation_events.AgreementUndone: (leads.tell_of_agreement,),
    # questions and answers
    community_events.AnswerAccepted: (community.reward_accepted,),
    community_events.AnswerNoLongerAccepted: (community.take_back_accepted,),
    community_events.AnswerMadeOfficial: (community.reward_official,),
    community_events.AnswerNoLongerOfficial: (community.take_back_official,),
    community_events.QuestionsJoined: (community.tell_of_join,),
    # ideas and changes
    ideas_events.IdeaPosted: (ideas.tell_of_idea,),
    ideas_events.IdeasMerged: (ideas.tell_of_merge,),
    ideas_events.IdeaStatusSet: (ideas.tell_of_step, ideas.reward_taken_up),
    ideas_events.ChangePublished: (ideas_telling.note_who_hears,),
    ideas_events.PanelInvited: (ideas_telling.mail_panel_invitation,),
    ideas_events.ConsentAsked: (ideas_telling.mail_consent,),
    # what the organisation says
    posts_events.PostWritten: (posts.tell_of_our_post,),
    posts_events.MonthlyQuestionAsked: (posts.tell_of_our_post,),
    # people
    people_events.PersonsMerged: (
        audit.log_merge,
        reputation.count_merged_persons,
        community.count_votes_of_merged_persons,
        ideas.count_votes_of_merged_persons,
    ),
    people_events.PersonUnmerged: (
        audit.log_unmerge,
        reputation.count_parted_persons,
        community.count_votes_of_parted_persons,
        ideas.count_votes_of_parted_persons,
    ),
    people_events.SignedOut: (audit.log_sign_out,),
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
    ReputationData(),
    ParticipationData(),
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
    Threads("thanks", "participation:one-thanks"),
)
"""Where public threads of each kind are shown."""

GATES: tuple[Gate, ...] = (PanelGate(),)
LISTS: tuple[Lists, ...] = (FollowedLogs(),)
"""Who knows of public threads that not everybody may see."""

TOGETHER: dict[Reaction, Together] = {
    conversations.acknowledge: conversations.acknowledge_all,
    community.reward_vote: community.reward_all_votes,
    ideas.reward_supporter: ideas.reward_supporters,
    ideas.reward_useful: ideas.reward_all_useful,
    posts.earn_by_tip: posts.earn_by_tips,
}
"""Reactions that can be done for several events at once."""

JOBS = (
    Job("tell of changes", timedelta(minutes=1), ideas_telling.tell_of_changes),
    Job("bring ideas back on their day", timedelta(hours=1), bring_back),
    Job("ask staff what nobody answered", timedelta(minutes=5), ask_staff_for_unanswered),
    Job("forget pictures never posted", timedelta(hours=6), forget_unposted_pictures),
    Job("tell authors what was decided", timedelta(minutes=1), tell_authors),
    Job("teach the spam filter what stood", timedelta(hours=6), teach_what_stood),
    Job("forget who posted when", timedelta(hours=12), forget_said),
    Job("forget old events", timedelta(hours=6), forget_old_events),
    Job("sweep forgotten files", timedelta(hours=6), sweep_forgotten),
    Job("mail what is followed", timedelta(minutes=1), mail_notices),
    Job("undo agreements", timedelta(days=1), undo_rings),
    Job("forget what nobody confirmed", timedelta(hours=12), forget_unconfirmed),
    Job("ask the question of the month", timedelta(minutes=5), ask_what_waited),
    Job("release codes", timedelta(hours=12), release_codes),
    Job("erase what is over", timedelta(hours=1), erase_what_is_over),
)


def register() -> None:
    """Called once, when all models are loaded."""
    people_contract.register(KEEPERS)
    moderation_contract.register(thread_path=thread_path)
    participation_contract.register(
        contributions=CONTRIBUTIONS, sections=PROFILE, threads=THREADS, gates=GATES, lists=LISTS
    )
    contract.register(
        reactions=REACTIONS, jobs=JOBS, together=TOGETHER, sources=(Receiving(), Reactions(), Dispatches(), Schedule())
    )
