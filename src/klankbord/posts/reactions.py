"""What follows from posts and tips: who is told, what is counted, what is earned."""

from __future__ import annotations

from collections.abc import Sequence

from klankbord.conversations.events import PublicMessageChanged, PublicMessagePosted
from klankbord.conversations.models import Conversation, Message
from klankbord.moderation.events import HeldPostShown
from klankbord.participation.events import VoteCast, VoteWithdrawn
from klankbord.participation.models import Area
from klankbord.participation.rewards import reward_votes
from klankbord.participation.telling import tell_followers
from klankbord.posts.actions import count_reactions
from klankbord.posts.events import MonthlyQuestionAsked, PostWritten
from klankbord.posts.following import log_area
from klankbord.posts.models import MonthlyQuestion, Post, Tip
from klankbord.reputation.actions import reverse
from klankbord.reputation.rules import Rule


def tell_of_our_post(event: PostWritten | MonthlyQuestionAsked) -> None:
    """Who follows our own messages, or the question of the month, hears of it."""
    message = _shown(event)
    if message is None:
        return
    monthly = isinstance(event, MonthlyQuestionAsked)
    areas, why = ([Area.MONTHLY], "monthly") if monthly else (_areas_of_post(message), "post")
    tell_followers(
        conversation=message.conversation, message=message, why=why, areas=areas, except_person=message.person
    )


def tell_of_reaction(event: PublicMessagePosted | HeldPostShown) -> None:
    """Who follows a post, tip or question of the month hears of a reaction to it."""
    message = _shown(event)
    if message is None or getattr(event, "quiet", False) or not _is_ours(message.conversation):
        return
    first = Message.objects.of(message.organisation_id).filter(conversation=message.conversation).in_order()[0]
    if first.pk == message.pk:
        if message.conversation.kind == "tip":
            tell_followers(conversation=message.conversation, message=message, why="tip", except_person=message.person)
        return
    why = "official" if message.membership_id else "comment"
    tell_followers(conversation=message.conversation, message=message, why=why, except_person=message.person)


def count_again(event: PublicMessagePosted | PublicMessageChanged) -> None:
    """What was hidden, shown or taken back no longer counts, or counts again."""
    conversation = Conversation.objects.of(event.organisation_id).filter(pk=event.conversation_id).first()
    if conversation is not None and _is_ours(conversation):
        count_reactions(conversation)


def earn_by_tip(event: VoteCast) -> None:
    """A liked tip earns its giver something."""
    earn_by_tips([event])


def earn_by_tips(events: Sequence[VoteCast]) -> None:
    """As `earn_by_tip` for several at once."""
    reward_votes(events, _rules)


def _rules(house: int, events: Sequence[VoteCast]) -> dict[int, Rule]:
    threads = {event.conversation_id for event in events}
    tips = set(Tip.objects.of(house).filter(pk__in=threads).values_list("pk", flat=True))
    return {event.message_id: Rule.TIP_LIKED for event in events if event.conversation_id in tips}


def earn_no_longer(event: VoteWithdrawn) -> None:
    """A like that was taken back takes back what it gave."""
    reverse(rule=Rule.TIP_LIKED, cause=f"vote:{event.vote_id}", organisation_id=event.organisation_id, why="withdrawn")


def _areas_of_post(message: Message) -> list[str]:
    """All that we write, and the log that it stands in."""
    log_id = Post.objects.of(message.organisation_id).values_list("log_id", flat=True).get(pk=message.conversation_id)
    return [Area.POSTS, *([log_area(log_id)] if log_id else [])]


def _is_ours(conversation: Conversation) -> bool:
    return any(
        model.objects.of(conversation.organisation_id).filter(pk=conversation.pk).exists()
        for model in (Post, Tip, MonthlyQuestion)
    )


def _shown(event: PostWritten | MonthlyQuestionAsked | PublicMessagePosted | HeldPostShown) -> Message | None:
    rows = Message.objects.of(event.organisation_id).public().select_related("conversation__organisation", "person")
    return rows.filter(pk=event.message_id, conversation__hidden_at__isnull=True).first()
