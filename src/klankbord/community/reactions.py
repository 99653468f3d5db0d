"""What follows when something happened to questions and answers. Each may run twice."""

from __future__ import annotations

from collections.abc import Sequence

from klankbord.community.counting import family_of, recount
from klankbord.community.events import (
    AnswerAccepted,
    AnswerMadeOfficial,
    AnswerNoLongerAccepted,
    AnswerNoLongerOfficial,
    QuestionsJoined,
)
from klankbord.community.models import Answer, Question
from klankbord.conversations.actions.speak_publicly import hide_publicly
from klankbord.conversations.events import ConversationStateChanged, PublicMessageChanged, PublicMessagePosted
from klankbord.conversations.models import ConversationState, Message
from klankbord.moderation.events import HeldPostShown
from klankbord.participation.events import Revised, VoteCast, VoteWithdrawn
from klankbord.participation.models import Area, Revision, Vote
from klankbord.participation.rewards import reward_votes
from klankbord.participation.telling import tell_followers
from klankbord.people.events import PersonsMerged, PersonUnmerged
from klankbord.people.models import Membership, Person
from klankbord.people.visitors import person_of_member
from klankbord.reputation.actions import award, reverse
from klankbord.reputation.models import Entry
from klankbord.reputation.rules import Rule


def tell_of_post(event: PublicMessagePosted) -> None:
    """Who follows the question, its topics or its author hears of what is new; not of history, nor of what is held."""
    if not event.quiet:
        _tell(event.organisation_id, event.message_id)


def count_and_tell_shown(event: HeldPostShown) -> None:
    """What a moderator held and now shows counts, and is told, as if it were posted now."""
    question = _question(event.organisation_id, event.conversation_id)
    if question is not None:
        recount(question)
        _tell(event.organisation_id, event.message_id)


def count_anew(event: PublicMessageChanged) -> None:
    """What was hidden or withdrawn no longer counts, what is shown again does."""
    question = _question(event.organisation_id, event.conversation_id)
    if question is not None:
        recount(question)


def reward_vote(event: VoteCast) -> None:
    """Who wrote what somebody found useful earns something by it, while the vote stands."""
    reward_all_votes([event])


def reward_all_votes(events: Sequence[VoteCast]) -> None:
    """As `reward_vote` for several at once."""
    reward_votes(events, _rules)


def take_back_vote(event: VoteWithdrawn) -> None:
    """A vote that was taken back gives nothing."""
    for rule in (Rule.ANSWER_HELPFUL, Rule.QUESTION_HELPFUL):
        reverse(rule=rule, cause=f"vote:{event.vote_id}", organisation_id=event.organisation_id, why="withdrawn")


def reward_accepted(event: AnswerAccepted) -> None:
    """Whose answer helped the asker earns something; who follows the question hears that it is answered."""
    answer = _answer(event.organisation_id, event.message_id)
    if answer is None or answer.accepted_at is None:
        return
    asker = Person.objects.of(event.organisation_id).filter(pk=event.by_id).first()
    if answer.message.person is not None:
        cause = f"accept:{event.message_id}"
        award(
            person=answer.message.person,
            rule=Rule.ANSWER_ACCEPTED,
            cause=cause,
            about=answer.message,
            giver=asker,
            place=answer.accepted_place,
        )
    _tell_family(answer.question.root, answer.message, "accepted", asker)


def take_back_accepted(event: AnswerNoLongerAccepted) -> None:
    """It did not help after all."""
    cause = f"accept:{event.message_id}"
    reverse(rule=Rule.ANSWER_ACCEPTED, cause=cause, organisation_id=event.organisation_id, why="no longer accepted")


def reward_official(event: AnswerMadeOfficial) -> None:
    """Whose answer the organisation made its own earns something; who follows the question hears of it."""
    answer = _answer(event.organisation_id, event.message_id)
    member = Membership.objects.of(event.organisation_id).filter(pk=event.membership_id).first()
    if answer is None or answer.official_at is None or member is None:
        return
    speaker = person_of_member(membership=member)
    if answer.message.person is not None:
        cause = f"official:{event.message_id}"
        award(person=answer.message.person, rule=Rule.ANSWER_OFFICIAL, cause=cause, about=answer.message, giver=speaker)
    _tell_family(answer.question.root, answer.message, "official", speaker)


def take_back_official(event: AnswerNoLongerOfficial) -> None:
    """The organisation no longer stands for it."""
    cause = f"official:{event.message_id}"
    reverse(rule=Rule.ANSWER_OFFICIAL, cause=cause, organisation_id=event.organisation_id, why="no longer official")


