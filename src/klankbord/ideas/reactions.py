"""What follows when something happened to ideas. Each may run twice."""

from __future__ import annotations

from collections.abc import Sequence

from klankbord.conversations.events import PublicMessageChanged, PublicMessagePosted
from klankbord.conversations.models import Message
from klankbord.ideas.counting import count_anew, count_reactions, family, hold
from klankbord.ideas.events import IdeaPosted, IdeasMerged, IdeaStatusSet
from klankbord.ideas.models import Idea, Status, StatusChange
from klankbord.moderation.events import HeldPostShown
from klankbord.participation.events import VoteCast, VoteWithdrawn
from klankbord.participation.models import Area, Vote
from klankbord.participation.rewards import reward_votes
from klankbord.participation.telling import tell_followers
from klankbord.people.events import PersonsMerged, PersonUnmerged
from klankbord.people.models import Membership, Person
from klankbord.reputation.actions import Award, award, award_all, reverse
from klankbord.reputation.rules import Rule


def tell_of_idea(event: IdeaPosted) -> None:
    """Who follows new ideas, its topics or its author hears of it; not of what was brought in or is held."""
    idea = _idea(event.organisation_id, event.conversation_id)
    if idea is not None and not event.quiet and idea.conversation.hidden_at is None:
        _tell_of_idea(idea)


def tell_of_step(event: IdeaStatusSet) -> None:
    """Who follows an idea, or anything that was merged into it, hears what we said, unless a change tells them."""
    if event.quiet:
        return
    idea = _idea(event.organisation_id, event.conversation_id)
    message = Message.objects.of(event.organisation_id).filter(pk=event.message_id).first()
    if idea is not None and message is not None:
        member = Membership.objects.of(event.organisation_id).filter(pk=event.by_id).select_related("person").first()
        _tell_family(idea, message, "status", member.person if member else None)


def count_and_tell_reaction(event: PublicMessagePosted) -> None:
    """A reaction counts, however it came in, and who follows the idea hears of it."""
    idea = _idea(event.organisation_id, event.conversation_id)
    if idea is None:
        return
    root = hold(idea.root)
    count_reactions(root)
    message = Message.objects.of(event.organisation_id).filter(pk=event.message_id).select_related("person").first()
    if message is not None and not event.opened and not event.quiet and message.hidden_at is None:
        _tell_of_reaction(root, message)


def count_and_tell_shown(event: HeldPostShown) -> None:
    """What a moderator held and now shows counts, and is told, as if it were posted now."""
    idea = _idea(event.organisation_id, event.conversation_id)
    if idea is None:
        return
    if idea.opening_id == event.message_id:
        _tell_of_idea(idea)
        return
    root = hold(idea.root)
    count_reactions(root)
    message = Message.objects.of(event.organisation_id).filter(pk=event.message_id).select_related("person").first()
    if message is not None:
        _tell_of_reaction(root, message)


def reward_supporter(event: VoteCast) -> None:
    """Whose idea others want too earns something by it, while the vote stands; an idea of a panel earns nothing."""
    reward_supporters([event])


def reward_supporters(events: Sequence[VoteCast]) -> None:
    """As `reward_supporter` for several at once, with the queries of one."""
    for house in {event.organisation_id for event in events}:
        own = [event for event in events if event.organisation_id == house]
        rows = Idea.objects.of(house).filter(opening_id__in={event.message_id for event in own})
        shown = rows.filter(conversation__in_circle=False).select_related(
            "conversation__person__merged_into", "opening"
        )
        ideas = {idea.opening_id: idea for idea in shown}
        votes = Vote.objects.of(house).filter(pk__in=[event.vote_id for event in own]) if ideas else Vote.objects.none()
        awards = [
            Award(
                person=ideas[vote.message_id].conversation.person,
                rule=Rule.IDEA_SUPPORTED,
                cause=f"vote:{vote.pk}",
                about=ideas[vote.message_id].opening,
                giver=vote.person,
                place=vote.place,
            )
            for vote in votes.select_related("person__merged_into")
            if vote.message_id in ideas
        ]
        if awards:
            award_all(organisation_id=house, awards=awards)


def reward_useful(event: VoteCast) -> None:
    """Whose reaction somebody found useful earns something by it, while the vote stands; in a panel nothing."""
    reward_all_useful([event])


def reward_all_useful(events: Sequence[VoteCast]) -> None:
    """As `reward_useful` for several at once."""
    reward_votes(events, _rules)


