"""A question that came to the inbox is answered there, and the answer stands in public, as the organisation's own."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import transaction

from klankbord.community.actions.answer import answer
from klankbord.community.models import Answer, Question
from klankbord.conversations.actions.save_draft import forget_draft
from klankbord.conversations.actions.send_reply import check_not_sent, check_text
from klankbord.conversations.models import Conversation, DraftKind
from klankbord.files.actions import read_file
from klankbord.files.models import StoredFile
from klankbord.participation.models import Picture
from klankbord.participation.pictures import LONGEST_WORDS, NoPicture, take_in
from klankbord.people.models import Membership
from klankbord.people.visitors import person_of_member


def is_question(conversation: Conversation) -> bool:
    """Whether an answer to this conversation stands on a question's page."""
    rows = Question.objects.of(conversation.organisation_id).filter(pk=conversation.pk)
    return conversation.is_public and rows.exists()


@transaction.atomic
def answer_from_inbox(
    *,
    conversation: Conversation,
    by: Membership,
    text: str,
    files: Sequence[tuple[str, StoredFile]] = (),
) -> Answer:
    """Answer a question in public, officially; whoever waited has an answer. What was drafted is forgotten.

    Raises:
        NotYours, NothingWritten, TooLong, SentAlready: as for any reply.
        TakesNoAnswers: the question is closed, locked or private now.
        NoPicture: a file that is no picture; only those are shown in public.
    """
    check_text(text, by, conversation)
    check_not_sent(text, by, conversation, files)
    question = Question.objects.of(conversation.organisation_id).get(pk=conversation.pk)
    question.conversation = conversation
    made = answer(
        question=question,
        person=person_of_member(membership=by),
        text=text,
        pictures=[(_picture(conversation, stored), name[:LONGEST_WORDS]) for name, stored in files],
        membership=by,
        official=True,
    )
    forget_draft(conversation=conversation, by=by, kind=DraftKind.REPLY)
    return made


def _picture(conversation: Conversation, stored: StoredFile) -> Picture:
    if not stored.type.startswith("image/"):
        raise NoPicture
    return take_in(organisation=conversation.organisation, content=read_file(stored))