def reward_edit(event: Revised) -> None:
    """Who makes somebody else's text better earns something by it, until it is undone."""
    if _question(event.organisation_id, event.conversation_id) is None:
        return
    rows = Revision.objects.of(event.organisation_id).filter(message_id=event.message_id).order_by("pk")
    revisions = list(rows.select_related("by", "message__person"))
    revision = next((each for each in revisions if each.pk == event.revision_id), None)
    if revision is None:
        return
    message = revision.message
    undone = next((each for each in revisions if each.text == message.text and each.pk <= revision.pk), None)
    for each in revisions:
        if undone is not None and each.pk >= undone.pk:
            cause = f"edit:{each.pk}"
            reverse(rule=Rule.EDIT_KEPT, cause=cause, organisation_id=event.organisation_id, why="undone")
    author = message.person.canonical if message.person is not None else None
    if undone is not None or author is None or revision.by.canonical == author:
        return
    cause = f"edit:{revision.pk}"
    earlier = Entry.objects.of(event.organisation_id).standing().filter(rule=Rule.EDIT_KEPT, about=message)
    # One text is made better once: many small editions of it are no more worth than one.
    if not earlier.filter(person=revision.by.canonical).exclude(cause=cause).exists():
        award(person=revision.by, rule=Rule.EDIT_KEPT, cause=cause, about=message, giver=author)


def tell_of_join(event: QuestionsJoined) -> None:
    """Who follows a duplicate hears that it goes on beside another."""
    question = _question(event.organisation_id, event.conversation_id)
    if question is not None and question.joined_into_id is not None and event.membership_id is not None:
        tell_followers(conversation=question.conversation, why="merged")


def count_votes_of_merged_persons(event: PersonsMerged) -> None:
    """Of two who turned out to be one, one vote counts."""
    _count_where_they_voted(event.organisation_id, event.person_id, event.into_id)


def count_votes_of_parted_persons(event: PersonUnmerged) -> None:
    """Two who are two after all count as two again."""
    _count_where_they_voted(event.organisation_id, event.person_id, event.was_id)


def hide_spam(event: ConversationStateChanged) -> None:
    """A question that staff marked as spam in the inbox is out of sight."""
    question = _question(event.organisation_id, event.conversation_id)
    if question is not None and question.conversation.state == ConversationState.SPAM:
        hide_publicly(message=question.opening)


def _count_where_they_voted(organisation_id: int, *person_ids: int) -> None:
    everyone: set[int] = set()
    for person in Person.objects.of(organisation_id).filter(pk__in=person_ids):
        everyone |= {*Person.objects.of(organisation_id).same_as(person), person.pk}
    voted = Vote.objects.of(organisation_id).filter(person_id__in=everyone)
    conversations = voted.values("message__conversation_id")
    for question in Question.objects.of(organisation_id).filter(pk__in=conversations).order_by("pk"):
        recount(question)


def _tell(organisation_id: int, message_id: int) -> None:
    rows = Message.objects.of(organisation_id).public().select_related("conversation", "person")
    message = rows.filter(pk=message_id, conversation__hidden_at__isnull=True).first()
    question = _question(organisation_id, message.conversation_id) if message is not None else None
    if message is None or question is None:
        return
    if message.pk == question.opening_id:
        tell_followers(
            conversation=message.conversation,
            why="question",
            message=message,
            except_person=message.person,
            areas=[Area.QUESTIONS],
        )
        return
    why = "comment" if message.reply_to_id is not None else "official" if message.membership_id else "answer"
    _tell_family(question.root, message, why, message.person)


def _tell_family(root: Question, message: Message, why: str, except_person: Person | None) -> None:
    """As `tell_followers`, also for those who follow what was joined into it. Who follows both is told once."""
    joined = [pk for pk in family_of(root) if pk != root.pk]
    tell_followers(conversation=root.conversation, why=why, message=message, except_person=except_person, joined=joined)


def _rules(house: int, events: Sequence[VoteCast]) -> dict[int, Rule]:
    messages = {event.message_id for event in events}
    answers = Answer.objects.of(house).filter(pk__in=messages).values_list("pk", flat=True)
    questions = Question.objects.of(house).filter(opening_id__in=messages).values_list("opening_id", flat=True)
    return dict.fromkeys(questions, Rule.QUESTION_HELPFUL) | dict.fromkeys(answers, Rule.ANSWER_HELPFUL)


def _question(organisation_id: int, conversation_id: int) -> Question | None:
    rows = Question.objects.of(organisation_id).filter(pk=conversation_id)
    return rows.select_related("conversation__person", "conversation__organisation", "opening", "joined_into").first()


def _answer(organisation_id: int, message_id: int) -> Answer | None:
    rows = Answer.objects.of(organisation_id).filter(pk=message_id)
    return rows.select_related("message__person", "question__conversation").first()
