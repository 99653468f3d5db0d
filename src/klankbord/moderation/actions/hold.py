"""Putting something into the moderators' queue."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction

from klankbord.conversations.actions.speak_publicly import hide_publicly, put_back_publicly, withdraw_publicly
from klankbord.conversations.models import Message
from klankbord.events.publish import publish
from klankbord.moderation.events import CaseOpened, PostHidden
from klankbord.moderation.models import Case
from klankbord.moderation.rules import WhyHeld
from klankbord.moderation.screening import Verdict
from klankbord.people.models import Membership, Person


@dataclass(frozen=True, slots=True)
class Before:
    """What stood there before an edit, and when that had been edited itself; `subject` is empty where the edit could
    not change it.
    """

    text: str
    subject: str = ""
    edited_at: datetime | None = None


@transaction.atomic
def hold_for_judgement(
    *, message: Message, verdict: Verdict, by: Person | None = None, before: Before | None = None
) -> Case:
    """Let a moderator judge a message that `screen` held. It is out of sight from now on, also one that was edited.

    `by` posted or edited it: who changed somebody else's words hears what comes of that too. `before` is what an edit
    of a public message replaced: unless the edit is kept, that comes back. A second call gives the same case.
    """
    why = [{"code": each.code.value, **each.details} for each in verdict.reasons]
    was_public = message.hidden_at is None
    case = open_case(message=message, why=why, spam=verdict.spam, was_public=was_public)
    if by is not None and by.canonical != case.person.canonical:
        case.changed_by = by.canonical
        case.save(update_fields=["changed_by"])
    if was_public and before is not None:
        case.before_text, case.before_subject, case.before_edited_at = before.text, before.subject, before.edited_at
        case.save(update_fields=["before_text", "before_subject", "before_edited_at"])
    if was_public and hide_publicly(message=message):
        publish(
            PostHidden(
                organisation_id=message.organisation_id,
                conversation_id=message.conversation_id,
                message_id=message.pk,
            )
        )
    return case


@transaction.atomic
def ask_for_judgement(*, message: Message, by: Membership) -> Case:
    """A member of staff puts a public message into the queue; it stays where it is until it is judged."""
    del by
    return open_case(message=message, why=[{"code": WhyHeld.ASKED.value}], was_public=message.hidden_at is None)


@transaction.atomic
def hold_other_words(*, case: Case, text: str, subject: str | None = None) -> bool:
    """The author of what nobody saw yet says it otherwise; no trace is left of the words before. False: too late.

    It waits in a new case, in the old one's turn: who has the old words before them cannot let the new ones pass.

    Raises:
        NothingWritten, TooLong: the words.
    """
    held = _never_seen(case)
    if held is None:
        return False
    put_back_publicly(message=held.message, text=text, subject=subject, edited_at=None)
    held.delete()
    held.save(force_insert=True)  # the same, under a number that no page knows
    publish(_case_opened(held))
    return True


@transaction.atomic
def hold_no_longer(*, case: Case) -> bool:
    """The author of what nobody saw yet takes it back. False: too late."""
    held = _never_seen(case)
    return held is not None and withdraw_publicly(message=held.message)


def _never_seen(case: Case) -> Case | None:
    rows = Case.objects.of(case.organisation_id).waiting().filter(was_public=False, message__hidden_at__isnull=False)
    return rows.select_for_update(of=("self",)).select_related("message__conversation").filter(pk=case.pk).first()


def open_case(*, message: Message, why: Sequence[dict[str, Any]], spam: float = 0.0, was_public: bool = False) -> Case:
    """The waiting case of this message; a new one when none waits. Further reasons are added to it.

    Raises:
        ValueError: nobody in particular wrote the message.
    """
    if message.person is None:
        raise ValueError("a public message without an author")
    rows = Case.objects.of(message.organisation_id)
    case = rows.waiting().select_for_update().filter(message=message).first()
    if case is None:
        try:
            with transaction.atomic():
                case = Case.objects.create(
                    organisation_id=message.organisation_id,
                    message=message,
                    person=message.person.canonical,
                    why=list(why),
                    spam=spam,
                    was_public=was_public,
                )
        except IntegrityError:
            case = rows.waiting().select_for_update().get(message=message)
        else:
            publish(_case_opened(case))
            return case
    missing = [each for each in why if each["code"] not in [known.get("code") for known in case.why]]
    if missing or spam > case.spam:
        case.why, case.spam = [*case.why, *missing], max(spam, case.spam)
        case.save(update_fields=["why", "spam"])
        publish(_case_opened(case))
    return case


def _case_opened(case: Case) -> CaseOpened:
    return CaseOpened(
        organisation_id=case.organisation_id,
        case_id=case.pk,
        conversation_id=case.message.conversation_id,
        message_id=case.message_id,
    )
