"""Asking in public."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from klankbord.community.models import Question
from klankbord.conversations.actions.speak_publicly import open_publicly
from klankbord.conversations.models import Conversation, ConversationKind
from klankbord.participation.actions import follow, tag
from klankbord.participation.models import Topic
from klankbord.participation.pictures import Shown, as_files, hang
from klankbord.people.models import Membership, Person


@transaction.atomic
def ask(
    *,
    person: Person,
    title: str,
    text: str,
    topics: Sequence[Topic] = (),
    pictures: Sequence[Shown] = (),
    membership: Membership | None = None,
    held: bool = False,
    said_at: datetime | None = None,
    grew_from: Conversation | None = None,
    quiet: bool = False,
) -> Question:
    """Ask `title` in public, with `text` below it. The asker follows it from then on.

    `pictures` come with what each shows, in words. With `held` only moderators see it. `quiet` is for history that is
    brought in: nobody is told, nobody follows.

    Raises:
        NothingWritten, TooLong: the title or the text.
    """
    opening = open_publicly(
        person=person,
        kind=ConversationKind.QUESTION,
        subject=title,
        text=text,
        pictures=as_files(pictures),
        membership=membership,
        held=held,
        said_at=said_at,
        grew_from=grew_from,
        quiet=quiet,
    )
    question = Question.objects.create(
        organisation_id=person.organisation_id,
        conversation_id=opening.conversation_id,
        opening=opening,
        asked_at=opening.said_at,
        active_at=opening.said_at,
    )
    hang(pictures, opening)
    if topics:
        tag(conversation=opening.conversation, topics=topics)
    if not quiet:
        follow(person=person, conversation=opening.conversation)
    return question
