"""Changing and taking back what stands in public."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import transaction

from klankbord.community.counting import recount
from klankbord.community.models import Answer, Question
from klankbord.community.refusals import NotYoursToChange, TakesNoAnswers
from klankbord.conversations.actions.speak_publicly import withdraw_publicly
from klankbord.conversations.models import Message
from klankbord.participation.actions import revise, tag
from klankbord.participation.models import Topic
from klankbord.people.models import Membership, Person, Role


def is_own(message: Message, person: Person) -> bool:
    """Whether this person wrote it, whoever they were merged with."""
    return message.person_id in Person.objects.of(message.organisation_id).same_as(person)


def may_edit(*, message: Message, person: Person, membership: Membership | None) -> bool:
    """Whether this person may change it: their own, what is open to all, or anything for a moderator."""
    if membership is not None and membership.may(Role.MODERATOR):
        return True
    return is_own(message, person) or _is_open_to_all(message)


@transaction.atomic
def edit(
    *,
    message: Message,
    by: Person,
    text: str,
    membership: Membership | None = None,
    title: str | None = None,
    topics: Sequence[Topic] | None = None,
    reason: str = "",
) -> bool:
    """Change what a public message says, and for a question its title and topics; what stood there stays to be seen.

    False when nothing changed.

    Raises:
        NotYoursToChange: see `may_edit`.
        TakesNoAnswers: the question is locked, and `by` is no moderator.
        NothingWritten, TooLong: the text.
    """
    if not may_edit(message=message, person=by, membership=membership):
        raise NotYoursToChange
    question = Question.objects.of(message.organisation_id).get(pk=message.conversation_id)
    is_moderator = membership is not None and membership.may(Role.MODERATOR)
    if not is_moderator and (question.locked_at is not None or question.moved_at is not None):
        raise TakesNoAnswers
    is_opening = message.pk == question.opening_id
    changed = revise(message=message, by=by, text=text, subject=title if is_opening else None, reason=reason)
    if is_opening and topics is not None:
        return tag(conversation=message.conversation, topics=topics) or changed is not None
    return changed is not None


@transaction.atomic
def withdraw(*, message: Message, by: Person) -> bool:
    """The author takes it back. A question stays for the answers that others gave. False: it was taken back.

    Raises:
        NotYoursToChange: somebody else wrote it.
    """
    if not is_own(message, by):
        raise NotYoursToChange
    if not withdraw_publicly(message=message):
        return False
    recount(Question.objects.of(message.organisation_id).get(pk=message.conversation_id))
    return True


def _is_open_to_all(message: Message) -> bool:
    rows = Question.objects.of(message.organisation_id)
    if rows.filter(opening=message, wiki_at__isnull=False).exists():
        return True
    return Answer.objects.of(message.organisation_id).filter(pk=message.pk, wiki_at__isnull=False).exists()
