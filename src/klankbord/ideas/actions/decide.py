"""Saying what we do with an idea."""

from __future__ import annotations

import re
from datetime import date

from django.db import transaction

from klankbord import clock
from klankbord.audit.actions import record
from klankbord.conversations.actions.speak_publicly import say_publicly
from klankbord.events.publish import publish
from klankbord.ideas.counting import hold
from klankbord.ideas.events import IdeaMoved, IdeaStatusSet
from klankbord.ideas.models import Idea, Status, StatusChange
from klankbord.ideas.refusals import NoReason
from klankbord.people.models import Membership
from klankbord.people.visitors import person_of_member

LEAST_WORDS = 2
"""Of the reason of a decline: "too dear" says why, a full stop does not. Any other status takes a word."""
_WORD = re.compile(r"[^\W\d_]{2,}")


def says_why(status: Status, sentence: str) -> bool:
    """Whether this sentence is enough for a step on the road of an idea."""
    return len(_WORD.findall(sentence)) >= (LEAST_WORDS if status == Status.DECLINED else 1)


@transaction.atomic
def set_status(
    *,
    idea: Idea,
    status: Status,
    sentence: str,
    by: Membership,
    expected: str = "",
    look_again_on: date | None = None,
    quiet: bool = False,
) -> StatusChange:
    """Take a step on the road of an idea, with the sentence that everybody reads. Who follows it hears of it.

    `expected` says in words when it will be there; on `look_again_on` staff see it again; `quiet` tells nobody.

    Raises:
        NoReason: the sentence does not say why (`says_why`). Without a reason nothing is declined, nor anything else.
    """
    if not says_why(status, sentence):
        raise NoReason
    row, moment, speaker = hold(idea), clock.now(), person_of_member(membership=by)
    said = say_publicly(conversation=row.conversation, person=speaker, text=sentence, membership=by, said_at=moment)
    step = StatusChange.objects.create(
        organisation_id=row.organisation_id,
        idea=row,
        status=status,
        sentence=sentence.strip(),
        expected=expected.strip()[:60],
        by=by,
        message=said,
        at=moment,
    )
    row.status, row.sentence, row.status_at = status, step.sentence, moment
    row.expected, row.look_again_on = step.expected, look_again_on
    row.save(update_fields=["status", "sentence", "status_at", "expected", "look_again_on"])
    record(
        organisation_id=row.organisation_id,
        membership_id=by.pk,
        verb="set_idea_status",
        subject=row,
        status=status.value,
    )
    publish(
        IdeaStatusSet(
            organisation_id=row.organisation_id,
            idea_id=row.pk,
            conversation_id=row.conversation_id,
            board_id=row.board_id,
            message_id=said.pk,
            step_id=step.pk,
            status=status.value,
            by_id=by.pk,
            quiet=quiet,
        )
    )
    return step


@transaction.atomic
def looked_again(*, idea: Idea, by: Membership, next_on: date | None = None) -> None:
    """Staff looked at it again and leave the status as it is; perhaps it comes back on another day."""
    row = hold(idea)
    row.look_again_on = next_on
    row.save(update_fields=["look_again_on"])
    record(organisation_id=row.organisation_id, membership_id=by.pk, verb="looked_at_idea_again", subject=row)
    publish(
        IdeaMoved(
            organisation_id=row.organisation_id,
            idea_id=row.pk,
            conversation_id=row.conversation_id,
            board_id=row.board_id,
        )
    )