def _rules(house: int, events: Sequence[VoteCast]) -> dict[int, Rule]:
    threads = {event.conversation_id for event in events}
    ideas = Idea.objects.of(house).filter(conversation_id__in=threads, conversation__in_circle=False)
    openings = dict(ideas.values_list("conversation_id", "opening_id"))
    return {
        event.message_id: Rule.REACTION_HELPFUL
        for event in events
        if openings.get(event.conversation_id, event.message_id) != event.message_id
    }


def take_back_support(event: VoteWithdrawn) -> None:
    """A vote that was taken back gives nothing."""
    for rule in (Rule.IDEA_SUPPORTED, Rule.REACTION_HELPFUL):
        reverse(rule=rule, cause=f"vote:{event.vote_id}", organisation_id=event.organisation_id, why="withdrawn")


def reward_taken_up(event: IdeaStatusSet) -> None:
    """Whose idea was carried out earns something by it, also who had what was merged into it; until it is undone."""
    idea = _idea(event.organisation_id, event.conversation_id)
    member = Membership.objects.of(event.organisation_id).filter(pk=event.by_id).select_related("person").first()
    if idea is None or member is None or idea.conversation.in_circle:
        return
    rows = Idea.objects.of(event.organisation_id).filter(pk__in=[each.pk for each in family(idea)])
    for each in rows.select_related("conversation__person", "opening"):
        cause = f"done:{each.pk}"
        if idea.status == Status.DONE:
            author = each.conversation.person
            award(person=author, rule=Rule.IDEA_TAKEN_UP, cause=cause, about=each.opening, giver=member.person)
        else:
            reverse(rule=Rule.IDEA_TAKEN_UP, cause=cause, organisation_id=event.organisation_id, why="not done")


def count_reactions_anew(event: PublicMessageChanged) -> None:
    """What was hidden or withdrawn no longer counts, what is shown again does."""
    idea = _idea(event.organisation_id, event.conversation_id)
    if idea is not None:
        count_reactions(hold(idea.root))


def tell_of_merge(event: IdeasMerged) -> None:
    """Who follows an idea hears that it goes on as part of another."""
    idea = _idea(event.organisation_id, event.conversation_id)
    member = Membership.objects.of(event.organisation_id).filter(pk=event.by_id).select_related("person").first()
    if idea is not None and not event.apart and idea.is_merged:
        tell_followers(conversation=idea.conversation, why="merged", except_person=member.person if member else None)


def count_votes_of_merged_persons(event: PersonsMerged) -> None:
    """Of two who turned out to be one, one vote counts: the earliest."""
    _count_where_they_voted(event.organisation_id, event.person_id, event.into_id)


def count_votes_of_parted_persons(event: PersonUnmerged) -> None:
    """Two who are two after all count as two again."""
    _count_where_they_voted(event.organisation_id, event.person_id, event.was_id)


def _count_where_they_voted(organisation_id: int, *person_ids: int) -> None:
    everyone: set[int] = set()
    for person in Person.objects.of(organisation_id).filter(pk__in=person_ids):
        everyone |= {*Person.objects.of(organisation_id).same_as(person), person.pk}
    voted = Vote.objects.of(organisation_id).filter(person_id__in=everyone).values("message_id")
    for idea in (
        Idea.objects.of(organisation_id).filter(opening_id__in=voted).select_related("merged_into").order_by("pk")
    ):
        count_anew(hold(idea))
        if idea.is_merged:
            count_anew(hold(idea.root))


def _tell_of_idea(idea: Idea) -> None:
    tell_followers(
        conversation=idea.conversation,
        why="idea",
        message=idea.opening,
        except_person=idea.conversation.person,
        areas=[Area.IDEAS],
    )


def _tell_of_reaction(root: Idea, message: Message) -> None:
    if not StatusChange.objects.of(root.organisation_id).filter(message=message).exists():
        _tell_family(root, message, "official" if message.membership_id else "comment", message.person)


def _tell_family(idea: Idea, message: Message, why: str, except_person: Person | None) -> None:
    """As `tell_followers`, also for those who followed what was merged into it. Who is named twice is told once."""
    root = idea.root
    joined = [each.conversation_id for each in family(root)[1:]]
    tell_followers(conversation=root.conversation, why=why, message=message, except_person=except_person, joined=joined)


def _idea(organisation_id: int, conversation_id: int) -> Idea | None:
    rows = Idea.objects.of(organisation_id).filter(conversation_id=conversation_id)
    return rows.select_related("conversation__person", "conversation__organisation", "opening", "merged_into").first()
