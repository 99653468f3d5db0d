"""Posting an idea, and reacting to one."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from klankbord import clock
from klankbord.conversations.actions.speak_publicly import open_publicly, say_publicly
from klankbord.conversations.models import Conversation, ConversationKind, Message
from klankbord.design.writing import has_no_word
from klankbord.events.publish import publish
from klankbord.ideas.actions.vote import vote
from klankbord.ideas.counting import count_reactions, hold
from klankbord.ideas.events import IdeaPosted
from klankbord.ideas.models import Board, Idea
from klankbord.ideas.refusals import BoardClosed, NoTitle
from klankbord.ideas.rising import beginning
from klankbord.participation.actions import follow, tag
from klankbord.participation.contract import NoLongerThere
from klankbord.participation.models import Topic
from klankbord.participation.pictures import Shown, as_files, hang
from klankbord.people.models import Membership, Person


@transaction.atomic
def suggest(
    *,
    board: Board,
    person: Person,
    title: str,
    text: str,
    topics: Sequence[Topic] = (),
    pictures: Sequence[Shown] = (),
    membership: Membership | None = None,
    held: bool = False,
    grew_from: Conversation | None = None,
    place: str = "",
) -> Idea:
    """Put an idea on a board. Who has it counts as its first voter and hears what becomes of it.

    `held` keeps it from everybody but moderators. `membership` says that `person` speaks for the organisation.

    Raises:
        NoTitle, NothingWritten, TooLong: the words.
        BoardClosed: the board takes no ideas now.
    """
    moment = clock.now()
    if not board.is_open(moment):
        raise BoardClosed
    idea = open_idea(
        board=board,
        person=person,
        title=title,
        text=text,
        topics=topics,
        pictures=pictures,
        membership=membership,
        held=held,
        grew_from=grew_from,
        moment=moment,
    )
    follow(person=person, conversation=idea.conversation)
    if membership is None:
        vote(idea=idea, person=person, place=place)
        idea.refresh_from_db(from_queryset=Idea.objects.of(idea.organisation_id))
    return idea


def open_idea(
    *,
    board: Board,
    person: Person,
    title: str,
    text: str,
    moment: datetime,
    topics: Sequence[Topic] = (),
    pictures: Sequence[Shown] = (),
    membership: Membership | None = None,
    held: bool = False,
    grew_from: Conversation | None = None,
    quiet: bool = False,
) -> Idea:
    """The rows of a new idea, in the caller's transaction, without a vote; imports use it as well.

    Raises:
        NoTitle, NothingWritten, TooLong: the words.
        NoLongerThere: the board is none on which this person's organisation has ideas.
    """
    organisation_id = person.organisation_id
    if has_no_word(title):
        raise NoTitle
    if organisation_id not in board.organisation_ids():
        raise NoLongerThere
    opening = open_publicly(
        person=person,
        kind=ConversationKind.IDEA,
        subject=" ".join(title.split()),
        text=text,
        pictures=as_files(pictures),
        membership=membership,
        held=held,
        said_at=moment,
        grew_from=grew_from,
        in_circle=board.is_private,
        quiet=quiet,
    )
    hang(pictures, opening)
    idea = Idea.objects.create(
        organisation_id=organisation_id,
        conversation=opening.conversation,
        opening=opening,
        board=board,
        created_at=moment,
        rising=beginning(moment),
        in_lists=not board.is_private,
    )
    _tag(idea, topics)
    publish(
        IdeaPosted(
            organisation_id=organisation_id,
            idea_id=idea.pk,
            conversation_id=opening.conversation_id,
            board_id=board.pk,
            quiet=quiet,
        )
    )
    return idea


def _tag(idea: Idea, topics: Sequence[Topic]) -> None:
    """With the chosen topics and the board's own theme, as far as they are this organisation's."""
    theme = [idea.board.theme] if idea.board.theme is not None else []
    about = {topic.pk: topic for topic in (*topics, *theme) if topic.organisation_id == idea.organisation_id}
    if about:
        tag(conversation=idea.conversation, topics=list(about.values()))


@transaction.atomic
def react(
    *,
    idea: Idea,
    person: Person,
    text: str,
    reply_to: Message | None = None,
    pictures: Sequence[Shown] = (),
    membership: Membership | None = None,
    held: bool = False,
) -> Message:
    """Say something about an idea, or about what another said of it. Who reacts hears what becomes of it.

    Raises:
        NothingWritten, TooLong: the text.
        BoardClosed: the round is over, and only staff still answer.
        NoLongerThere: what is reacted to is not there any more.
    """
    row = hold(idea.root)
    if membership is None and not row.board.is_open():
        raise BoardClosed
    conversation = row.conversation
    if reply_to is not None:
        said = Message.objects.of(row.organisation_id).for_customer().filter(pk=reply_to.pk, hidden_at__isnull=True)
        if not said.exists():
            raise NoLongerThere
        conversation = reply_to.conversation
    message = say_publicly(
        conversation=conversation,
        person=person,
        text=text,
        pictures=as_files(pictures),
        membership=membership,
        reply_to=reply_to,
        held=held,
    )
    hang(pictures, message)
    follow(person=person, conversation=row.conversation)
    count_reactions(row)
    return message
